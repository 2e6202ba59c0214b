import Networks
import Tensors
import Testing

@Suite("Squashed Gaussian")
struct SquashedGaussianTests {
  @Test("the density is the normal one over the tangent's slope")
  func density() {
    // μ = 0.5, σ = 2, ξ = 0.25: u = 1; log N = -1.6433357, log(1 - tanh² 1) = -0.8675616.
    let policy = SquashedGaussian(output: Tensor([1, 2], [0.5, 0.693_147_2]))
    let (action, logProbability) = policy.sample(noise: Tensor([1, 1], [0.25]))
    #expect(abs(action.item - 0.761_594_2) < 1e-6)
    #expect(abs(logProbability.item - -0.775_774_1) < 1e-5)
    #expect(abs(policy.mode.item - 0.462_117_2) < 1e-6)
  }

  @Test("components add up, and far out the density stays finite")
  func extremes() {
    let policy = SquashedGaussian(output: Tensor([1, 4], [30, -30, 0, 0]))
    let (action, logProbability) = policy.sample(noise: .zeros([1, 2]))
    #expect(action == Tensor([1, 2], [1, -1]))
    // Each: -½ log 2π - 2 log 2 + 60.
    #expect(abs(logProbability.item - 2 * (60 - 0.918_938_5 - 1.386_294_4)) < 1e-3)
  }

  @Test("deviations stay within bounds")
  func bounds() {
    let policy = SquashedGaussian(output: Tensor([1, 4], [0, 0, -50, 50]))
    #expect(policy.logDeviation == Tensor([1, 2], [-20, 2]))
  }
}
