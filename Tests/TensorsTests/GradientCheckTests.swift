import FoalTesting
import Tensors
import Testing

@Suite struct GradientCheckTests {
  @Test func rightDerivativesAreAccepted() {
    let (first, second) = (draws([2, 3], 1), draws([3], 2))
    let check = GradientCheck()
    #expect(check.firstDerivative(at: [first, second]) { ($0[0] * $0[1]).exp() }.isAccepted)
    #expect(check.secondDerivative(at: [first, second]) { ($0[0] * $0[1]).exp() }.isAccepted)
  }

  @Test func wrongFirstDerivativesAreFound() {
    let result = GradientCheck().firstDerivative(at: [Tensor([1, 2]), Tensor([3, 4])]) {
      $0[0].squared() + $0[1].withoutGradient * Tensor([0, 1])
    }
    #expect(!result.isAccepted)
    #expect(result.point == 1 && result.element == 1 && result.gradient == 0)
    #expect(abs(abs(result.difference) - 1) <= 0.5)
  }

  @Test func wrongSecondDerivativesAreFound() {
    // The gradient is right, its own derivative is not: x·(x without gradient)·2 has gradient 2x.
    let square = { (points: [Tensor]) in
      record(points[0] * points[0], points[0]) { record, cotangent, sums in
        sums.add(2 * cotangent * record.a.withoutGradient, to: record.a)
      }
    }
    let check = GradientCheck()
    #expect(check.firstDerivative(at: [Tensor([1, 2])], of: square).isAccepted)
    #expect(!check.secondDerivative(at: [Tensor([1, 2])], of: square).isAccepted)
  }

  @Test func valuesThatAreNotFiniteAreFound() {
    let result = GradientCheck().firstDerivative(at: [Tensor([-1])]) { $0[0].log() }
    #expect(result.error == .infinity && !result.isAccepted)
  }
}
