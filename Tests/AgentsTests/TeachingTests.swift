import Agents
import Environments
import Networks
import Tensors
import Testing

@Suite("Teaching")
struct TeachingTests {
  private func learner(
    _ teaching: Teaching?, seed: UInt64 = 1, _ change: (inout PPO.Configuration) -> Void = { _ in }
  ) throws -> PPO {
    var configuration = PPO.Configuration()
    configuration.slots = 8
    configuration.lanes = 2
    configuration.rolloutSteps = 16
    configuration.minibatches = 2
    configuration.hidden = [8]
    configuration.annealsLearningRate = false
    change(&configuration)
    var learner = try PPO(configuration, seed: seed) { slots, random in
      EnvironmentBatch(
        tasks: Array(repeating: Echo(), count: slots), named: "echo", random: random)
    }
    learner.teaching = teaching
    return learner
  }

  /// A teacher that takes choice 1 with probability 0.9.
  private func teacher() -> Policy {
    let network = ActorCritic(.init(observationCount: 1, actions: .categorical(2), hidden: []))
    return Policy(
      network: network,
      weights: Weights(Tensor([0, 0, 0, 0, 2.1972246, 0]), layout: network.layout),
      actionSpace: .discrete(2))
  }

  @Test("the loss is the cross-entropy of the teacher's choices, times their weight")
  func loss() {
    // −(0.8·log ¼ + 0.2·log ¾) and twice −log ¾, over two rows.
    let loss = Lessons.loss(
      Tensor([2, 2], [0.8, 0.2, 0, 2]), logits: Tensor([2, 2], [0, 1.0986123, 0, 1.0986123]),
      allowed: nil)
    #expect(abs(loss.item - (1.1665716 + 0.5753641) / 2) < 1e-5)
  }

  @Test("a teacher's weight follows its schedule over its fraction of the run, then stays")
  func schedule() {
    let teacher = Teaching.Teacher(teacher(), over: 0.5)
    #expect([0, 0.25, 0.5, 0.9].map(teacher.coefficient(at:)) == [1, 0.5, 0, 0])
  }

  @Test("without rewards the policy becomes the teacher's")
  func distillation() throws {
    let teaching = Teaching([.init(teacher(), coefficient: .constant(1))], learnsFromReward: false)
    var learner = try learner(teaching) { $0.learningRate = 1e-2 }
    for _ in 0..<30 { _ = try learner.iterate(progress: 0) }
    let policy = learner.policy
    let logits = policy.network(policy.weights, Tensor([3, 1], [-0.8, 0, 0.8])).policy
    let chosen = Categorical(logits: logits).logProbabilities.exp().elements
    #expect([1, 3, 5].allSatisfy { abs(chosen[$0] - 0.9) < 0.03 })
  }

  @Test("an expert who sees the task is imitated without any reward, while its time lasts")
  func expert() throws {
    var configuration = PPO.Configuration()
    configuration.slots = 64
    configuration.rolloutSteps = 12
    configuration.learningRate = 3e-3
    configuration.annealsLearningRate = false
    func success(_ progress: Float) throws -> Float {
      var learner = try PPO(configuration, seed: 2) { slots, random in
        EnvironmentBatch(
          tasks: Array(repeating: BitFlip(4), count: slots), named: "bits", random: random)
      }
      learner.teaching = Teaching(expert: .init(over: 0.5), learnsFromReward: false)
      var episodes: [Episode] = []
      for _ in 0..<40 { episodes = try learner.iterate(progress: progress).episodes }
      return Float(episodes.filter(\.terminated).count) / Float(episodes.count)
    }
    #expect(try success(0) > 0.95)
    #expect(try success(0.5) < 0.6)
  }

  @Test("a teacher is heard in its own slots only")
  func slots() throws {
    var opposite = teacher()
    opposite.weights.values = Tensor([0, 0, 0, 2.1972246, 0, 0])
    let teaching = Teaching(
      [
        .init(teacher(), coefficient: .constant(1), slots: [0, 1, 2]),
        .init(opposite, coefficient: .constant(1), slots: [3]),
      ], learnsFromReward: false)
    var learner = try learner(teaching) { $0.learningRate = 5e-3 }
    for _ in 0..<40 { _ = try learner.iterate(progress: 0) }
    let policy = learner.policy
    let logits = policy.network(policy.weights, Tensor([1, 1], [0.1])).policy
    // Three quarters of 0.9 and a quarter of 0.1.
    let chosen = Categorical(logits: logits).logProbabilities.exp().elements[1]
    #expect(abs(chosen - 0.7) < 0.05)
  }

  @Test("a teacher of weight 0 changes nothing")
  func silence() throws {
    var silent = try learner(Teaching([.init(teacher(), coefficient: .constant(0))]))
    var alone = try learner(nil)
    for _ in 0..<3 {
      _ = try silent.iterate(progress: 0)
      _ = try alone.iterate(progress: 0)
    }
    #expect(silent.policy.weights.values == alone.policy.weights.values)
  }

  @Test("a learner with a teacher that remembers goes on from a snapshot to the same weights")
  func snapshot() throws {
    let network = ActorCritic(
      .init(observationCount: 1, actions: .categorical(2), hidden: [], memory: 3))
    var random = RandomStream(seed: 7)
    let remembering = Policy(
      network: network,
      weights: Weights(
        Tensor.normal([network.layout.count], using: &random), layout: network.layout),
      actionSpace: .discrete(2))
    let teaching = Teaching([.init(remembering, coefficient: .constant(1))])
    var whole = try learner(teaching)
    _ = try whole.iterate(progress: 0)
    let snapshot = try whole.snapshot()
    var resumed = try learner(teaching)
    try resumed.restore(snapshot)
    _ = try whole.iterate(progress: 0)
    _ = try resumed.iterate(progress: 0)
    #expect(resumed.policy.weights.values == whole.policy.weights.values)
    #expect(snapshot.tensors["lane1.teacher0"]?.values.contains { $0 != 0 } == true)
  }
}

@Suite("Population tuner")
struct PopulationTunerTests {
  @Test("the worst go on as the best with numbers changed, the others as they are")
  func moves() {
    var random = RandomStream(seed: 0)
    for _ in 0..<20 {
      let moves = PopulationTuner().moves(
        scores: [1, 4, 2, 3], values: [[1, 1], [8, 16], [3, 3], [4, 4]], using: &random)
      #expect(moves.map(\.parent) == [1, 1, 2, 3])
      #expect([Float(6.4), 10].contains(moves[0].values[0]))
      #expect([Float(12.8), 20].contains(moves[0].values[1]))
      #expect(moves.dropFirst().map(\.values) == [[8, 16], [3, 3], [4, 4]])
    }
  }

  @Test("half of a population can be replaced, each by one of the better half")
  func half() {
    var random = RandomStream(seed: 1)
    var parents: Set<Int> = []
    for _ in 0..<20 {
      let moves = PopulationTuner(share: 0.5, factors: [2]).moves(
        scores: [9, 1, 7, 2], values: [[1], [5], [3], [5]], using: &random)
      #expect(moves[0].parent == 0 && moves[2].parent == 2)
      for member in [1, 3] {
        parents.insert(moves[member].parent)
        #expect(moves[member].values == (moves[member].parent == 0 ? [2] : [6]))
      }
    }
    #expect(parents == [0, 2])
  }
}
