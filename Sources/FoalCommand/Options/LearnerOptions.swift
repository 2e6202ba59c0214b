internal import Agents
public import ArgumentParser
public import Networks
public import Tensors

/// The defaults that a command's help shows for its learner.
protocol LearnerDefaults {
  static var learner: PPO.Configuration { get }
}

/// The learner's settings as flags; those that are not given keep the configuration's value.
struct LearnerOptions<Defaults: LearnerDefaults>: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: Self.help("Environments stepped together: a multiple of --lanes.", \.slots))
  var slots: Int?
  @Option(
    parsing: .unconditional,
    help: Self.help("Shares of the environments; part of what the result depends on.", \.lanes))
  var lanes: Int?
  @Option(
    parsing: .unconditional, help: Self.help("Steps of a rollout, 1 or more.", \.rolloutSteps))
  var rolloutSteps: Int?
  @Option(
    parsing: .unconditional,
    help: Self.help("How often each rollout is gone through, 1 or more.", \.epochs))
  var epochs: Int?
  @Option(
    parsing: .unconditional,
    help: Self.help("Parts of a rollout: a divisor of a lane's share.", \.minibatches))
  var minibatches: Int?
  @Option(parsing: .unconditional, help: Self.help("Step size of Adam, above 0.", \.learningRate))
  var learningRate: Float?
  @Flag(
    inversion: .prefixedNo,
    help: Self.help("Let the step size fall to 0 over the run.", \.annealsLearningRate))
  var annealsLearningRate: Bool?
  @Option(parsing: .unconditional, help: Self.help("Discount a step, 0 to 1.", \.discount))
  var discount: Float?
  @Option(
    parsing: .unconditional, help: Self.help("λ of the advantage estimate, 0 to 1.", \.gaeLambda))
  var gaeLambda: Float?
  @Option(
    parsing: .unconditional,
    help: Self.help("How far an update may move a probability ratio, above 0.", \.clipRange))
  var clipRange: Float?
  @Option(
    parsing: .unconditional,
    help: Self.help("Weight of the value loss, 0 or more.", \.valueCoefficient))
  var valueCoefficient: Float?
  @Option(
    parsing: .unconditional,
    help: Self.help("Weight of the policy's entropy, 0 or more.", \.entropyCoefficient))
  var entropyCoefficient: Float?
  @Option(
    parsing: .unconditional, help: Self.help("Longest gradient, above 0.", \.maximumGradientNorm))
  var maximumGradientNorm: Float?
  @Flag(
    inversion: .prefixedNo,
    help: Self.help("Bring advantages to mean 0 and variance 1.", \.normalizesAdvantages))
  var normalizesAdvantages: Bool?
  @Option(
    parsing: .unconditional,
    help: Self.help("Correlation of exploration in a box, 0 to below 1.", \.noiseCorrelation))
  var noiseCorrelation: Float?
  @Option(
    parsing: .unconditional,
    help: Self.help("What rewards are multiplied by, not 0.", \.rewardScale))
  var rewardScale: Float?
  @Option(help: Self.help("Widths of the hidden layers, 1 to 8192, by commas.", \.hidden))
  var hidden: LayerWidths?
  @Option(help: Self.help("What follows each hidden layer.", \.activation))
  var activation: Activation?
  @Option(help: Self.help("Whether policy and value share layers.", \.trunk))
  var trunk: ActorCritic.Trunk?
  @Option(
    parsing: .unconditional,
    help: Self.help("Memory cells, or a transformer's width, 0 to 8192; 0 for none.", \.memory))
  var memory: Int?
  @Option(help: Self.help("What remembers.", \.memoryKind))
  var memoryKind: ActorCritic.MemoryKind?
  @Option(
    parsing: .unconditional,
    help: Self.help(
      "Steps that a gated unit's most lasting cell keeps what it holds at first, 2 or more.",
      \.memoryHorizon))
  var memoryHorizon: Int?
  @Option(
    parsing: .unconditional,
    help: Self.help(
      "Steps that a transformer's layers look back, this one included.", \.memoryWindow))
  var memoryWindow: Int?
  @Option(
    parsing: .unconditional, help: Self.help("Layers of a transformer, 1 to 64.", \.memoryLayers))
  var memoryLayers: Int?
  @Option(
    parsing: .unconditional,
    help: Self.help("Heads of a transformer: a divisor of --memory.", \.memoryHeads))
  var memoryHeads: Int?
  @Option(
    parsing: .unconditional,
    help: Self.help(
      "Weight of predicting what is seen next, 0 or more; needs a memory.",
      \.observationPredictionWeight))
  var observationPredictionWeight: Float?
  @Option(
    parsing: .unconditional,
    help: Self.help(
      "Weight of predicting rewards, 0 or more; needs a memory.", \.rewardPredictionWeight))
  var rewardPredictionWeight: Float?
  @Option(
    parsing: .unconditional,
    help: Self.help(
      "Weight of predicting what experts are after, 0 or more; needs a memory.",
      \.aimPredictionWeight))
  var aimPredictionWeight: Float?

  /// Puts the given settings into a configuration, which is then to be validated.
  func apply(to learner: inout PPO.Configuration) {
    set(&learner.slots, slots)
    set(&learner.lanes, lanes)
    set(&learner.rolloutSteps, rolloutSteps)
    set(&learner.epochs, epochs)
    set(&learner.minibatches, minibatches)
    set(&learner.learningRate, learningRate)
    set(&learner.annealsLearningRate, annealsLearningRate)
    set(&learner.discount, discount)
    set(&learner.gaeLambda, gaeLambda)
    set(&learner.clipRange, clipRange)
    set(&learner.valueCoefficient, valueCoefficient)
    set(&learner.entropyCoefficient, entropyCoefficient)
    set(&learner.maximumGradientNorm, maximumGradientNorm)
    set(&learner.normalizesAdvantages, normalizesAdvantages)
    set(&learner.noiseCorrelation, noiseCorrelation)
    set(&learner.rewardScale, rewardScale)
    set(&learner.hidden, hidden?.values)
    set(&learner.activation, activation)
    set(&learner.trunk, trunk)
    set(&learner.memory, memory)
    set(&learner.memoryKind, memoryKind)
    set(&learner.memoryHorizon, memoryHorizon)
    set(&learner.memoryWindow, memoryWindow)
    set(&learner.memoryLayers, memoryLayers)
    set(&learner.memoryHeads, memoryHeads)
    set(&learner.observationPredictionWeight, observationPredictionWeight)
    set(&learner.rewardPredictionWeight, rewardPredictionWeight)
    set(&learner.aimPredictionWeight, aimPredictionWeight)
  }

  private func set<Value>(_ setting: inout Value, _ given: Value?) {
    if let given { setting = given }
  }

  /// Describes a setting, with the command's default.
  private static func help<Value>(
    _ text: String, _ setting: KeyPath<PPO.Configuration, Value>
  ) -> ArgumentHelp {
    let value = Defaults.learner[keyPath: setting]
    let shown = (value as? [Int])?.map(String.init).joined(separator: ",") ?? "\(value)"
    return ArgumentHelp("\(text) (default: \(shown))", valueName: "value")
  }
}

/// Widths of layers as a flag's value: `64,64`.
struct LayerWidths: ExpressibleByArgument, Sendable {
  let values: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap { Int($0) }
    if values.count != parts.count { return nil }
  }
}

extension Activation: ExpressibleByArgument {}
extension ActorCritic.Trunk: ExpressibleByArgument {}
extension ActorCritic.MemoryKind: ExpressibleByArgument {}
