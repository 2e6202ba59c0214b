import Agents
import Testing

@Suite("Cholesky factor")
struct CholeskyFactorTests {
  @Test("a system is solved, and the determinant is that of the matrix")
  func solve() throws {
    let matrix: [Double] = [4, 2, 0.6, 2, 5, 1, 0.6, 1, 3]
    let factor = try #require(CholeskyFactor(matrix, count: 3))
    var vector: [Double] = [4 + 4 + 1.8, 2 + 10 + 3, 0.6 + 2 + 9]
    factor.solve(&vector)
    for (value, expected) in zip(vector, [1.0, 2, 3]) { #expect(abs(value - expected) < 1e-12) }
    // det = 4·(15 − 1) − 2·(6 − 0.6) + 0.6·(2 − 3)
    #expect(abs(factor.logDeterminant - 3.797_733_859_026_018_3) < 1e-12)
  }

  @Test("a matrix that is not positive definite has no factor")
  func indefinite() {
    #expect(CholeskyFactor([1, 2, 2, 1], count: 2) == nil)
    #expect(CholeskyFactor([.nan], count: 1) == nil)
  }
}
