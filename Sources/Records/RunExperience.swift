public import Foundation

/// What a run's agent saw and did while it learned, counted at one moment.
public struct RunExperience: Sendable, Hashable, Codable {
  /// Environment steps of the run when it was counted, over all slots.
  public var environmentStep: Int
  public var date: Date
  /// How often each number that was seen or done was in which range.
  public var document: JSONValue

  public init(environmentStep: Int, date: Date = .now, document: JSONValue) {
    self.environmentStep = environmentStep
    self.date = date
    self.document = document
  }
}
