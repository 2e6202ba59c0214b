/// The share of observations that an agent could not use: not finite, or out of their space.
///
///     rate = invalid ⁄ all        over the last observations; fires if rate > threshold
public struct InvalidInputRate: Sendable, Hashable, Codable {
  /// The share above which the test fires, from 0 to below 1.
  public var threshold: Double
  /// The number of last observations that the test looks at, 1 or more.
  public var window: Int
  /// What is done when it fires.
  public var action: TriggerAction

  /// Sets the test.
  public init(threshold: Double = 0.01, window: Int = 1000, action: TriggerAction = .freeze) {
    self.threshold = threshold
    self.window = window
    self.action = action
  }

  /// Tests the last observations, oldest first: true for one that was invalid.
  public func evaluate(_ invalid: [Bool]) -> TriggerReading {
    let recent = invalid.suffix(max(1, window))
    guard !recent.isEmpty else { return .tooFew(0) }
    let count = recent.reduce(0) { $0 + ($1 ? 1 : 0) }
    return TriggerReading(
      Double(count) / Double(recent.count), above: threshold, samples: recent.count)
  }
}
