import Agents
import Tensors
import Testing

@Suite("Correlated noise")
struct CorrelatedNoiseTests {
  @Test(
    "at every step the variance is 1, and neighbours correlate as asked",
    arguments: [Float(0), 0.6, 0.95])
  func moments(correlation: Float) {
    let count = 20_000
    var noise = CorrelatedNoise([count, 1], correlation: correlation)
    var random = RandomStream(seed: 4)
    var last = noise.next(using: &random)
    let tolerance = 5 * 1.5 / Float(count).squareRoot()
    for _ in 0..<6 {
      #expect(abs(last.squared().mean().item - 1) < tolerance)
      #expect(abs(last.mean().item) < tolerance)
      let next = noise.next(using: &random)
      #expect(abs((last * next).mean().item - correlation) < tolerance)
      last = next
    }
  }
}
