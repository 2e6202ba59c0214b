import Environments
import Tensors
import Testing

@Suite("Cart-pole expert")
struct CartPoleExpertTests {
  /// The returns of one try on each of some tasks.
  private func returns(_ tasks: [CartPole]) throws -> [Float] {
    var batch = EnvironmentBatch(tasks: tasks, named: "cartpole", random: RandomStream(seed: 3))
    var actions = ActionBatch(batch.actionSpace, slots: tasks.count)
    var returns = [Float?](repeating: nil, count: tasks.count)
    while returns.contains(nil) {
      let hasExpert = batch.writeExpertActions(to: &actions)
      #expect(hasExpert)
      try batch.step(actions)
      for episode in batch.buffers.finished where returns[episode.slot] == nil {
        returns[episode.slot] = episode.undiscountedReturn
      }
      batch.buffers.finished.removeAll(keepingCapacity: true)
    }
    return returns.compactMap { $0 }
  }

  @Test("balances Gymnasium's cart-pole from every start, whatever the actions mean")
  func gymnasium() throws {
    let tasks = (0..<100).map { CartPole(actionSign: $0 % 2 == 0 ? 1 : -1) }
    #expect(try returns(tasks).allSatisfy { $0 == 500 })
  }

  @Test("balances nearly all tasks of both splits", arguments: Split.allCases)
  func family(split: Split) throws {
    var random = RandomStream(seed: 4)
    let tasks = (0..<300).map { _ in CartPoleFamily().task(split, using: &random) }
    let balanced = try returns(tasks).filter { $0 == 500 }.count
    #expect(balanced >= 285)
  }

  @Test("a task that is drawn anew gets an expert of its own")
  func newTasks() throws {
    var batch = EnvironmentBatch(
      CartPoleFamily(), slots: 20, trials: TrialSettings(stepLimit: 50),
      random: RandomStream(seed: 5))
    var actions = ActionBatch(batch.actionSpace, slots: 20)
    for _ in 0..<500 {
      let hasExpert = batch.writeExpertActions(to: &actions)
      #expect(hasExpert)
      try batch.step(actions)
    }
    // With a first task's expert half of the later tasks would fall: actions mean the opposite.
    #expect(batch.buffers.finished.count >= 200)
    #expect(batch.buffers.finished.filter { $0.length == 50 }.count >= 190)
  }

  @Test("an environment without an expert says so")
  func none() throws {
    var batch = EnvironmentBatch(tasks: [Acrobot()], named: "acrobot", random: .init(seed: 0))
    var actions = ActionBatch(batch.actionSpace, slots: 1)
    let hasExpert = batch.writeExpertActions(to: &actions)
    #expect(!hasExpert)
  }
}
