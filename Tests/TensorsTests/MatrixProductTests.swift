import Tensors
import Testing

@Suite struct MatrixProductTests {
  static let transpositions = [(false, false), (false, true), (true, false), (true, true)]

  /// The product by its definition.
  private func product(_ a: Tensor, _ b: Tensor, _ aT: Bool, _ bT: Bool) -> Tensor {
    let (a, b) = (aT ? a.transposed() : a, bT ? b.transposed() : b)
    var result: [Float] = []
    for row in 0..<a.shape[0] {
      for column in 0..<b.shape[1] {
        result.append((0..<a.shape[1]).reduce(0) { $0 + a[row, $1] * b[$1, column] })
      }
    }
    return Tensor([a.shape[0], b.shape[1]], result)
  }

  @Test func values() {
    let (a, b) = (Tensor([2, 2], [1, 2, 3, 4]), Tensor([2, 2], [5, 6, 7, 8]))
    #expect(matrixProduct(a, b) == Tensor([2, 2], [19, 22, 43, 50]))
    #expect(matrixProduct(a, b, transposingFirst: true) == Tensor([2, 2], [26, 30, 38, 44]))
    #expect(matrixProduct(a, b, transposingSecond: true) == Tensor([2, 2], [17, 23, 39, 53]))
    #expect(
      matrixProduct(a, b, transposingFirst: true, transposingSecond: true)
        == Tensor([2, 2], [23, 31, 34, 46]))
  }

  @Test func emptyProducts() {
    #expect(matrixProduct(.zeros([2, 0]), .zeros([0, 3])) == .zeros([2, 3]))
    #expect(matrixProduct(.zeros([0, 2]), .zeros([2, 3])).shape == [0, 3])
  }

  @Test(arguments: transpositions) func transposed(aT: Bool, bT: Bool) {
    let (a, b) = (draws(aT ? [4, 3] : [3, 4], 1), draws(bT ? [2, 4] : [4, 2], 2))
    expectClose(
      matrixProduct(a, b, transposingFirst: aT, transposingSecond: bT), product(a, b, aT, bT))
    expectDerivatives(at: a, b) {
      matrixProduct($0[0], $0[1], transposingFirst: aT, transposingSecond: bT)
    }
    expectDerivatives(at: a, b) {
      matrixProduct($0[0], $0[1], transposingFirst: aT, transposingSecond: bT).squared()
    }
  }

  @Test(arguments: transpositions) func stacks(aT: Bool, bT: Bool) {
    let (a, b) = (draws(aT ? [2, 4, 3] : [2, 3, 4], 1), draws(bT ? [2, 2, 4] : [2, 4, 2], 2))
    let separate = (0..<2).map {
      product(
        a.slice($0..<$0 + 1).reshaped(to: aT ? [4, 3] : [3, 4]),
        b.slice($0..<$0 + 1).reshaped(to: bT ? [2, 4] : [4, 2]), aT, bT)
    }
    expectClose(
      matrixProduct(a, b, transposingFirst: aT, transposingSecond: bT), .stacked(separate))
    expectDerivatives(at: a, b) {
      matrixProduct($0[0], $0[1], transposingFirst: aT, transposingSecond: bT).squared()
    }
  }

  @Test func matrixTimesItself() {
    expectDerivatives(at: draws([3, 3])) { matrixProduct($0[0], $0[0]) }
    expectDerivatives(at: draws([2, 3])) { matrixProduct($0[0], $0[0], transposingSecond: true) }
  }

  @Test func linearValues() {
    let (x, weight) = (Tensor([2, 2], [1, 2, 3, 4]), Tensor([2, 2], [1, 0, -1, 1]))
    let bias = Tensor([0.5, -3])
    let expected = Tensor([2, 2], [-0.5, -1, -0.5, 1])
    #expect(linear(x, weight: weight, bias: bias) == expected)
    for activation in Activation.allCases {
      expectClose(
        linear(x, weight: weight, bias: bias, activation: activation),
        expected.activated(by: activation))
    }
  }

  @Test(arguments: Activation.allCases) func linearDerivatives(activation: Activation) {
    expectDerivatives(at: draws([3, 4], 1), draws([4, 5], 2), draws([5], 3)) {
      linear($0[0], weight: $0[1], bias: $0[2], activation: activation)
    }
    expectDerivatives(at: draws([3, 4], 1), draws([4, 1], 2), draws([1, 1], 3)) {
      linear($0[0], weight: $0[1], bias: $0[2], activation: activation).squared()
    }
  }

  @Test(arguments: Activation.allCases, [(64, 17, 33), (1, 3, 2), (5, 64, 64)])
  func linearEqualsItsParts(activation: Activation, size: (Int, Int, Int)) {
    let x = draws([size.0, size.1], 1)
    let flat = 0.3 * draws([size.1 * size.2 + size.2], 2)
    let target = draws([size.0, size.2], 3)
    func loss(_ flat: Tensor, _ layer: (Tensor, Tensor) -> Tensor) -> Tensor {
      let weight = flat.view(at: 0, shape: [size.1, size.2])
      return (layer(weight, flat.view(at: weight.count, shape: [size.2])) * target).mean()
    }
    let fused = valueAndGradient(at: flat) {
      loss($0) { linear(x, weight: $0, bias: $1, activation: activation) }
    }
    let composed = valueAndGradient(at: flat) {
      loss($0) { (matrixProduct(x, $0) + $1).activated(by: activation) }
    }
    expectClose(fused.value, composed.value)
    expectClose(fused.gradient, composed.gradient)
  }
}
