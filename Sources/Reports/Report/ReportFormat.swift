/// A form in which a report is written.
public enum ReportFormat: String, Sendable, Hashable, Codable, CaseIterable {
  case html, markdown, json, card

  /// The file's name in a run's folder.
  public var fileName: String {
    switch self {
    case .html: "report.html"
    case .markdown: "report.md"
    case .json: "report.json"
    case .card: "README.md"
    }
  }

  /// The form of a written report, told by its content; nil if it is none.
  public init?(of text: String) {
    guard ReportStamp(readFrom: text) != nil else { return nil }
    self =
      text.hasPrefix("<!DOCTYPE html>")
      ? .html : text.hasPrefix("{") ? .json : text.hasPrefix("---\n") ? .card : .markdown
  }
}

extension RewardReport {
  /// Writes the report in a form.
  /// - Parameter source: what the report was made from.
  public func text(as format: ReportFormat, of source: ReportSource) -> String {
    switch format {
    case .html: html()
    case .markdown: markdown()
    case .json: json()
    case .card: card(of: source)
    }
  }
}
