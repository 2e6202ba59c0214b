import Agents
import Environments
import Networks
import Tensors
import Testing

@Suite("Rollout")
struct RolloutTests {
  /// A policy that always takes one choice and whose value of an observation is a hundredth of it.
  private func policy(choosing choice: Int) -> Policy {
    let network = ActorCritic(
      .init(observationCount: 1, actions: .categorical(2), hidden: []))
    let bias: [Float] = choice == 0 ? [50, -50] : [-50, 50]
    let weights = Weights(Tensor([0, 0, 0.01] + bias + [0]), layout: network.layout)
    return Policy(network: network, weights: weights, actionSpace: .discrete(2))
  }

  private func rollout(
    _ environment: Counting, steps: Int, slots: Int = 1, choosing choice: Int,
    spanning tries: Int? = nil
  ) throws -> Rollout {
    var environments = EnvironmentBatch(
      tasks: Array(repeating: environment, count: slots), named: "counting",
      trials: TrialSettings(triesPerTask: tries ?? 1), random: RandomStream(seed: 0))
    var rollout = Rollout(steps: steps, environments: environments)
    rollout.returnsSpanTries = tries != nil
    var memory: Tensor?
    var noise: CorrelatedNoise?
    var actions = ActionBatch(.discrete(2), slots: slots)
    var random = RandomStream(seed: 1)
    try rollout.collect(
      policy(choosing: choice), &environments, memory: &memory, noise: &noise,
      actions: &actions, using: &random)
    return rollout
  }

  private func expectClose(_ values: [Float], _ expected: [Float]) {
    #expect(
      values.count == expected.count
        && zip(values, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(values) is not \(expected)")
  }

  @Test("a try that a limit cut counts the value of the last thing seen, not of the next try")
  func truncation() throws {
    let rollout = try rollout(Counting(stepLimit: 3), steps: 5, choosing: 0)
    #expect(rollout.observations == [0, 10, 20, 0, 10])
    expectClose(rollout.values, [0, 0.1, 0.2, 0, 0.1])
    #expect(rollout.rewards == [1, 2, 3, 1, 2])
    #expect(rollout.done == [false, false, true, false, false])
    // After the third step 30 was seen; the next try began with 0.
    expectClose(rollout.nextValues, [0.1, 0.2, 0.3, 0.1, 0.2])
    #expect(rollout.keep == [0, 1, 1, 0, 1])
    #expect(rollout.choices == [0, 0, 0, 0, 0])
    expectClose(rollout.logProbabilities, [0, 0, 0, 0, 0])
  }

  @Test("an expert who knows no way any more is not asked again before the next try")
  func silentExpert() throws {
    #expect(
      try expertChoices(in: Counting(stepLimit: 4), tries: 1, steps: 6) == [1, -1, -1, -1, 1, -1])
  }

  @Test("an expert who is after what cannot be known says nothing, until a try was rewarded")
  func unknownAim() throws {
    // Two tries of two steps on each task.
    let riddle = Counting(stepLimit: 2, isRiddle: true)
    #expect(
      try expertChoices(in: riddle, tries: 2, steps: 7) == [-1, -1, 1, -1, -1, -1, 1])
  }

  @Test("there, someone who has to find it out is heard, in the right place, and what that is for")
  func exploring() throws {
    let known = Counting(stepLimit: 2, isSought: true)
    let riddle = Counting(stepLimit: 2, isRiddle: true, isSought: true)
    var environments = EnvironmentBatch(
      tasks: [known, riddle], named: "counting", trials: TrialSettings(triesPerTask: 2),
      random: RandomStream(seed: 0))
    var rollout = Rollout(steps: 4, environments: environments)
    rollout.expertChoices = Array(repeating: 7, count: 8)
    rollout.expertAims = Array(repeating: 7, count: 8)
    var (memory, noise): (Tensor?, CorrelatedNoise?)
    var actions = ActionBatch(.discrete(2), slots: 2)
    var random = RandomStream(seed: 1)
    try rollout.collect(
      policy(choosing: 0), &environments, memory: &memory, noise: &noise, actions: &actions,
      using: &random)
    // Two tries of two steps: in the first try the riddle is sought, in the second it is known.
    #expect(rollout.expertChoices == [1, 0, -1, 0, 1, 1, -1, -1])
    #expect(rollout.expertAims == [2, 3, -1, 3, 2, 2, -1, -1])
  }

  /// What an expert says while a policy acts.
  private func expertChoices(in task: Counting, tries: Int, steps: Int) throws -> [Int32] {
    var environments = EnvironmentBatch(
      tasks: [task], named: "counting", trials: TrialSettings(triesPerTask: tries),
      random: RandomStream(seed: 0))
    var rollout = Rollout(steps: steps, environments: environments)
    rollout.expertChoices = Array(repeating: 0, count: steps)
    var (memory, noise): (Tensor?, CorrelatedNoise?)
    var actions = ActionBatch(.discrete(2), slots: 1)
    var random = RandomStream(seed: 1)
    try rollout.collect(
      policy(choosing: 0), &environments, memory: &memory, noise: &noise, actions: &actions,
      using: &random)
    return rollout.expertChoices
  }

  @Test("after a termination nothing follows")
  func termination() throws {
    let rollout = try rollout(Counting(stepLimit: 3), steps: 3, choosing: 1)
    #expect(rollout.done == [true, true, true])
    #expect(rollout.nextValues == [0, 0, 0])
    #expect(rollout.rewards == [1, 1, 1])
  }

  @Test("a return that spans tries ends with the task only, and there it ends however it was cut")
  func spanningTries() throws {
    let rollout = try rollout(Counting(stepLimit: 2), steps: 5, choosing: 0, spanning: 2)
    #expect(rollout.observations == [0, 10, 0, 10, 0])
    #expect(rollout.done == [false, false, false, true, false])
    // After the first try the next one's start follows; after the second try nothing.
    expectClose(rollout.nextValues, [0.1, 0, 0.1, 0, 0.1])
    #expect(rollout.keep == [0, 1, 1, 1, 0])
  }

  @Test("a termination in the last step before the limit is no cut")
  func terminationAtTheLimit() throws {
    let rollout = try rollout(Counting(stepLimit: 1), steps: 2, choosing: 1)
    #expect(rollout.nextValues == [0, 0])
  }

  @Test("slots lie side by side in each step")
  func slots() throws {
    let rollout = try rollout(Counting(stepLimit: 2), steps: 2, slots: 2, choosing: 0)
    #expect(rollout.observations == [0, 0, 10, 10])
    expectClose(rollout.nextValues, [0.1, 0.1, 0.2, 0.2])
  }

  @Test("advantages and returns are those of scaled rewards")
  func estimate() throws {
    var rollout = try rollout(Counting(stepLimit: 3), steps: 3, choosing: 0)
    rollout.estimate(discount: 1, lambda: 1, rewardScale: 0.1)
    // Rewards 0.1, 0.2, 0.3 and the last value 0.3.
    expectClose(rollout.returns, [0.9, 0.8, 0.6])
    expectClose(rollout.advantages, [0.9, 0.7, 0.4])
  }
}
