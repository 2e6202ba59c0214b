public import Environments
internal import Networks
internal import Tensors

/// Learns an expert's reward and a policy in turns: the policy acts, the discriminator learns to
/// tell it from the expert, and PPO improves the policy on what the discriminator says.
///
/// The environment's own reward is never looked at. Whether a reward comes out that holds elsewhere
/// is a matter of the discriminator's form, see ``AdversarialReward``.
///
/// Source: Fu et al. (2018), arXiv:1710.11248. Deviation: PPO in the place of trust regions, with
/// the moments of Adam begun anew in each turn.
public struct AdversarialImitation<Task: Environment>: Sendable {
  public struct Configuration: Sendable, Hashable, Codable {
    public var reward = AdversarialReward.Configuration()
    public var learner = PPO.Configuration()
    /// The turns after which a policy's steps are no longer shown to the discriminator.
    public var memory = 20

    public init() {}
  }

  public let configuration: Configuration
  public private(set) var reward: AdversarialReward
  public private(set) var policy: Policy
  private let task: Task
  private let expert: Demonstrations
  private var recent: [Demonstrations] = []
  private var random: RandomStream
  private var turns = 0
  private let seed: UInt64

  /// Makes a learner.
  ///
  /// - Throws: ``ConfigurationError`` for a setting out of its range.
  public init(
    _ configuration: Configuration, on task: Task, expert: Demonstrations, seed: UInt64
  ) throws {
    self.configuration = configuration
    (self.task, self.expert, self.seed) = (task, expert, seed)
    random = RandomStream(seed: seed).split("imitation")
    var drawing = random.split("reward")
    reward = try AdversarialReward(
      configuration.reward, observing: task.observationSpace, acting: task.actionSpace,
      using: &drawing)
    policy = try PPO(configuration.learner, seed: seed) { slots, random in
      EnvironmentBatch(
        tasks: Array(repeating: task, count: slots), named: "imitation", random: random)
    }.policy
  }

  /// Takes one turn.
  ///
  /// - Parameter progress: the fraction of the run that is done, for annealing.
  public mutating func iterate(progress: Float) throws {
    turns += 1
    let own = try record(task)
    recent.append(own)
    if recent.count > configuration.memory { recent.removeFirst() }
    // Every turn's policy is shown alike, one of them an update's worth at a time.
    let shown = recent[random.integer(below: recent.count)]
    try reward.learn(expert: expert, policy: own, acting: policy)
    try reward.learn(expert: expert, policy: shown, acting: policy)
    let reward = reward
    let wanting = ReplacedReward(task) { reward.value(seen: $0, action: $1, then: $2) }
    var learner = try PPO(
      configuration.learner, weights: policy.weights, seed: seed &+ UInt64(turns) &* 0x9E37_79B9
    ) { slots, random in
      EnvironmentBatch(
        tasks: Array(repeating: wanting, count: slots), named: "imitation", random: random)
    }
    _ = try learner.iterate(progress: progress)
    policy = learner.policy
  }

  /// Lets the policy act for an episode in each slot.
  private mutating func record(_ task: Task) throws -> Demonstrations {
    let slots = configuration.learner.slots
    var batch = EnvironmentBatch(
      tasks: Array(repeating: task, count: slots), named: "imitation",
      random: random.split("starts").split(turns))
    let policy = policy
    var stream = random.split("actions").split(turns)
    return try Demonstrations(of: "imitation", in: &batch, episodesPerSlot: 1) { batch, actions in
      let decision = policy.decide(batch.buffers, memory: nil, greedy: false, using: &stream)
      policy.write(decision, to: &actions)
    }
  }
}
