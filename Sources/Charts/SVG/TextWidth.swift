extension String {
  /// How wide the text is in pixels in a common sans-serif font, rather too much than too little.
  func width(fontSize: Double) -> Double {
    unicodeScalars.reduce(0) { $0 + $1.widthInEms } * fontSize
  }

  /// Cuts the text to a width; a cut text ends in `…`.
  func cut(toWidth width: Double, fontSize: Double) -> String {
    guard self.width(fontSize: fontSize) > width else { return self }
    var kept = self
    while !kept.isEmpty, (kept + "…").width(fontSize: fontSize) > width { kept.removeLast() }
    while kept.hasSuffix(" ") { kept.removeLast() }
    return kept + "…"
  }

  /// Breaks the text between words into lines of a width; a word that is wider is cut.
  func lines(ofWidth width: Double, fontSize: Double) -> [String] {
    var lines: [String] = []
    for word in split(whereSeparator: \.isWhitespace) {
      let longer = lines.last.map { $0 + " " + word }
      if let longer, longer.width(fontSize: fontSize) <= width {
        lines[lines.count - 1] = longer
      } else {
        lines.append(String(word).cut(toWidth: width, fontSize: fontSize))
      }
    }
    return lines
  }
}

extension Unicode.Scalar {
  /// The width beside the height of the font: those of DejaVu Sans, a wide font, rounded up.
  fileprivate var widthInEms: Double {
    switch self {
    case "i", "j", "l", "I", "'", "|", ".", ",", ":", ";", "!": 0.35
    case "f", "t", "r", " ", "(", ")", "[", "]", "/", "-": 0.42
    case "m", "M", "W", "@", "%", "—", "…": 1
    case "w", "+", "=", "<", ">", "~": 0.84
    case "A"..."Z": 0.72
    case "0"..."9", "a"..."z", "_": 0.64
    default: value < 0x300 ? 0.64 : properties.generalCategory == .nonspacingMark ? 0 : 1.05
    }
  }
}
