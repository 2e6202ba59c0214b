/// How much JSON is read before a body is refused.
package struct JSONLimits: Sendable {
  /// The most lists and objects within each other.
  var depth: Int
  /// The most values in a body.
  var elements: Int

  package init(depth: Int = 64, elements: Int = 1_000_000) {
    self.depth = depth
    self.elements = elements
  }
}
