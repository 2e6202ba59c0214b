/// Writes HTML, in which text stays text whatever is in it.
struct HTMLWriter {
  private(set) var text = ""

  /// Writes markup as it is.
  mutating func raw(_ markup: String) { text += markup }

  /// Writes an element with text in it.
  mutating func element(_ name: String, _ content: String, _ attributes: String = "") {
    text += Self.element(name, content, attributes)
  }

  /// An element with text in it.
  static func element(_ name: String, _ content: String, _ attributes: String = "") -> String {
    "<\(name)\(attributes.isEmpty ? "" : " " + attributes)>\(escaped(content))</\(name)>\n"
  }

  /// Text in which nothing is markup.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      // A page may not hold other control characters.
      case "\0"..."\u{8}", "\u{B}", "\u{E}"..."\u{1F}", "\u{7F}"..."\u{9F}": break
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
