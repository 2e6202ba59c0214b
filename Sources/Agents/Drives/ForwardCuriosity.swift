internal import Environments
internal import Networks
public import Tensors

/// The intrinsic curiosity module: what its model of the world, told the action, did not foresee,
/// as far as actions have to do with it.
///
/// Features φ are learned by an inverse model, which tells the action from what was seen before and
/// after it; a forward model predicts the features that follow. What no action bears on leaves no
/// trace in the features, so that noise is not found interesting for ever.
///
///     bonus = η·½‖φ̂(φ(s), a) − φ(s')‖²
///     L = (1 − β)·L_inverse + β·L_forward
///
/// Source: Pathak et al. (2017), arXiv:1705.05363. Deviations: fully connected networks, and the
/// bonus is divided by its running root mean square.
public struct ForwardCuriosity: Drive {
  /// The settings of the drive.
  public struct Configuration: Sendable, Hashable, Codable {
    /// η.
    public var weight: Float = 1
    public var normalization = BonusNormalization.running
    /// β in 0...1, the forward model's share of the loss.
    public var forwardShare: Float = 0.2
    /// The number of features.
    public var features = 32
    /// The widths of the hidden layers between observation and features.
    public var encoderHidden = [64]
    /// The widths of the hidden layers of the inverse and of the forward model.
    public var modelHidden = [64]
    public var activation = Activation.tanh
    public var fit = DriveFit()

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      try BonusScale.validate(weight: weight)
      guard (0...1).contains(forwardShare) else {
        throw ConfigurationError("forwardShare", forwardShare, allowed: "0 to 1")
      }
      try LayerStack.validate("features", [features])
      try LayerStack.validate("encoderHidden", encoderHidden)
      try LayerStack.validate("modelHidden", modelHidden)
      try fit.validate()
    }
  }

  public let configuration: Configuration
  private let spaces: DriveSpaces
  private let encoder: LayerStack
  private let inverse: LayerStack
  private let forward: LayerStack
  private var model: DriveModel
  private var scale: BonusScale

  /// Makes a drive that knows nothing yet.
  ///
  /// - Throws: ``ConfigurationError`` for a setting out of its range, or a space of actions that is
  ///   not discrete: the inverse model tells choices apart.
  public init(
    _ configuration: Configuration = Configuration(), for spaces: DriveSpaces, seed: UInt64
  ) throws(ConfigurationError) {
    try configuration.validate()
    guard spaces.action.isDiscrete else {
      throw ConfigurationError(
        "the action space", spaces.action, allowed: "a discrete one, for the inverse model")
    }
    self.configuration = configuration
    self.spaces = spaces
    let (features, activation) = (configuration.features, configuration.activation)
    let hidden = configuration.modelHidden
    var layout = WeightLayout()
    encoder = LayerStack(
      [spaces.observation.count] + configuration.encoderHidden + [features],
      activation: activation, output: activation, named: "encoder", in: &layout)
    inverse = LayerStack(
      [2 * features] + hidden + [spaces.action.count], activation: activation, named: "inverse",
      in: &layout)
    forward = LayerStack(
      [features + spaces.action.count] + hidden + [features], activation: activation,
      named: "forward", in: &layout)
    model = DriveModel(layout, configuration.fit, random: RandomStream(seed: seed))
    scale = BonusScale(weight: configuration.weight, configuration.normalization)
  }

  public mutating func bonuses(for transitions: Transitions) -> [Float] {
    let (before, after) = encode(model.weights, transitions)
    return scale.apply(
      to: forwardErrors(model.weights, before, after, transitions).elements)
  }

  public mutating func learn(from transitions: Transitions) {
    let share = configuration.forwardShare
    model.learn(from: transitions) { [self] weights, some in
      let (before, after) = encode(weights, some)
      let logits = inverse(weights, before.concatenated(with: after, along: 1))
      return (1 - share) * logits.crossEntropy(with: some.choices)
        + share * forwardErrors(weights, before, after, some).mean()
    }
  }

  /// The features before and after each step, `[N, features]` each.
  private func encode(
    _ weights: Weights, _ transitions: Transitions
  ) -> (before: Tensor, after: Tensor) {
    let count = transitions.count
    let both = encoder(
      weights, transitions.observations.concatenated(with: transitions.nextObservations))
    return (both.slice(0..<count), both.slice(count..<2 * count))
  }

  /// ½‖φ̂ − φ(s')‖², `[N]`.
  private func forwardErrors(
    _ weights: Weights, _ before: Tensor, _ after: Tensor, _ transitions: Transitions
  ) -> Tensor {
    let actions = transitions.actionFeatures(spaces.action)
    let predicted = forward(weights, before.concatenated(with: actions, along: 1))
    return 0.5 * (predicted - after).squared().sum(along: 1)
  }

  /// The share of steps whose action the inverse model tells.
  public func inverseAccuracy(on transitions: Transitions) -> Float {
    let (before, after) = encode(model.weights, transitions)
    let told = inverse(model.weights, before.concatenated(with: after, along: 1))
      .argumentMaximum()
    let right = zip(told, transitions.choices).count { $0 == $1 }
    return Float(right) / Float(max(transitions.count, 1))
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
