import Foundation
import Networks
import Tensors
import Testing

@Suite("Observation encoder")
struct ObservationEncoderTests {
  /// A 1 by 2 grid of two planes, one number, two symbols and a sentence of four words.
  private static let parts: [ObservationPart] = [
    .grid(height: 1, width: 2, kinds: [3, 2]), .numbers(1), .symbols(2, kinds: 3),
    .words(sentences: 1, length: 4, vocabulary: 5),
  ]
  private static let first: [Float] = [2, 0, 1, 0, 0.5, 1, 2, 3, 1, 4, 0]

  private func encoder() -> (ObservationEncoder, WeightLayout) {
    var layout = WeightLayout()
    let encoder = ObservationEncoder(
      ObservationEncoderTests.parts, symbolWidth: 3, contextWidth: 4, named: "e", in: &layout)
    return (encoder, layout)
  }

  @Test("features are those of the context and of each cell")
  func sizes() {
    let (encoder, layout) = encoder()
    #expect(encoder.featureCount == 2 * 3 + 4)
    #expect(ObservationEncoderTests.parts.map(\.count) == [4, 1, 2, 4])
    let output = encoder(
      drawnWeights(layout),
      Tensor([2, 11], ObservationEncoderTests.first + ObservationEncoderTests.first),
      rowsPerStep: 2)
    #expect(output.shape == [2, 10])
    #expect(output.slice(0..<1) == output.slice(1..<2))
  }

  @Test("every element matters, in its place", arguments: 0..<11)
  func elements(index: Int) {
    let (encoder, layout) = encoder()
    var other = ObservationEncoderTests.first
    other[index] = other[index] == 0 ? 1 : 0
    let output = encoder(
      drawnWeights(layout), Tensor([2, 11], ObservationEncoderTests.first + other), rowsPerStep: 2)
    #expect(output.slice(0..<1) != output.slice(1..<2))
  }

  @Test("a sentence that is heard again is read once, with the same result")
  func repeatedSentences() {
    let (encoder, layout) = encoder()
    let weights = drawnWeights(layout)
    var rows = [ObservationEncoderTests.first, ObservationEncoderTests.first]
    rows[1][8] = 2
    let steps = Tensor([6, 11], rows[0] + rows[1] + rows[0] + rows[1] + rows[1] + rows[1])
    let once = encoder(weights, steps, rowsPerStep: 2)
    expectClose(once, encoder(weights, steps, rowsPerStep: 6), tolerance: 1e-6)
    expectClose(once.slice(4..<5), once.slice(5..<6), tolerance: 1e-6)
  }

  @Test("gradients agree with finite differences")
  func gradients() {
    let (encoder, layout) = encoder()
    var second = ObservationEncoderTests.first
    second[0] = 1
    second[10] = 2
    let observations = Tensor([2, 11], ObservationEncoderTests.first + second)
    expectGradient(at: drawnWeights(layout, 5), step: 0.001) {
      encoder($0, observations, rowsPerStep: 1).squared().sum()
    }
  }

  @Test("an actor-critic of symbols is saved with its parts, one of numbers without")
  func coding() throws {
    var configuration = ActorCritic.Configuration(
      observationCount: 11, actions: .categorical(3), hidden: [4])
    #expect(try !encoded(configuration).contains("parts"))
    configuration.parts = ObservationEncoderTests.parts
    #expect(
      try JSONDecoder().decode(
        ActorCritic.Configuration.self, from: Data(encoded(configuration).utf8)) == configuration)
    let network = ActorCritic(configuration)
    let output = network(
      drawnWeights(network.layout), Tensor([1, 11], ObservationEncoderTests.first))
    #expect(output.policy.shape == [1, 3])
  }

  private func encoded(_ configuration: ActorCritic.Configuration) throws -> String {
    String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
  }
}
