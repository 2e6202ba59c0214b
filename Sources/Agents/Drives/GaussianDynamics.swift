internal import Environments
internal import Networks
public import Tensors

/// The settings of a model of what follows a step.
public struct DynamicsSettings: Sendable, Hashable, Codable {
  /// The widths of the hidden layers.
  public var hidden = [32, 32]
  public var activation = Activation.tanh
  public var fit = DriveFit()

  public init() {}

  /// Checks every setting.
  public func validate() throws(ConfigurationError) {
    try LayerStack.validate("hidden", hidden)
    try fit.validate()
  }
}

/// A model of the environment: each element of what follows is normal and independent of the
/// others, given what was seen and done.
///
///     log P(s'|s,a) = Σ −½((Δ − μ)/σ)² − log σ − ½ log 2π        Δ = (s' − s), standardised
///
/// Mean and deviation are a network's outputs. The deviation is kept between e⁻⁴ and e² standard
/// deviations of the change, since a world without noise would have a density without bound.
///
/// Source: the model of Achiam and Sastry (2017), arXiv:1703.01732. Deviation: fitted by Adam over
/// minibatches, not by one step within a ball of the Kullback–Leibler divergence.
struct GaussianDynamics: Sendable {
  private let actions: DriveSpaces
  private let network: LayerStack
  private let width: Int
  private var model: DriveModel
  private var seen: RunningMoments
  private var changes: RunningMoments

  init(_ settings: DynamicsSettings, for spaces: DriveSpaces, seed: UInt64) {
    actions = spaces
    width = spaces.observation.count
    var layout = WeightLayout()
    network = LayerStack(
      [width + spaces.action.count] + settings.hidden + [2 * width],
      activation: settings.activation, named: "dynamics", in: &layout)
    model = DriveModel(layout, settings.fit, random: RandomStream(seed: seed))
    seen = RunningMoments(width: width)
    changes = RunningMoments(width: width)
  }

  /// The weights as fitted so far.
  var weights: Weights { model.weights }

  /// Takes account of the ranges that observations and their changes have.
  mutating func observe(_ transitions: Transitions) {
    seen.add(transitions.observations)
    changes.add(transitions.nextObservations - transitions.observations)
  }

  /// log P(s'|s,a) by some weights, `[N]`.
  func logDensities(_ weights: Weights, _ transitions: Transitions) -> Tensor {
    let input = seen.standardized(transitions.observations).concatenated(
      with: transitions.actionFeatures(actions.action), along: 1)
    let change = changes.standardized(
      transitions.nextObservations - transitions.observations, limit: 50)
    let output = network(weights, input)
    let mean = output.slice(0..<width, along: 1)
    let logDeviation = 3 * output.slice(width..<2 * width, along: 1).tanh() - 1
    let standardised = (change - mean) / logDeviation.exp()
    return (-0.5 * standardised.squared() - logDeviation - 0.918_938_5).sum(along: 1)
  }

  mutating func learn(from transitions: Transitions) {
    model.learn(from: transitions) { [self] weights, some in
      -logDensities(weights, some).mean() / Float(width)
    }
  }

  func write(to snapshot: inout DriveSnapshot) {
    model.write(to: &snapshot)
    seen.write(to: &snapshot, named: "seen")
    changes.write(to: &snapshot, named: "changes")
  }

  mutating func read(from snapshot: DriveSnapshot) throws {
    try model.read(from: snapshot)
    try seen.read(from: snapshot, named: "seen")
    try changes.read(from: snapshot, named: "changes")
  }
}
