import Agents
import Environments
import Networks
import Tensors
import Testing

@Suite("Policy")
struct PolicyTests {
  @Test("vectors are moved into the box")
  func moving() {
    let space = ActionSpace.box(low: [-1, 0], high: [1, 5])
    let network = ActorCritic(.init(observationCount: 1, actions: .init(space), hidden: []))
    let weights = Weights(.zeros([network.layout.count]), layout: network.layout)
    let policy = Policy(network: network, weights: weights, actionSpace: space)
    var actions = ActionBatch(space, slots: 2)
    let decision = Policy.Decision(
      vectors: [-3, 6, 0.5, -0.1], logProbabilities: [0, 0], values: [0, 0])
    policy.write(decision, to: &actions)
    #expect(actions.components == [-1, 5, 0.5, 0])
  }

  @Test("a space calls for its kind of distribution")
  func kinds() {
    #expect(ActorCritic.Actions(.discrete(4)) == .categorical(4))
    #expect(ActorCritic.Actions(.box(low: [0, 0], high: [1, 1])) == .gaussian(2))
  }

  @Test("a greedy policy takes the most probable action, whatever is drawn")
  func greedy() {
    let network = ActorCritic(
      .init(observationCount: 1, actions: .categorical(2), hidden: []))
    let weights = Weights(Tensor([0, 0, 0, 0.1, 0, 7]), layout: network.layout)
    let policy = Policy(network: network, weights: weights, actionSpace: .discrete(2))
    let batch = Counting().batch(slots: 200)
    var random = RandomStream(seed: 1)
    let greedy = policy.decide(batch.buffers, memory: nil, greedy: true, using: &random)
    #expect(greedy.choices == Array(repeating: 0, count: 200))
    #expect(greedy.values == Array(repeating: 7, count: 200))
    let drawn = policy.decide(batch.buffers, memory: nil, greedy: false, using: &random)
    #expect((50...150).contains(drawn.choices.reduce(0, +)))
  }
}
