import Agents
import Tensors
import Testing

@Suite("Low-rank factorisation")
struct LowRankFactorizationTests {
  /// A matrix of rank 2, `[12, 9]`.
  private var matrix: [Double] {
    var elements: [Double] = []
    for row in 0..<12 {
      for column in 0..<9 {
        elements.append(Double(row % 4) * Double(column) - 2 * Double(row))
      }
    }
    return elements
  }

  /// The largest error of the product, known entries and others.
  private func error(_ rank: Int, hiding share: Float) -> Double {
    var random = RandomStream(seed: 3)
    let matrix = matrix
    let known: [Bool] = matrix.map { _ in random.uniform() >= share }
    let shown = zip(matrix, known).map { value, isKnown in isKnown ? value : 1e9 }
    let factors = LowRankFactorization(
      of: shown, rows: 12, columns: 9, known: known, rank: rank, ridge: 1e-6, sweeps: 200,
      using: &random)
    return zip(factors.product, matrix).map { abs($0 - $1) }.max() ?? 0
  }

  @Test("unknown entries are those of the known ones' rank; what is unknown is not read")
  func completion() {
    #expect(error(2, hiding: 0) < 1e-3)
    #expect(error(2, hiding: 0.3) < 1e-2)
    #expect(error(1, hiding: 0) > 1)
  }
}
