/// How much JSON is read before a body is refused.
struct JSONLimits: Sendable {
  /// The most lists and objects within each other.
  var depth = 64
  /// The most values in a body.
  var elements = 1_000_000
}
