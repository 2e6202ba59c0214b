internal import Foundation

/// The population stability index: how far what an agent sees or does now is from what it saw or did
/// when it was trained.
///
///     PSI = Σᵢ (aᵢ − eᵢ) · ln(aᵢ ⁄ eᵢ)        fires if PSI > threshold
///
/// aᵢ is the share of recent values in bin i, eᵢ that of the reference. By custom, below 0.1 nothing
/// changed and above 0.25 much did.
///
/// Source: Siddiqi (2006), "Credit Risk Scorecards", chapter 10. Deviation: shares are
/// (count + ½) ⁄ (total + ½·bins), so that an empty bin does not make the index infinite.
public struct PopulationStability: Sendable, Hashable, Codable {
  /// The name of what is watched: `observation/angle`, `action`.
  public var input: String
  /// What was seen in training, kept with the agent.
  public var reference: Histogram
  /// The index above which the test fires, above 0.
  public var threshold: Double
  /// The number of last values that the test looks at; it waits until there are as many.
  public var window: Int
  /// What is done when it fires.
  public var action: TriggerAction

  /// Sets the test.
  public init(
    input: String, reference: Histogram, threshold: Double = 0.25, window: Int = 1000,
    action: TriggerAction = .freeze
  ) {
    self.input = input
    self.reference = reference
    self.threshold = threshold
    self.window = window
    self.action = action
  }

  /// Tests the last values, oldest first; those that are not finite are passed over, as they belong
  /// to ``InvalidInputRate``.
  public func evaluate(_ values: [Double]) -> TriggerReading {
    let recent = values.filter(\.isFinite).suffix(max(1, window))
    guard recent.count >= max(1, window) else { return .tooFew(recent.count) }
    return TriggerReading(
      Self.index(reference.counts, reference.count(recent)), above: threshold,
      samples: recent.count)
  }

  /// Computes the index of two histograms' counts over the same bins.
  public static func index(_ expected: [Int], _ actual: [Int]) -> Double {
    precondition(
      expected.count == actual.count,
      "histograms of \(expected.count) and \(actual.count) bins cannot be compared")
    let (expected, actual) = (shares(expected), shares(actual))
    return zip(expected, actual).reduce(0) { sum, pair in
      sum + (pair.1 - pair.0) * log(pair.1 / pair.0)
    }
  }

  private static func shares(_ counts: [Int]) -> [Double] {
    let total = counts.reduce(0.0) { $0 + Double($1) } + Double(counts.count) / 2
    return counts.map { (Double($0) + 0.5) / total }
  }
}
