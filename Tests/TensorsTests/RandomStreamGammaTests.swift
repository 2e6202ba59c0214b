import Tensors
import Testing

@Suite("Gamma, beta and Dirichlet draws")
struct RandomStreamGammaTests {
  @Test("mean and variance of a gamma variable are its shape", arguments: [0.4, 1, 3.5])
  func moments(shape: Double) {
    var random = RandomStream(seed: 3)
    let draws = (0..<20_000).map { _ in random.gamma(shape: shape) }
    let mean = draws.reduce(0, +) / 20_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(draws.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(abs(mean - shape) < 0.05 * shape.squareRoot())
    #expect(abs(variance - shape) < 0.12 * shape)
  }

  @Test("a beta variable has mean a / (a + b) and variance ab / ((a + b)²(a + b + 1))")
  func beta() {
    var random = RandomStream(seed: 4)
    let draws = (0..<20_000).map { _ in random.beta(2, 6) }
    let mean = draws.reduce(0, +) / 20_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean - 0.25) < 0.005)
    #expect(abs(variance - 12.0 / 64 / 9) < 0.001)
  }

  @Test("Dirichlet draws are probabilities in proportion to the concentrations")
  func dirichlet() {
    var random = RandomStream(seed: 5)
    var sums = [0.0, 0, 0]
    for _ in 0..<5_000 {
      let shares = random.dirichlet([1, 2, 5])
      #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
      for index in 0..<3 { sums[index] += shares[index] / 5_000 }
    }
    #expect(zip(sums, [0.125, 0.25, 0.625]).allSatisfy { abs($0 - $1) < 0.01 })
  }
}
