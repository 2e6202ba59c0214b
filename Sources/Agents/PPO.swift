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
    /// Whether the return runs on over the tries of a task, as far as the memory does, so that what
    /// is found out in one try counts by what the later ones earn; else it ends with each try.
    ///
    /// The last try's end is then an end, even where a limit cut it.
    public var returnsSpanTries = false
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
    /// The number of memory cells, or the width of a transformer's layers; 0 for no memory.
    public var memory = 0
    /// What remembers.
    public var memoryKind = ActorCritic.MemoryKind.gru
    /// Of a gated recurrent unit: for how many steps its most lasting cell keeps what it holds at
    /// first, 2 or more.
    public var memoryHorizon = 2
    /// Of a transformer: the inputs that each layer attends to, the layers, and the heads, which
    /// divide `memory`.
    public var memoryWindow = 64
    public var memoryLayers = 1
    public var memoryHeads = 2
    /// The width of symbols' embeddings, where an observation holds symbols.
    public var symbolWidth = 32
    /// The width of what is made of symbols and words beside a grid.
    public var contextWidth = 64
    /// How much it counts how well a policy with a memory predicts the next observation, how well the
    /// reward, and how well what the tasks' experts are after, as long as they are asked; 0 or more.
    /// What counts nothing there is nothing to predict with. See ``Prediction``.
    public var observationPredictionWeight: Float = 0
    public var rewardPredictionWeight: Float = 0
    public var aimPredictionWeight: Float = 0

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
    /// The mean bonus of a step; 0 without a drive.
    public var bonus: Float = 0
    /// What levels were met; nil without a curriculum.
    public var curriculum: CurriculumStatistics?
    /// How far off predictions were, means over the updates; nil if nothing is predicted.
    public var prediction: Prediction.Errors?
  }

  public let configuration: Configuration
  /// The policy as learned so far.
  public internal(set) var policy: Policy
  /// Environment steps so far, over all slots.
  public internal(set) var steps = 0
  /// The number of threads that lanes are given to.
  public var workers = 1
  /// Teachers to learn from besides the rewards; nil for none.
  public var teaching: Teaching?
  /// Gives bonuses that are added to the scaled rewards before anything is learned from them; nil
  /// for none. It sees all steps of a rollout at once, lane by lane, on one thread.
  public var drive: (any Drive)?
  /// Decides which tasks the slots meet; nil where each slot draws its tasks by itself.
  public internal(set) var curriculum: Curriculum?
  /// How an environment that stopped the last iteration can be seen doing so again.
  public var replay: EnvironmentReplay? { lanes.lazy.compactMap(\.replay).first }
  let seed: UInt64
  var optimizer: Adam
  var lanes: [Lane]
  private let reduction: any LaneReduction

  /// Makes a learner.
  ///
  /// - Parameters:
  ///   - weights: where to start from; drawn if nil.
  ///   - seed: everything random follows from it.
  ///   - reduction: how the lanes' gradients are summed.
  ///   - environments: makes a lane's batch of a number of slots.
  /// - Throws: ``ConfigurationError`` for a setting out of its range.
  public init(
    _ configuration: Configuration, weights: Weights? = nil, seed: UInt64,
    reduction: any LaneReduction = SharedMemoryReduction(),
    environments: (_ slots: Int, RandomStream) -> EnvironmentBatch
  ) throws {
    try configuration.validate()
    self.configuration = configuration
    self.reduction = reduction
    self.seed = seed
    let random = RandomStream(seed: seed)
    let slots = configuration.slots / configuration.lanes
    let batches = (0..<configuration.lanes).map { lane in
      environments(slots, random.split("environments").split(lane))
    }
    precondition(
      batches.allSatisfy { $0.slots == slots },
      "a lane needs \(slots) slots, got \(batches.map(\.slots))")
    var sizes = configuration.network(
      observing: batches[0].observationSpace, acting: batches[0].actionSpace)
    if configuration.aimPredictionWeight > 0 { sizes.aimKinds = batches[0].aimKinds }
    let network = ActorCritic(sizes)
    var drawing = random.split("weights")
    policy = Policy(
      network: network,
      weights: Weights(initializing: network.layout, using: &drawing).adopting(weights),
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
  /// - Throws: `EnvironmentError` or ``TrainingError``; the learner is then not to be used any more.
  public mutating func iterate(progress: Float) throws -> Iteration {
    askExperts(at: progress)
    queueLevels()
    let bonus = try collect()
    if let teaching {
      concurrentForEach(&lanes, workers: workers) { lane, _ in
        lane.hear(teaching, progress: progress)
      }
    }
    var iteration = Iteration(
      steps: steps, episodes: lanes.flatMap(\.finished), statistics: SurrogateStatistics(),
      gradientNorm: 0, bonus: bonus, curriculum: followLevels())
    let rate = configuration.learningRateSchedule.value(at: progress)
    let updates = Float(configuration.epochs * configuration.minibatches)
    for epoch in 0..<configuration.epochs {
      for minibatch in 0..<configuration.minibatches {
        let (gradient, statistics) = try gradient(epoch, minibatch)
        let norm = optimizer.update(
          &policy.weights, gradient: gradient, rate: rate,
          maximumNorm: configuration.maximumGradientNorm)
        guard norm.isFinite else { throw TrainingError.nonFiniteGradient(step: steps) }
        iteration.statistics.add(statistics, weight: 1 / updates)
        iteration.gradientNorm += norm / updates
        iteration.add(lanes.compactMap(\.predictionErrors), weight: 1 / updates)
      }
    }
    guard policy.weights.values.norm.isFinite else {
      throw TrainingError.nonFiniteWeights(step: steps)
    }
    return iteration
  }

  /// Makes the lanes note what experts would do, as long as that counts.
  private mutating func askExperts(at progress: Float) {
    let counts =
      teaching?.expert.map {
        configuration.aimPredictionWeight > 0 || $0.coefficient(at: progress) > 0
      } ?? false
    let symbols = policy.network.configuration.aimKinds.count
    for index in lanes.indices where lanes[index].rollout.expertChoices.isEmpty == counts {
      let steps = lanes[index].rollout.steps * lanes[index].rollout.slots
      lanes[index].rollout.expertChoices = Array(repeating: 0, count: counts ? steps : 0)
      lanes[index].rollout.expertAims = Array(repeating: -1, count: counts ? steps * symbols : 0)
    }
  }

  /// Lets every lane act, then estimates advantages, and returns the mean bonus.
  private mutating func collect() throws -> Float {
    let (policy, configuration, seed) = (policy, configuration, seed)
    keepTransitions()
    let awaitsBonuses = drive != nil
    concurrentForEach(&lanes, workers: workers) { lane, _ in
      lane.collect(policy, configuration, seed: seed, awaitsBonuses: awaitsBonuses)
    }
    for lane in lanes {
      if let failure = lane.failure { throw failure }
    }
    steps += configuration.slots * configuration.rolloutSteps
    let bonus = try addBonuses()
    if configuration.normalizesAdvantages { normalizeAdvantages() }
    return bonus
  }

  private mutating func normalizeAdvantages() {
    let sums = reduction.sum(lanes.count) { lanes[$0].advantageSums }
    let mean = sums.x / sums.z
    let deviation = max(sums.y / sums.z - mean * mean, 0).squareRoot()
    for index in lanes.indices {
      lanes[index].advantages = (Float(mean), Float(deviation) + 1e-8)
    }
  }

  /// The mean gradient of the lanes' shares of a minibatch.
  private mutating func gradient(
    _ epoch: Int, _ minibatch: Int
  ) throws -> (gradient: Tensor, statistics: SurrogateStatistics) {
    let (policy, configuration) = (policy, configuration)
    concurrentForEach(&lanes, workers: workers) { lane, _ in
      lane.differentiate(epoch, minibatch, policy, configuration)
    }
    return try meanGradient()
  }

  /// The mean over the lanes of their gradients and statistics.
  func meanGradient() throws -> (gradient: Tensor, statistics: SurrogateStatistics) {
    var statistics = SurrogateStatistics()
    for lane in lanes {
      guard lane.loss.isFinite else { throw TrainingError.nonFiniteLoss(step: steps) }
      statistics.add(lane.statistics, weight: 1 / Float(lanes.count))
    }
    let total = reduction.sum(lanes.count) { lanes[$0].gradient }
    return (lanes.count == 1 ? total : 1 / Float(lanes.count) * total, statistics)
  }
}
