import Networks
import Tensors
import Testing

@Suite("Gaussian policy")
struct GaussianPolicyTests {
  @Test("the first policy has means near 0 and the deviation that was asked for")
  func start() {
    let policy = GaussianPolicy(
      observationCount: 3, actionCount: 2, hidden: [8, 8], deviation: 0.5)
    var random = RandomStream(seed: 1)
    let weights = Weights(initializing: policy.layout, using: &random)
    let distribution = policy(weights, draws([5, 3]))
    #expect(distribution.mean.shape == [5, 2])
    #expect(distribution.mean.elements.allSatisfy { abs($0) < 0.1 })
    expectClose(distribution.logDeviation.exp(), Tensor([0.5, 0.5]))
  }

  @Test("the head's mask marks its weights and biases")
  func headMask() {
    let policy = GaussianPolicy(observationCount: 3, actionCount: 2, hidden: [4])
    // 3·4 + 4 before, 4·2 + 2 of the head, 2 deviations.
    let expected = Array(repeating: Float(0), count: 16) + Array(repeating: 1, count: 10) + [0, 0]
    #expect(policy.headMask.elements == expected)
  }

  @Test("the divergence of two normal distributions")
  func divergence() {
    let first = DiagonalGaussian(mean: Tensor([2, 1], [0, 1]), logDeviation: Tensor([0]))
    let second = DiagonalGaussian(
      mean: Tensor([2, 1], [1, 1]), logDeviation: Tensor([2]).log())
    // log 2 + (1 + (μ − μ′)²) / 8 − 1/2
    expectClose(first.divergence(from: second), Tensor([0.4431472, 0.3181472]))
    expectClose(first.divergence(from: first), Tensor([0, 0]))
  }
}
