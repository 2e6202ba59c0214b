import Foundation
import Networks
import Tensors
import Testing

@Suite("TransitionPredictor")
struct TransitionPredictorTests {
  /// A 1 by 2 grid of two planes, one number, two symbols and a sentence of four words.
  private static let parts: [ObservationPart] = [
    .grid(height: 1, width: 2, kinds: [3, 2]), .numbers(1), .symbols(2, kinds: 3),
    .words(sentences: 1, length: 4, vocabulary: 5),
  ]
  private static let following = Tensor(
    [2, 11], [2, 0, 1, 0, 0.5, 1, 2, 3, 1, 4, 0, 1, 1, 0, 1, -0.5, 0, 2, 3, 1, 4, 0])

  private static func configuration(predicts: Bool = true) -> ActorCritic.Configuration {
    var configuration = ActorCritic.Configuration(
      observationCount: 11, actions: .categorical(2), hidden: [4], memory: 3,
      parts: TransitionPredictorTests.parts, symbolWidth: 3, contextWidth: 4)
    configuration.predicts = predicts
    return configuration
  }

  private func errors(
    _ network: ActorCritic, _ weights: Weights
  ) -> (observation: Tensor, reward: Tensor) {
    let following = Self.following
    let output = network(
      weights, following, memory: network.emptyMemory(1), keep: .ones([2, 1]))
    guard let predictor = network.predictor, let features = output.features else {
      preconditionFailure("the network predicts nothing")
    }
    return predictor.errors(
      weights, features: features, actions: Tensor([2, 2], [1, 0, 0, 1]), following: following,
      rewards: Tensor([2, 1], [2, -1]))
  }

  @Test("who knows nothing is off by the logarithm of what a symbol can be and by every square")
  func ignorance() {
    let network = ActorCritic(Self.configuration())
    let (observation, reward) = errors(
      network, Weights(.zeros([network.layout.count]), layout: network.layout))
    // Two cells of 3 and of 2 kinds, two symbols of 3, a number of ±½; words are left out.
    #expect(abs(observation.item - (4 * log(3) + 2 * log(2) + 0.125) / 7) < 1e-5)
    #expect(abs(reward.item - 0.5 * (4 + 1) / 2) < 1e-5)
  }

  @Test("gradients agree with finite differences, through the memory too")
  func gradients() throws {
    let network = ActorCritic(Self.configuration())
    let weights = drawnWeights(network.layout, 3)
    expectGradient(at: weights) { errors(network, $0).observation }
    expectGradient(at: weights) { errors(network, $0).reward }
    let gradient = valueAndGradient(at: weights) {
      let errors = errors(network, $0)
      return errors.observation + errors.reward
    }.gradient
    let reached = Weights(gradient, layout: network.layout)
    for name in ["memory.weight", "trunk0.weight", "predictor.hidden.weight"] {
      #expect(try #require(reached[name]).norm > 0)
    }
    #expect(try #require(reached["head.weight"]).norm == 0)
  }

  @Test("the heads come last, and change nothing else that the network gives")
  func layout() {
    let (plain, predicting) = (
      ActorCritic(Self.configuration(predicts: false)), ActorCritic(Self.configuration())
    )
    let names = predicting.layout.parameters.map(\.name)
    #expect(names.starts(with: plain.layout.parameters.map(\.name)))
    #expect(
      names.suffix(4) == [
        "predictor.hidden.weight", "predictor.hidden.bias", "predictor.head.weight",
        "predictor.head.bias",
      ])
    let weights = drawnWeights(predicting.layout)
    let fewer = Weights(
      weights.values.slice(0..<plain.layout.count), layout: plain.layout)
    let memory = predicting.emptyMemory(2)
    let heads = [
      predicting(weights, Self.following, memory: memory, keep: .ones([1, 2])).head,
      plain(fewer, Self.following, memory: memory, keep: .ones([1, 2])).head,
    ]
    #expect(heads[0] == heads[1])
  }
}
