internal import Environments
internal import Networks
public import Tensors

/// What a model, told the action, did not foresee of the observation itself: the plain error of
/// prediction, which noise feeds for ever.
///
///     bonus = η·½‖ŝ'(s, a) − s'‖²
///
/// The control that Pathak et al. (2017), arXiv:1705.05363, compare with as "ICM pixels", and
/// Achiam and Sastry (2017), arXiv:1703.01732, as the error in L².
public struct RawPrediction: Drive {
  /// The settings of the drive.
  public struct Configuration: Sendable, Hashable, Codable {
    /// η.
    public var weight: Float = 1
    public var normalization = BonusNormalization.running
    /// The widths of the hidden layers.
    public var hidden = [64]
    public var activation = Activation.tanh
    public var fit = DriveFit()

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      try BonusScale.validate(weight: weight)
      try LayerStack.validate("hidden", hidden)
      try fit.validate()
    }
  }

  public let configuration: Configuration
  private let spaces: DriveSpaces
  private let network: LayerStack
  private var model: DriveModel
  private var scale: BonusScale

  /// Makes a drive that knows nothing yet.
  ///
  /// - Throws: ``ConfigurationError`` for a setting out of its range.
  public init(
    _ configuration: Configuration = Configuration(), for spaces: DriveSpaces, seed: UInt64
  ) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    self.spaces = spaces
    let width = spaces.observation.count
    var layout = WeightLayout()
    network = LayerStack(
      [width + spaces.action.count] + configuration.hidden + [width],
      activation: configuration.activation, named: "prediction", in: &layout)
    model = DriveModel(layout, configuration.fit, random: RandomStream(seed: seed))
    scale = BonusScale(weight: configuration.weight, configuration.normalization)
  }

  public mutating func bonuses(for transitions: Transitions) -> [Float] {
    scale.apply(to: errors(model.weights, transitions).elements)
  }

  public mutating func learn(from transitions: Transitions) {
    model.learn(from: transitions) { [self] in errors($0, $1).mean() }
  }

  /// ½‖ŝ' − s'‖², `[N]`.
  private func errors(_ weights: Weights, _ transitions: Transitions) -> Tensor {
    let input = transitions.observations.concatenated(
      with: transitions.actionFeatures(spaces.action), along: 1)
    return 0.5 * (network(weights, input) - transitions.nextObservations).squared().sum(along: 1)
  }

  public func snapshot() -> DriveSnapshot {
    var snapshot = DriveSnapshot()
    model.write(to: &snapshot)
    scale.write(to: &snapshot)
    return snapshot
  }

  public mutating func restore(_ snapshot: DriveSnapshot) throws {
    var restored = self
    try restored.model.read(from: snapshot)
    try restored.scale.read(from: snapshot)
    self = restored
  }
}
