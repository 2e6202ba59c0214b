internal import Charts

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
    "<\(name)\(attributes.isEmpty ? "" : " " + attributes)>\(Markup.escaped(content))</\(name)>\n"
  }
}
