import Tensors
import Testing

@Suite struct SoftmaxTests {
  static let shapes: [Shape] = [[4], [1, 3], [3, 4], [2, 2, 3], [20, 5], [3, 1]]

  @Test func values() {
    let x = Tensor([2, 3], [0, 0, 0, 1, 2, 3])
    let expected = Tensor(
      [2, 3], [-1.098_612_3, -1.098_612_3, -1.098_612_3, -2.407_606, -1.407_606, -0.407_606])
    expectClose(x.logSoftmax(), expected)
    expectClose(
      x.softmax(),
      Tensor([2, 3], [1 / 3, 1 / 3, 1 / 3, 0.090_030_6, 0.244_728_5, 0.665_240_9]))
    expectClose(x.logSumExp(), Tensor([2, 1], [1.098_612_3, 3.407_606]))
    expectClose(x.logProbability(of: [2, 0]), Tensor([-1.098_612_3, -2.407_606]))
    expectClose(x.crossEntropy(with: [2, 0]), Tensor(1.753_109_1))
  }

  @Test func largeLogits() {
    let x = Tensor([2, 2], [1000, 0, -1e9, 5])
    #expect(x.logSoftmax() == Tensor([2, 2], [0, -1000, -1e9, 0]))
    #expect(x.logSumExp() == Tensor([2, 1], [1000, 5]))
    #expect(gradient(at: x) { $0.logSoftmax().sum() }.elements.allSatisfy { $0.isFinite })
  }

  @Test(arguments: shapes) func derivatives(shape: Shape) {
    expectDerivatives(at: draws(shape)) { $0[0].logSoftmax() }
    expectDerivatives(at: draws(shape)) { $0[0].softmax() * $0[0] }
    expectDerivatives(at: draws(shape)) { $0[0].logSumExp() }
  }

  @Test(arguments: [([0], 3), ([2, 0, 1, 1], 3), ([0, 0], 1)] as [([Int32], Int)])
  func choiceDerivatives(choices: [Int32], columns: Int) {
    let x = draws([choices.count, columns])
    expectDerivatives(at: x) { $0[0].logProbability(of: choices) }
    expectDerivatives(at: x) { $0[0].logProbability(of: choices).exp() }
    expectDerivatives(at: x) { $0[0].squared().crossEntropy(with: choices) }
  }

  @Test func fusedEqualsComposed() {
    let x = 3 * draws([30, 7])
    let choices = (0..<30).map { Int32($0 % 7) }
    expectClose(x.logProbability(of: choices), x.logSoftmax().picking(choices))
    expectClose(
      gradient(at: x) { $0.logProbability(of: choices).mean() },
      gradient(at: x) { $0.logSoftmax().picking(choices).mean() })
    expectClose(x.logSoftmax(), x - x.logSumExp())
  }
}
