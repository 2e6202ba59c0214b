internal import Agents
internal import Environments
internal import Networks
internal import Synchronization
internal import Tensors

extension Reproduction {
  /// Kickstarting: a student is drawn towards its teachers' choices at first and outgrows them.
  ///
  /// Source: Schmitt et al. (2018), arXiv:1803.03835. The environment is another one: four grid
  /// tasks in place of DMLab-30, PPO in place of IMPALA.
  static let kickstarting = Reproduction(
    summary: """
      Four grid tasks seen through a window of 7 × 7 cells; which one it is is hidden. One small \
      teacher a task has learned it alone, and is stopped early. The student, larger than a teacher, \
      learns all four at once; its teachers' part in the loss falls to 0 over the first 40 %.
      """,
    scope: .mechanism, seeds: 20, quickSeeds: 4, minutes: 2,
    arms: [
      Arm("kickstarted", .method) { effort, seed in
        try Student.learn(effort, seed) {
          $0.map { .init($0, coefficient: start, over: 0.4, slots: $1) }
        }
      },
      Arm("tuned weight", .method) { effort, seed in try Student.tuned(effort, seed) },
      Arm("from scratch", .ablation) { effort, seed in
        try Student.learn(effort, seed) { _ in [] }
      },
      Arm("constant weight", .ablation) { effort, seed in
        try Student.learn(effort, seed) {
          $0.map { .init($0, coefficient: .constant(4), slots: $1) }
        }
      },
      Arm("distilled only", .ablation) { effort, seed in
        try Student.learn(effort, seed, learnsFromReward: false) {
          $0.map { .init($0, coefficient: .constant(4), slots: $1) }
        }
      },
      Arm("one teacher", .baseline) { effort, seed in
        try Student.learn(effort, seed) {
          $0.prefix(1).map { .init($0, coefficient: start, over: 0.4, slots: $1) }
        }
      },
      Arm("teachers", .reference) { effort, seed in
        Measurements(["final score": try Teachers.of(seed, effort).score])
      },
    ],
    broken: "from scratch",
    measures: [
      Measure("final score", published: "42 % above from scratch, on DMLab-30"),
      Measure(gain),
      Measure("steps to \(level)", published: "a tenth of those from scratch, on DMLab-30"),
    ],
    figure: Figure(
      "Learning four tasks at once", x: "environment steps", y: "mean score", .curves("score"))
  ) { _ in
    [
      .below("steps to \(level)", of: "kickstarted", than: "from scratch", factor: 0.6),
      .above("final score", of: "kickstarted", than: "from scratch"),
      .atLeast(0.02, gain, of: "kickstarted"),
      .atMost(0.05, gain, of: "distilled only"),
      .atMost(0.05, gain, of: "constant weight"),
    ]
  }

  fileprivate static let level = 0.7
  fileprivate static let gain = "final score less its teachers'"
  /// The schedule of a teacher's weight; a quarter of all steps are those of its task.
  private static let start = Schedule.linear(from: 4, to: 0)
}

/// A learner on grid tasks of some kinds, slot by slot in turn.
private struct Student {
  let kinds: [GridTask.Kind]
  var learner: PPO
  let steps: Int
  /// The mean return of each kind since the curve's last point, and the curve.
  private var sums: [(total: Float, count: Int)]
  private(set) var curve: [CurvePoint] = []

  init(_ kinds: [GridTask.Kind], width: Int, steps: Int, seed: UInt64) throws {
    self.kinds = kinds
    self.steps = steps
    sums = kinds.map { _ in (0, 0) }
    var configuration = PPO.Configuration()
    configuration.slots = 64
    configuration.lanes = 1
    configuration.rolloutSteps = 16
    configuration.epochs = 3
    configuration.learningRate = 2e-3
    configuration.discount = 0.95
    configuration.hidden = [width]
    configuration.trunk = .shared
    configuration.memory = width / 2
    learner = try PPO(configuration, seed: seed) { slots, random in
      EnvironmentBatch(
        named: "grid-tasks", slots: slots, trials: TrialSettings(), random: random
      ) { slot, _ in GridTask(kinds[slot % kinds.count]) }
    }
  }

  /// Learns until a number of steps is taken, with a point of the curve each 50th of the run.
  mutating func run(until limit: Int? = nil) throws {
    while learner.steps < min(limit ?? steps, steps) {
      let iteration = try learner.iterate(progress: Float(learner.steps) / Float(steps))
      for episode in iteration.episodes {
        sums[episode.slot % kinds.count].total += episode.undiscountedReturn
        sums[episode.slot % kinds.count].count += 1
      }
      guard learner.steps >= steps * (curve.count + 1) / 50 else { continue }
      let score = sums.reduce(0) { $0 + $1.total / Float(max($1.count, 1)) } / Float(kinds.count)
      curve.append(CurvePoint(Double(steps * (curve.count + 1) / 50), Double(score)))
      sums = kinds.map { _ in (0, 0) }
    }
  }

  /// Learns all four tasks with teachers, each with the slots of its task.
  static func learn(
    _ effort: Effort, _ seed: UInt64, learnsFromReward: Bool = true,
    _ teachers: ([(Policy, [Int])]) -> [Teaching.Teacher]
  ) throws -> Measurements {
    var student = try Student(
      GridTask.Kind.allCases, width: 64, steps: budget, seed: seed)
    let taught = teachers(try Teachers.of(seed, effort).withSlots)
    if !taught.isEmpty {
      student.learner.teaching = Teaching(taught, learnsFromReward: learnsFromReward)
    }
    try student.run()
    return student.measurements(beside: try Teachers.of(seed, effort))
  }

  /// The score at the end, when it first reached the level, and the whole curve.
  private func measurements(beside teachers: Teachers) -> Measurements {
    let reached = curve.first { $0.y >= Reproduction.level }
    return Measurements(
      [
        "final score": curve.last?.y ?? 0,
        Reproduction.gain: (curve.last?.y ?? 0) - teachers.score,
        "steps to \(Reproduction.level)": reached?.x ?? Double(steps),
      ], curves: ["score": curve])
  }

  /// Learns all four tasks as a population of four, each as long as any student, that finds the
  /// teachers' weight by itself.
  static func tuned(_ effort: Effort, _ seed: UInt64) throws -> Measurements {
    var random = RandomStream(seed: seed).split("tuner")
    var students = try (0..<4).map { member in
      try Student(
        GridTask.Kind.allCases, width: 64, steps: budget,
        seed: seed + 10_000 * UInt64(member))
    }
    let teachers = try Teachers.of(seed, effort)
    let tuner = PopulationTuner(share: 0.5, factors: [0.4, 1.25])
    var weights: [[Float]] = [[8], [4], [2], [1]]
    for part in 1...20 {
      for index in students.indices {
        students[index].learner.teaching = Teaching(
          teachers.withSlots.map {
            .init($0, coefficient: .constant(weights[index][0]), slots: $1)
          })
        try students[index].run(until: students[index].steps * part / 20)
      }
      let moves = tuner.moves(
        scores: students.map { $0.curve.last?.y ?? 0 }, values: weights, using: &random)
      students = moves.map { students[$0.parent] }
      weights = moves.map(\.values)
    }
    let scores = students.map { $0.curve.last?.y ?? 0 }
    return students[scores.firstIndex(of: scores.max() ?? 0) ?? 0].measurements(beside: teachers)
  }

  /// The steps of a student; the full form differs in the number of seeds only.
  private static let budget = 120_000
}

/// One small teacher for each kind of tasks, stopped before it has learned all that it could.
private struct Teachers {
  var policies: [Policy] = []
  /// The mean of their scores at the end.
  var score = 0.0
  /// Each with the student's slots that have its task.
  var withSlots: [(Policy, [Int])] {
    policies.enumerated().map { ($1, Array(stride(from: $0, to: 64, by: policies.count))) }
  }

  private struct Key: Hashable {
    var seed: UInt64
    var effort: Effort
  }

  /// The arms of a seed share its teachers.
  private static let made = Mutex<[Key: Teachers]>([:])

  static func of(_ seed: UInt64, _ effort: Effort) throws -> Teachers {
    try made.withLock { made in
      if let teachers = made[Key(seed: seed, effort: effort)] { return teachers }
      var teachers = Teachers()
      for kind in GridTask.Kind.allCases {
        var teacher = try Student(
          [kind], width: 32, steps: 150_000, seed: seed + 1000)
        try teacher.run()
        teachers.policies.append(teacher.learner.policy)
        teachers.score += (teacher.curve.last?.y ?? 0) / 4
      }
      made[Key(seed: seed, effort: effort)] = teachers
      return teachers
    }
  }
}
