import Environments
import Tensors
import Testing

@Suite("Levels")
struct LevelTests {
  private static let tasks = TaskSource(CartPoleFamily())

  private static func batch(_ levels: [Level], seed: UInt64 = 4) -> EnvironmentBatch {
    tasks.batch(
      levels: levels, seed: seed, trials: TrialSettings(triesPerTask: 2, stepLimit: 3),
      random: RandomStream(seed: 9))
  }

  private func tasks(of batch: EnvironmentBatch) -> [String] {
    (0..<batch.slots).map(batch.taskDescription)
  }

  /// Plays both tries on a task.
  private func play(_ batch: inout EnvironmentBatch) throws {
    for _ in 0..<6 { try batch.step(ActionBatch(batch.actionSpace, slots: batch.slots)) }
  }

  @Test("a level without edits is the numbered task of the train split")
  func numbered() {
    let numbers = [0, 7, 4_000_000_000]
    let numbered = Self.tasks.batch(
      tasks: numbers, of: .train, seed: 4, trials: TrialSettings(), random: RandomStream(seed: 0))
    #expect(tasks(of: Self.batch(numbers.map { Level($0) })) == tasks(of: numbered))
    #expect(Self.batch([Level(0)]).levels == [Level(0)] && numbered.levels == nil)
  }

  @Test("slots meet the levels that wait, then the last one again")
  func queue() throws {
    let levels = [Level(1), Level(2), Level(3, edits: [5, 6])]
    let expected = tasks(of: Self.batch(levels))
    var batch = Self.batch([levels[0], levels[1]])
    batch.queueLevels([[levels[2], levels[1]], []])
    var met: [[String]] = []
    for _ in 0..<4 {
      met.append(tasks(of: batch))
      try play(&batch)
    }
    #expect(met.map { $0[0] } == [0, 2, 1, 1].map { expected[$0] })
    #expect(met.map { $0[1] } == Array(repeating: expected[1], count: 4))
  }

  @Test("a batch goes on from a snapshot with the levels that waited")
  func snapshot() throws {
    var batch = Self.batch([Level(1), Level(2)])
    batch.queueLevels([[Level(3, edits: [1]), Level(4)], [Level(5), Level(6)]])
    try play(&batch)
    let snapshot = try batch.snapshot()
    var other = Self.batch([Level(8), Level(9)])
    try other.restore(snapshot)
    for _ in 0..<2 {
      #expect(tasks(of: other) == tasks(of: batch) && other.levels == batch.levels)
      try play(&batch)
      try play(&other)
      #expect(other.buffers == batch.buffers)
    }
    var drawn = Self.tasks.batch(
      slots: 2, trials: TrialSettings(triesPerTask: 2, stepLimit: 3),
      random: RandomStream(seed: 9))
    #expect(throws: SnapshotError.self) { try drawn.restore(snapshot) }
    #expect(throws: SnapshotError.self) { try other.restore(drawn.snapshot()) }
  }

  @Test("edited cart-poles differ in one parameter and stay in the train split")
  func cartPoles() {
    let family = CartPoleFamily()
    var random = RandomStream(seed: 1)
    for _ in 0..<500 {
      let task = family.task(.train, using: &random)
      let edited = family.edited(task, using: &random)
      #expect(family.contains(edited, in: .train))
      let batch = EnvironmentBatch(
        tasks: [task, edited], named: "pair", random: RandomStream(seed: 0))
      let pairs = zip(batch.taskParameters(slot: 0), batch.taskParameters(slot: 1))
      #expect(pairs.count { $0 != $1 } == 1)
    }
  }
}
