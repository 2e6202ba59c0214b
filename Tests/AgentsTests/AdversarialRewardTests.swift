import Agents
import Environments
import FoalTesting
import Networks
import Tensors
import Testing

/// A point on a line that moves by what it is told, for 20 steps.
private struct Line: Environment {
  struct State: Sendable, Codable { var x: Float = 0 }
  let observationSpace = ObservationSpace(.init("x", [1], in: -1...1))
  let actionSpace = ActionSpace.box(low: [-1], high: [1])
  let stepLimit: Int? = 20
  func reset(using random: inout RandomStream) -> State { State() }
  func step(_ state: inout State, _ action: Action, using random: inout RandomStream) -> Outcome {
    state.x = min(max(state.x + 0.2 * action[0], -1), 1)
    return Outcome(reward: 0)
  }
  func observe(_ state: State, into view: inout MutableSpan<Float>) { view[0] = state.x }
}

@Suite("Adversarial rewards")
struct AdversarialRewardTests {
  /// Walks on the line with a mean way and some noise.
  private func walked(_ way: Float, seed: UInt64) throws -> Demonstrations {
    var random = RandomStream(seed: seed)
    var batch = EnvironmentBatch(
      tasks: Array(repeating: Line(), count: 8), named: "line", random: random.split("starts"))
    return try Demonstrations(of: "line", in: &batch, episodesPerSlot: 1) { _, actions in
      for slot in actions.components.indices {
        actions.components[slot] = min(max(way + 0.3 * random.normal(), -1), 1)
      }
    }
  }

  private var learner: PPO.Configuration {
    var configuration = PPO.Configuration()
    (configuration.slots, configuration.lanes, configuration.rolloutSteps) = (8, 1, 20)
    (configuration.epochs, configuration.minibatches, configuration.hidden) = (6, 2, [16])
    (configuration.learningRate, configuration.annealsLearningRate) = (0.01, false)
    return configuration
  }

  @Test(
    "what the expert does is worth more than what the policy does",
    arguments: [AdversarialReward.Form.stateOnly, .stateAction, .imitation])
  func value(form: AdversarialReward.Form) throws {
    var configuration = AdversarialReward.Configuration()
    (configuration.form, configuration.updates) = (form, 150)
    (configuration.hidden, configuration.learningRate) = ([16], 0.01)
    var random = RandomStream(seed: 0)
    var reward = try AdversarialReward(
      configuration, observing: Line().observationSpace, acting: Line().actionSpace,
      using: &random)
    let policy = try PPO(learner, seed: 0) { slots, random in
      EnvironmentBatch(
        tasks: Array(repeating: Line(), count: slots), named: "line", random: random)
    }.policy
    try reward.learn(
      expert: walked(0.5, seed: 1), policy: walked(-0.5, seed: 2), acting: policy)
    let right = reward.value(seen: [0.8], action: Action([0.5]), then: [0.9])
    let left = reward.value(seen: [-0.8], action: Action([-0.5]), then: [-0.9])
    #expect(right > left + 1)
    #expect(
      reward.transferredValue(seen: [0.8], action: Action([0.5]))
        > reward.transferredValue(seen: [-0.8], action: Action([-0.5])))
  }

  @Test("in turns the policy comes to do what the expert does")
  func imitation() throws {
    var configuration = AdversarialImitation<Line>.Configuration()
    configuration.learner = learner
    (configuration.reward.hidden, configuration.reward.learningRate) = ([16], 0.01)
    var imitation = try AdversarialImitation(
      configuration, on: Line(), expert: walked(0.5, seed: 3), seed: 0)
    func way() -> Float {
      imitation.policy.network(imitation.policy.weights, Tensor([1, 1], [0.2])).policy.item
    }
    #expect(way() < 0.2)
    for _ in 0..<25 { try imitation.iterate(progress: 0) }
    #expect(way() > 0.3)
  }

  @Test("a replaced reward is all that is left of an environment's own")
  func replaced() throws {
    let maze = PointMaze()
    let other = ReplacedReward(maze) { seen, action, then in then[0] - seen[0] + action[1] }
    try checkEnvironment(other)
    var random = RandomStream(seed: 4)
    var state = PointMaze.State(x: 0.2, y: -0.5)
    let outcome = other.step(&state, Action([1, 0.5]), using: &random)
    #expect(abs(outcome.reward - 0.6) < 1e-6 && abs(state.x - 0.3) < 1e-9)
  }
}
