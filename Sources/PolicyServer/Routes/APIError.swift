/// Why a request is refused: a status of 4xx or 5xx, and one line for the one who sent it.
package struct APIError: Error, Sendable, Equatable {
  package var status: Int
  package var message: String

  init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }

  /// The body is not what the route takes.
  static func shape(_ place: String, expected: String, got: String) -> APIError {
    APIError(400, "\(place): expected \(expected), got \(got)")
  }

  /// The body of the reply: `{"error": "..."}`.
  var body: String { message(withStatus: false) }

  /// The error as an object, for replies that have no status of their own with it.
  func message(withStatus isStated: Bool) -> String {
    var text = JSONText()
    text.object { text in
      text.member("error", message)
      if isStated { text.member("status", status) }
    }
    return text.text
  }
}
