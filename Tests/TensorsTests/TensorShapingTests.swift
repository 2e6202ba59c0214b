import Tensors
import Testing

@Suite struct TensorShapingTests {
  @Test func views() {
    let x = counting([2, 3])
    #expect(x.reshaped(to: [3, 2]) == Tensor([3, 2], [0, 1, 2, 3, 4, 5]))
    #expect(x.view(at: 2, shape: [2]) == Tensor([2, 3]))
    #expect(x.view(at: 2, shape: [2, 2]).view(at: 1, shape: [2]) == Tensor([3, 4]))
    #expect(x.view(at: 6, shape: [0]).count == 0)
    #expect(x.view(at: 3, shape: []) == Tensor(3))
    #expect(Tensor([1, 2]).embedded(at: 1, in: [2, 2]) == Tensor([2, 2], [0, 1, 2, 0]))
  }

  @Test func slices() {
    let x = counting([2, 3])
    #expect(x.slice(1..<2) == Tensor([1, 3], [3, 4, 5]))
    #expect(x.slice(1..<3, along: 1) == Tensor([2, 2], [1, 2, 4, 5]))
    #expect(x.slice(1..<1, along: 1).shape == [2, 0])
    #expect(
      counting([2, 2, 2]).slice(1..<2, along: -2) == Tensor([2, 1, 2], [2, 3, 6, 7]))
    #expect(Tensor([1, 2]).padded(along: 0, before: 1, after: 2) == Tensor([0, 1, 2, 0, 0]))
    #expect(
      counting([2, 2]).padded(along: 1, before: 1, after: 0)
        == Tensor([2, 3], [0, 0, 1, 0, 2, 3]))
  }

  @Test func joins() {
    let (x, y) = (counting([2, 2]), 10 + counting([2, 1]))
    #expect(Tensor.concatenated([x, x]) == Tensor([4, 2], [0, 1, 2, 3, 0, 1, 2, 3]))
    #expect(Tensor.concatenated([x, y], along: 1) == Tensor([2, 3], [0, 1, 10, 2, 3, 11]))
    #expect(Tensor.concatenated([x, y], along: -1) == Tensor([2, 3], [0, 1, 10, 2, 3, 11]))
    #expect(Tensor.stacked([Tensor([1, 2]), Tensor([3, 4])]) == Tensor([2, 2], [1, 2, 3, 4]))
    #expect(Tensor.stacked([Tensor(1), Tensor(2)]) == Tensor([1, 2]))
  }

  @Test func permutations() {
    let x = counting([2, 3])
    #expect(x.transposed() == Tensor([3, 2], [0, 3, 1, 4, 2, 5]))
    let y = counting([2, 3, 4])
    let turned = y.permuted([2, 0, 1])
    #expect(turned.shape == [4, 2, 3])
    for i in 0..<2 { for j in 0..<3 { for k in 0..<4 { #expect(turned[k, i, j] == y[i, j, k]) } } }
  }

  @Test func firstAxesAreExchanged() {
    let x = counting([3, 2, 2])
    #expect(x.exchangingFirstAxes() == x.permuted([1, 0, 2]))
    #expect(counting([1, 4, 2]).exchangingFirstAxes() == counting([4, 1, 2]))
    expectDerivatives(at: draws([3, 2, 2])) { $0[0].squared().exchangingFirstAxes() }
  }

  @Test func gathers() {
    let x = counting([3, 2])
    #expect(x.gathering([2, 0, 2]) == Tensor([3, 2], [4, 5, 0, 1, 4, 5]))
    #expect(x.gathering([]).shape == [0, 2])
    #expect(x.scatteringSum([1, 0, 1], rows: 2) == Tensor([2, 2], [2, 3, 4, 6]))
    #expect(x.picking([1, 0, 1]) == Tensor([1, 2, 5]))
    #expect(Tensor([5, 6, 7]).gathering([1]) == Tensor([6]))
  }

  @Test func reshapingDerivatives() {
    expectDerivatives(at: draws([2, 6])) { $0[0].squared().reshaped(to: [3, 2, 2]) }
    expectDerivatives(at: draws([7])) { $0[0].view(at: 2, shape: [2, 2]).squared() }
    expectDerivatives(at: draws([4])) { $0[0].squared().embedded(at: 1, in: [2, 3]) }
  }

  @Test func overlappingViewsAddUp() {
    expectDerivatives(at: draws([5])) {
      $0[0].view(at: 0, shape: [3]) * $0[0].view(at: 2, shape: [3]) * $0[0].slice(1..<4)
    }
    let slopes = gradient(at: Tensor([1, 2, 3])) { x in
      let whole = x.sum()
      return whole + x.view(at: 1, shape: [2]).sum() + x.view(at: 2, shape: [1]).sum()
    }
    #expect(slopes == Tensor([1, 2, 3]))
  }

  @Test(
    arguments: [([5], 0), ([3, 4], 0), ([3, 4], 1), ([2, 3, 2], 1), ([1, 2, 3, 2], 2)]
      as [(Shape, Int)])
  func sliceDerivatives(shape: Shape, axis: Int) {
    let x = draws(shape)
    expectDerivatives(at: x) { $0[0].squared().slice(1..<shape[axis], along: axis) }
    expectDerivatives(at: x) { $0[0].slice(0..<1, along: axis).squared() }
    expectDerivatives(at: x) { $0[0].squared().padded(along: axis, before: 1, after: 2) }
    expectDerivatives(at: x, draws(shape, 2)) {
      .concatenated([$0[0] * $0[1], $0[1], $0[0].slice(0..<1, along: axis)], along: axis)
    }
  }

  @Test func stackedDerivatives() {
    expectDerivatives(at: draws([2, 3], 1), draws([2, 3], 2)) {
      .stacked([$0[0] * $0[1], $0[1].squared(), $0[0]])
    }
  }

  @Test(arguments: [[0], [1, 0], [0, 1], [2, 0, 1], [1, 2, 0], [3, 1, 0, 2]])
  func permutationDerivatives(order: [Int]) {
    let x = draws(Shape([2, 3, 1, 2].prefix(order.count)))
    expectDerivatives(at: x) { $0[0].squared().permuted(order) }
  }

  @Test func gatherDerivatives() {
    expectDerivatives(at: draws([3, 2])) { $0[0].squared().gathering([2, 0, 2, 2]) }
    expectDerivatives(at: draws([3, 2, 2])) { $0[0].gathering([1, 1]).squared() }
    expectDerivatives(at: draws([4, 2])) { $0[0].scatteringSum([1, 0, 1, 4], rows: 5).squared() }
    expectDerivatives(at: draws([3, 4])) { $0[0].squared().picking([3, 0, 3]) }
    expectDerivatives(at: draws([3, 4])) { $0[0].transposed().tanh() }
  }
}
