import Charts
import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A drawing as its elements, read by an XML parser that forgives nothing.
final class ParsedSVG: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    var text = ""

    subscript(_ attribute: String) -> String { attributes[attribute] ?? "" }

    func number(_ attribute: String) -> Double { Double(self[attribute]) ?? .nan }

    func has(_ style: String) -> Bool {
      self["class"].split(separator: " ").contains("fc-\(style)")
    }
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []

  /// Parses a drawing; nil if it is not well-formed.
  init?(_ text: String) {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func all(_ name: String, _ style: String? = nil) -> [Element] {
    elements.filter { element in element.name == name && style.map { element.has($0) } ?? true }
  }

  /// The texts that a reader sees.
  var labels: [String] { all("text").map(\.text) }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let last = open.last { elements[last].text += text }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) { open.removeLast() }
}

extension ParsedSVG.Element {
  /// The corners of a path of `M` and `L`, in order.
  var corners: [(x: Double, y: Double)] {
    self["d"].split(whereSeparator: { "MLZ".contains($0) }).compactMap { pair in
      let numbers = pair.split(separator: " ").compactMap { Double($0) }
      return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }
  }

  /// The area that a text takes, letters a little narrower than the drawing reckons with.
  var box: (left: Double, right: Double, top: Double, bottom: Double) {
    let size = has("small") ? 11.0 : has("title") ? 14.0 : 12.0
    let width = 0.55 * size * Double(text.count)
    let start =
      switch self["text-anchor"] {
      case "end": number("x") - width
      case "middle": number("x") - width / 2
      default: number("x")
      }
    return (start, start + width, number("y") - 0.72 * size, number("y") + 0.1 * size)
  }
}
