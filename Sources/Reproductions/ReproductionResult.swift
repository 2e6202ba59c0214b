public import Schooling
internal import Tensors

/// What came of a reproduction.
public struct ReproductionResult: Sendable, Codable, Hashable {
  public let effort: Effort
  /// The seeds, in the order of the measurements.
  public let seeds: [UInt64]
  /// What each arm measured, one element for each seed.
  public private(set) var measurements: [String: [Measurements]]
  /// Wall time of the whole, in seconds.
  public let seconds: Double

  public init(
    effort: Effort, seeds: [UInt64], measurements: [String: [Measurements]], seconds: Double
  ) {
    self.effort = effort
    self.seeds = seeds
    self.measurements = measurements
    self.seconds = seconds
  }

  /// A measure's values, one for each seed; empty if the arm does not measure it.
  public func values(of measure: String, arm: String) -> [Double] {
    (measurements[arm] ?? []).compactMap { $0.values[measure] }
  }

  /// The interquartile mean of a measure over seeds with its 95 % bootstrap interval.
  ///
  /// - Returns: nil for fewer than two seeds, or a measure that the arm does not have.
  public func interval(of measure: String, arm: String) -> Interval? {
    ReproductionResult.interval(of: values(of: measure, arm: arm))
  }

  /// The interquartile mean of a measure over seeds; nil if the arm does not measure it.
  public func estimate(of measure: String, arm: String) -> Double? {
    try? Scores(values(of: measure, arm: arm).map { [$0] }).interquartileMean()
  }

  /// A curve's interquartile mean over seeds at each x, with intervals from two seeds on.
  public func curve(
    _ name: String, arm: String
  ) -> [(x: Double, estimate: Double, interval: Interval?)] {
    let curves = (measurements[arm] ?? []).compactMap { $0.curves[name] }
    guard let first = curves.first else { return [] }
    return first.indices.compactMap { index in
      let values = curves.filter { $0.indices.contains(index) }.map { $0[index].y }
      guard let scores = try? Scores(values.map { [$0] }) else { return nil }
      return (
        first[index].x, scores.interquartileMean(),
        ReproductionResult.interval(of: values, repetitions: 2_000)
      )
    }
  }

  /// The result with one arm's measurements in the place of another's, as if the first had been
  /// done in the second's way.
  public func replacing(_ arm: String, by other: String) -> ReproductionResult {
    var result = self
    result.measurements[arm] = measurements[other]
    return result
  }

  /// What came of a claim.
  public func verdict(on claim: Claim) -> Claim.Verdict {
    guard seeds.count > 1, let holds = claim.check(self) else { return .undecided }
    return holds ? .holds : .fails
  }

  private static func interval(of values: [Double], repetitions: Int = 50_000) -> Interval? {
    guard let scores = try? Scores(values.map { [$0] }) else { return nil }
    var random = RandomStream(seed: 0).split("bootstrap")
    return scores.interval(of: .interquartileMean, repetitions: repetitions, using: &random)
  }
}

extension Reproduction {
  /// Whether all claims hold of a result; a claim that cannot be decided leaves it undecided.
  public func verdict(on result: ReproductionResult) -> Claim.Verdict {
    let verdicts = claims(result.effort).map(result.verdict(on:))
    if verdicts.contains(.fails) { return .fails }
    return verdicts.isEmpty || verdicts.contains(.undecided) ? .undecided : .holds
  }
}
