internal import Environments
internal import Tensors

/// How unlikely a learned model of the environment held what happened.
///
///     bonus = −η·log P(s'|s,a) / max(1, |mean log P|)
///
/// Noise that nobody can foresee stays surprising for ever; ``LearningProgress`` tires of it.
///
/// Source: Achiam and Sastry (2017), arXiv:1703.01732. Deviation: the model is fitted by Adam.
public struct Surprisal: Drive {
  /// The settings of the drive.
  public struct Configuration: Sendable, Hashable, Codable {
    /// η.
    public var weight: Float = 1
    public var normalization = BonusNormalization.batchMean
    /// The model of the environment.
    public var dynamics = DynamicsSettings()

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      try BonusScale.validate(weight: weight)
      try dynamics.validate()
    }
  }

  public let configuration: Configuration
  private var dynamics: GaussianDynamics
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
    return scale.apply(
      to: dynamics.logDensities(dynamics.weights, transitions).elements.map { -$0 })
  }

  public mutating func learn(from transitions: Transitions) {
    dynamics.learn(from: transitions)
  }

  public func snapshot() -> DriveSnapshot {
    var snapshot = DriveSnapshot()
    dynamics.write(to: &snapshot)
    scale.write(to: &snapshot)
    return snapshot
  }

  public mutating func restore(_ snapshot: DriveSnapshot) throws {
    var restored = self
    try restored.dynamics.read(from: snapshot)
    try restored.scale.read(from: snapshot)
    self = restored
  }
}
