import Tensors
import Testing

@Suite struct TensorReductionsTests {
  static let axes: [(Shape, Int)] = [
    ([4], 0), ([2, 3], 0), ([2, 3], 1), ([2, 3], -1), ([2, 3, 4], 1), ([2, 3, 2, 2], 2),
    ([2, 3, 2, 2], 0), ([1, 3], 0),
  ]

  @Test func sums() {
    let x = counting([2, 3])
    #expect(x.sum() == Tensor(15))
    #expect(x.mean() == Tensor(2.5))
    #expect(x.sum(along: 0) == Tensor([3, 5, 7]))
    #expect(x.sum(along: 1) == Tensor([3, 12]))
    #expect(x.sum(along: -1, keepingAxis: true) == Tensor([2, 1], [3, 12]))
    #expect(x.mean(along: 0) == Tensor([1.5, 2.5, 3.5]))
    #expect(x.mean(along: 1, keepingAxis: true) == Tensor([2, 1], [1, 4]))
    #expect(counting([2, 2, 2]).sum(along: 1) == Tensor([2, 2], [2, 4, 10, 12]))
  }

  @Test func sumsOfNothing() {
    #expect(Tensor.zeros([0]).sum() == Tensor(0))
    #expect(Tensor.zeros([0, 2]).sum(along: 0) == Tensor([0, 0]))
    #expect(Tensor.zeros([2, 0]).sum(along: 1) == Tensor([0, 0]))
  }

  @Test func maxima() {
    let x = Tensor([3, 3], [1, 5, 2, 7, 7, 0, -3, -2, -1])
    #expect(x.maximum() == Tensor([3, 1], [5, 7, -1]))
    #expect(x.argumentMaximum() == [1, 0, 2])
    #expect(Tensor([4, 9]).argumentMaximum() == [1])
    let slopes = gradient(at: x) { $0.maximum().sum() }
    #expect(slopes == Tensor([3, 3], [0, 1, 0, 1, 0, 0, 0, 0, 1]))
  }

  @Test func oneHot() {
    #expect(Tensor.oneHot([2, 0], count: 3) == Tensor([2, 3], [0, 0, 1, 1, 0, 0]))
  }

  @Test func broadcasts() {
    let column = Tensor([2, 1], [1, 2])
    #expect(column.broadcast(to: [2, 3]) == Tensor([2, 3], [1, 1, 1, 2, 2, 2]))
    #expect(
      column.broadcast(to: [2, 2, 2]) == Tensor([2, 2, 2], [1, 1, 2, 2, 1, 1, 2, 2]))
    #expect(Tensor([3, 4]).broadcast(to: [2, 2]) == Tensor([2, 2], [3, 4, 3, 4]))
    #expect(Tensor(5).broadcast(to: [2]) == Tensor([5, 5]))
    #expect(Tensor(5).broadcast(to: [0]).count == 0)
  }

  @Test(arguments: axes) func derivatives(shape: Shape, axis: Int) {
    let x = draws(shape)
    expectDerivatives(at: x) { $0[0].squared().sum() }
    expectDerivatives(at: x) { $0[0].squared().mean() }
    expectDerivatives(at: x) { $0[0].squared().sum(along: axis) }
    expectDerivatives(at: x) { $0[0].squared().sum(along: axis, keepingAxis: true) }
    expectDerivatives(at: x) { $0[0].squared().mean(along: axis) }
    expectDerivatives(at: x) { $0[0].sum(along: axis).squared() }
  }

  @Test(
    arguments: [
      (Shape(), [3] as Shape), ([1], [2, 3]), ([3], [2, 3]), ([2, 1], [2, 3]),
      ([2, 1, 2], [2, 3, 2]), ([1, 2], [2, 1, 3, 2]), ([3, 1, 1], [2, 3, 2, 2]),
    ] as [(Shape, Shape)])
  func broadcastDerivatives(shape: Shape, target: Shape) {
    expectDerivatives(at: draws(shape)) { $0[0].squared().broadcast(to: target) }
    expectDerivatives(at: draws(target)) { $0[0].squared().sum(to: shape) }
  }

  @Test func maximumDerivative() {
    let x = Tensor([2, 3], [1, 5, 2, 7, 4, 0])
    expectDerivatives(at: x) { $0[0].maximum().squared() }
  }
}
