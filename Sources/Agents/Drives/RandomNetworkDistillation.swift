internal import Environments
internal import Networks
public import Tensors

/// What a network has not yet learned of another one that is random and never changes.
///
/// The error of imitating a fixed function says how much like what was seen before an observation
/// is: nothing has to be foreseen, and nothing but the observation counts.
///
///     bonus = η·‖p(x) − f(x)‖² / features        x = s', standardised and cut off at ±5
///
/// Source: Burda et al. (2018), arXiv:1810.12894. Deviations: the bonus is divided by its own
/// running root mean square instead of that of its discounted sums, and shares the learner's value
/// function.
public struct RandomNetworkDistillation: Drive {
  /// The settings of the drive.
  public struct Configuration: Sendable, Hashable, Codable {
    /// η.
    public var weight: Float = 1
    public var normalization = BonusNormalization.running
    /// The number of outputs of both networks.
    public var features = 32
    /// The widths of the hidden layers of the network that never changes.
    public var targetHidden = [64]
    /// The widths of the hidden layers of the one that imitates it.
    public var predictorHidden = [64, 64]
    public var activation = Activation.relu
    public var fit = DriveFit()

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      try BonusScale.validate(weight: weight)
      try LayerStack.validate("features", [features])
      try LayerStack.validate("targetHidden", targetHidden)
      try LayerStack.validate("predictorHidden", predictorHidden)
      try fit.validate()
    }
  }

  public let configuration: Configuration
  private let target: LayerStack
  private var targetWeights: Weights
  private let predictor: LayerStack
  private var model: DriveModel
  private var moments: RunningMoments
  private var scale: BonusScale

  /// Makes a drive that knows nothing yet.
  ///
  /// - Throws: ``ConfigurationError`` for a setting out of its range.
  public init(
    _ configuration: Configuration = Configuration(), for spaces: DriveSpaces, seed: UInt64
  ) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    let width = spaces.observation.count
    let random = RandomStream(seed: seed)
    var layout = WeightLayout()
    target = LayerStack(
      [width] + configuration.targetHidden + [configuration.features],
      activation: configuration.activation, named: "target", in: &layout)
    var drawing = random.split("target")
    targetWeights = Weights(initializing: layout, using: &drawing)
    layout = WeightLayout()
    predictor = LayerStack(
      [width] + configuration.predictorHidden + [configuration.features],
      activation: configuration.activation, named: "predictor", in: &layout)
    model = DriveModel(layout, configuration.fit, random: random)
    moments = RunningMoments(width: width)
    scale = BonusScale(weight: configuration.weight, configuration.normalization)
  }

  public mutating func bonuses(for transitions: Transitions) -> [Float] {
    moments.add(transitions.nextObservations)
    return scale.apply(to: errors(model.weights, transitions).elements)
  }

  public mutating func learn(from transitions: Transitions) {
    model.learn(from: transitions) { [self] in errors($0, $1).mean() }
  }

  /// ‖p − f‖² / features, `[N]`.
  private func errors(_ weights: Weights, _ transitions: Transitions) -> Tensor {
    let seen = moments.standardized(transitions.nextObservations)
    return (predictor(weights, seen) - target(targetWeights, seen)).squared().mean(along: 1)
  }

  public func snapshot() -> DriveSnapshot {
    var snapshot = DriveSnapshot()
    model.write(to: &snapshot)
    snapshot.tensors["target"] = targetWeights.values
    moments.write(to: &snapshot, named: "moments")
    scale.write(to: &snapshot)
    return snapshot
  }

  public mutating func restore(_ snapshot: DriveSnapshot) throws {
    var restored = self
    try restored.model.read(from: snapshot)
    restored.targetWeights.values = try snapshot.tensor("target", targetWeights.values.shape)
    try restored.moments.read(from: snapshot, named: "moments")
    try restored.scale.read(from: snapshot)
    self = restored
  }
}
