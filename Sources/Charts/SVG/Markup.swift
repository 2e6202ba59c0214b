/// Text within HTML or XML.
package enum Markup {
  /// Writes text so that it stays text, whatever is in it. Control characters that neither language
  /// can write are left out.
  /// - Parameter onOneLine: whether line breaks and tabs become spaces.
  package static func escaped(_ text: String, onOneLine: Bool = false) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\n", "\r", "\t": escaped.unicodeScalars.append(onOneLine ? " " : scalar)
      case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": break
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
