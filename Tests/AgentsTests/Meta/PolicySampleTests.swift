import Agents
import Networks
import Tensors
import Testing

/// A policy without hidden layers over one number, a = 0.5·o + 0 ± 1, and three rows of it.
struct SmallPolicy {
  let policy = GaussianPolicy(observationCount: 1, actionCount: 1, hidden: [])
  let sample = PolicySample(
    observations: Tensor([3, 1], [1, 2, -1]), vectors: Tensor([3, 1], [1.5, 0, -0.5]),
    advantages: Tensor([1, -1, 2]))
  /// Weight, bias, logarithm of the deviation.
  var weights: Weights { Weights(Tensor([0.5, 0, 0]), layout: policy.layout) }
  var acting: DiagonalGaussian { policy(weights, sample.observations) }
}

@Suite("Policy samples")
struct PolicySampleTests {
  private let small = SmallPolicy()

  @Test("the score loss has the vanilla policy gradient")
  func scoreGradient() {
    let gradient = valueAndGradient(at: small.weights) {
      small.sample.scoreLoss(small.policy, $0)
    }.gradient
    // a − μ = (1, -1, 0): −mean(A(a − μ)·(o, 1)) and −mean(A((a − μ)² − 1))
    #expect(abs(gradient[0] + 1) < 1e-5)
    #expect(abs(gradient[1] + 2 / 3) < 1e-5)
    #expect(abs(gradient[2] - 2 / 3) < 1e-5)
  }

  @Test("where the policy acted the surrogate is -mean(A) and has the same gradient")
  func surrogate() {
    let (value, gradient) = valueAndGradient(at: small.weights) {
      small.sample.surrogateLoss(small.policy, $0, acting: small.acting)
    }
    #expect(abs(value.item + 2 / 3) < 1e-6)
    let score = valueAndGradient(at: small.weights) {
      small.sample.scoreLoss(small.policy, $0)
    }.gradient
    #expect(zip(gradient.elements, score.elements).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test("the Fisher product is the mean of the scores' outer products")
  func fisher() {
    // mean(o²) = 2, mean(o) = 2/3, σ = 1; a deviation's logarithm has 2.
    let product = small.sample.fisherProduct(small.policy, small.weights, Tensor([1, 3, 1]))
    #expect(abs(product[0] - 4) < 1e-5)
    #expect(abs(product[1] - 11 / 3) < 1e-5)
    #expect(abs(product[2] - 2) < 1e-5)
  }

  @Test("a choice of rows keeps rows together")
  func choosing() {
    var random = RandomStream(seed: 1)
    let chosen = small.sample.choosing(2, using: &random)
    #expect(chosen.count == 2)
    for row in 0..<2 {
      let original = (0..<3).first { small.sample.advantages[$0] == chosen.advantages[row] }!
      #expect(chosen.vectors[row, 0] == small.sample.vectors[original, 0])
      #expect(chosen.observations[row, 0] == small.sample.observations[original, 0])
    }
  }

  @Test("standardised numbers have mean 0 and deviation 1; equal ones become 0")
  func standardizing() {
    #expect(standardized([1, 3]).map { ($0 * 1e4).rounded() / 1e4 } == [-1, 1])
    #expect(standardized([2, 2, 2]) == [0, 0, 0])
  }
}
