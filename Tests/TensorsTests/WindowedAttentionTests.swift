import Tensors
import Testing

@Suite struct WindowedAttentionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var rows: Int
    var steps: Int
    var heads: Int
    var width: Int
    var window: Int
    var visible: [Float]
    /// Elements of the context before and behind the inputs.
    var start = 0
    var rest = 0

    var testDescription: String {
      "\(rows) rows, \(steps) steps, \(heads) heads, width \(width), window \(window), \(visible)"
    }

    /// Queries, positions and inputs.
    var points: [Tensor] {
      [
        draws([rows, steps, heads, width], 1), draws([rows, steps, heads, window], 2),
        draws([rows, steps, width], 3),
      ]
    }

    func context(_ inputs: Tensor) -> Tensor {
      let keys = draws([rows, window - 1, width], 4).concatenated(
        with: inputs.withoutGradient, along: 1)
      return draws([rows, start], 5)
        .concatenated(with: keys.reshaped(to: [rows, keys.shape[1] * width]), along: 1)
        .concatenated(with: draws([rows, rest], 6), along: 1)
    }

    func fused(_ points: [Tensor]) -> Tensor {
      windowedAttention(
        queries: points[0], positions: points[1], inputs: points[2], context: context(points[2]),
        at: start, visible: Tensor([rows, steps], visible))
    }

    func composed(_ points: [Tensor]) -> Tensor {
      composedWindowedAttention(
        queries: points[0], positions: points[1], inputs: points[2], context: context(points[2]),
        at: start, visible: Tensor([rows, steps], visible))
    }
  }

  static let cases = [
    Case(rows: 1, steps: 1, heads: 1, width: 1, window: 1, visible: [1]),
    Case(rows: 2, steps: 1, heads: 2, width: 2, window: 3, visible: [2, 3], start: 2, rest: 1),
    Case(rows: 1, steps: 3, heads: 1, width: 2, window: 2, visible: [2, 1, 2]),
    Case(rows: 2, steps: 2, heads: 2, width: 3, window: 3, visible: [1, 2, 3, 3], rest: 4),
  ]

  @Test func byHand() {
    // Scores log 3 + 0 and 0 + log 2 for x = 2 and x = 0: weights ⅗ and ⅖.
    let output = windowedAttention(
      queries: Tensor([1, 1, 1, 1], [0.549_306_1]),
      positions: Tensor([1, 1, 1, 2], [0, 0.693_147_2]),
      inputs: Tensor([1, 1, 1], [0]), context: Tensor([1, 2], [2, 0]), visible: Tensor([1, 1], [2]))
    expectClose(output, Tensor([1, 1, 1, 1], [1.2]))
  }

  @Test func whatIsNotVisibleDoesNotMatter() {
    let sizes = Case(rows: 1, steps: 3, heads: 2, width: 2, window: 3, visible: [2, 3, 1])
    let points = sizes.points
    func output(_ context: Tensor) -> Tensor {
      windowedAttention(
        queries: points[0], positions: points[1], inputs: points[2], context: context,
        visible: Tensor([1, 3], sizes.visible))
    }
    let context = sizes.context(points[2])
    // The first of two inputs before the steps is out of sight of all of them; the last step sees
    // nothing but itself.
    func changed(_ element: Int) -> Tensor {
      var elements = context.elements
      elements[element] = 50
      return output(Tensor(context.shape, elements))
    }
    let before = output(context)
    #expect(changed(0) == before && changed(1) == before)
    #expect(changed(2) != before)
    #expect(changed(7).slice(2..<3, along: 1) == before.slice(2..<3, along: 1))
    expectClose(
      before.slice(2..<3, along: 1),
      Tensor.stacked([points[2].slice(2..<3, along: 1), points[2].slice(2..<3, along: 1)])
        .reshaped(to: [1, 1, 2, 2]))
  }

  @Test(arguments: cases) func derivatives(case: Case) {
    // Inputs stand in the context, too, so they are moved by finite differences in both places.
    let points = `case`.points
    expectDerivatives(at: points[0], points[1], points[2]) { `case`.fused($0) }
  }

  @Test(
    arguments: cases + [
      Case(
        rows: 3, steps: 6, heads: 4, width: 16, window: 40,
        visible: (0..<18).map { Float(1 + $0 * 7 % 40) }, start: 5, rest: 3)
    ])
  func fusedEqualsComposed(case: Case) {
    let points = `case`.points
    let value = `case`.fused(points)
    expectClose(value, `case`.composed(points))
    let weights = draws(value.shape, 7)
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
