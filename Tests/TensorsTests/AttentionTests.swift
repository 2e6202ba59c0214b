import Tensors
import Testing

@Suite struct AttentionTests {
  @Test func values() {
    // Scores log 3 and 0: weights ¾ and ¼.
    let result = attention(
      queries: Tensor([1, 1, 4], [2.197_224_6, 0, 0, 0]),
      keys: Tensor([1, 2, 4], [1, 0, 0, 0, 0, 1, 0, 0]),
      values: Tensor([1, 2, 2], [4, 8, 0, 4]))
    expectClose(result, Tensor([1, 1, 2], [3, 7]))
  }

  @Test func causalMaskHidesTheFuture() {
    #expect(causalMask(steps: 2) == Tensor([1, 2, 2], [0, -1e9, 0, 0]))
    let (x, values) = (draws([2, 3, 2], 1), draws([2, 3, 2], 2))
    let result = attention(queries: x, keys: x, values: values, mask: causalMask(steps: 3))
    for n in 0..<2 {
      for column in 0..<2 { #expect(abs(result[n, 0, column] - values[n, 0, column]) < 1e-6) }
    }
    let slopes = gradient(at: values) { values in
      attention(queries: x, keys: x, values: values, mask: causalMask(steps: 3))
        .slice(0..<2, along: 1).sum()
    }
    for n in 0..<2 { for column in 0..<2 { #expect(slopes[n, 2, column] == 0) } }
  }

  @Test(arguments: [(1, 1, 1), (1, 2, 3), (2, 3, 2)]) func derivatives(n: Int, q: Int, k: Int) {
    let points = (draws([n, q, 2], 1), draws([n, k, 2], 2), draws([n, k, 3], 3))
    expectDerivatives(at: points.0, points.1, points.2) {
      attention(queries: $0[0], keys: $0[1], values: $0[2])
    }
    expectDerivatives(at: points.0, points.1, points.2, draws([1, k], 4)) {
      attention(queries: $0[0], keys: $0[1], values: $0[2], mask: $0[3])
    }
    guard q == k else { return }
    expectDerivatives(at: points.0, points.1, points.2) {
      attention(queries: $0[0], keys: $0[1], values: $0[2], mask: causalMask(steps: q))
    }
  }
}
