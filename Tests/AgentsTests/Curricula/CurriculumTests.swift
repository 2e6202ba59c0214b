import Agents
import Environments
import Networks
import Tensors
import Testing

@Suite("Curricula")
struct CurriculumTests {
  private static let tasks = TaskSource(CartPoleFamily())

  private static func curriculum(
    _ kind: Curriculum.Kind, pool: Int = 0, slots: Int = 4, seed: UInt64 = 1,
    _ change: (inout Curriculum.Configuration) -> Void = { _ in }
  ) throws -> Curriculum {
    var configuration = Curriculum.Configuration(kind, pool: pool)
    change(&configuration)
    return try Curriculum(configuration, for: tasks, slots: slots, seed: seed)
  }

  @Test("a pool of N has the first N tasks only, each alike")
  func pool() throws {
    var curriculum = try Self.curriculum(.uniform, pool: 5)
    let levels = curriculum.levels + curriculum.decide(2500).flatMap(\.self)
    #expect(levels.allSatisfy { (0..<5).contains($0.number) && $0.edits.isEmpty })
    for number in 0..<5 {
      // 2000 of 10,000 are expected, with a standard deviation of 40.
      #expect(abs(levels.count { $0.number == number } - 2000) < 200)
    }
  }

  @Test("new levels are those that cannot be taken again")
  func numbers() {
    #expect((0..<5).map { Curriculum.number($0, without: []) } == [0, 1, 2, 3, 4])
    #expect((0..<5).map { Curriculum.number($0, without: [0, 1, 4, 6]) } == [2, 3, 5, 7, 8])
  }

  @Test("levels come back as often as their shares say")
  func shares() throws {
    var curriculum = try Self.curriculum(.replay, pool: 4, slots: 1) {
      $0.temperature = 1
      $0.replayShare = 0.75
      $0.minimumFill = 0.75
    }
    #expect(curriculum.decide(100)[0].allSatisfy { (0..<4).contains($0.number) })
    for (number, score) in [1.0, 3, 2].enumerated() {
      curriculum.buffer.take(Level(number), score: score, successes: 0, tries: 1)
    }
    let levels = (0..<20_000).map { _ in curriculum.decide(1)[0][0] }
    let expected = curriculum.buffer.shares.map { 0.75 * $0 } + [0.25]
    for (number, share) in expected.enumerated() {
      let found = Double(levels.count { $0.number == number }) / 20_000
      #expect(abs(found - share) < 0.015, "level \(number)")
    }
    // With the whole pool known there is nothing new to draw.
    curriculum.buffer.take(Level(3), score: 9, successes: 0, tries: 1)
    let known = (0..<20_000).map { _ in curriculum.decide(1)[0][0] }
    for (number, share) in curriculum.buffer.shares.enumerated() {
      let found = Double(known.count { $0.number == number }) / 20_000
      #expect(abs(found - share) < 0.015, "level \(number)")
    }
  }

  @Test("no level comes back twice before all others have")
  func spread() throws {
    var curriculum = try Self.curriculum(.replay, slots: 3) {
      $0.replayShare = 1
      $0.minimumFill = 0
    }
    for number in 0..<6 {
      curriculum.buffer.take(Level(number), score: Double(number), successes: 0, tries: 1)
    }
    let queues = curriculum.decide(4)
    let firsts = queues.flatMap { $0.prefix(2) }
    #expect(Set(firsts.map(\.number)) == Set(0..<6))
    #expect(Set(queues.flatMap { $0.dropFirst(2) }.map(\.number)) == Set(0..<6))
  }

  @Test("levels that come back are edited, one edit on top of the other, up to a limit")
  func evolution() throws {
    var curriculum = try Self.curriculum(.evolution, slots: 1) {
      $0.bufferSize = 2
      $0.replayShare = 1
      $0.staleness = 0
      $0.editShare = 0.5
      $0.maximumEdits = 2
    }
    curriculum.buffer.take(Level(7, edits: [1]), score: 9, successes: 0, tries: 1)
    let levels = curriculum.decide(10_000)[0]
    #expect(levels.allSatisfy { $0.number == 7 && $0.edits.first == 1 && $0.edits.count <= 2 })
    #expect(abs(levels.count { $0.edits.count == 2 } - 5000) < 250)
    curriculum.buffer.take(Level(7, edits: [1, 2]), score: 10, successes: 0, tries: 1)
    let deepest = curriculum.decide(1000)[0].filter { $0.edits.starts(with: [1, 2]) }
    #expect(deepest.count >= 500 && deepest.allSatisfy { $0.edits == [1, 2] })
  }

  @Test("a level's score is the mean over its steps, over the rollouts that it lasts")
  func follow() throws {
    var curriculum = try Self.curriculum(.replay, slots: 2) { $0.successReturn = 1 }
    let first = curriculum.levels
    let next = curriculum.decide(3)
    var statistics = CurriculumStatistics()
    func episode(_ slot: Int, _ attempt: Int, _ value: Float, _ length: Int) -> Episode {
      Episode(
        slot: slot, attempt: attempt, undiscountedReturn: value, length: length, terminated: true)
    }
    // Three steps of two slots, two tries a level. Slot 0 ends a try after its first step.
    curriculum.follow(
      advantages: [1, 10, -2, 20, 3, 30], episodes: [episode(0, 0, 1, 1)], from: 0, slots: 2,
      triesPerTask: 2, into: &statistics)
    #expect(statistics.levels == 0 && curriculum.levels == first && curriculum.buffer.met == 0)
    _ = curriculum.decide(3)
    let waiting = curriculum.decide(3)
    // Slot 0's second try ends with its fourth step; slot 1's first takes five.
    curriculum.follow(
      advantages: [-6, 40, 8, 50, 0, 60],
      episodes: [episode(0, 1, 0, 3), episode(1, 0, 2, 5)], from: 0, slots: 2, triesPerTask: 2,
      into: &statistics)
    let entry = try #require(curriculum.buffer.entries.first)
    #expect(curriculum.buffer.entries.count == 1 && entry.level == first[0])
    #expect(entry.score == (1 + 2 + 3 + 6) / 4.0)
    #expect(entry.successes == 1 && entry.tries == 2)
    #expect(curriculum.levels == [waiting[0][0], first[1]] && next.count == 2)
    #expect(statistics.levels == 1 && statistics.meanSuccessRate == 0.5)
    #expect(statistics.meanScore == 3 && statistics.unsolvedShare == 0)
  }

  @Test("settings out of their range, and those that tasks do not allow, are refused")
  func refused() throws {
    let changes: [(String, (inout Curriculum.Configuration) -> Void)] = [
      ("pool", { $0.pool = -1 }), ("bufferSize", { $0.bufferSize = 0 }),
      ("replayShare", { $0.replayShare = 1.1 }), ("minimumFill", { $0.minimumFill = -0.1 }),
      ("temperature", { $0.temperature = 0 }), ("temperature", { $0.temperature = .nan }),
      ("staleness", { $0.staleness = .nan }), ("successReturn", { $0.successReturn = .infinity }),
      ("successMemory", { $0.successMemory = 2 }), ("editShare", { $0.editShare = 2 }),
      ("maximumEdits", { $0.maximumEdits = 65 }),
    ]
    for (setting, change) in changes {
      let error = #expect(throws: ConfigurationError.self) {
        try Self.curriculum(.replay, change)
      }
      #expect(error?.setting == setting)
    }
    // Its tasks cannot be edited, and do not say when they are solved.
    let echo = TaskSource(Echo(isContinuous: false), named: "echo")
    for kind in [Curriculum.Kind.evolution, .learnability] {
      #expect(throws: ConfigurationError.self) {
        try Curriculum(.init(kind), for: echo, slots: 1, seed: 1)
      }
    }
  }

  @Test("without end and uniform, a learner is what it is without a curriculum")
  func endless() throws {
    var configuration = PPO.Configuration()
    configuration.slots = 8
    configuration.lanes = 2
    configuration.rolloutSteps = 16
    configuration.hidden = [8]
    var plain = try PPO(configuration, seed: 3) { slots, random in
      Self.tasks.batch(slots: slots, random: random)
    }
    var endless = try PPO(configuration, on: Self.tasks, seed: 3)
    #expect(endless.curriculum == nil)
    for _ in 0..<3 {
      _ = try plain.iterate(progress: 0)
      #expect(try endless.iterate(progress: 0).curriculum == nil)
    }
    #expect(endless.policy.weights.values.elements == plain.policy.weights.values.elements)
    #expect(try endless.snapshot() == plain.snapshot())
  }
}
