internal import Agents
internal import Environments
internal import Networks
internal import Schooling

extension Reproduction {
  /// Adaptive agents: trained on very many tasks, one agent finds out within a few tries what a new
  /// one wants, and the more tasks there were, the better it does on new ones.
  ///
  /// Source: Adaptive Agent Team (2023), arXiv:2301.07608. Deviations: playrooms in place of XLand
  /// 2.0, a gated recurrent unit in place of a transformer, PPO with a planner's advice in place of
  /// Muesli.
  static let ada = Reproduction(
    summary: """
      Rooms of 7 × 7 cells, walls included, with five gray objects or six; what is wanted is not \
      told, and 10 steps are too few to try everything. An agent has four tries on a task and \
      remembers the earlier ones. It learns from tasks without end, from 10,000 or from 100 of them, \
      or from those that a curriculum brings back, and then meets tasks it never met.
      """,
    scope: .mechanism, quickSeeds: 2,
    arms: [
      Arm("endless", .method) { effort, seed in
        try scores(of: try endless(effort, seed), course(effort), seed)
      },
      Arm("pool of 100", .baseline) { effort, seed in
        // A hundred tasks are too few for two seeds to tell how well an agent knows them.
        try unlessQuick(effort) { try learned(course(effort, .uniform, pool: 100), seed) }
      },
      Arm("pool of 10,000", .baseline) { effort, seed in
        try unlessQuick(effort) { try learned(course(effort, .uniform, pool: 10_000), seed) }
      },
      Arm("replay", .baseline) { effort, seed in
        try unlessQuick(effort) { try learned(course(effort, .replay), seed) }
      },
      Arm("learnability", .baseline) { effort, seed in
        try unlessQuick(effort) { try learned(course(effort, .learnability), seed) }
      },
      Arm("evolution", .baseline) { effort, seed in
        try unlessQuick(effort) { try learned(course(effort, .evolution), seed) }
      },
      Arm("gated transformer", .baseline) { effort, seed in
        try unlessQuick(effort) { try learned(transforming(course(effort)), seed) }
      },
      Arm("trying not remembered", .ablation) { effort, seed in
        try unlessQuick(effort) {
          try learned(course(effort).changing(\.showsTried, to: false), seed)
        }
      },
      Arm("memory wiped", .ablation) { effort, seed in
        try scores(of: try endless(effort, seed), course(effort), seed, memoryLasting: .try)
      },
      Arm("random", .reference) { effort, _ in
        let course = course(effort)
        return measurements(try randomReturns(on: course.tasks, course.settings(taskCount)))
      },
    ],
    broken: "memory wiped",
    measures: [
      Measure(first), Measure(last), Measure(rise), Measure(training), Measure(kept), Measure(gap),
      Measure(mean), Measure(worst),
    ],
    figure: Figure(
      "Goals never met, not told", x: "try", y: "share solved", .curves("tries"))
  ) { effort in
    let quick: [Claim] = [
      .above(rise, of: "endless", than: "memory wiped"),
      .above(last, of: "endless", than: "memory wiped"),
      .atMost(1.05, rise, of: "memory wiped"),
    ]
    guard effort == .full else { return quick }
    return quick + [
      .above(rise, of: "endless", than: "trying not remembered"),
      .atLeast(0.8, kept, of: "endless"),
      .below(gap, of: "endless", than: "pool of 100"),
      .below(gap, of: "pool of 10,000", than: "pool of 100"),
      Claim("\(mean): replay or learnability as high as endless") { result in
        let estimates = ["endless", "replay", "learnability"].compactMap {
          result.interval(of: mean, arm: $0)?.estimate
        }
        guard estimates.count == 3 else { return nil }
        return max(estimates[1], estimates[2]) >= estimates[0]
      },
    ]
  }

  private static let first = "try 1"
  private static let last = "try 4"
  private static let rise = "try 4 by try 1"
  private static let training = "try 4 on training tasks"
  private static let kept = "held-out by training tasks"
  private static let gap = "training tasks less held-out"
  private static let mean = "mean of four tries"
  private static let worst = "20th percentile of tasks"

  private static func course(
    _ effort: Effort, _ kind: Curriculum.Kind = .uniform, pool: Int = 0
  ) -> PlayroomCourse {
    var course = PlayroomCourse(side: 7, tries: 4, steps: effort(800_000, quick: 400_000))
    course.playroom.distractorObjects = 4...4
    course.playroom.stepLimit = 10
    course.playroom.goalToldShare = 0
    course.playroom.showsTried = true
    // Where colours are seen, agents learn which goals training never has and do not look for them.
    course.playroom.skin = .colorless
    course.pretraining.rememberedSegments = ["shapes", "colors", "grounds"]
    course.pretraining.learner.aimPredictionWeight = 0.3
    course.pretraining.curriculum = Curriculum.Configuration(kind, pool: pool)
    course.pretraining.learner.slots = 192
    course.pretraining.learner.rolloutSteps = 32
    course.pretraining.learner.minibatches = 32
    course.pretraining.learner.learningRate = 3e-3
    course.pretraining.learner.hidden = [64]
    course.pretraining.learner.memory = 96
    course.pretraining.learner.contextWidth = 32
    return course
  }

  /// A gated transformer in place of the gated recurrent unit of 96 cells, of as many multiplications a
  /// step.
  private static func transforming(_ course: PlayroomCourse) -> PlayroomCourse {
    var course = course
    course.pretraining.learner.memoryKind = .transformer
    course.pretraining.learner.memory = 40
    course.pretraining.learner.memoryWindow = 73
    return course
  }

  /// What is not needed to tell the method from its ablation is left out of the quick form.
  private static func unlessQuick(
    _ effort: Effort, _ run: () throws -> Measurements
  ) rethrows -> Measurements {
    effort == .quick ? Measurements() : try run()
  }

  /// The agent of tasks without end; the arms of a seed share it.
  private static func endless(_ effort: Effort, _ seed: UInt64) throws -> Agent {
    try lessons(Lesson.Key(seed: seed, effort: effort)) {
      try course(effort).learn(seed: seed)
    }.agent
  }

  private static let lessons = MadeOnce<Lesson.Key, Lesson>()

  private static func learned(_ course: PlayroomCourse, _ seed: UInt64) throws -> Measurements {
    try scores(of: try course.learn(seed: seed).agent, course, seed)
  }

  /// The tasks that agents are measured on. Rooms are drawn anew for each try: with few tasks, fourth tries
  /// would look harder or easier than first ones by chance.
  private static let taskCount = 4000

  /// How an agent does on held-out tasks and on as many of its own training tasks.
  private static func scores(
    of agent: Agent, _ course: PlayroomCourse, _ seed: UInt64,
    memoryLasting span: Evaluation.MemorySpan = .task
  ) throws -> Measurements {
    let heldOut = try agent.returns(
      on: course.tasks, course.settings(taskCount), memoryLasting: span)
    var measured = measurements(heldOut)
    // Numbered tasks of the run's seed: the pool itself, where there is one.
    let pool = course.pretraining.curriculum.pool
    let met = course.settings(pool > 0 ? min(pool, taskCount) : taskCount, .train, seed: seed)
    let own = try agent.returns(on: course.tasks, met, memoryLasting: span).meansOfTries
    measured.values[training] = own[3]
    measured.values[kept] = heldOut.meansOfTries[3] / own[3]
    measured.values[gap] = own[3] - heldOut.meansOfTries[3]
    return measured
  }

  private static func measurements(_ returns: Returns) -> Measurements {
    let tries = returns.meansOfTries
    let means = returns.map { $0.reduce(0, +) / Float($0.count) }.sorted()
    return Measurements(
      [
        first: tries[0], last: tries[3], rise: tries[3] / tries[0],
        mean: tries.reduce(0, +) / 4, worst: Double(means[means.count / 5]),
      ],
      curves: ["tries": tries.enumerated().map { CurvePoint(Double($0 + 1), $1) }])
  }
}
