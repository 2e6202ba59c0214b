internal import Foundation

/// What the dashboard answers.
package struct DashboardAnswer: Sendable {
  /// The status, as HTTP numbers them.
  package var status: Int
  package var contentType: String
  package var body: [UInt8]
  /// The content security policy.
  package var policy: String
  /// The name under which a browser keeps the answer as a file; nil if it shows it.
  package var fileName: String?

  package init(
    status: Int = 200, contentType: String, body: [UInt8],
    policy: String = DashboardAnswer.pagePolicy, fileName: String? = nil
  ) {
    self.status = status
    self.contentType = contentType
    self.body = body
    self.policy = policy
    self.fileName = fileName
  }

  /// What pages may load: what the server itself gives, and no script or style within a page.
  package static let pagePolicy =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
    + "object-src 'none'"

  /// What a report may load: nothing, but it brings its own style.
  static let reportPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

  /// An answer of JSON; numbers that JSON does not have become `null` or strings.
  static func json(_ value: some Encodable, status: Int = 200) throws -> DashboardAnswer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return DashboardAnswer(
      status: status, contentType: "application/json", body: [UInt8](try encoder.encode(value)))
  }

  /// An answer that says what is wrong.
  static func failure(_ failure: DashboardFailure) -> DashboardAnswer {
    let answer = try? json(["error": failure.message], status: failure.kind.rawValue)
    return answer
      ?? DashboardAnswer(
        status: failure.kind.rawValue, contentType: "text/plain; charset=utf-8",
        body: Array(failure.message.utf8))
  }
}
