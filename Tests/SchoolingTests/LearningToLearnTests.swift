import Agents
import Environments
import Networks
import Schooling
import Testing

@Suite("Learning to learn")
struct LearningToLearnTests {
  /// The mean reward of ten pulls of an easy pair of arms, after pretraining.
  private func total(
    wipesMemory: Bool, _ kind: ActorCritic.MemoryKind = .gru
  ) throws -> Float {
    let tasks = TaskSource(BanditFamily(.dependent(.easy)))
    var configuration = Pretraining.Configuration(triesPerTask: 10, steps: 60_000)
    configuration.wipesMemoryEachTry = wipesMemory
    configuration.learner.slots = 64
    configuration.learner.lanes = 1
    configuration.learner.rolloutSteps = 10
    configuration.learner.learningRate = 1e-2
    configuration.learner.rewardScale = 1
    configuration.learner.hidden = []
    configuration.learner.memory = 16
    configuration.learner.memoryKind = kind
    configuration.learner.memoryWindow = 10
    configuration.learner.returnsSpanTries = true
    var pretraining = try Pretraining(on: tasks, configuration, seed: 0)
    try pretraining.run()
    let returns = try pretraining.agent(named: "x").returns(
      on: tasks, Evaluation.Settings(tasks: 400, tries: 10),
      memoryLasting: wipesMemory ? .try : .task)
    return returns.reduce(0) { $0 + $1.reduce(0, +) } / 400
  }

  @Test("with a memory over the pulls the better arm is found, without one it cannot be")
  func bandit() throws {
    // The first pull is worth 5 in 10; all others 9 in 10 for whoever knows.
    #expect(try total(wipesMemory: false) > 7.8)
    #expect(abs(try total(wipesMemory: true) - 5) < 0.6)
  }

  @Test("a transformer finds the better arm, too, as long as it remembers")
  func banditByTransformer() throws {
    #expect(try total(wipesMemory: false, .transformer) > 7.8)
    #expect(abs(try total(wipesMemory: true, .transformer) - 5) < 0.6)
  }
}
