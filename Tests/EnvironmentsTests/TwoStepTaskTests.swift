import Environments
import FoalTesting
import Tensors
import Testing

@Suite("Two-step task")
struct TwoStepTaskTests {
  @Test("the task keeps the promises of an environment")
  func conformance() throws { try checkEnvironment(TwoStepTask(trials: 5)) }

  @Test("choices lead to their own place, and places pay, as often as they are said to")
  func frequencies() {
    let task = TwoStepTask(swapProbability: 0, trials: 20_000)
    var random = RandomStream(seed: 0)
    var state = TwoStepTask.State(firstIsGood: true)
    var (common, paid, visits) = (0, [0, 0], [0, 0])
    for trial in 0..<20_000 {
      let choice = trial % 2
      let first = task.step(&state, Action(choice), using: &random)
      #expect(first == Outcome(reward: 0))
      let place = state.stage - 1
      common += place == choice ? 1 : 0
      let outcome = task.step(&state, Action(0), using: &random)
      #expect(outcome.terminated == (trial == 19_999) && state.stage == 0)
      visits[place] += 1
      paid[place] += outcome.reward > 0 ? 1 : 0
    }
    #expect(abs(Double(common) / 20_000 - 0.8) < 0.01)
    #expect(abs(Double(paid[0]) / Double(visits[0]) - 0.9) < 0.01)
    #expect(abs(Double(paid[1]) / Double(visits[1]) - 0.1) < 0.01)
  }

  @Test("the places change their roles once in 40 trials")
  func swaps() {
    let task = TwoStepTask(trials: 20_000)
    var random = RandomStream(seed: 1)
    var state = task.reset(using: &random)
    var swaps = 0
    for _ in 0..<20_000 {
      let before = state.firstIsGood
      for _ in 0..<2 { _ = task.step(&state, Action(0), using: &random) }
      swaps += before == state.firstIsGood ? 0 : 1
    }
    #expect(abs(swaps - 500) < 80)
  }

  @Test("repeated choices are counted by what came before them")
  func stays() {
    var stays = StayProbabilities()
    stays.add([
      TwoStepTrial(choice: 0, place: 0, isRewarded: true),
      TwoStepTrial(choice: 0, place: 0, isRewarded: true),
      TwoStepTrial(choice: 1, place: 0, isRewarded: true),
      TwoStepTrial(choice: 0, place: 0, isRewarded: false),
      TwoStepTrial(choice: 0, place: 1, isRewarded: false),
      TwoStepTrial(choice: 0, place: 0, isRewarded: true),
    ])
    #expect(stays[rewarded: true, common: true] == 0.5)
    #expect(stays[rewarded: true, common: false] == 0)
    #expect(stays[rewarded: false, common: true] == 1)
    #expect(stays[rewarded: false, common: false] == 1)
    #expect(stays.interaction == 0.5)
    #expect(stays.rewardEffect == -0.75)
  }
}
