internal import Environments
internal import Networks
internal import Tensors

/// How much better a learned model of the environment foresees what happened than it did k updates
/// ago.
///
///     bonus = η·(log P_t(s'|s,a) − log P_{t−k}(s'|s,a)) / max(1, |mean|)
///
/// An update is a call of ``learn(from:)``; before the k-th the first model stands for the earlier
/// one. Where nothing can be learned, in what is known and in noise alike, there is no bonus.
///
/// Source: Achiam and Sastry (2017), arXiv:1703.01732. Deviation: the model is fitted by Adam.
public struct LearningProgress: Drive {
  /// The settings of the drive.
  public struct Configuration: Sendable, Hashable, Codable {
    /// η.
    public var weight: Float = 1
    public var normalization = BonusNormalization.batchMean
    /// k, 1 or more.
    public var updates = 10
    /// The model of the environment.
    public var dynamics = DynamicsSettings()

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      try BonusScale.validate(weight: weight)
      guard (1...1000).contains(updates) else {
        throw ConfigurationError("updates", updates, allowed: "1 to 1000")
      }
      try dynamics.validate()
    }
  }

  public let configuration: Configuration
  private var dynamics: GaussianDynamics
  /// The weights before each of the last k updates, the oldest first.
  private var earlier: [Tensor] = []
  private var scale: BonusScale

  /// Makes a drive that knows nothing yet.
  ///
  /// - Throws: ``ConfigurationError`` for a setting out of its range.
  public init(
    _ configuration: Configuration = Configuration(), for spaces: DriveSpaces, seed: UInt64
  ) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    dynamics = GaussianDynamics(configuration.dynamics, for: spaces, seed: seed)
    scale = BonusScale(weight: configuration.weight, configuration.normalization)
  }

  public mutating func bonuses(for transitions: Transitions) -> [Float] {
    dynamics.observe(transitions)
    let now = dynamics.weights
    let before = Weights(earlier.first ?? now.values, layout: now.layout)
    let progress =
      dynamics.logDensities(now, transitions) - dynamics.logDensities(before, transitions)
    return scale.apply(to: progress.elements)
  }

  public mutating func learn(from transitions: Transitions) {
    earlier.append(dynamics.weights.values)
    if earlier.count > configuration.updates { earlier.removeFirst() }
    dynamics.learn(from: transitions)
  }

  public func snapshot() -> DriveSnapshot {
    var snapshot = DriveSnapshot()
    dynamics.write(to: &snapshot)
    snapshot.state.numbers["earlier"] = Double(earlier.count)
    for (index, weights) in earlier.enumerated() { snapshot.tensors["earlier\(index)"] = weights }
    scale.write(to: &snapshot)
    return snapshot
  }

  public mutating func restore(_ snapshot: DriveSnapshot) throws {
    var restored = self
    try restored.dynamics.read(from: snapshot)
    let count = min(try snapshot.count("earlier"), configuration.updates)
    restored.earlier = try (0..<count).map {
      try snapshot.tensor("earlier\($0)", dynamics.weights.values.shape)
    }
    try restored.scale.read(from: snapshot)
    self = restored
  }
}
