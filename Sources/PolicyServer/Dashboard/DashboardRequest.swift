internal import Foundation

/// A request to the dashboard, whatever carried it.
package struct DashboardRequest: Sendable {
  /// What is asked to be done.
  package enum Method: Sendable {
    case get, post, other
  }

  package var method: Method
  /// The parts of the path below `/dashboard/`; empty for `/`.
  package var path: [String]
  /// The names and values of the query, decoded, in their order.
  package var query: [(name: String, value: String)]
  package var body: [UInt8]

  package init(
    _ method: Method = .get, path: [String], query: [(name: String, value: String)] = [],
    body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
  }

  /// The values of a name, in their order.
  func values(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

  /// The value of a name that has to be there.
  func value(_ name: String) throws(DashboardFailure) -> String {
    guard let value = values(name).first, !value.isEmpty else {
      throw DashboardFailure(.badRequest, "\(shownPath) needs \"\(name)\" in its query")
    }
    return value
  }

  /// A number within a range; the fallback if it is not given.
  func number(
    _ name: String, in range: ClosedRange<Double>, otherwise fallback: Double
  ) throws(DashboardFailure) -> Double {
    guard let text = values(name).first else { return fallback }
    guard let value = Double(text), range.contains(value) else {
      throw DashboardFailure(
        .badRequest,
        "\(name) is \(text); allowed: \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// One of several words; the first if it is not given.
  func word<Word: RawRepresentable & CaseIterable>(
    _ name: String, as type: Word.Type = Word.self
  ) throws(DashboardFailure) -> Word where Word.RawValue == String {
    let words = Array(Word.allCases)
    guard let text = values(name).first else { return words[0] }
    guard let word = Word(rawValue: text) else {
      let allowed = words.map(\.rawValue).joined(separator: ", ")
      throw DashboardFailure(.badRequest, "\(name) is \(text); allowed: \(allowed)")
    }
    return word
  }

  /// The body as a value.
  func decoded<Value: Decodable>(as type: Value.Type) throws(DashboardFailure) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(body))
    } catch {
      throw DashboardFailure(.badRequest, "the body of \(shownPath) is not what it needs as JSON")
    }
  }

  /// The path as it was asked for.
  var shownPath: String { "/dashboard/" + path.joined(separator: "/") }
}

/// Why a request has no other answer.
package struct DashboardFailure: Error, Sendable, Hashable {
  /// What kind of failure it is, as HTTP numbers them.
  package enum Kind: Int, Sendable {
    case badRequest = 400
    case notFound = 404
    case notAllowed = 405
    case conflict = 409
    case gone = 410
    case failed = 422
  }

  package var kind: Kind
  /// What is wrong, in one line.
  package var message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}
