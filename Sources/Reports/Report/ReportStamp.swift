public import Foundation

/// What a written report was made from: it stands in every format, so that a report can be compared
/// with its source as it is now.
public struct ReportStamp: Sendable, Hashable, Codable {
  /// When the report was made, to the second.
  public var date: Date
  /// The names of the runs that are reported.
  public var runs: [String]
  /// What the facts were, by their names.
  public var facts: [String: String]
  /// The person's words, by the names of their fields.
  public var words: [String: Words]
  /// The number of entries in the changelog.
  public var changelogEntries: Int
  /// The hash of the last of them; nil without entries. Entries that are cut off its end leave no
  /// trace but here.
  public var changelogHead: String?

  /// What is kept of a person's words.
  public struct Words: Sendable, Hashable, Codable {
    /// The SHA-256 of the words.
    public var sha256: String
    /// What the facts that they cite were when these words first stood in a report.
    public var cited: [String: String]
  }
}

extension ReportStamp {
  private static let start = "<!-- foal-report "
  private static let end = " -->"

  /// The stamp as a comment that HTML and Markdown do not show.
  var comment: String {
    // Two dashes could end the comment, and a bracket begin another; in JSON both stand in strings
    // only, where they may be escaped.
    let text = Self.encoded(self).replacing("--", with: "-\\u002d").replacing("<", with: "\\u003c")
    return Self.start + text + Self.end
  }

  /// Reads the stamp of a written report in any format; nil if Foal did not write it.
  public init?(readFrom report: String) {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    if let start = report.ranges(of: Self.start).last {
      guard let end = report[start.upperBound...].firstRange(of: Self.end) else { return nil }
      let text = report[start.upperBound..<end.lowerBound]
      guard let stamp = try? decoder.decode(ReportStamp.self, from: Data(text.utf8)) else {
        return nil
      }
      self = stamp
    } else {
      struct Document: Decodable { var stamp: ReportStamp }
      guard let document = try? decoder.decode(Document.self, from: Data(report.utf8)) else {
        return nil
      }
      self = document.stamp
    }
  }

  /// Whether a text is a report of some version of Foal, whether or not this one reads its stamp.
  public static func isIn(_ text: String) -> Bool {
    text.contains(start) || text.hasPrefix("{") && text.contains("\"changelogEntries\"")
  }

  /// Encodes a value as the formats do: sorted keys, dates in seconds, no number that JSON lacks.
  static func encoded(_ value: some Encodable, pretty: Bool = false) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(Int(date.timeIntervalSince1970.rounded(.down)))
    }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // Reports are made of strings, numbers and dates, which can always be encoded so.
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
