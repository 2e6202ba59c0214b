import Agents
import Environments
import Networks
import Tensors
import Testing

@Suite("DQN")
struct DQNTests {
  /// Settings for bit flipping in cycles of 16 episodes.
  private static func settings(_ task: BitFlip) -> DQN.Configuration {
    var settings = DQN.Configuration()
    settings.slots = 16
    settings.rolloutSteps = task.count
    settings.updates = 40
    settings.batch = 128
    settings.hidden = [128]
    settings.replay.discount = 0.98
    settings.exploration = .linear(from: 0.2, to: 0)
    settings.targetInterval = 40
    settings.targetRange = -50...0
    settings.randomSteps = 0
    return settings
  }

  private static func learner(
    _ task: BitFlip, _ settings: DQN.Configuration, seed: UInt64 = 0, hindsight: Bool,
    workers: Int = 1, cycles: Int
  ) throws -> DQN {
    var learner = try DQN(
      settings, seed: seed, hindsight: hindsight ? Hindsight(task.goals) : nil
    ) { EnvironmentBatch(SingleTask(task, named: "bit-flip"), slots: $0, random: $1) }
    learner.workers = workers
    for cycle in 0..<cycles { _ = try learner.iterate(progress: Float(cycle) / Float(cycles)) }
    return learner
  }

  @Test(
    "few bits are solved without hindsight, with every option",
    arguments: ["plain", "double", "dueling", "3 steps", "prioritised", "following"])
  func options(option: String) throws {
    let task = BitFlip(4)
    var settings = DQNTests.settings(task)
    settings.isDouble = option == "double"
    settings.isDueling = option == "dueling"
    if option == "3 steps" { settings.replay.returnSteps = 3 }
    if option == "prioritised" { settings.replay.priorityExponent = 0.6 }
    if option == "following" { (settings.targetInterval, settings.targetShare) = (1, 0.02) }
    // Returns of several steps are those of older policies, which takes time to wash out.
    let cycles = option == "3 steps" ? 150 : 60
    let learner = try DQNTests.learner(task, settings, hindsight: false, cycles: cycles)
    #expect(try reachedShare(task) { learner.act(on: $0, into: &$1) } >= 0.95)
  }

  @Test("15 bits are solved with hindsight, and not at all without")
  func hindsight() throws {
    let task = BitFlip(15)
    let settings = DQNTests.settings(task)
    let with = try DQNTests.learner(task, settings, hindsight: true, cycles: 120)
    #expect(try reachedShare(task) { with.act(on: $0, into: &$1) } >= 0.9)
    let without = try DQNTests.learner(task, settings, hindsight: false, cycles: 120)
    #expect(try reachedShare(task) { without.act(on: $0, into: &$1) } <= 0.05)
  }

  @Test("the number of threads changes nothing, the seed does")
  func threads() throws {
    let task = BitFlip(4)
    var settings = DQNTests.settings(task)
    settings.lanes = 4
    func weights(_ workers: Int, seed: UInt64 = 0) throws -> Tensor {
      try DQNTests.learner(
        task, settings, seed: seed, hindsight: true, workers: workers, cycles: 3
      ).weights.values
    }
    let alone = try weights(1)
    #expect(try weights(3) == alone)
    #expect(try weights(1, seed: 1) != alone)
  }

  @Test("settings out of their range are named")
  func validation() throws {
    var settings = DQN.Configuration()
    settings.lanes = 3
    let error = #expect(throws: ConfigurationError.self) { try settings.validate() }
    #expect(error?.setting == "batch")
    #expect(throws: ConfigurationError.self) {
      try DQN(DQN.Configuration(), seed: 0) { Aim.batch($0, $1) }
    }
  }
}
