public import Environments
public import Networks
public import Tensors

/// Proximal policy optimisation: rollouts by the current policy, then several epochs of the
/// clipped surrogate over minibatches of them.
///
/// A policy with a memory learns from whole sequences, starting from the memory that it had and
/// wiped where the environments' tasks ended.
///
/// The slots are divided into lanes. A lane owns its environments, random stream and share of each
/// minibatch; gradients are summed in the order of lanes, so the result does not depend on how
/// many threads the lanes were given to.
///
/// Source: Schulman et al. (2017), arXiv:1707.06347. Deviations: advantages are normalised over
/// the whole rollout, not over each minibatch; a minibatch takes the same share of each lane.
public struct PPO: Sendable {
  /// The settings of a run.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The number of environments stepped together; a multiple of `lanes`.
    public var slots = 64
    /// The number of lanes; part of what the result depends on, unlike the number of threads.
    public var lanes = 4
    /// T, the steps of a rollout; over all slots 2²⁴ at most.
    public var rolloutSteps = 128
    /// How often each rollout is gone through.
    public var epochs = 4
    /// The number of parts that a rollout is divided into for updates.
    public var minibatches = 4
    /// γ in 0...1, per environment step.
    public var discount: Float = 0.99
    /// λ of generalized advantage estimation, in 0...1.
    public var gaeLambda: Float = 0.95
    /// ε of the clipped surrogate, above 0.
    public var clipRange: Float = 0.2
    /// The weight of the value loss.
    public var valueCoefficient: Float = 0.5
    /// The weight of the policy's entropy.
    public var entropyCoefficient: Float = 0.01
    /// α of Adam, above 0.
    public var learningRate: Float = 1e-3
    /// Whether the learning rate falls to 0 in a straight line over the run.
    public var annealsLearningRate = true
    /// Longer gradients are scaled down to this norm.
    public var maximumGradientNorm: Float = 0.5
    /// Whether advantages are brought to mean 0 and variance 1 over each rollout.
    public var normalizesAdvantages = true
    /// The correlation, in 0..<1, between the exploration noise of one step and the next, for
    /// boxes. Slow noise finds what quick noise cannot, for example the top of a hill.
    ///
    /// Source: Hollenstein et al. (2024), arXiv:2312.11091; here as a first-order autoregression.
    public var noiseCorrelation: Float = 0
    /// Rewards are multiplied by this before anything is learned from them.
    public var rewardScale: Float = 1
    /// The widths of the hidden layers.
    public var hidden = [64, 64]
    public var activation = Activation.tanh
    public var trunk = ActorCritic.Trunk.separate
    /// The number of memory cells; 0 for none.
    public var memory = 0

    public init() {}
  }

  /// What one rollout and its updates brought.
  public struct Iteration: Sendable {
    /// Environment steps so far, over all slots.
    public var steps: Int
    /// The tries that ended during the rollout, lane by lane; slots are counted within a lane.
    public var episodes: [Episode]
    /// Means over the updates.
    public var statistics: SurrogateStatistics
    /// The mean length of the gradients before clipping.
    public var gradientNorm: Float
  }

  public let configuration: Configuration
  /// The policy as learned so far.
  public private(set) var policy: Policy
  /// Environment steps so far, over all slots.
  public private(set) var steps = 0
  /// The number of threads that lanes are given to.
  public var workers = 1
  private var optimizer: Adam
  private var lanes: [Lane]

  /// Makes a learner.
  ///
  /// - Parameters:
  ///   - weights: where to start from; drawn if nil.
  ///   - seed: everything random follows from it.
  ///   - environments: makes a lane's batch of a number of slots.
  /// - Throws: ``ConfigurationError`` for a setting out of its range.
  public init(
    _ configuration: Configuration, weights: Weights? = nil, seed: UInt64,
    environments: (_ slots: Int, RandomStream) -> EnvironmentBatch
  ) throws {
    try configuration.validate()
    self.configuration = configuration
    let random = RandomStream(seed: seed)
    let slots = configuration.slots / configuration.lanes
    let batches = (0..<configuration.lanes).map { lane in
      environments(slots, random.split("environments").split(lane))
    }
    precondition(
      batches.allSatisfy { $0.slots == slots },
      "a lane needs \(slots) slots, got \(batches.map(\.slots))")
    let network = ActorCritic(
      configuration.network(
        observing: batches[0].observationSpace, acting: batches[0].actionSpace))
    var drawing = random.split("weights")
    policy = Policy(
      network: network,
      weights: weights ?? Weights(initializing: network.layout, using: &drawing),
      actionSpace: batches[0].actionSpace)
    optimizer = Adam(count: network.layout.count)
    lanes = batches.enumerated().map { index, batch in
      Lane(
        environments: batch, memory: network.emptyMemory(batch.slots),
        random: random.split("actions").split(index), configuration)
    }
  }

  /// Collects one rollout and learns from it.
  ///
  /// - Parameter progress: the fraction of the run that is done, for annealing; 1 if it is more.
  /// - Throws: `EnvironmentError` or ``TrainingError``; the weights are then those of the last
  ///   update that was sound.
  public mutating func iterate(progress: Float) throws -> Iteration {
    try collect()
    var iteration = Iteration(
      steps: steps, episodes: lanes.flatMap(\.finished), statistics: SurrogateStatistics(),
      gradientNorm: 0)
    let rate = configuration.learningRateSchedule.value(at: progress)
    let updates = Float(configuration.epochs * configuration.minibatches)
    for _ in 0..<configuration.epochs {
      for index in lanes.indices { lanes[index].shuffle(configuration) }
      for minibatch in 0..<configuration.minibatches {
        let (gradient, statistics) = try gradient(minibatch)
        let norm = optimizer.update(
          &policy.weights, gradient: gradient, rate: rate,
          maximumNorm: configuration.maximumGradientNorm)
        guard norm.isFinite else { throw TrainingError.nonFiniteGradient(step: steps) }
        iteration.statistics.add(statistics, weight: 1 / updates)
        iteration.gradientNorm += norm / updates
      }
    }
    return iteration
  }

  /// Lets every lane act, then estimates advantages.
  private mutating func collect() throws {
    let (policy, configuration) = (policy, configuration)
    concurrentForEach(&lanes, workers: workers) { lane, _ in
      lane.collect(policy, configuration)
    }
    for lane in lanes {
      if let failure = lane.failure { throw failure }
    }
    steps += configuration.slots * configuration.rolloutSteps
    if configuration.normalizesAdvantages { normalizeAdvantages() }
  }

  private mutating func normalizeAdvantages() {
    var (sum, squares, count) = (0.0, 0.0, 0.0)
    for lane in lanes {
      for advantage in lane.rollout.advantages {
        sum += Double(advantage)
        squares += Double(advantage) * Double(advantage)
      }
      count += Double(lane.rollout.advantages.count)
    }
    let mean = sum / count
    let deviation = max(squares / count - mean * mean, 0).squareRoot()
    for index in lanes.indices {
      lanes[index].normalize(mean: Float(mean), deviation: Float(deviation))
    }
  }

  /// The mean gradient of the lanes' shares of a minibatch.
  private mutating func gradient(
    _ minibatch: Int
  ) throws -> (gradient: Tensor, statistics: SurrogateStatistics) {
    let (policy, configuration) = (policy, configuration)
    concurrentForEach(&lanes, workers: workers) { lane, _ in
      lane.differentiate(minibatch, policy, configuration)
    }
    var total = lanes[0].gradient
    var statistics = SurrogateStatistics()
    let share = 1 / Float(lanes.count)
    for (index, lane) in lanes.enumerated() {
      guard lane.loss.isFinite else { throw TrainingError.nonFiniteLoss(step: steps) }
      if index > 0 { total = total + lane.gradient }
      statistics.add(lane.statistics, weight: share)
    }
    return (lanes.count == 1 ? total : share * total, statistics)
  }
}

/// One share of the environments, with all that learning from it needs.
private struct Lane: Sendable {
  var environments: EnvironmentBatch
  var memory: Tensor?
  var noise: CorrelatedNoise?
  var random: RandomStream
  var rollout: Rollout
  var actions: ActionBatch
  var finished: [Episode] = []
  var failure: EnvironmentError?
  /// Positions in the rollout, or slots if there is a memory, in the order of this epoch.
  var order: [Int32] = []
  var samples = Samples()
  var loss: Float = 0
  var gradient = Tensor(0)
  var statistics = SurrogateStatistics()

  /// The rollout as tensors, all N = T · B steps.
  struct Samples: Sendable {
    var observations = Tensor(0)
    var vectors: Tensor?
    var masks: Tensor?
    /// Log-probabilities, advantages, returns and keeps: `[N, 4]`.
    var scalars = Tensor(0)
  }

  init(
    environments: EnvironmentBatch, memory: Tensor?, random: RandomStream,
    _ configuration: PPO.Configuration
  ) {
    self.environments = environments
    self.memory = memory
    self.random = random
    rollout = Rollout(steps: configuration.rolloutSteps, environments: environments)
    if !environments.actionSpace.isDiscrete {
      noise = CorrelatedNoise(
        [environments.slots, environments.actionSpace.count],
        correlation: configuration.noiseCorrelation)
    }
    actions = ActionBatch(environments.actionSpace, slots: environments.slots)
  }

  mutating func collect(_ policy: Policy, _ configuration: PPO.Configuration) {
    do {
      try rollout.collect(
        policy, &environments, memory: &memory, noise: &noise, actions: &actions, using: &random)
    } catch {
      failure = error
      return
    }
    finished = environments.buffers.finished
    environments.buffers.finished.removeAll(keepingCapacity: true)
    rollout.estimate(
      discount: configuration.discount, lambda: configuration.gaeLambda,
      rewardScale: configuration.rewardScale)
    samples = Samples()
  }

  mutating func normalize(mean: Float, deviation: Float) {
    for index in rollout.advantages.indices {
      rollout.advantages[index] = (rollout.advantages[index] - mean) / (deviation + 1e-8)
    }
  }

  /// Draws a new order; on a rollout's first epoch the rollout becomes tensors.
  mutating func shuffle(_ configuration: PPO.Configuration) {
    let count = rollout.steps * rollout.slots
    let choices = configuration.memory > 0 ? rollout.slots : count
    if order.count != choices { order = (0..<Int32(choices)).map { $0 } }
    random.shuffle(&order)
    guard samples.observations.shape.rank == 0 else { return }
    samples.observations = Tensor([count, rollout.width], rollout.observations)
    if !rollout.vectors.isEmpty {
      samples.vectors = Tensor([count, rollout.actionCount], rollout.vectors)
    }
    if !rollout.masks.isEmpty {
      samples.masks = Tensor([count, rollout.actionCount], rollout.masks)
    }
    let rollout = rollout
    samples.scalars = Tensor([count, 4]) { output in
      for index in 0..<count {
        output[4 * index] = rollout.logProbabilities[index]
        output[4 * index + 1] = rollout.advantages[index]
        output[4 * index + 2] = rollout.returns[index]
        output[4 * index + 3] = rollout.keep[index]
      }
    }
  }

  /// The positions of a minibatch in the rollout; with a memory, whole sequences in time order.
  private func positions(_ minibatch: Int, _ configuration: PPO.Configuration) -> [Int32] {
    let size = order.count / configuration.minibatches
    let picked = order[minibatch * size..<(minibatch + 1) * size]
    guard configuration.memory > 0 else { return Array(picked) }
    var positions: [Int32] = []
    positions.reserveCapacity(rollout.steps * size)
    for step in 0..<rollout.steps {
      for slot in picked { positions.append(Int32(step * rollout.slots) + slot) }
    }
    return positions
  }

  /// Takes the gradient of the loss on this lane's share of a minibatch.
  mutating func differentiate(
    _ minibatch: Int, _ policy: Policy, _ configuration: PPO.Configuration
  ) {
    let positions = positions(minibatch, configuration)
    let count = positions.count
    let observations = samples.observations.gathering(positions)
    let scalars = samples.scalars.gathering(positions)
    let surrogateSamples = SurrogateSamples(
      choices: rollout.choices.isEmpty ? [] : positions.map { rollout.choices[Int($0)] },
      vectors: samples.vectors?.gathering(positions),
      allowed: samples.masks?.gathering(positions),
      logProbabilities: scalars.column(0), advantages: scalars.column(1),
      returns: scalars.column(2))
    var keep: Tensor?
    var memory: Tensor?
    if let initial = rollout.initialMemory {
      let slots = positions.prefix(count / rollout.steps).map { $0 }
      keep = scalars.column(3).reshaped(to: [rollout.steps, slots.count])
      memory = initial.gathering(slots)
    }
    let surrogate = ClippedSurrogate(
      clipRange: configuration.clipRange, valueCoefficient: configuration.valueCoefficient,
      entropyCoefficient: configuration.entropyCoefficient)
    let network = policy.network
    let result = valueAndGradient(at: policy.weights) { weights in
      let output = network(weights, observations, memory: memory, keep: keep)
      if surrogateSamples.vectors == nil && surrogateSamples.allowed == nil {
        return surrogate.fused(head: output.head, surrogateSamples)
      }
      return surrogate.composed(
        output, logDeviation: network.logDeviation.map { weights[$0] }, surrogateSamples)
    }
    loss = result.value.item
    gradient = result.gradient
    statistics = result.auxiliary
  }
}

extension Tensor {
  /// A column of a matrix, `[rows]`.
  fileprivate func column(_ index: Int) -> Tensor {
    slice(index..<index + 1, along: 1).reshaped(to: [shape[0]])
  }
}
