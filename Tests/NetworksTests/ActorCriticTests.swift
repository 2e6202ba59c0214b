import Foundation
import Networks
import Tensors
import Testing

@Suite("ActorCritic")
struct ActorCriticTests {
  private func network(
    _ actions: ActorCritic.Actions = .categorical(3), hidden: [Int] = [4],
    trunk: ActorCritic.Trunk = .shared, memory: Int = 0,
    _ kind: ActorCritic.MemoryKind = .gru
  ) -> ActorCritic {
    var configuration = ActorCritic.Configuration(
      observationCount: 2, actions: actions, hidden: hidden, trunk: trunk, memory: memory)
    configuration.memoryKind = kind
    configuration.memoryWindow = 4
    return ActorCritic(configuration)
  }

  @Test("the parameters of every kind of network")
  func layouts() {
    func names(_ network: ActorCritic) -> [String] {
      network.layout.parameters.map { "\($0.name) \($0.shape)" }
    }
    let trunk = ["trunk0.weight [2, 4]", "trunk0.bias [4]"]
    #expect(names(network()) == trunk + ["head.weight [4, 4]", "head.bias [4]"])
    #expect(
      names(network(.gaussian(2), trunk: .separate))
        == trunk + [
          "head.weight [4, 2]", "head.bias [2]", "valueTrunk0.weight [2, 4]",
          "valueTrunk0.bias [4]", "valueHead.weight [4, 1]", "valueHead.bias [1]",
          "logDeviation [2]",
        ])
    #expect(
      names(network(memory: 5))
        == trunk + [
          "memory.input.weight [4, 15]", "memory.input.bias [15]", "memory.weight [5, 15]",
          "memory.bias [15]", "head.weight [5, 4]", "head.bias [4]",
        ])
  }

  @Test("the last column is the value, the others are the policy's")
  func outputs() {
    let network = network(.categorical(2), hidden: [])
    let weights = Weights(Tensor([1, 2, 3, 4, 5, 6, 0.5, 0, -1]), layout: network.layout)
    let output = network(weights, Tensor([2, 2], [1, 0, 1, -1]))
    #expect(output.policy == Tensor([2, 2], [1.5, 2, -2.5, -3]))
    #expect(output.values == Tensor([2, -4]))
    #expect(output.memory == nil)
    #expect(network.emptyMemory(3) == nil && network.memoryCount == 0)
  }

  @Test("separate trunks: the value has layers of its own")
  func separateTrunks() {
    let network = network(.categorical(1), hidden: [1], trunk: .separate)
    // Trunk (0.5, 0) + 0, head 2 + 1, value trunk (0, 1) + 0, value head 3 + 0.
    let weights = Weights(
      Tensor([0.5, 0, 0, 2, 1, 0, 1, 0, 3, 0]), layout: network.layout)
    let output = network(weights, Tensor([1, 2], [1, -1]))
    expectClose(output.policy, Tensor([1, 1], [2 * tanh(0.5) + 1]))
    expectClose(output.values, Tensor([-3 * tanh(1)]))
  }

  @Test("in separate trunks the value's gradient does not reach the policy, in shared ones it does")
  func separateGradients() {
    let observations = draws([3, 2])
    for trunk in ActorCritic.Trunk.allCases {
      let network = network(trunk: trunk)
      let gradient = valueAndGradient(at: drawnWeights(network.layout)) {
        network($0, observations).values.sum()
      }.gradient
      let reached = Weights(gradient, layout: network.layout)["trunk0.weight"]!.norm > 0
      #expect(reached == (trunk == .shared))
    }
  }

  @Test("the first policy is near uniform and the first deviations are 1")
  func firstPolicy() throws {
    let network = network(.categorical(3), hidden: [64, 64])
    var random = RandomStream(seed: 1)
    let weights = Weights(initializing: network.layout, using: &random)
    let output = network(weights, draws([50, 2]))
    let policy = Categorical(logits: output.policy)
    #expect(policy.entropy.elements.allSatisfy { abs($0 - log(3)) < 1e-3 })
    #expect(output.values.norm > 0.1)
    let continuous = self.network(.gaussian(2))
    let first = Weights(initializing: continuous.layout, using: &random)
    #expect(first[try #require(continuous.logDeviation)] == Tensor([0, 0]))
  }

  /// Six steps of three rows with wipes in the middle.
  private let keep = Tensor([6, 3], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1])

  @Test(
    "a sequence in one call equals calls step by step",
    arguments: ActorCritic.MemoryKind.allCases)
  func memoryStepByStep(kind: ActorCritic.MemoryKind) throws {
    let network = network(memory: 6, kind)
    let weights = drawnWeights(network.layout)
    let observations = draws([18, 2], 2)
    let start = draws(try #require(network.emptyMemory(3)).shape, 3)
    let whole = network(weights, observations, memory: start, keep: keep)
    var memory = start
    for step in 0..<6 {
      let rows = step * 3..<(step + 1) * 3
      let output = network(
        weights, observations.slice(rows), memory: memory, keep: keep.slice(step..<step + 1))
      expectClose(output.head, whole.head.slice(rows))
      memory = try #require(output.memory)
    }
    if kind == .gru { expectClose(memory, try #require(whole.memory)) }
  }

  @Test("after a wipe nothing before it matters", arguments: ActorCritic.MemoryKind.allCases)
  func memoryWiped(kind: ActorCritic.MemoryKind) throws {
    let network = network(memory: 6, kind)
    let weights = drawnWeights(network.layout)
    let empty = try #require(network.emptyMemory(1))
    #expect(empty == .zeros([1, kind == .gru ? 6 : 4 * 6 + 1]))
    let observations = draws([4, 2], 2)
    let start = draws(empty.shape, 3).map(abs)
    let wiped = network(
      weights, observations, memory: start, keep: Tensor([4, 1], [1, 1, 0, 1]))
    let fresh = network(
      weights, observations.slice(2..<4), memory: empty, keep: .ones([2, 1]))
    expectClose(wiped.head.slice(2..<4), fresh.head)
    let kept = network(weights, observations, memory: start, keep: .ones([4, 1]))
    #expect((kept.head.slice(2..<4) - fresh.head).norm > 1e-2)
  }

  @Test("what a memory costs is counted")
  func multiplications() {
    // Trunk 2·4, gates (4 + 6)·18, head 6·4.
    #expect(network(memory: 6).multiplications == 8 + 180 + 24)
    // Input 4·6; six maps and gates of 12 more, of 6·6 each; places and two heads' sums over 4 steps.
    #expect(network(memory: 6, .transformer).multiplications == 8 + 24 + 18 * 36 + 5 * 24 + 24)
  }

  @Test(
    "the gradients of whole networks",
    arguments: [
      ActorCritic.Configuration(observationCount: 2, actions: .categorical(3), hidden: [4, 3]),
      ActorCritic.Configuration(
        observationCount: 2, actions: .categorical(2), hidden: [4], trunk: .separate),
      ActorCritic.Configuration(
        observationCount: 2, actions: .categorical(3), hidden: [4], memory: 3),
    ])
  func gradients(configuration: ActorCritic.Configuration) {
    let network = ActorCritic(configuration)
    let observations = draws([18, 2], 2)
    let memory = network.emptyMemory(3).map { draws($0.shape, 3) }
    expectGradient(at: drawnWeights(network.layout)) {
      network($0, observations, memory: memory, keep: keep).head
    }
  }
}
