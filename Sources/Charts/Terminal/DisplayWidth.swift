/// The side that a text stands on in a space wider than it.
package enum TextAlignment: Sendable {
  /// Words stand on the left.
  case left
  /// Numbers stand on the right, so that their digits line up.
  case right
}

extension String {
  /// The number of terminal columns that the text takes: 2 for wide East Asian characters and
  /// emoji, 0 for combining marks, control characters and colour codes, 1 for the rest.
  package var displayWidth: Int { segments.reduce(0) { $0 + $1.width } }

  /// Cuts the text to a number of columns; a cut text ends in `…`. Colour codes are kept.
  package func truncated(toColumns columns: Int) -> String {
    guard displayWidth > columns else { return self }
    var kept = ""
    var used = 0
    var isCut = false
    for segment in segments {
      if segment.isColorCode {
        kept += segment.text
      } else if !isCut {
        isCut = used + segment.width > columns - 1
        kept += isCut ? (columns > 0 ? "…" : "") : segment.text
        used += segment.width
      }
    }
    return kept
  }

  /// Breaks the text into lines of at most a number of columns, between words where it can.
  package func wrapped(toColumns columns: Int) -> String {
    var lines = [""]
    for word in split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.displayWidth + 1 + String(word).displayWidth <= columns {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Pads the text with spaces to a number of columns.
  package func padded(toColumns columns: Int, alignment: TextAlignment = .left) -> String {
    let space = String(repeating: " ", count: max(0, columns - displayWidth))
    return alignment == .left ? self + space : space + self
  }

  /// The text's characters and colour codes, each with its width.
  private var segments: [(text: Substring, width: Int, isColorCode: Bool)] {
    var found: [(text: Substring, width: Int, isColorCode: Bool)] = []
    var index = startIndex
    while index < endIndex {
      let rest = self[index...]
      if rest.hasPrefix("\u{1B}["), let last = rest.firstIndex(where: \.isLetter) {
        let end = self.index(after: last)
        found.append((self[index..<end], 0, true))
        index = end
      } else {
        let end = self.index(after: index)
        found.append((self[index..<end], self[index].displayWidth, false))
        index = end
      }
    }
    return found
  }
}

extension Character {
  /// The number of terminal columns that the character takes.
  fileprivate var displayWidth: Int {
    guard let first = unicodeScalars.first else { return 0 }
    if first.properties.generalCategory == .control { return 0 }
    if first.properties.generalCategory == .nonspacingMark { return 0 }
    if first.properties.generalCategory == .format { return 0 }
    if first.properties.isEmojiPresentation { return 2 }
    if unicodeScalars.contains("\u{FE0F}") { return 2 }
    return Self.wideRanges.contains { $0.contains(first.value) } ? 2 : 1
  }

  /// Blocks whose characters take two columns: Hangul, CJK and their punctuation, full-width forms.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
  ]
}
