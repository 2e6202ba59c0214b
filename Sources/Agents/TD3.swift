public import Environments
public import Networks
public import Tensors

/// Twin delayed deep deterministic policy gradient: critics learn what actions are worth from
/// replayed steps, and an actor learns the action that the first critic thinks best.
///
///     ã = clip(π'(s′) + clip(ε, −c, c), −1, 1)      ε ~ N(0, σ²)
///     y = Σ γⁱ rᵢ + γⁿ·min Q'ᵢ(s′, ã)
///     L = Σ mean (Qᵢ(s, a) − y)²                    J = mean Q₁(s, π(s))
///
/// With one critic, no delay and no smoothing it is its forerunner, DDPG: ``Configuration/ddpg``.
///
/// Sources: Fujimoto et al. (2018), arXiv:1802.09477; DDPG: Lillicrap et al. (2016),
/// arXiv:1509.02971.
public struct TD3: Sendable {
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
    public var randomSteps = 1000
    /// The number of critics.
    public var critics = 2
    /// The updates of the critics for each of the actor and the targets.
    public var policyDelay = 2
    /// σ and c of the noise that smooths the targets; 0 for none.
    public var smoothing: Float = 0.2
    public var smoothingLimit: Float = 0.5
    /// The deviation of the normal noise that is added to actions.
    public var explorationNoise: Float = 0.1
    /// The share of actions that are drawn uniformly instead.
    public var randomShare: Float = 0
    /// The weight of the mean square of actions, which keeps the actor away from the bounds.
    public var actionPenalty: Float = 0
    /// The range of all possible returns, into which targets are moved; nil if it is not known.
    public var targetRange: ClosedRange<Float>?
    /// τ, how far the target networks follow at each update of the actor.
    public var targetShare: Float = 0.005
    /// α of Adam, above 0, for actor and critics.
    public var learningRate: Float = 1e-3
    /// The widths of the hidden layers.
    public var hidden = [256, 256]
    public var activation = Activation.relu

    public init() {}

    /// Deep deterministic policy gradient: one critic, no delay, no smoothing.
    public static var ddpg: Configuration {
      var configuration = Configuration()
      configuration.critics = 1
      configuration.policyDelay = 1
      configuration.smoothing = 0
      return configuration
    }
  }

  public let configuration: Configuration
  /// The weights that learn.
  public private(set) var actorWeights: Weights
  public private(set) var criticWeights: Weights
  /// The number of threads that a minibatch is divided among.
  public var workers = 1
  /// Environment steps so far, over all slots.
  public private(set) var steps = 0
  private let actor: Actor
  private let critics: Critics
  private let scale: BoxScale
  private var actorTarget: Weights
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
    var (actorLayout, criticLayout) = (WeightLayout(), WeightLayout())
    actor = Actor(
      inputs: width, hidden: configuration.hidden, outputs: components,
      activation: configuration.activation, output: .tanh, in: &actorLayout)
    critics = Critics(
      configuration.critics, inputs: width + components, hidden: configuration.hidden,
      activation: configuration.activation, in: &criticLayout)
    var drawing = streams.split("weights")
    actorWeights = Weights(initializing: actorLayout, using: &drawing)
    criticWeights = Weights(initializing: criticLayout, using: &drawing)
    (actorTarget, criticTarget) = (actorWeights, criticWeights)
    actorOptimizer = Adam(count: actorLayout.count)
    criticOptimizer = Adam(count: criticLayout.count)
    replay = ReplayBuffer(configuration.replay, for: batch, hindsight: hindsight)
    minibatch = Minibatch(count: configuration.batch, from: replay)
    gradients = ShareGradients(rows: configuration.batch, shares: configuration.lanes)
    actions = ActionBatch(batch.actionSpace, slots: batch.slots)
    random = streams.split("actions")
  }

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
      guard criticOptimizer.step % configuration.policyDelay == 0 else { continue }
      iteration.policyLoss = try updateActor()
      actorTarget.follow(actorWeights, by: configuration.targetShare)
      criticTarget.follow(criticWeights, by: configuration.targetShare)
    }
    return iteration
  }

  /// Writes the action that the actor thinks best for each slot.
  ///
  /// - Parameter buffers: what the last reset or step of a batch wrote.
  public func act(on buffers: borrowing StepBuffers, into actions: inout ActionBatch) {
    scale.write(actor(actorWeights, Tensor(observationsOf: buffers)), to: &actions)
  }

  private mutating func explore() {
    let shape = Shape(environments.slots, scale.count)
    guard steps >= configuration.randomSteps else {
      scale.write(2 * Tensor.uniform(shape, using: &random) - 1, to: &actions)
      return
    }
    let best = actor(actorWeights, Tensor(observationsOf: environments.buffers))
    let noise = configuration.explorationNoise * Tensor.normal(shape, using: &random)
    scale.write(best + noise, to: &actions)
    guard configuration.randomShare > 0 else { return }
    for slot in 0..<environments.slots where random.uniform() < configuration.randomShare {
      scale.drawUniformly(slot, of: &actions, using: &random)
    }
  }

  private mutating func updateCritics(_ iteration: inout OffPolicyIteration) throws {
    let (actor, actorTarget) = (actor, actorTarget)
    let (critics, criticTarget, minibatch) = (critics, criticTarget, minibatch)
    let range = configuration.targetRange
    let limit = configuration.smoothingLimit
    var noise: Tensor?
    if configuration.smoothing > 0 {
      let normal = Tensor.normal(Shape(minibatch.count, scale.count), using: &random)
      noise = (configuration.smoothing * normal).clamped(to: -limit...limit)
    }
    let (loss, gradient) = gradients(at: criticWeights, workers: workers) { [noise] weights, rows in
      let next = minibatch.nextObservations(rows)
      var action = actor(actorTarget, next)
      if let noise { action = (action + noise.slice(rows)).clamped(to: -1...1) }
      let values = critics.least(criticTarget, next.concatenated(with: action, along: 1))
      var targets = minibatch.targets(rows, nextValues: values)
      if let range { targets = targets.clamped(to: range) }
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
    let (minibatch, penalty) = (minibatch, configuration.actionPenalty)
    let (loss, gradient) = gradients(at: actorWeights, workers: workers) { weights, rows in
      let seen = minibatch.observations(rows)
      let action = actor(weights, seen)
      let values = critics(
        criticWeights, seen.concatenated(with: action, along: 1), critic: 0)
      let loss = -values.mean()
      guard penalty > 0 else { return (loss, values) }
      return (loss + penalty * action.squared().mean(), values)
    }
    guard loss.isFinite else { throw TrainingError.nonFiniteLoss(step: steps) }
    let norm = actorOptimizer.update(
      &actorWeights, gradient: gradient, rate: configuration.learningRate)
    guard norm.isFinite else { throw TrainingError.nonFiniteGradient(step: steps) }
    return loss
  }
}

extension TD3.Configuration {
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
    try require(policyDelay >= 1, "policyDelay", policyDelay, "1 or more")
    try require(smoothing >= 0 && smoothing.isFinite, "smoothing", smoothing, "0 or more")
    try require(smoothingLimit >= 0, "smoothingLimit", smoothingLimit, "0 or more")
    try require(
      explorationNoise >= 0 && explorationNoise.isFinite, "explorationNoise", explorationNoise,
      "0 or more")
    try require((0...1).contains(randomShare), "randomShare", randomShare, "0 to 1")
    try require(
      actionPenalty >= 0 && actionPenalty.isFinite, "actionPenalty", actionPenalty, "0 or more")
    try require(
      targetShare > 0 && targetShare <= 1, "targetShare", targetShare, "above 0, at most 1")
    try require(
      learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "above 0")
    try require(
      hidden.count <= 16 && hidden.allSatisfy { (1...8192).contains($0) }, "hidden", hidden,
      "at most 16 widths of 1 to 8192")
  }
}
