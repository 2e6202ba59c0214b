import Networks
import Tensors
import Testing

@Suite("Grid encoder")
struct GridEncoderTests {
  /// Three cells of two planes, embeddings of four elements.
  private func encoder() -> (GridEncoder, WeightLayout) {
    var layout = WeightLayout()
    let encoder = GridEncoder(
      start: 0, cells: 3, kinds: [3, 2], width: 4, contextWidth: 2, named: "g", in: &layout)
    return (encoder, layout)
  }

  private let view = Tensor([1, 6], [0, 1, 2, 1, 0, 1])
  private let context = Tensor([1, 2], [0.5, -1])

  @Test("a cell has plain features and answers, half and half")
  func sizes() {
    let (encoder, layout) = encoder()
    #expect(encoder.featureCount == 3 * 4)
    let features = encoder(drawnWeights(layout), view, context: context)
    #expect(features.map(\.shape) == [[1, 6], [1, 6]])
  }

  @Test("each cell speaks for itself")
  func cells() {
    let (encoder, layout) = encoder()
    let weights = drawnWeights(layout)
    let shifted = Tensor([1, 6], [2, 0, 1, 1, 1, 0])
    for (one, other) in zip(
      encoder(weights, view, context: context), encoder(weights, shifted, context: context))
    {
      expectClose(one.slice(0..<4, along: 1), other.slice(2..<6, along: 1), tolerance: 1e-6)
      expectClose(one.slice(4..<6, along: 1), other.slice(0..<2, along: 1), tolerance: 1e-6)
    }
  }

  @Test("the context changes the answers and nothing else")
  func asking() {
    let (encoder, layout) = encoder()
    let weights = drawnWeights(layout)
    let asked = encoder(weights, view, context: context)
    let opposite = encoder(weights, view, context: -1 * context)
    #expect(asked[0] == opposite[0])
    #expect(asked[1] != opposite[1])
  }

  @Test("gradients agree with finite differences")
  func gradients() {
    let (encoder, layout) = encoder()
    let (view, context) = (view, context)
    expectGradient(at: drawnWeights(layout, 5)) {
      Tensor.concatenated(encoder($0, view, context: context), along: 1).squared().sum()
    }
  }
}
