public import Environments
public import Networks
internal import RealModule
public import Tensors

/// Soft actor-critic: critics learn what actions are worth from replayed steps, and a stochastic
/// actor learns good actions that stay as random as a temperature asks for.
///
///     y = Σ γⁱ rᵢ + γⁿ·( min Q'ᵢ(s′, a′) − α log π(a′|s′) )      a′ ~ π(·|s′)
///     L = Σ mean (Qᵢ(s, a) − y)²
///     J = mean ( α log π(a|s) − min Qᵢ(s, a) )                   a ~ π(·|s)
///     K = −mean log α · (log π(a|s) + H̄)
///
/// The logarithm of the temperature is one more of the actor's weights, so that one gradient moves
/// both.
///
/// Sources: Haarnoja et al. (2018), arXiv:1801.01290 and, with the automatic temperature and two
/// critics, arXiv:1812.05905.
public struct SAC: Sendable {
  /// The settings of a run. Actions are counted with the box's bounds at -1 and 1.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The number of environments stepped together.
    public var slots = 1
    /// The steps of each slot before each round of updates, and the updates of a round.
    public var rolloutSteps = 1
    public var updates = 1
    /// The number of steps that an update learns from; a multiple of `lanes`.
    public var batch = 256
    /// The number of shares that a minibatch is divided into, each of which a thread can take.
    public var lanes = 2
    /// What is kept and how it is sampled; priorities are not used.
    public var replay = ReplayBuffer.Configuration()
    /// The steps with random actions before the first update, over all slots.
    public var randomSteps = 100
    /// The number of critics.
    public var critics = 2
    /// H̄, the entropy that the policy is to have, in nats; nil for minus the number of components.
    public var targetEntropy: Float?
    /// α at the start, above 0.
    public var temperature: Float = 1
    /// Whether α is learned; otherwise it stays.
    public var learnsTemperature = true
    /// τ, how far the critics' targets follow at each update.
    public var targetShare: Float = 0.005
    /// The step size of Adam, above 0.
    public var learningRate: Float = 3e-4
    /// The widths of the hidden layers.
    public var hidden = [256, 256]
    public var activation = Activation.relu

    public init() {}
  }

  public let configuration: Configuration
  /// The weights that learn; the actor's last one is log α.
  public private(set) var actorWeights: Weights
  public private(set) var criticWeights: Weights
  /// The number of threads that a minibatch is divided among.
  public var workers = 1
  /// Environment steps so far, over all slots.
  public private(set) var steps = 0
  private let actor: Actor
  private let critics: Critics
  private let logTemperature: Parameter
  private let targetEntropy: Float
  private let scale: BoxScale
  private var criticTarget: Weights
  private var actorOptimizer: Adam
  private var criticOptimizer: Adam
  private var environments: EnvironmentBatch
  private var replay: ReplayBuffer
  private var minibatch: Minibatch
  private var gradients: ShareGradients
  private var actions: ActionBatch
  private var random: RandomStream

  /// Makes a learner.
  ///
  /// - Parameters:
  ///   - seed: everything random follows from it.
  ///   - hindsight: the other goals that sampled steps get; nil for none.
  ///   - environments: makes a batch of a number of slots, whose actions are a box.
  /// - Throws: ``ConfigurationError`` for a setting out of its range.
  public init(
    _ configuration: Configuration, seed: UInt64, hindsight: Hindsight? = nil,
    environments: (_ slots: Int, RandomStream) -> EnvironmentBatch
  ) throws {
    try configuration.validate()
    self.configuration = configuration
    let streams = RandomStream(seed: seed)
    let batch = environments(configuration.slots, streams.split("environments"))
    scale = try BoxScale(bounded: batch.actionSpace)
    self.environments = batch
    let (width, components) = (batch.observationSpace.count, batch.actionSpace.count)
    targetEntropy = configuration.targetEntropy ?? -Float(components)
    var (actorLayout, criticLayout) = (WeightLayout(), WeightLayout())
    actor = Actor(
      inputs: width, hidden: configuration.hidden, outputs: 2 * components,
      activation: configuration.activation, output: .identity, in: &actorLayout)
    logTemperature = actorLayout.add(
      "logTemperature", [1], .constant(.log(configuration.temperature)))
    critics = Critics(
      configuration.critics, inputs: width + components, hidden: configuration.hidden,
      activation: configuration.activation, in: &criticLayout)
    var drawing = streams.split("weights")
    actorWeights = Weights(initializing: actorLayout, using: &drawing)
    criticWeights = Weights(initializing: criticLayout, using: &drawing)
    criticTarget = criticWeights
    actorOptimizer = Adam(count: actorLayout.count)
    criticOptimizer = Adam(count: criticLayout.count)
    replay = ReplayBuffer(configuration.replay, for: batch, hindsight: hindsight)
    minibatch = Minibatch(count: configuration.batch, from: replay)
    gradients = ShareGradients(rows: configuration.batch, shares: configuration.lanes)
    actions = ActionBatch(batch.actionSpace, slots: batch.slots)
    random = streams.split("actions")
  }

  /// α now.
  public var temperature: Float { Float.exp(actorWeights[logTemperature].item) }

  /// Acts for some steps, then learns from what is remembered.
  ///
  /// - Throws: `EnvironmentError` or ``TrainingError``; the learner is then not to be used any more.
  public mutating func iterate() throws -> OffPolicyIteration {
    for _ in 0..<configuration.rolloutSteps {
      explore()
      try replay.record(actions, stepping: &environments)
      steps += environments.slots
    }
    var iteration = OffPolicyIteration(steps: steps, taking: &environments.buffers.finished)
    guard steps >= configuration.randomSteps else { return iteration }
    for _ in 0..<configuration.updates {
      replay.sample(&minibatch, using: &random)
      try updateCritics(&iteration)
      iteration.policyLoss = try updateActor()
      criticTarget.follow(criticWeights, by: configuration.targetShare)
    }
    return iteration
  }

  /// Writes the middle of each slot's policy.
  ///
  /// - Parameter buffers: what the last reset or step of a batch wrote.
  public func act(on buffers: borrowing StepBuffers, into actions: inout ActionBatch) {
    let output = actor(actorWeights, Tensor(observationsOf: buffers))
    scale.write(SquashedGaussian(output: output).mode, to: &actions)
  }

  private mutating func explore() {
    let shape = Shape(environments.slots, scale.count)
    guard steps >= configuration.randomSteps else {
      scale.write(2 * Tensor.uniform(shape, using: &random) - 1, to: &actions)
      return
    }
    let output = actor(actorWeights, Tensor(observationsOf: environments.buffers))
    let noise = Tensor.normal(shape, using: &random)
    scale.write(SquashedGaussian(output: output).sample(noise: noise).action, to: &actions)
  }

  private mutating func updateCritics(_ iteration: inout OffPolicyIteration) throws {
    let (actor, actorWeights, temperature) = (actor, actorWeights, temperature)
    let (critics, criticTarget, minibatch) = (critics, criticTarget, minibatch)
    let noise = Tensor.normal(Shape(minibatch.count, scale.count), using: &random)
    let (loss, gradient) = gradients(at: criticWeights, workers: workers) { weights, rows in
      let next = minibatch.nextObservations(rows)
      let (action, logProbability) = SquashedGaussian(output: actor(actorWeights, next))
        .sample(noise: noise.slice(rows))
      let values =
        critics.least(criticTarget, next.concatenated(with: action, along: 1))
        - temperature * logProbability
      let targets = minibatch.targets(rows, nextValues: values)
      let taken = minibatch.observations(rows)
        .concatenated(with: minibatch.actions(rows), along: 1)
      return (critics.loss(weights, taken, targets: targets), values)
    }
    guard loss.isFinite else { throw TrainingError.nonFiniteLoss(step: steps) }
    let norm = criticOptimizer.update(
      &criticWeights, gradient: gradient, rate: configuration.learningRate)
    guard norm.isFinite else { throw TrainingError.nonFiniteGradient(step: steps) }
    iteration.add(valueLoss: loss, gradientNorm: norm)
  }

  private mutating func updateActor() throws -> Float {
    let (actor, critics, criticWeights) = (actor, critics, criticWeights)
    let (minibatch, logTemperature, targetEntropy) = (minibatch, logTemperature, targetEntropy)
    let (temperature, learns) = (temperature, configuration.learnsTemperature)
    let noise = Tensor.normal(Shape(minibatch.count, scale.count), using: &random)
    let (loss, gradient) = gradients(at: actorWeights, workers: workers) { weights, rows in
      let seen = minibatch.observations(rows)
      let (action, logProbability) = SquashedGaussian(output: actor(weights, seen))
        .sample(noise: noise.slice(rows))
      let values = critics.least(criticWeights, seen.concatenated(with: action, along: 1))
      let loss = (temperature * logProbability - values).mean()
      guard learns else { return (loss, values) }
      let surplus = (logProbability.withoutGradient + targetEntropy).mean()
      return (loss - weights[logTemperature] * surplus, values)
    }
    guard loss.isFinite else { throw TrainingError.nonFiniteLoss(step: steps) }
    let norm = actorOptimizer.update(
      &actorWeights, gradient: gradient, rate: configuration.learningRate)
    guard norm.isFinite else { throw TrainingError.nonFiniteGradient(step: steps) }
    return loss
  }
}

extension SAC.Configuration {
  /// Checks every setting.
  public func validate() throws(ConfigurationError) {
    try require((1...65536).contains(slots), "slots", slots, "1 to 65536")
    try require((1...65536).contains(rolloutSteps), "rolloutSteps", rolloutSteps, "1 to 65536")
    try require((0...65536).contains(updates), "updates", updates, "0 to 65536")
    try require(
      (1...64).contains(lanes) && batch % lanes == 0 && (1...1 << 20).contains(batch), "batch",
      batch, "a multiple of lanes (\(lanes), at most 64), 2²⁰ at most")
    try replay.validate()
    try require(
      replay.priorityExponent == nil, "priorityExponent", replay.priorityExponent ?? 0, "none")
    try require(randomSteps >= 0, "randomSteps", randomSteps, "0 or more")
    try require((1...64).contains(critics), "critics", critics, "1 to 64")
    let entropy = targetEntropy ?? 0
    try require(entropy.isFinite, "targetEntropy", entropy, "a finite number")
    try require(temperature > 0 && temperature.isFinite, "temperature", temperature, "above 0")
    try require(
      targetShare > 0 && targetShare <= 1, "targetShare", targetShare, "above 0, at most 1")
    try require(
      learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "above 0")
    try require(
      hidden.count <= 16 && hidden.allSatisfy { (1...8192).contains($0) }, "hidden", hidden,
      "at most 16 widths of 1 to 8192")
  }
}
