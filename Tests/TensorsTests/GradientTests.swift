import Tensors
import Testing

@Suite struct GradientTests {
  struct Stop: Error {}

  @Test func closedForms() {
    let cube = { (x: Tensor) in x * x * x }
    let (value, slope) = valueAndGradient(at: Tensor(2), cube)
    #expect(value == Tensor(8) && slope == Tensor(12))
    let second = gradient(at: Tensor(2)) { gradient(at: $0, cube) }
    #expect(second == Tensor(12))
    let third = gradient(at: Tensor(2)) { gradient(at: $0) { gradient(at: $0, cube) } }
    #expect(third == Tensor(6))
    let fourth = gradient(at: Tensor(2)) {
      gradient(at: $0) { gradient(at: $0) { gradient(at: $0, cube) } }
    }
    #expect(fourth == Tensor(0))
  }

  @Test func thirdDerivativeOfFusedOperations() {
    // tanh‴ = (1 − t²)(6t² − 2)
    let one = Tensor([1, 1], [1])
    let third = gradient(at: Tensor([1, 1], [0.4])) {
      gradient(at: $0) {
        gradient(at: $0) { linear($0, weight: one, bias: Tensor([0]), activation: .tanh) }
      }
    }
    let t = Tensor(0.4).tanh().item
    #expect(abs(third.item - (1 - t * t) * (6 * t * t - 2)) < 1e-5)
  }

  @Test func hessianTimesVector() {
    // f = ½ xᵀAx + x₀³: ∇²f·v = Av + (6x₀v₀, 0, 0).
    let a = Tensor([3, 3], [2, -1, 0, -1, 3, 1, 0, 1, 4])
    let (x, v) = (Tensor([1, 3], [1, 2, 3]), Tensor([1, 3], [1, 0, -1]))
    let product = gradient(at: x) { x in
      let slope = gradient(at: x) { x in
        let first = x.slice(0..<1, along: 1)
        return 0.5 * (matrixProduct(x, a) * x).sum() + (first * first * first).sum()
      }
      return (slope * v).sum()
    }
    #expect(product == Tensor([1, 3], [8, -2, -4]))
  }

  @Test func outerVariablesAreConstantsOfTheInnerFunction() {
    // d/dx (x · d/dy (x + y)) = d/dx x = 1
    let slope = gradient(at: Tensor(3)) { x in x * gradient(at: Tensor(1)) { y in x + y } }
    #expect(slope == Tensor(1))
    // d/dx (d/dy x²y³ at y = x) = d/dx 3x⁴ = 12x³
    let mixed = gradient(at: Tensor(2)) { x in gradient(at: x) { y in x * x * y * y * y } }
    #expect(mixed == Tensor(96))
  }

  @Test func siblings() {
    // d/dx (2x · 3x²) = 18x²
    let slope = gradient(at: Tensor(2)) { x in
      gradient(at: x) { $0 * $0 } * gradient(at: x) { $0 * $0 * $0 }
    }
    #expect(slope == Tensor(72))
  }

  @Test func valuesOfInnerGradientsAreDifferentiated() {
    let slope = gradient(at: Tensor(3)) { x in
      let (value, gradient, doubled) = valueAndGradient(
        at: x, auxiliary: { y in (y * y, 2 * y) })
      return value + gradient + doubled
    }
    #expect(slope == Tensor(10))
  }

  @Test func auxiliaryResults() {
    let (value, slope, rest) = valueAndGradient(
      at: Tensor([1, 2]), auxiliary: { x in (x.squared().sum(), (x.sum().item, "name")) })
    #expect(value == Tensor(5) && slope == Tensor([2, 4]) && rest == (3, "name"))
  }

  @Test func unrelatedPointsHaveZeroGradients() {
    #expect(gradient(at: Tensor([1, 2])) { _ in Tensor(3) } == .zeros([2]))
    #expect(gradient(at: Tensor([1, 2])) { $0.map { $0 }.sum() } == .zeros([2]))
    #expect(gradient(at: Tensor([1, 2])) { $0.withoutGradient.sum() } == .zeros([2]))
    let inner = gradient(at: Tensor(2)) { x in gradient(at: Tensor([1, 2])) { _ in x * x }.sum() }
    #expect(inner == Tensor(0))
  }

  @Test func theFunctionMayReturnItsPoint() {
    #expect(gradient(at: Tensor(7)) { $0 } == Tensor(1))
    #expect(gradient(at: Tensor(7)) { gradient(at: $0) { $0 } } == Tensor(0))
    #expect(gradient(at: Tensor([1, 1], [7])) { $0 } == Tensor([1, 1], [1]))
  }

  @Test func withoutGradientCutsOnePathOnly() {
    #expect(gradient(at: Tensor(3)) { $0 * $0.withoutGradient } == Tensor(3))
  }

  @Test func tensorsThatLeaveAreConstants() {
    var kept = Tensor(0)
    let (value, _) = valueAndGradient(at: Tensor(2)) { x in
      kept = x * x
      return kept
    }
    #expect(gradient(at: Tensor(5)) { $0 * kept } == Tensor(4))
    #expect(gradient(at: Tensor(5)) { _ in kept } == Tensor(0))
    #expect(gradient(at: Tensor(5)) { $0 * value } == Tensor(4))
    #expect(gradient(at: kept) { $0 * $0 } == Tensor(8))
    kept.withMutableSpan { $0[0] = 9 }
    #expect(kept == Tensor(9) && value == Tensor(4))
  }

  @Test func thrownErrorsLeaveTheTapeClean() {
    let tape = Workspace.current.tape
    #expect(throws: Stop.self) {
      try valueAndGradient(at: Tensor(1)) { x throws(Stop) -> Tensor in
        _ = x * x
        throw Stop()
      }
    }
    #expect(tape.depth == 0 && tape.count == 0 && !tape.isRecording)
    // An error of an inner function may be caught in the outer one.
    let slope = gradient(at: Tensor(3)) { x in
      let inner = try? gradient(at: x) { y throws(Stop) -> Tensor in
        _ = y * y
        throw Stop()
      }
      return inner ?? x * x
    }
    #expect(slope == Tensor(6))
    #expect(tape.depth == 0 && tape.count == 0 && !tape.isRecording)
  }

  @Test func gradientsLeaveTheTapeEmpty() {
    let tape = Workspace.current.tape
    _ = gradient(at: Tensor(2)) { x in gradient(at: x) { $0 * $0 } }
    #expect(tape.depth == 0 && tape.count == 0 && !tape.isRecording)
  }

  @Test func gradientThroughAnInnerStep() {
    let (x, y) = (draws([6, 2], 1), draws([6, 1], 2))
    func loss(_ weights: [Tensor]) -> Tensor {
      let hidden = linear(x, weight: weights[0], bias: weights[1], activation: .tanh)
      return (linear(hidden, weight: weights[2], bias: weights[3]) - y).squared().mean()
    }
    func lossAfterStep(_ flat: Tensor, rate: Float) -> Tensor {
      func split(_ flat: Tensor) -> [Tensor] {
        [
          flat.view(at: 0, shape: [2, 3]), flat.view(at: 6, shape: [3]),
          flat.view(at: 9, shape: [3, 1]), flat.view(at: 12, shape: [1]),
        ]
      }
      let slope = gradient(at: flat) { loss(split($0)) }
      return loss(split(flat - rate * slope))
    }
    let flat = 0.5 * draws([13], 3)
    expectDerivatives(at: flat) { lossAfterStep($0[0], rate: 0.2) }
    expectDerivatives(at: flat, Tensor(0.1)) { points in
      let slope = gradient(at: points[0]) {
        loss([
          $0.view(at: 0, shape: [2, 3]), $0.view(at: 6, shape: [3]),
          $0.view(at: 9, shape: [3, 1]), $0.view(at: 12, shape: [1]),
        ])
      }
      return (points[0] - points[1] * slope).squared()
    }
  }
}
