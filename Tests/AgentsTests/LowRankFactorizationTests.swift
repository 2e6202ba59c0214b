import Agents
import Tensors
import Testing

@Suite("Low-rank factorisation")
struct LowRankFactorizationTests {
  /// A matrix of rank 2, `[12, 9]`.
  private let matrix = (0..<12).flatMap { row in
    (0..<9).map { column in
      Double(row % 4) * Double(column) - 2 * Double(row) + Double(row / 4) * Double(column % 3) * 0
    }
  }

  private func error(_ rank: Int, hiding share: Float) -> Double {
    var random = RandomStream(seed: 3)
    let known = matrix.map { _ in random.uniform() >= share }
    let factors = LowRankFactorization(
      of: zip(matrix, known).map { $1 ? $0 : 1e9 }, rows: 12, columns: 9, known: known,
      rank: rank, ridge: 1e-6, sweeps: 200, using: &random)
    return zip(factors.product, matrix).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test("unknown entries are those of the known ones' rank; what is unknown is not read")
  func completion() {
    #expect(error(2, hiding: 0) < 1e-3)
    #expect(error(2, hiding: 0.3) < 1e-2)
    #expect(error(1, hiding: 0) > 1)
  }
}
