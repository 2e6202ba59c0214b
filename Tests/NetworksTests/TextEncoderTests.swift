import Networks
import Tensors
import Testing

@Suite("Text encoder")
struct TextEncoderTests {
  /// Three sentences of five words out of nine.
  private static let goal: [Float] = [1, 2, 3, 0, 0]
  private static let rules: [[Float]] = [[4, 5, 6, 1, 2], [7, 8, 2, 3, 0]]

  private func encoder(sentences: Int = 3, width: Int = 4) -> (TextEncoder, WeightLayout) {
    var layout = WeightLayout()
    let encoder = TextEncoder(
      start: 0, sentences: sentences, length: 5, vocabulary: 9, wordWidth: 3, width: width,
      named: "t", in: &layout)
    return (encoder, layout)
  }

  private func text(_ sentences: [[Float]]) -> Tensor {
    Tensor(Shape(1, 5 * sentences.count), sentences.flatMap { $0 })
  }

  @Test("what is true is true in any order, what is wanted comes first")
  func order() {
    let (encoder, layout) = encoder()
    let weights = drawnWeights(layout)
    let (goal, rules) = (TextEncoderTests.goal, TextEncoderTests.rules)
    let read = encoder(weights, text([goal] + rules))
    expectClose(
      read, encoder(weights, text([goal] + rules.reversed())), tolerance: 1e-6)
    let other = encoder(weights, text([rules[0], goal, rules[1]]))
    #expect(read != other)
  }

  @Test("places behind the last word say nothing")
  func padding() {
    let (short, layout) = encoder(sentences: 1)
    var longer = WeightLayout()
    let long = TextEncoder(
      start: 0, sentences: 1, length: 8, vocabulary: 9, wordWidth: 3, width: 4, named: "t",
      in: &longer)
    #expect(layout == longer)
    let weights = drawnWeights(layout)
    expectClose(
      short(weights, text([[1, 2, 0, 0, 0]])),
      long(weights, Tensor(Shape(1, 8), [1, 2, 0, 0, 0, 0, 0, 0])),
      tolerance: 1e-6)
  }

  @Test("what is known to be wanted without words counts like words")
  func wanted() {
    let (encoder, layout) = encoder()
    let weights = drawnWeights(layout)
    let silent = text([[0, 0, 0, 0, 0]] + TextEncoderTests.rules)
    let none = encoder(weights, silent)
    #expect(encoder(weights, silent, wanted: .zeros([1, 4])) == none)
    #expect(encoder(weights, silent, wanted: Tensor([1, 4], [1, -1, 0.5, 2])) != none)
  }

  @Test("a text without a word can be read")
  func silence() {
    let (encoder, layout) = encoder()
    let read = encoder(drawnWeights(layout), .zeros(Shape(2, 15)))
    #expect(read.shape == [2, 4])
    #expect(read.slice(0..<1) == read.slice(1..<2))
  }

  @Test("gradients of the hops agree with finite differences", arguments: [1, 2, 3])
  func gradients(seed: UInt64) {
    let (encoder, layout) = encoder(width: 12)
    let observations = text([TextEncoderTests.goal] + TextEncoderTests.rules)
    expectGradient(at: drawnWeights(layout, seed), step: 0.0005) {
      encoder($0, observations).squared().mean()
    }
  }
}
