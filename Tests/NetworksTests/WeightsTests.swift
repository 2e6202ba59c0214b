import Networks
import Tensors
import Testing

@Suite("Weights")
struct WeightsTests {
  /// The only parameter of a layout, drawn.
  private func drawn(_ shape: Shape, _ initializer: Initializer, seed: UInt64 = 3) -> Tensor {
    var layout = WeightLayout()
    let parameter = layout.add("w", shape, initializer)
    var random = RandomStream(seed: seed)
    return Weights(initializing: layout, using: &random)[parameter]
  }

  private func identity(_ count: Int, times scale: Float = 1) -> Tensor {
    Tensor([count, count], (0..<count * count).map { $0 % (count + 1) == 0 ? scale : 0 })
  }

  @Test(
    "the shorter side's vectors are orthonormal, times the gain",
    arguments: [(5, 3), (3, 5), (4, 4), (1, 6), (6, 1), (40, 64)])
  func orthogonal(rows: Int, columns: Int) {
    let matrix = drawn([rows, columns], .orthogonal(gain: 1.5))
    let square =
      rows <= columns
      ? matrixProduct(matrix, matrix.transposed()) : matrixProduct(matrix.transposed(), matrix)
    expectClose(square, identity(min(rows, columns), times: 2.25))
  }

  @Test("each block of columns is orthonormal, times its own gain")
  func orthogonalBlocks() {
    let matrix = drawn(
      [6, 5], .orthogonalBlocks([.init(columns: 3, gain: 0.01), .init(columns: 2, gain: 2)]))
    let first = matrix.slice(0..<3, along: 1)
    let second = matrix.slice(3..<5, along: 1)
    expectClose(1e4 * matrixProduct(first.transposed(), first), identity(3))
    expectClose(matrixProduct(second.transposed(), second), identity(2, times: 4))
  }

  @Test("constants of blocks of columns")
  func constantBlocks() {
    let drawn = drawn(
      [2, 3], .constantBlocks([.init(columns: 1, gain: 4), .init(columns: 2, gain: -1)]))
    #expect(drawn == Tensor([2, 3], [4, -1, -1, 4, -1, -1]))
  }

  @Test("uniform draws fill the range that inputs and outputs call for")
  func glorotUniform() {
    let elements = drawn([40, 20], .glorotUniform).elements
    let limit: Float = 0.316_227_77
    #expect(elements.allSatisfy { abs($0) <= limit })
    #expect(elements.max()! > 0.95 * limit && elements.min()! < -0.95 * limit)
    #expect(abs(elements.reduce(0, +) / 800) < 0.02)
  }

  @Test("blocks differ from one another")
  func blocksAreIndependent() {
    let matrix = drawn(
      [4, 8], .orthogonalBlocks(Array(repeating: .init(columns: 4, gain: 1), count: 2)))
    #expect(matrix.slice(0..<4, along: 1) != matrix.slice(4..<8, along: 1))
  }

  @Test("constants are constant, and a seed decides the draws")
  func seeds() {
    #expect(drawn([2, 2], .constant(0.25)).elements == [0.25, 0.25, 0.25, 0.25])
    #expect(drawn([3, 3], .orthogonal(gain: 1)) == drawn([3, 3], .orthogonal(gain: 1)))
    #expect(drawn([3, 3], .orthogonal(gain: 1)) != drawn([3, 3], .orthogonal(gain: 1), seed: 4))
  }

  @Test("parameters lie one after the other in the order in which they were added")
  func layout() {
    var layout = WeightLayout()
    let a = layout.add("a", [2, 3], .constant(1))
    let b = layout.add("b", [4], .constant(2))
    let c = layout.add("c", [1, 2], .constant(3))
    #expect(layout.parameters == [a, b, c])
    #expect([a.position, b.position, c.position] == [0, 6, 10])
    #expect(layout.count == 12)
    var random = RandomStream(seed: 0)
    #expect(
      Weights(initializing: layout, using: &random).values.elements
        == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3])
  }

  @Test("views show the vector's elements, by parameter and by name")
  func views() {
    var layout = WeightLayout()
    let a = layout.add("a", [2], .constant(0))
    let b = layout.add("b", [2, 2], .constant(0))
    var weights = Weights(Tensor([1, 2, 3, 4, 5, 6]), layout: layout)
    #expect(weights[a] == Tensor([1, 2]))
    #expect(weights[b] == Tensor([2, 2], [3, 4, 5, 6]))
    #expect(weights["b"] == weights[b])
    #expect(weights["c"] == nil)
    weights.values = 10 * weights.values
    #expect(weights[b] == Tensor([2, 2], [30, 40, 50, 60]))
  }

  @Test("a gradient is a vector like the weights, with 0 for what the loss does not read")
  func gradientOfViews() {
    var layout = WeightLayout()
    _ = layout.add("a", [2], .constant(0))
    let b = layout.add("b", [2], .constant(0))
    let weights = Weights(Tensor([1, 2, 3, 4]), layout: layout)
    let result = valueAndGradient(at: weights, auxiliary: { ($0[b].squared().sum(), "seen") })
    #expect(result.value.item == 25)
    #expect(result.gradient.elements == [0, 0, 6, 8])
    #expect(result.auxiliary == "seen")
    #expect(valueAndGradient(at: weights) { $0[b].squared().sum() }.gradient == result.gradient)
  }
}
