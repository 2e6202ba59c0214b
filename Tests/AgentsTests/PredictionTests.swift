import Agents
import Environments
import Networks
import Tensors
import Testing

/// Shows where a dial stands, which its choices turn one to the left or to the right; a try begins
/// anywhere. Standing at 0 is worth 1.
private struct Dial: Environment {
  var stepLimit: Int? = 3
  let observationSpace = ObservationSpace(.init("place", [1], of: .symbols, kinds: 4))
  let actionSpace = ActionSpace.discrete(2)

  func reset(using random: inout RandomStream) -> Int { random.integer(below: 4) }

  func step(_ state: inout Int, _ action: Action, using random: inout RandomStream) -> Outcome {
    state = (state + (action.index == 1 ? 1 : 3)) % 4
    return Outcome(reward: state == 0 ? 1 : 0, terminated: false)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state)
  }

  /// Turns the shorter way to 0, and is after the next place on that way.
  func makeExpert() -> (@Sendable (Int) -> Action?)? { { Action($0 >= 2 ? 1 : 0) } }
  var aimKinds: [Int] { [4] }
  func aim(in state: Int, into aim: inout MutableSpan<Int32>) {
    aim[0] = Int32((state + (state >= 2 ? 1 : 3)) % 4)
  }
}

@Suite("Predictions")
struct PredictionTests {
  private func learner(
    observation: Float, reward: Float, aim: Float = 0, workers: Int = 1, weights: Weights? = nil
  ) throws -> PPO {
    var configuration = PPO.Configuration()
    configuration.slots = 32
    configuration.lanes = 2
    configuration.rolloutSteps = 32
    configuration.minibatches = 2
    configuration.learningRate = 1e-2
    configuration.annealsLearningRate = false
    configuration.hidden = [16]
    configuration.trunk = .shared
    configuration.memory = 16
    configuration.symbolWidth = 8
    configuration.contextWidth = 8
    configuration.observationPredictionWeight = observation
    configuration.rewardPredictionWeight = reward
    configuration.aimPredictionWeight = aim
    var learner = try PPO(configuration, weights: weights, seed: 1) { slots, random in
      EnvironmentBatch(
        tasks: Array(repeating: Dial(), count: slots), named: "dial", random: random)
    }
    learner.workers = workers
    return learner
  }

  @Test("what follows is learned, at the ends of tries too, and so is the reward")
  func learns() throws {
    var learner = try learner(observation: 1, reward: 1)
    let first = try #require(try learner.iterate(progress: 0).prediction)
    // Four places, and a reward of 1 in one step out of four or more.
    #expect(first.observation > 0.8 && first.reward > 0.02)
    for _ in 0..<24 { _ = try learner.iterate(progress: 0) }
    let last = try #require(try learner.iterate(progress: 0).prediction)
    // One step in three ends a try. Were the next try's beginning to be predicted there, a third of
    // log 4 would be left; were the action not known, log 2.
    #expect(last.observation < 0.1)
    #expect(last.reward < 0.02)
  }

  @Test("what experts are after is learned for as long as there are experts, imitated or not")
  func aims() throws {
    var learner = try learner(observation: 0, reward: 0, aim: 1)
    #expect(try learner.iterate(progress: 0).prediction == nil)
    learner.teaching = Teaching(expert: .init(coefficient: .linear(from: 1, to: 0), over: 0.5))
    let first = try #require(try learner.iterate(progress: 0).prediction)
    // Four places.
    #expect(first.aim > 0.8 && first.observation == 0 && first.reward == 0)
    for _ in 0..<24 { _ = try learner.iterate(progress: 0) }
    #expect(try #require(try learner.iterate(progress: 0).prediction).aim < 0.1)
    #expect(try #require(try learner.iterate(progress: 0.6).prediction).aim < 0.1)
    learner.teaching = nil
    #expect(try learner.iterate(progress: 0.6).prediction == nil)
  }

  @Test("what tasks tell is learned before anything is done, on any number of threads")
  func reading() throws {
    let dials = TaskSource(Dial(), named: "dial")
    func read(_ workers: Int) throws -> (errors: [Float], PPO) {
      var learner = try self.learner(observation: 0, reward: 0, aim: 1, workers: workers)
      var errors: [Float] = []
      for round in 0..<200 {
        let iteration = try learner.read(
          dials, trials: TrialSettings(), progress: Float(round) / 200)
        errors.append(try #require(iteration.prediction).aim)
      }
      learner.endReading()
      return (errors, learner)
    }
    let (errors, learner) = try read(1)
    #expect(errors[0] > 1 && errors[199] < 0.1)
    #expect(learner.steps == 200 * 32)
    #expect(try read(2).1.policy.weights.values == learner.policy.weights.values)
  }

  @Test("without a weight there is nothing to predict with, and with one the rest begins the same")
  func weights() throws {
    let plain = try learner(observation: 0, reward: 0)
    let predicting = try learner(observation: 0, reward: 1)
    #expect(plain.policy.network.layout.parameters.allSatisfy { !$0.name.contains("predictor") })
    let count = plain.policy.network.layout.count
    #expect(predicting.policy.network.layout.count > count)
    #expect(
      predicting.policy.weights.values.slice(0..<count) == plain.policy.weights.values)
    var learner = plain
    #expect(try learner.iterate(progress: 0).prediction == nil)
  }

  @Test("the weights do not depend on the number of threads")
  func reproducible() throws {
    func weights(_ workers: Int) throws -> [Float] {
      var learner = try learner(observation: 0.5, reward: 0.5, workers: workers)
      for _ in 0..<2 { _ = try learner.iterate(progress: 0) }
      return learner.policy.weights.values.elements
    }
    let one = try weights(1)
    #expect(try weights(2) == one)
    #expect(one.allSatisfy { $0.isFinite })
  }

  @Test("a policy without its heads decides the same, and learning goes on from it")
  func withoutHeads() throws {
    var learner = try learner(observation: 1, reward: 1)
    _ = try learner.iterate(progress: 0)
    let plain = learner.policy.withoutPredictions
    #expect(plain.network.predictor == nil && plain.withoutPredictions.network == plain.network)
    let observation = Tensor([2, 1], [1, 3])
    let memory = plain.network.emptyMemory(2)
    let heads = [plain, learner.policy].map {
      $0.network($0.weights, observation, memory: memory, keep: .ones([1, 2])).head
    }
    #expect(heads[0] == heads[1])
    let next = try self.learner(observation: 1, reward: 0, weights: plain.weights)
    #expect(
      next.policy.weights.values.slice(0..<plain.network.layout.count) == plain.weights.values)
  }

  @Test("the reward is predicted, not a drive's bonuses")
  func withDrive() throws {
    var learner = try learner(observation: 0, reward: 1)
    // Half the variance of such bonuses is 17.
    learner.drive = try RandomBonus(weight: 10, seed: 3)
    let iteration = try learner.iterate(progress: 0)
    #expect(iteration.bonus > 5)
    #expect(try #require(iteration.prediction).reward < 1)
  }

  @Test("weights out of their range, and without a memory, are refused")
  func validation() {
    var configuration = PPO.Configuration()
    configuration.rewardPredictionWeight = 1
    #expect(throws: ConfigurationError.self) { try configuration.validate() }
    configuration.memory = 4
    configuration.trunk = .shared
    #expect(throws: Never.self) { try configuration.validate() }
    configuration.observationPredictionWeight = -1
    #expect(throws: ConfigurationError.self) { try configuration.validate() }
  }
}
