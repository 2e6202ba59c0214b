import Tensors
import Testing

@Suite struct GRUTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var steps: Int
    var rows: Int
    var width: Int
    var keep: [Float]

    var testDescription: String { "\(steps) steps, \(rows) rows, width \(width), \(keep)" }

    /// The projected inputs, the memory, the weight and the bias.
    var points: [Tensor] {
      [
        draws([steps, rows, 3 * width], 1), draws([rows, width], 2),
        0.5 * draws([width, 3 * width], 3), 0.5 * draws([3 * width], 4),
      ]
    }

    func fused(_ points: [Tensor]) -> Tensor {
      gatedRecurrence(
        projected: points[0], memory: points[1], weight: points[2], bias: points[3],
        keep: Tensor([steps, rows], keep))
    }

    func composed(_ points: [Tensor]) -> Tensor {
      composedGatedRecurrence(
        projected: points[0], memory: points[1], weight: points[2], bias: points[3],
        keep: Tensor([steps, rows], keep))
    }
  }

  static let cases = [
    Case(steps: 1, rows: 1, width: 1, keep: [1]),
    Case(steps: 1, rows: 2, width: 2, keep: [0, 1]),
    Case(steps: 3, rows: 2, width: 2, keep: [1, 1, 1, 1, 1, 1]),
    Case(steps: 3, rows: 2, width: 3, keep: [1, 0, 0, 1, 1, 1]),
    Case(steps: 2, rows: 1, width: 2, keep: [0, 0]),
  ]

  @Test func oneStep() {
    // r = σ(0) = ½, z = σ(log 3) = ¾, n = tanh(0.1 + ½·0.8) = tanh(0.5), h′ = ¼·n + ¾·2.
    let next = gatedRecurrence(
      projected: Tensor([1, 1, 3], [-1, 1.098_612_3 - 2, 0.1]), memory: Tensor([1, 1], [2]),
      weight: Tensor([1, 3], [0.5, 1, 0.3]), bias: Tensor([0, 0, 0.2]), keep: .ones([1, 1]))
    expectClose(next, Tensor([1, 1, 1], [1.615_529_3]))
  }

  @Test func wipedMemory() {
    let case1 = GRUTests.cases[1]
    var points = case1.points
    let before = case1.fused(points)
    points[1] = points[1] + Tensor([2, 1], [5, 0])
    #expect(case1.fused(points) == before)
    let slopes = gradient(at: points[1]) { memory in
      case1.fused([points[0], memory, points[2], points[3]]).sum()
    }
    #expect(slopes[0, 0] == 0 && slopes[0, 1] == 0)
    #expect(slopes[1, 0] != 0 && slopes[1, 1] != 0)
  }

  @Test(arguments: cases) func derivatives(case: Case) {
    let points = `case`.points
    expectDerivatives(at: points[0], points[1], points[2], points[3]) { `case`.fused($0) }
  }

  @Test(
    arguments: cases + [
      Case(steps: 7, rows: 5, width: 16, keep: (0..<35).map { $0 % 4 == 1 ? 0 : 1 })
    ])
  func fusedEqualsComposed(case: Case) {
    let points = `case`.points
    expectClose(`case`.fused(points), `case`.composed(points))
    let weights = draws([`case`.steps, `case`.rows, `case`.width], 5)
    for index in points.indices {
      func slopes(_ function: ([Tensor]) -> Tensor) -> Tensor {
        gradient(at: points[index]) { point in
          var all = points
          all[index] = point
          return (function(all) * weights).sum()
        }
      }
      expectClose(slopes(`case`.fused), slopes(`case`.composed), tolerance: 1e-4)
    }
  }
}
