import Tensors
import Testing

@Suite struct TensorElementwiseTests {
  static let shapes: [Shape] = [[], [1], [5], [3, 4], [2, 3, 2], [2, 1, 3, 2]]

  /// Pairs of shapes that broadcast, and what to.
  static let broadcasts: [(Shape, Shape, Shape)] = [
    ([3], [3], [3]), ([], [3], [3]), ([2, 3], [], [2, 3]), ([2, 3], [3], [2, 3]),
    ([3], [2, 3], [2, 3]), ([2, 1], [2, 3], [2, 3]), ([2, 1], [1, 3], [2, 3]),
    ([2, 1], [3], [2, 3]), ([2, 1, 3], [4, 1], [2, 4, 3]), ([1, 1], [2, 2], [2, 2]),
    ([2, 1, 2, 1], [3, 1, 2], [2, 3, 2, 2]), ([1], [1, 1, 2], [1, 1, 2]),
  ]

  @Test func arithmeticOnTensors() {
    let (x, y) = (Tensor([1, -2, 3]), Tensor([4, 5, -8]))
    #expect(x + y == Tensor([5, 3, -5]))
    #expect(x - y == Tensor([-3, -7, 11]))
    #expect(x * y == Tensor([4, -10, -24]))
    #expect(y / x == Tensor([4, -2.5, -8 / 3]))
    #expect(-x == Tensor([-1, 2, -3]))
  }

  @Test func arithmeticWithNumbers() {
    let x = Tensor([1, -2, 3])
    #expect(2 * x == Tensor([2, -4, 6]))
    #expect(x * 2 == Tensor([2, -4, 6]))
    #expect(x / 2 == Tensor([0.5, -1, 1.5]))
    #expect(x + 1 == Tensor([2, -1, 4]))
    #expect(1 + x == Tensor([2, -1, 4]))
    #expect(x - 1 == Tensor([0, -3, 2]))
    #expect(1 - x == Tensor([0, 3, -2]))
  }

  @Test func broadcastValues() {
    let column = Tensor([2, 1], [10, 20])
    #expect(column + Tensor([1, 2, 3]) == Tensor([2, 3], [11, 12, 13, 21, 22, 23]))
    #expect(counting([2, 3]) * Tensor(2) == Tensor([2, 3], [0, 2, 4, 6, 8, 10]))
    #expect(counting([2, 3]) - Tensor([1, 1, 1]) == Tensor([2, 3], [-1, 0, 1, 2, 3, 4]))
  }

  @Test func functionValues() {
    let x = Tensor([-2, 0, 0.5])
    expectClose(x.tanh(), Tensor([-0.964_027_6, 0, 0.462_117_2]))
    expectClose(x.sigmoid(), Tensor([0.119_202_9, 0.5, 0.622_459_3]))
    expectClose(x.exp(), Tensor([0.135_335_3, 1, 1.648_721_3]))
    expectClose(Tensor([0.5, 1, 4]).log(), Tensor([-0.693_147_2, 0, 1.386_294_4]))
    expectClose(Tensor([0.25, 1, 9]).squareRoot(), Tensor([0.5, 1, 3]))
    expectClose(x.softplus(), Tensor([0.126_928, 0.693_147_2, 0.974_077]))
    #expect(x.squared() == Tensor([4, 0, 0.25]))
    #expect(x.relu() == Tensor([0, 0, 0.5]))
    #expect(x.absolute() == Tensor([2, 0, 0.5]))
    #expect(x.clamped(to: -1...0.25) == Tensor([-1, 0, 0.25]))
    #expect(x.map { $0 + 1 } == Tensor([-1, 1, 1.5]))
  }

  @Test func softplusDoesNotOverflow() {
    #expect(Tensor([200, -200]).softplus() == Tensor([200, 0]))
  }

  @Test func choices() {
    let (x, y) = (Tensor([1, 5, 3]), Tensor([2, 4, 3]))
    #expect(Tensor.minimum(x, y) == Tensor([1, 4, 3]))
    #expect(Tensor.maximum(x, y) == Tensor([2, 5, 3]))
    #expect(Tensor.minimum(x, Tensor(2)) == Tensor([1, 2, 2]))
    #expect(Tensor.select(Tensor([1, 0, -1]), x, y) == Tensor([1, 4, 3]))
  }

  @Test func notANumberIsKept() {
    let x = Tensor([.nan, 1])
    for y in [
      Tensor.minimum(x, Tensor(0)), .minimum(Tensor(0), x), .maximum(x, Tensor(0)),
      .maximum(Tensor(0), x), x.clamped(to: 0...1), x.relu(), x.tanh(),
    ] {
      #expect(y[0].isNaN && !y[1].isNaN)
    }
  }

  @Test func ties() {
    #expect(gradient(at: Tensor(2)) { .minimum($0, Tensor(2)) }.item == 1)
    #expect(gradient(at: Tensor(2)) { .minimum(Tensor(2), $0) }.item == 0)
    #expect(gradient(at: Tensor(2)) { .maximum($0, Tensor(2)) }.item == 1)
    #expect(gradient(at: Tensor(2)) { .maximum(Tensor(2), $0) }.item == 0)
    #expect(gradient(at: Tensor(2)) { $0.clamped(to: 2...3) }.item == 1)
    #expect(gradient(at: Tensor(0)) { $0.absolute() }.item == 0)
    #expect(gradient(at: Tensor(0)) { $0.relu() }.item == 0)
  }

  @Test(arguments: shapes) func unaryDerivatives(shape: Shape) {
    let (x, positive) = (draws(shape), positiveDraws(shape))
    expectDerivatives(at: x) { -$0[0] }
    expectDerivatives(at: x) { 3 * $0[0] }
    expectDerivatives(at: x) { $0[0] / 3 }
    expectDerivatives(at: x) { 1 - $0[0] + 2 }
    expectDerivatives(at: x) { $0[0].tanh() }
    expectDerivatives(at: x) { $0[0].sigmoid() }
    expectDerivatives(at: x) { $0[0].exp() }
    expectDerivatives(at: positive) { $0[0].log() }
    expectDerivatives(at: positive) { $0[0].squareRoot() }
    expectDerivatives(at: x) { $0[0].squared() }
    expectDerivatives(at: x) { $0[0].softplus() }
  }

  @Test(arguments: shapes) func unaryDerivativesAwayFromKinks(shape: Shape) {
    let x = draws(shape)
    expectDerivatives(at: x) { $0[0].relu() * $0[0] }
    expectDerivatives(at: x) { $0[0].absolute() * $0[0] }
    // No draw lies within 0.1 of 0.05.
    expectDerivatives(at: x) { $0[0].clamped(to: 0.05...100).squared() }
    expectDerivatives(at: x) { $0[0].clamped(to: -100...0.05).squared() }
  }

  @Test(arguments: broadcasts)
  func binaryDerivatives(first: Shape, second: Shape, common: Shape) {
    let (x, y) = (draws(first, 1), positiveDraws(second, 2))
    #expect((x + y).shape == common)
    expectDerivatives(at: x, y) { $0[0] + $0[1] }
    expectDerivatives(at: x, y) { $0[0] - $0[1] }
    expectDerivatives(at: x, y) { $0[0] * $0[1] }
    expectDerivatives(at: x, y) { $0[0] / $0[1] }
    // Elements that are at least 0.3 apart.
    let apart = y.map { ($0 - 1).sign == .plus ? 4 : -4 }
    expectDerivatives(at: x, apart) { .minimum($0[0], $0[1]).squared() }
    expectDerivatives(at: x, apart) { .maximum($0[0], $0[1]).squared() }
  }

  @Test func selectDerivatives() {
    let condition = Tensor([2, 3], [1, 0, 0, 1, 1, 0])
    expectDerivatives(at: draws([2, 3], 1), draws([2, 3], 2)) {
      .select(condition, $0[0] * $0[1], $0[1].squared())
    }
  }

  @Test func sameTensorTwice() {
    expectDerivatives(at: draws([3])) { $0[0] + $0[0] }
    expectDerivatives(at: draws([3])) { $0[0] * $0[0] }
    expectDerivatives(at: positiveDraws([3])) { $0[0] / $0[0] }
    expectDerivatives(at: draws([3])) { ($0[0] - $0[0]) * $0[0].exp() }
  }
}
