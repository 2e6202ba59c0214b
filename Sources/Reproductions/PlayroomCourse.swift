internal import Agents
internal import Environments
internal import Schooling
internal import Synchronization

/// What an agent learns of playrooms and how: tasks, tries on each, a learner and a budget.
struct PlayroomCourse {
  var playroom: PlayroomFamily.Configuration
  var pretraining: Pretraining.Configuration

  /// One small room, 5 × 5 cells of which are seen.
  ///
  /// - Parameters:
  ///   - side: cells from wall to wall, walls included.
  ///   - tries: tries on each task.
  ///   - steps: environment steps of the whole run.
  init(side: Int, tries: Int, steps: Int) {
    playroom = PlayroomFamily.Configuration()
    playroom.sides = side...side
    playroom.heldOutSides = side...side
    playroom.depth = 0...0
    playroom.heldOutDepth = 0
    playroom.distractorRules = 0...0
    playroom.deadEnds = 0...0
    pretraining = Pretraining.Configuration(triesPerTask: tries, steps: steps)
    pretraining.expertWeight = 1
    pretraining.expertShare = 1
    pretraining.learner.lanes = 1
    pretraining.learner.epochs = 2
    pretraining.learner.entropyCoefficient = 0.01
    pretraining.learner.rewardScale = 1
    pretraining.learner.symbolWidth = 16
  }

  var tasks: TaskSource { TaskSource(PlayroomFamily(playroom)) }

  /// The course with another setting of its tasks, such as what they tell.
  func changing<Value>(
    _ setting: WritableKeyPath<PlayroomFamily.Configuration, Value>, to value: Value
  ) -> PlayroomCourse {
    var course = self
    course.playroom[keyPath: setting] = value
    return course
  }

  /// Learns over tasks of the train split.
  ///
  /// - Parameters:
  ///   - points: the number of times that `score` is asked for, evenly spread over the run.
  ///   - score: how well an agent does.
  func learn(
    seed: UInt64, points: Int = 0, score: (Agent) throws -> Double = { _ in 0 }
  ) throws -> Lesson {
    var run = try Pretraining(on: tasks, pretraining, seed: seed)
    var curve: [CurvePoint] = []
    while !run.isFinished {
      _ = try run.iterate()
      let next = pretraining.steps * (curve.count + 1) / max(points, 1)
      guard curve.count < points, run.steps >= next else { continue }
      curve.append(CurvePoint(Double(next), try score(run.agent(named: "playroom"))))
    }
    return Lesson(agent: run.agent(named: "playroom"), curve: curve)
  }

  /// The share of tasks that an agent solves, try by try.
  func successes(
    of agent: Agent, tasks count: Int, _ split: Split = .heldOut, seed: UInt64 = 0,
    memoryLasting span: Evaluation.MemorySpan = .task
  ) throws -> [Double] {
    try agent.returns(on: tasks, settings(count, split, seed: seed), memoryLasting: span)
      .meansOfTries
  }

  /// How tasks are met: actions are drawn, for an agent that is in doubt does worse by its first guess.
  func settings(_ count: Int, _ split: Split = .heldOut, seed: UInt64 = 0) -> Evaluation.Settings {
    var settings = Evaluation.Settings(tasks: count, tries: pretraining.triesPerTask)
    settings.greedy = false
    settings.split = split
    settings.seed = seed
    return settings
  }
}

extension Returns {
  /// The mean over tasks of each try.
  var meansOfTries: [Double] {
    (0..<(first?.count ?? 0)).map { attempt in
      reduce(0) { $0 + Double($1[attempt]) } / Double(count)
    }
  }
}

/// What came of a course.
struct Lesson {
  /// A seed's lesson.
  struct Key: Hashable {
    var seed: UInt64
    var effort: Effort
  }

  var agent: Agent
  var curve: [CurvePoint]
}

/// What several arms of a seed need, made by the first of them that asks; the others wait.
final class MadeOnce<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// The place of one value.
  private final class Place: Sendable {
    let value = Mutex<Value?>(nil)
  }

  private let places = Mutex<[Key: Place]>([:])

  func callAsFunction(_ key: Key, make: () throws -> Value) throws -> Value {
    let place = places.withLock { places in
      let place = places[key] ?? Place()
      places[key] = place
      return place
    }
    return try place.value.withLock { value in
      if let value { return value }
      let made = try make()
      value = made
      return made
    }
  }
}
