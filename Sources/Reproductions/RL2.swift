internal import Agents
internal import Environments
internal import Networks
internal import Schooling
internal import Tensors

extension Reproduction {
  /// RL²: a policy with a memory learns to learn, on bandits and on small random processes.
  ///
  /// Sources: Duan et al. (2016), arXiv:1611.02779; for dependent arms Wang et al. (2016),
  /// arXiv:1611.05763. Deviations: PPO in place of TRPO and A2C, smaller memories, fewer steps.
  static let rl2 = Reproduction(
    summary: """
      Every task is new: bandits of 5 arms for 10 pulls and of 10 arms for 100, processes of 10 \
      states and 5 actions for 10 tries of 10 steps, and pairs of arms for 100 pulls. A policy with a \
      memory that lasts over the tries of a task plays them with its weights fixed, beside strategies \
      that were made for them; all play held-out tasks of the same kind.
      """,
    scope: .result, minutes: 6,
    arms: [
      Arm("rl2", .method) { effort, seed in try learned(effort, seed, wipesMemory: false) },
      Arm("memory wiped", .ablation) { effort, seed in
        try learned(effort, seed, wipesMemory: true)
      },
      Arm("learned on pairs", .baseline) { effort, seed in
        try pairs(.dependent(.uniform), effort, seed)
      },
      Arm("learned on independent arms", .baseline) { effort, seed in
        try pairs(.independent(2), effort, seed)
      },
      Arm("gittins", .reference) { _, seed in
        known(seed) { .gittins(GittinsIndices(pulls: $0)) }
      },
      Arm("thompson", .reference) { _, seed in known(seed, PosteriorSampling()) { _ in .thompson }
      },
      Arm("ucb1", .reference) { _, seed in known(seed) { _ in .upperConfidence(scale: 0.2) } },
      Arm("greedy", .reference) { _, seed in
        known(seed, PosteriorSampling(draws: false, exploration: 0.1)) { _ in
          .greedy(exploration: 0.1)
        }
      },
      Arm("random", .reference) { _, seed in
        known(seed, PosteriorSampling(draws: false, exploration: 1)) { _ in .random }
      },
    ],
    broken: "memory wiped",
    measures: [
      Measure(short, published: "RL² 6.7, Gittins 6.6, Thompson 5.7, UCB1 6.7, random 5.0"),
      Measure(long, published: "RL² 83.5, Gittins 82.8, Thompson 76.7, UCB1 82.4, random 49.9"),
      Measure(process, published: "RL² 156.2, PSRL 138.1, ε-greedy 132.8, random 100.1"),
      Measure(dependent), Measure(independent),
    ],
    figure: Figure(
      "5 arms, 10 pulls", x: "", y: "total reward of a task", .bars([short]))
  ) { effort in
    let quick: [Claim] = [
      .atLeast(effort(6.5, quick: 6.4), short, of: "rl2"),
      .above(short, of: "rl2", than: "thompson"),
      .above(short, of: "rl2", than: "memory wiped"),
      .atMost(5.2, short, of: "memory wiped"),
      .above(dependent, of: "learned on pairs", than: "learned on independent arms"),
    ]
    guard effort == .full else { return quick }
    return quick + [
      .above(independent, of: "learned on independent arms", than: "learned on pairs"),
      .above(long, of: "rl2", than: "thompson"),
      .above(long, of: "rl2", than: "gittins", factor: 0.95),
      .above(process, of: "rl2", than: "random", factor: 1.2),
    ]
  }

  private static let short = "5 arms, 10 pulls"
  private static let long = "10 arms, 100 pulls"
  private static let process = "random process, 10 tries"
  private static let dependent = "two dependent arms, 100 pulls"
  private static let independent = "two independent arms, 100 pulls"

  /// What is learned and how: a family, the steps of a task, and a budget.
  private struct Course {
    var tasks: TaskSource
    var tries: Int
    var steps: Int
    var learner: PPO.Configuration

    init(
      _ family: some TaskFamily, tries: Int, stepsPerTry: Int = 1, steps: Int, memory: Int,
      _ change: (inout PPO.Configuration) -> Void = { _ in }
    ) {
      tasks = TaskSource(family)
      self.tries = tries
      self.steps = steps
      learner = PPO.Configuration()
      learner.slots = 64
      learner.lanes = 1
      learner.rolloutSteps = tries * stepsPerTry
      learner.epochs = 3
      learner.minibatches = 8
      learner.learningRate = 3e-3
      learner.rewardScale = 0.1
      learner.hidden = []
      learner.trunk = .shared
      learner.memory = memory
      learner.returnsSpanTries = true
      change(&learner)
    }

    /// Learns over tasks of the train split.
    func agent(seed: UInt64, wipesMemory: Bool = false) throws -> Agent {
      var configuration = Pretraining.Configuration(triesPerTask: tries, steps: steps)
      configuration.learner = learner
      configuration.wipesMemoryEachTry = wipesMemory
      var pretraining = try Pretraining(on: tasks, configuration, seed: seed)
      try pretraining.run()
      return pretraining.agent(named: tasks.name)
    }
  }

  /// The mean reward of whole tasks of the held-out split, the same tasks for all seeds.
  private static func total(
    _ agent: Agent, on tasks: TaskSource, tries: Int, wipesMemory: Bool = false
  ) throws -> Double {
    var settings = Evaluation.Settings(tasks: 4000, tries: tries)
    settings.greedy = false
    let returns = try agent.returns(
      on: tasks, settings, memoryLasting: wipesMemory ? .try : .task)
    return returns.reduce(0) { $0 + Double($1.reduce(0, +)) } / Double(returns.count)
  }

  private static func learned(
    _ effort: Effort, _ seed: UInt64, wipesMemory: Bool
  ) throws -> Measurements {
    var courses = [
      short: Course(
        BanditFamily(.independent(5)), tries: 10, steps: effort(4_000_000, quick: 2_500_000),
        memory: 32
      ) {
        $0.slots = 256
        $0.minibatches = 4
        $0.rewardScale = 1
      }
    ]
    // Without a memory nothing can be learned about a task, so the shortest one is enough to show it.
    if effort == .full && !wipesMemory {
      courses[long] = Course(
        BanditFamily(.independent(10)), tries: 100, steps: 16_000_000, memory: 48)
      courses[process] = Course(
        RandomMDPFamily(), tries: 10, stepsPerTry: 10, steps: 10_000_000, memory: 64
      ) {
        $0.discount = 0.95
        $0.entropyCoefficient = 0.005
      }
    }
    return Measurements(
      try courses.mapValues { course in
        let agent = try course.agent(seed: seed, wipesMemory: wipesMemory)
        return try total(agent, on: course.tasks, tries: course.tries, wipesMemory: wipesMemory)
      })
  }

  /// Learns on one kind of two arms and plays both kinds.
  private static func pairs(
    _ arms: BanditFamily.Arms, _ effort: Effort, _ seed: UInt64
  ) throws -> Measurements {
    let course = Course(
      BanditFamily(arms), tries: 100, steps: effort(3_000_000, quick: 1_000_000), memory: 32)
    let agent = try course.agent(seed: seed)
    let kinds = [
      dependent: BanditFamily.Arms.dependent(.uniform), independent: .independent(2),
    ]
    return Measurements(
      try kinds.mapValues { try total(agent, on: TaskSource(BanditFamily($0)), tries: 100) })
  }

  /// What strategies earn that were made for these tasks.
  private static func known(
    _ seed: UInt64, _ planner: PosteriorSampling? = nil,
    _ strategy: (_ pulls: Int) -> BanditStrategy
  ) -> Measurements {
    var random = RandomStream(seed: seed).split("strategy")
    func mean(_ arms: BanditFamily.Arms, pulls: Int) -> Double {
      let (family, strategy) = (BanditFamily(arms), strategy(pulls))
      return (0..<4000).reduce(0.0) { sum, _ in
        let bandit = family.task(.heldOut, using: &random)
        return sum + Double(strategy.play(bandit, pulls: pulls, using: &random))
      } / 4000
    }
    var values = [
      short: mean(.independent(5), pulls: 10), long: mean(.independent(10), pulls: 100),
      dependent: mean(.dependent(.uniform), pulls: 100),
      independent: mean(.independent(2), pulls: 100),
    ]
    if let planner {
      values[process] =
        (0..<1000).reduce(0.0) { sum, _ in
          let task = RandomMDPFamily().task(.heldOut, using: &random)
          return sum + Double(planner.play(task, tries: 10, using: &random).reduce(0, +))
        } / 1000
    }
    return Measurements(values)
  }
}
