/// The Page-Hinkley test for a fall of the return.
///
///     x̄ₜ = mean of x₁ … xₜ
///     mₜ = Σᵢ₌₁ᵗ (x̄ᵢ − xᵢ − δ)
///     PHₜ = mₜ − min(m₁ … mₜ)        fires if PHₜ > λ
///
/// Source: Page (1954), "Continuous inspection schemes", Biometrika 41; Hinkley (1971); in this form,
/// with the sign turned to falls, Gama et al. (2014), "A survey on concept drift adaptation",
/// section 3.2, doi:10.1145/2523813.
public struct PageHinkley: Sendable, Hashable, Codable {
  /// δ, the fall below the mean that counts as none, in units of the return, 0 or more.
  public var tolerance: Double
  /// λ, the sum of falls at which the test fires, in units of the return, above 0. Greater is slower
  /// and surer.
  public var threshold: Double
  /// The number of last tries that the test looks at, 1 or more.
  public var window: Int
  /// What is done when it fires.
  public var action: TriggerAction

  /// Sets the test.
  public init(tolerance: Double, threshold: Double, window: Int, action: TriggerAction = .retrain) {
    self.tolerance = tolerance
    self.threshold = threshold
    self.window = window
    self.action = action
  }

  /// Tests the last returns, oldest first; those that are not finite are passed over. O(window).
  public func evaluate(_ returns: [Double]) -> TriggerReading {
    let recent = returns.filter(\.isFinite).suffix(max(0, window))
    guard !recent.isEmpty else { return .tooFew(0) }
    var mean = 0.0
    var sum = 0.0
    var lowest = Double.infinity
    for (index, value) in recent.enumerated() {
      mean += (value - mean) / Double(index + 1)
      sum += mean - value - tolerance
      lowest = min(lowest, sum)
    }
    return TriggerReading(sum - lowest, above: threshold, samples: recent.count)
  }
}
