import Environments
import FoalTesting
import Tensors
import Testing

@Suite("Tabular Markov decision processes")
struct TabularMDPTests {
  /// Action 0 stays and pays the state's number, action 1 moves to the other state for nothing.
  private let pair = TabularMDP(
    states: 2, actions: 2, horizon: 3, transitions: [1, 0, 0, 1, 0, 1, 1, 0],
    rewards: [0.6, 0, 1, 0])

  @Test("a random process keeps the promises of an environment")
  func conformance() throws {
    var random = RandomStream(seed: 0)
    try checkEnvironment(RandomMDPFamily().task(.train, using: &random))
  }

  @Test("a plan gives up a small reward for a greater one if there is time enough")
  func plan() {
    let policy = finiteHorizonPolicy(
      states: 2, actions: 2, horizon: 3, transitions: pair.transitions.map(Double.init),
      rewards: pair.rewards.map(Double.init))
    // Three steps: 0 + 1 + 1 > 3 · 0.6. Two steps: 0 + 1 < 1.2.
    #expect(policy == [1, 0, 0, 0, 0, 0])
    let expert = pair.makeExpert()
    #expect(expert?(.init(index: 0, step: 0)) == Action(1))
    #expect(expert?(.init(index: 0, step: 1)) == Action(0))
  }

  @Test("steps follow the tables, with noise of variance 1, and end at the horizon")
  func steps() {
    var random = RandomStream(seed: 1)
    var sum: Float = 0
    var squares: Float = 0
    for _ in 0..<4_000 {
      var state = pair.reset(using: &random)
      let first = pair.step(&state, Action(1), using: &random)
      #expect(!first.terminated && state.index == 1)
      let outcome = pair.step(&state, Action(0), using: &random)
      #expect(!outcome.terminated && state.index == 1)
      let last = pair.step(&state, Action(1), using: &random)
      #expect(last.terminated && state.index == 0)
      sum += outcome.reward
      squares += (outcome.reward - 1) * (outcome.reward - 1)
    }
    #expect(abs(sum / 4_000 - 1) < 0.06)
    #expect(abs(squares / 4_000 - 1) < 0.1)
  }

  @Test("a process drawn at random has rows that add up to 1 and rewards about 1")
  func family() {
    var random = RandomStream(seed: 2)
    let tasks = (0..<20).map { _ in RandomMDPFamily().task(.train, using: &random) }
    for task in tasks {
      for row in 0..<50 {
        #expect(abs(task.transitions[row * 10..<row * 10 + 10].reduce(0, +) - 1) < 1e-5)
      }
    }
    let mean = tasks.flatMap(\.rewards).reduce(0, +) / 1_000
    #expect(abs(mean - 1) < 0.12)
  }
}
