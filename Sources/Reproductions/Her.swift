internal import Agents
internal import Environments
internal import Networks
internal import Tensors

extension Reproduction {
  /// Hindsight experience replay.
  ///
  /// Source: Andrychowicz et al. (2017), arXiv:1707.01495.
  static let her = Reproduction(
    summary: """
      Bits to be flipped until they are as wanted (the paper's own experiment), learned by a DQN \
      with one hidden layer of 256; a gripper that reaches a point and a disc that is pushed to one, \
      which stand in for the paper's simulated robot, learned by DDPG. Every reward is -1 until the \
      goal is reached.
      """,
    scope: .result, seeds: 5, minutes: 6,
    arms: [
      arm("hindsight", .method, .future, goalsPerStep: 4),
      arm("no hindsight", .baseline, nil),
      arm("final", .ablation, .final, goalsPerStep: 1),
      arm("future, k = 1", .ablation, .future, goalsPerStep: 1),
      arm("future, k = 8", .ablation, .future, goalsPerStep: 8),
    ],
    broken: "no hindsight",
    measures: bitCounts.map { count in
      Measure(
        success(count),
        published: count == 8
          ? "DQN alone up to 13 bits, with hindsight up to 50 (figure 1)" : nil)
    } + [
      Measure(reach, published: "1 within 5,000 steps with hindsight (FetchReach)"),
      Measure(push, published: "with hindsight only (FetchPush, figure 3)"),
    ],
    figure: Figure(
      "Bit flipping", x: "bits", y: "success", .bars(bitCounts.map { success($0) }))
  ) { effort in
    let always: [Claim] = [
      .atLeast(0.95, success(15), of: "hindsight"),
      .atMost(0.02, success(15), of: "no hindsight"),
      .above(success(15), of: "hindsight", than: "no hindsight"),
      .atLeast(0.99, reach, of: "hindsight"),
      .above(reach, of: "hindsight", than: "no hindsight"),
    ]
    guard effort == .full else { return always }
    return always + [
      .atLeast(0.9, success(8), of: "no hindsight"),
      .atMost(0.02, success(20), of: "no hindsight"),
      .atMost(0.02, success(30), of: "no hindsight"),
      .atLeast(0.95, success(30), of: "hindsight"),
      .above(success(30), of: "hindsight", than: "no hindsight"),
      .atLeast(0.9, push, of: "hindsight"),
      .atMost(0.1, push, of: "no hindsight"),
      .above(push, of: "hindsight", than: "no hindsight"),
    ]
  }

  private static let bitCounts = [8, 13, 15, 20, 30]
  private static let reach = "success, reaching"
  private static let push = "success, pushing"

  private static func success(_ bits: Int) -> String { "success, \(bits) bits" }

  /// An arm whose sampled steps get other goals, or keep their own if there is no strategy.
  private static func arm(
    _ name: String, _ role: Arm.Role, _ strategy: Hindsight.Strategy?, goalsPerStep: Int = 0
  ) -> Arm {
    Arm(name, role) { effort, seed in
      func hindsight(_ goals: Goals) -> Hindsight? {
        strategy.map { Hindsight(goals, strategy: $0, goalsPerStep: goalsPerStep) }
      }
      var measured = Measurements()
      // Few bits take longest without hindsight, many with it.
      let cycles = effort(
        [8: 2000, 13: 300, 15: 300, 20: 300, 30: 500], quick: [15: 100])
      for (bits, cycles) in cycles where role != .ablation || bits == 15 || bits == 30 {
        measured.values[success(bits)] = try flipping(
          BitFlip(bits), cycles: cycles, seed: seed, hindsight)
      }
      guard role != .ablation else { return measured }
      measured.values[reach] = try controlling(
        SingleTask(Reach(), named: "reach"), steps: effort(5000, quick: 3000), slots: 2,
        updates: 40, seed: seed, hindsight(Reach().goals))
      if effort == .full {
        measured.values[push] = try controlling(
          SingleTask(DiscPush(), named: "disc-push"), steps: 160_000, slots: 8, updates: 160,
          seed: seed, hindsight(DiscPush().goals))
      }
      return measured
    }
  }

  /// Trains a DQN in cycles of 16 episodes and 40 updates and returns the share of 1,000 goals that
  /// it then reaches.
  private static func flipping(
    _ task: BitFlip, cycles: Int, seed: UInt64, _ hindsight: (Goals) -> Hindsight?
  ) throws -> Double {
    let family = SingleTask(task, named: "bit-flip")
    var settings = DQN.Configuration()
    settings.slots = 16
    settings.rolloutSteps = task.count
    settings.updates = 40
    settings.batch = 128
    settings.hidden = [256]
    settings.replay.discount = 0.98
    settings.replay.capacity = 200_000
    settings.randomSteps = 0
    settings.exploration = .linear(from: 0.2, to: 0)
    settings.targetInterval = 40
    settings.targetRange = -50...0
    var learner = try DQN(settings, seed: seed, hindsight: hindsight(task.goals)) {
      EnvironmentBatch(family, slots: $0, random: $1)
    }
    for cycle in 0..<cycles { _ = try learner.iterate(progress: Float(cycle) / Float(cycles)) }
    return try reached(family, steps: task.count, seed: seed) { learner.act(on: $0, into: &$1) }
  }

  /// Trains DDPG with the paper's settings on three layers of 64 and returns the share of 1,000
  /// goals that are reached at the end of an episode.
  private static func controlling(
    _ family: some TaskFamily, steps: Int, slots: Int, updates: Int, seed: UInt64,
    _ hindsight: Hindsight?
  ) throws -> Double {
    var settings = TD3.Configuration.ddpg
    settings.slots = slots
    settings.rolloutSteps = 50
    settings.updates = updates
    settings.batch = 128
    settings.lanes = 1
    settings.hidden = [64, 64, 64]
    settings.replay.discount = 0.98
    settings.replay.capacity = steps
    settings.randomSteps = 200
    settings.explorationNoise = 0.2
    settings.randomShare = 0.3
    settings.actionPenalty = 1
    settings.targetRange = -50...0
    settings.targetShare = 0.05
    var learner = try TD3(settings, seed: seed, hindsight: hindsight) {
      EnvironmentBatch(family, slots: $0, random: $1)
    }
    while learner.steps < steps { _ = try learner.iterate() }
    return try reached(family, steps: 50, seed: seed) { learner.act(on: $0, into: &$1) }
  }

  /// The share of 1,000 episodes that end at their goal, where the reward is 0.
  private static func reached(
    _ family: some TaskFamily, steps: Int, seed: UInt64,
    _ act: (borrowing StepBuffers, inout ActionBatch) -> Void
  ) throws -> Double {
    let slots = 1000
    var environments = EnvironmentBatch(
      family, slots: slots, random: RandomStream(seed: seed).split("evaluation"))
    var actions = ActionBatch(environments.actionSpace, slots: slots)
    var hasEnded = Array(repeating: false, count: slots)
    var hits = 0
    for _ in 0..<steps {
      act(environments.buffers, &actions)
      try environments.step(actions)
      for episode in environments.buffers.finished where !hasEnded[episode.slot] {
        hasEnded[episode.slot] = true
        if environments.buffers.rewards[episode.slot] == 0 { hits += 1 }
      }
      environments.buffers.finished.removeAll(keepingCapacity: true)
    }
    return Double(hits) / Double(slots)
  }
}
