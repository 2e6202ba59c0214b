/// Writes the elements of an SVG drawing, one a line.
///
/// Every class gets a prefix, so that no style of a page around the drawing reaches into it.
struct SVGWriter {
  /// What the names of classes begin with.
  static let prefix = "fc-"

  private(set) var text = ""
  private var open: [String] = []

  /// Writes an element: empty, or with text in it.
  /// - Parameter title: what a pointer that rests on the element is told.
  mutating func element(
    _ name: String, _ attributes: [(String, String)], text content: String? = nil,
    title: String? = nil
  ) {
    text += "<\(name)\(Self.written(attributes))"
    if content == nil, title == nil {
      text += "/>\n"
    } else {
      let title = title.map { "<title>\(Self.escaped($0))</title>" } ?? ""
      text += ">\(title)\(content.map(Self.escaped) ?? "")</\(name)>\n"
    }
  }

  /// Opens an element that later ones are in.
  mutating func begin(_ name: String, _ attributes: [(String, String)]) {
    text += "<\(name)\(Self.written(attributes))>\n"
    open.append(name)
  }

  /// Closes the element that was opened last.
  mutating func end() {
    if let name = open.popLast() { text += "</\(name)>\n" }
  }

  /// Writes text that is an element's content as it is.
  mutating func raw(_ content: String) { text += content }

  private static func written(_ attributes: [(String, String)]) -> String {
    attributes.map { name, value in
      let value =
        name == "class"
        ? value.split(separator: " ").map { prefix + $0 }.joined(separator: " ") : value
      return " \(name)=\"\(escaped(value))\""
    }.joined()
  }

  /// Writes a coordinate: a tenth of a pixel is enough.
  static func number(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e9 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let rest = tenths.magnitude % 10
    return "\(sign)\(tenths.magnitude / 10)" + (rest == 0 ? "" : ".\(rest)")
  }

  private static func escaped(_ text: String) -> String { Markup.escaped(text, onOneLine: true) }
}
