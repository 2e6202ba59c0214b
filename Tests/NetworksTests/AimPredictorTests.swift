import Foundation
import Networks
import Tensors
import Testing

@Suite("AimPredictor")
struct AimPredictorTests {
  private func predictor(context: Int? = 3) -> (AimPredictor, WeightLayout) {
    var layout = WeightLayout()
    let predictor = AimPredictor(
      [3, 2], meaningWidth: context, memory: 4, named: "aim", in: &layout)
    return (predictor, layout)
  }

  @Test("who knows nothing is off by the logarithm of what each symbol can be")
  func ignorance() {
    for context in [nil, 3] {
      let (predictor, layout) = predictor(context: context)
      let error = predictor.error(
        Weights(.zeros([layout.count]), layout: layout), meaning: context.map { draws([2, $0]) },
        features: draws([2, 4]), aims: [2, 0, 1, 1])
      #expect(abs(error.item - (log(3) + log(2))) < 1e-5)
    }
  }

  @Test("rows where nothing is known count for nothing")
  func unknown() {
    let (predictor, layout) = predictor()
    let weights = drawnWeights(layout)
    let (context, features) = (draws([3, 3], 2), draws([3, 4], 3))
    let all = predictor.error(
      weights, meaning: context, features: features, aims: [1, 1, -1, -1, 2, 0])
    let known = predictor.error(
      weights, meaning: context.gathering([0, 2]), features: features.gathering([0, 2]),
      aims: [1, 1, 2, 0])
    #expect(abs(all.item - known.item) < 1e-6)
    let nothing = predictor.error(
      weights, meaning: context, features: features, aims: Array(repeating: -1, count: 6))
    #expect(nothing.item == 0)
  }

  @Test("gradients agree with finite differences")
  func gradients() {
    let (predictor, layout) = predictor()
    let (context, features) = (draws([2, 3], 2), draws([2, 4], 3))
    expectGradient(at: drawnWeights(layout)) {
      predictor.error($0, meaning: context, features: features, aims: [0, 1, 2, 0])
    }
  }

  @Test("a network's meaning is what its features hold of it, and its heads come last")
  func meaning() throws {
    var configuration = ActorCritic.Configuration(
      observationCount: 7, actions: .categorical(2), hidden: [4], memory: 3,
      parts: [
        .grid(height: 1, width: 2, kinds: [3]), .words(sentences: 1, length: 5, vocabulary: 4),
      ],
      symbolWidth: 4, contextWidth: 8)
    let plain = ActorCritic(configuration)
    configuration.aimKinds = [3, 2]
    let network = ActorCritic(configuration)
    let known = plain.layout.parameters.count
    #expect(Array(network.layout.parameters[..<known]) == plain.layout.parameters)
    #expect(
      network.layout.parameters[known...].allSatisfy { $0.name.hasPrefix("aim.") })
    let weights = drawnWeights(network.layout)
    let observations = Tensor([2, 7], [1, 2, 3, 1, 2, 0, 0, 0, 2, 1, 1, 3, 0, 0])
    let output = network(
      weights, observations, memory: network.emptyMemory(2), keep: .ones([1, 2]))
    #expect(
      try #require(output.meaning) == #require(network.meaning(weights, observations)))
  }
}
