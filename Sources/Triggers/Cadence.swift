public import Foundation

/// How often the report is to be looked at again.
public struct Cadence: Sendable, Hashable, Codable {
  /// The days after which the report is overdue, above 0.
  public var threshold: Double
  /// What is done when it is.
  public var action: TriggerAction

  /// Sets the cadence.
  public init(days threshold: Double, action: TriggerAction = .freeze) {
    self.threshold = threshold
    self.action = action
  }

  /// Counts the days since the report was written; nil if it never was.
  public func evaluate(lastReport: Date?, at now: Date) -> TriggerReading {
    guard let lastReport else { return .tooFew(0) }
    let days = now.timeIntervalSince(lastReport) / 86_400
    return TriggerReading(days, above: threshold, samples: 1)
  }
}
