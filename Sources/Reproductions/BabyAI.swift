internal import Agents
internal import Environments
internal import Schooling

extension Reproduction {
  /// BabyAI: instructions in words, followed at once where their combination was never met.
  ///
  /// Sources: Chevalier-Boisvert et al. (2018), arXiv:1810.08272; what is held out follows Oh et al.
  /// (2017), arXiv:1706.05064. The environment is another one: playrooms of one small room in place
  /// of BabyAI's levels, a planner that is imitated on the agent's own steps in place of
  /// demonstrations, and more and more the rewards.
  static let babyai = Reproduction(
    summary: """
      Rooms of 7 × 7 cells with two to five objects, 5 × 5 cells of which are seen; a sentence says \
      what to do. Agents learn from a planner's advice and from rewards, and then meet sentences \
      about combinations of verb, colour and shape that they never met, once each.
      """,
    scope: .mechanism, quickSeeds: 2,
    arms: [
      Arm("told", .method) { effort, seed in
        let lesson = try told(effort, seed)
        var measured = try measurements(of: lesson, told: true)
        for (measure, axis) in axes {
          let course = course(effort, told: true).changing(\.axis, to: axis)
          measured.values[measure] = try course.successes(of: lesson.agent, tasks: 1000)[0]
        }
        return measured
      },
      Arm("without instructions", .baseline) { effort, seed in
        try measurements(of: try learn(course(effort, told: false), seed), told: false)
      },
      Arm("told, then blanked", .ablation) { effort, seed in
        var lesson = try told(effort, seed)
        lesson.curve = []
        return try measurements(of: lesson, told: false)
      },
      Arm("planner", .reference) { _, _ in
        try reference { try expertReturns(on: $0, $1) ?? [] }
      },
      Arm("random", .reference) { _, _ in
        try reference { try randomReturns(on: $0, $1) }
      },
    ],
    broken: "told, then blanked",
    measures: [
      Measure(heldOut), Measure("tasks of training"), Measure("new colours of shapes"),
      Measure("new verbs for shapes"), Measure("new phrasing"),
    ],
    figure: Figure(
      "Goals never met, told in words", x: "environment steps", y: "share solved",
      .curves(heldOut))
  ) { effort in
    [
      .above(heldOut, of: "told", than: "planner", factor: effort(0.8, quick: 0.6)),
      .above(heldOut, of: "told", than: "told, then blanked", margin: 0.3),
      .above(heldOut, of: "told", than: "without instructions", margin: effort(0.3, quick: 0.1)),
    ]
  }

  private static let heldOut = "new combinations"
  private static let training = "tasks of training"
  /// What else held-out tasks can have that training never had.
  private static let axes: KeyValuePairs<String, PlayroomSplit.Axis> = [
    "new colours of shapes": .objects, "new verbs for shapes": .verbs, "new phrasing": .phrasing,
  ]

  private static func course(_ effort: Effort, told: Bool) -> PlayroomCourse {
    var course = PlayroomCourse(side: 7, tries: 1, steps: effort(400_000, quick: 150_000))
    course.playroom.goalToldShare = told ? 1 : 0
    // What words mean is found after a number of updates rather than of steps.
    course.pretraining.learner.slots = 256
    course.pretraining.learner.rolloutSteps = 16
    course.pretraining.learner.minibatches = 16
    course.pretraining.learner.learningRate = 2e-3
    course.pretraining.learner.hidden = [64]
    course.pretraining.learner.memory = 64
    return course
  }

  /// Learns, with a curve of what is solved of 200 held-out tasks.
  private static func learn(_ course: PlayroomCourse, _ seed: UInt64) throws -> Lesson {
    try course.learn(seed: seed, points: 20) { try course.successes(of: $0, tasks: 200)[0] }
  }

  /// The agent that is told; the arms of a seed share it.
  private static func told(_ effort: Effort, _ seed: UInt64) throws -> Lesson {
    try lessons(Lesson.Key(seed: seed, effort: effort)) {
      try learn(course(effort, told: true), seed)
    }
  }

  private static let lessons = MadeOnce<Lesson.Key, Lesson>()

  /// How an agent does on held-out tasks and on such as it learned from.
  private static func measurements(of lesson: Lesson, told: Bool) throws -> Measurements {
    let course = course(.full, told: told)
    func score(_ split: Split) throws -> Double {
      try course.successes(of: lesson.agent, tasks: 1000, split)[0]
    }
    return Measurements(
      [heldOut: try score(.heldOut), training: try score(.train)],
      curves: lesson.curve.isEmpty ? [:] : [heldOut: lesson.curve])
  }

  private static func reference(
    _ returns: (TaskSource, Evaluation.Settings) throws -> Returns
  ) rethrows -> Measurements {
    let course = course(.full, told: true)
    return Measurements([
      heldOut: try returns(course.tasks, course.settings(1000)).meansOfTries[0],
      training: try returns(course.tasks, course.settings(1000, .train)).meansOfTries[0],
    ])
  }
}
