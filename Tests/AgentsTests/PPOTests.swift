import Agents
import Environments
import Networks
import Tensors
import Testing

@Suite("PPO")
struct PPOTests {
  /// A small learner of a kind.
  private static func configuration(
    memory: Int = 0, _ change: (inout PPO.Configuration) -> Void = { _ in }
  ) -> PPO.Configuration {
    var configuration = PPO.Configuration()
    configuration.slots = 12
    configuration.lanes = 3
    configuration.rolloutSteps = 16
    configuration.minibatches = 2
    configuration.hidden = [8]
    configuration.memory = memory
    configuration.trunk = memory > 0 ? .shared : .separate
    change(&configuration)
    return configuration
  }

  private func learner(
    _ configuration: PPO.Configuration, isContinuous: Bool = false, weights: Weights? = nil,
    seed: UInt64 = 1, trials: TrialSettings = TrialSettings()
  ) throws -> PPO {
    try PPO(configuration, weights: weights, seed: seed) { slots, random in
      EnvironmentBatch(
        tasks: Array(repeating: Echo(isContinuous: isContinuous), count: slots), named: "echo",
        trials: trials, random: random)
    }
  }

  private func weights(
    _ configuration: PPO.Configuration, isContinuous: Bool = false, seed: UInt64 = 1,
    workers: Int = 1
  ) throws -> [Float] {
    var learner = try learner(configuration, isContinuous: isContinuous, seed: seed)
    learner.workers = workers
    for _ in 0..<4 { _ = try learner.iterate(progress: 0) }
    return learner.policy.weights.values.elements
  }

  @Test(
    "the weights do not depend on the number of threads, only on the seed",
    arguments: [
      (0, false, .gru), (6, false, .gru), (0, true, .gru), (6, true, .gru),
      (6, false, .transformer), (6, true, .transformer),
    ] as [(Int, Bool, ActorCritic.MemoryKind)])
  func reproducible(memory: Int, isContinuous: Bool, kind: ActorCritic.MemoryKind) throws {
    let configuration = Self.configuration(memory: memory) {
      $0.noiseCorrelation = 0.5
      $0.memoryKind = kind
    }
    let one = try weights(configuration, isContinuous: isContinuous)
    for workers in [2, 3] {
      #expect(try weights(configuration, isContinuous: isContinuous, workers: workers) == one)
    }
    #expect(try weights(configuration, isContinuous: isContinuous) == one)
    #expect(try weights(configuration, isContinuous: isContinuous, seed: 2) != one)
    #expect(one.allSatisfy { $0.isFinite })
  }

  /// A policy with a memory whose choices clearly depend on it, and steps too small to change it.
  private func replaying(
    isContinuous: Bool, kind: ActorCritic.MemoryKind = .gru, trials: TrialSettings
  ) throws -> (learner: PPO, statistics: SurrogateStatistics) {
    let configuration = Self.configuration(memory: 6) {
      $0.memoryKind = kind
      $0.learningRate = 1e-30
      $0.clipRange = 1e-4
      $0.epochs = 1
    }
    let drawn = try learner(configuration, isContinuous: isContinuous).policy.weights
    var random = RandomStream(seed: 5)
    let weights = Weights(
      0.8 * Tensor.normal(drawn.values.shape, using: &random), layout: drawn.layout)
    var learner = try learner(
      configuration, isContinuous: isContinuous, weights: weights, trials: trials)
    // The second rollout starts from a memory that is not empty.
    _ = try learner.iterate(progress: 0)
    return (learner, try learner.iterate(progress: 0).statistics)
  }

  @Test(
    "replayed from the memory's start, every action is as probable as when it was chosen",
    arguments: [(false, .gru), (true, .gru), (false, .transformer), (true, .transformer)]
      as [(Bool, ActorCritic.MemoryKind)], [true, false])
  func memoryReplay(
    actions: (isContinuous: Bool, kind: ActorCritic.MemoryKind), wipesMemoryEachTry: Bool
  ) throws {
    let (_, statistics) = try replaying(
      isContinuous: actions.isContinuous, kind: actions.kind,
      trials: TrialSettings(
        triesPerTask: 2, showsHistory: false, wipesMemoryEachTry: wipesMemoryEachTry))
    #expect(statistics.clipped == 0)
    #expect(abs(statistics.divergence) < 1e-6)
    #expect(abs(statistics.policyLoss) < 1e-3)
  }

  @Test("what the memory holds matters for the choices")
  func memoryMatters() throws {
    let policy = try replaying(isContinuous: false, trials: TrialSettings()).learner.policy
    let observation = Tensor([1, 1], [0.3])
    let heads = [Float(-0.5), 0.5].map { value in
      policy.network(
        policy.weights, observation, memory: Tensor(filling: [1, 6], with: value),
        keep: .ones([1, 1])
      ).policy
    }
    #expect((heads[0] - heads[1]).norm > 1e-2)
  }

  @Test("at the end of a run the learning rate is 0, and past the end it stays so")
  func annealing() throws {
    for progress in [Float(1), 1.5] {
      var learner = try learner(Self.configuration())
      let before = learner.policy.weights.values
      _ = try learner.iterate(progress: progress)
      #expect(learner.policy.weights.values == before)
      _ = try learner.iterate(progress: 0.5)
      #expect(learner.policy.weights.values != before)
    }
  }

  @Test("every finished try is reported once, and steps are counted over all slots")
  func iterations() throws {
    var learner = try PPO(Self.configuration { $0.rolloutSteps = 8 }, seed: 1) { slots, _ in
      Counting(stepLimit: 1).batch(slots: slots)
    }
    for count in 1...2 {
      let iteration = try learner.iterate(progress: 0)
      #expect(iteration.steps == count * 96)
      #expect(iteration.episodes.count == 96)
      #expect(iteration.episodes.allSatisfy { $0.undiscountedReturn == 1 && $0.length == 1 })
    }
  }

  @Test("a reward that is not a number stops the run before it reaches the weights")
  func badReward() throws {
    var learner = try PPO(Self.configuration(), seed: 1) { slots, _ in
      Counting(stepLimit: 30, badStep: 20).batch(slots: slots)
    }
    let weights = learner.policy.weights.values
    var before = weights
    #expect(throws: EnvironmentError.self) {
      for _ in 0..<50 {
        before = learner.policy.weights.values
        _ = try learner.iterate(progress: 0)
      }
    }
    #expect(learner.policy.weights.values == before && before != weights)
    var first = try PPO(Self.configuration(), seed: 1) { slots, _ in
      Counting(badStep: 1).batch(slots: slots)
    }
    #expect(throws: EnvironmentError.self) { try first.iterate(progress: 0) }
    #expect(first.policy.weights.values == weights)
  }

  @Test("a loss that is not finite stops the run with the weights unchanged")
  func badLoss() throws {
    var learner = try PPO(Self.configuration { $0.rewardScale = 3e38 }, seed: 1) { slots, _ in
      Counting().batch(slots: slots)
    }
    let weights = learner.policy.weights.values
    let error = #expect(throws: TrainingError.self) { try learner.iterate(progress: 0) }
    #expect("\(try #require(error))".contains("192 environment steps"))
    #expect(learner.policy.weights.values == weights)
  }

  static let mistakes: [(String, @Sendable (inout PPO.Configuration) -> Void)] = [
    ("lanes", { $0.lanes = 0 }), ("slots", { $0.slots = 7 }), ("slots", { $0.slots = 0 }),
    ("slots", { $0.slots = -3 }), ("slots", { $0.slots = 3 << 40 }),
    ("rolloutSteps", { $0.rolloutSteps = 0 }), ("rolloutSteps", { $0.rolloutSteps = .max }),
    ("rolloutSteps", { ($0.slots, $0.rolloutSteps) = (30_000, 600) }),
    ("epochs", { $0.epochs = 0 }), ("epochs", { $0.epochs = .max }),
    ("minibatches", { $0.minibatches = 5 }), ("minibatches", { $0.minibatches = 0 }),
    ("discount", { $0.discount = 1.1 }), ("discount", { $0.discount = .nan }),
    ("gaeLambda", { $0.gaeLambda = -0.1 }), ("clipRange", { $0.clipRange = 0 }),
    ("clipRange", { $0.clipRange = .infinity }), ("learningRate", { $0.learningRate = 0 }),
    ("learningRate", { $0.learningRate = .nan }),
    ("valueCoefficient", { $0.valueCoefficient = -1 }),
    ("entropyCoefficient", { $0.entropyCoefficient = .nan }),
    ("maximumGradientNorm", { $0.maximumGradientNorm = 0 }),
    ("noiseCorrelation", { $0.noiseCorrelation = 1 }), ("rewardScale", { $0.rewardScale = 0 }),
    ("rewardScale", { $0.rewardScale = .infinity }), ("hidden", { $0.hidden = [8, 0] }),
    ("hidden", { $0.hidden = Array(repeating: 8, count: 17) }), ("memory", { $0.memory = -1 }),
    ("trunk", { ($0.memory, $0.trunk) = (4, .separate) }),
    ("memoryKind", { $0.memoryKind = .transformer }),
    ("memoryWindow", { transformer(&$0) { $0.memoryWindow = 0 } }),
    ("memoryWindow", { transformer(&$0) { $0.memoryWindow = 65537 } }),
    ("memoryWindow", { transformer(&$0) { ($0.memory, $0.memoryWindow) = (8192, 2731) } }),
    ("memoryLayers", { transformer(&$0) { $0.memoryLayers = 0 } }),
    ("memoryLayers", { transformer(&$0) { $0.memoryLayers = 65 } }),
    ("memoryHeads", { transformer(&$0) { $0.memoryHeads = 3 } }),
    ("memoryHeads", { transformer(&$0) { $0.memoryHeads = 0 } }),
  ]

  /// Makes the memory a transformer before a change.
  private static func transformer(
    _ configuration: inout PPO.Configuration, _ change: (inout PPO.Configuration) -> Void
  ) {
    (configuration.memory, configuration.trunk) = (8, .shared)
    configuration.memoryKind = .transformer
    change(&configuration)
  }

  @Test("a setting out of its range is named with its value and what is allowed")
  func validation() throws {
    try Self.configuration().validate()
    try Self.configuration(memory: 4).validate()
    try Self.configuration(memory: 4) { $0.memoryKind = .transformer }.validate()
    for (setting, change) in Self.mistakes {
      let configuration = Self.configuration(change)
      let error = #expect(throws: ConfigurationError.self) { try configuration.validate() }
      #expect(error?.setting == setting)
      #expect(error?.allowed.isEmpty == false)
      #expect(error?.description.hasPrefix("\(setting) is \(error?.value ?? "")") == true)
      #expect(throws: ConfigurationError.self) { try self.learner(configuration) }
    }
  }

  @Test("minibatches of a policy with a memory are made of whole slots")
  func minibatchesOfSlots() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try Self.configuration(memory: 4) { $0.minibatches = 3 }.validate()
    }
    #expect(error?.setting == "minibatches")
    #expect(error?.allowed == "a divisor of 4, a lane's slots")
  }
}
