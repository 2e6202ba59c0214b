import Foundation
import Networks
import Tensors
import Testing

@Suite("Distributions")
struct DistributionsTests {
  private let probabilities: [Float] = [0.5, 0.125, 0.25, 0.125]

  private func categorical(rows: Int) -> Categorical {
    // Logits may be off by any constant.
    let logits = probabilities.map { log($0) + 7 }
    return Categorical(
      logits: Tensor([rows, 4], (0..<rows).flatMap { _ in logits }))
  }

  @Test("log-probabilities, entropy and mode of known choices")
  func categoricalValues() {
    let policy = categorical(rows: 2)
    expectClose(
      policy.logProbability(of: [0, 2]), Tensor([-0.6931472, -1.3862944]))
    // (1/2 · 1 + 1/4 · 2 + 2 · 1/8 · 3) bits
    let entropy = Float(1.75 * 0.6931472)
    expectClose(policy.entropy, Tensor([entropy, entropy]))
    #expect(policy.mode == [0, 0])
  }

  @Test("choices are drawn as often as their probabilities say")
  func categoricalFrequencies() {
    var random = RandomStream(seed: 5)
    let count = 40_000
    let drawn = categorical(rows: count).sample(using: &random)
    for (choice, probability) in probabilities.enumerated() {
      let share = Float(drawn.filter { $0 == choice }.count) / Float(count)
      // Five standard deviations.
      let tolerance = 5 * (probability * (1 - probability) / Float(count)).squareRoot()
      #expect(abs(share - probability) < tolerance, "choice \(choice): \(share)")
    }
  }

  @Test("what is not allowed has probability 0, and the rest keeps its proportions")
  func masks() {
    let logits = Tensor([3, 3], [1, 50, 0, 0, 0, 9, 3, 2, 1])
    let allowed = Tensor([3, 3], [1, 0, 1, 0, 1, 0, 0, 1, 1])
    let policy = Categorical(logits: logits, allowed: allowed)
    let sigmoid = Float(1 / (1 + exp(-1.0)))
    expectClose(
      policy.logProbabilities.exp(),
      Tensor([3, 3], [sigmoid, 0, 1 - sigmoid, 0, 1, 0, 0, sigmoid, 1 - sigmoid]))
    let forbidden = (policy.logProbabilities.exp() * (1 - allowed)).elements
    #expect(forbidden.allSatisfy { $0 == 0 })
    #expect(policy.mode == [0, 1, 1])
    expectClose(policy.entropy, Tensor([0.5822, 0, 0.5822]), tolerance: 1e-4)
    var random = RandomStream(seed: 2)
    for _ in 0..<2000 {
      let drawn = policy.sample(using: &random)
      #expect(drawn[0] != 1 && drawn[1] == 1 && drawn[2] != 0)
    }
  }

  @Test("no gradient flows to what is not allowed, and none is NaN")
  func maskGradient() {
    let allowed = Tensor([1, 3], [1, 0, 1])
    let gradient = gradient(at: Tensor([1, 3], [0.2, 3, -1])) { logits in
      let policy = Categorical(logits: logits, allowed: allowed)
      return (policy.logProbability(of: [2]) + policy.entropy).sum()
    }
    #expect(gradient.elements[1] == 0)
    #expect(gradient.elements.allSatisfy { $0.isFinite })
    #expect(gradient.elements[0] != 0)
  }

  private let gaussian = DiagonalGaussian(
    mean: Tensor([2, 2], [1, -2, 0, 3]), logDeviation: Tensor([0, Float(log(2.0))]))

  @Test("log-density and entropy in closed form")
  func gaussianValues() {
    // ln √(2π) = 0.9189385
    let base: Float = -2 * 0.9189385 - 0.6931472
    expectClose(
      gaussian.logProbability(of: Tensor([2, 2], [1, -2, 3, -1])),
      Tensor([base, base - 4.5 - 2]))
    // Σ ½ ln(2πe σ²)
    expectClose(gaussian.entropy, Tensor(2 * 1.4189385 + 0.6931472))
  }

  @Test("draws have the means and deviations of the distribution, components unrelated")
  func gaussianMoments() {
    let rows = 40_000
    let policy = DiagonalGaussian(
      mean: Tensor([rows, 2], (0..<rows).flatMap { _ in [Float(1), -2] }),
      logDeviation: Tensor([0, Float(log(2.0))]))
    var random = RandomStream(seed: 9)
    let centred = policy.sample(using: &random) - Tensor([1, -2])
    let root = Float(rows).squareRoot()
    let means = centred.mean(along: 0).elements
    #expect(abs(means[0]) < 5 / root && abs(means[1]) < 10 / root)
    let squares = centred.squared().mean(along: 0).elements
    #expect(abs(squares[0] - 1) < 5 * 1.415 / root)
    #expect(abs(squares[1] - 4) < 5 * 5.66 / root)
    let product = (centred.slice(0..<1, along: 1) * centred.slice(1..<2, along: 1)).mean().item
    #expect(abs(product) < 10 / root)
  }

  @Test("the gradients of densities and entropies")
  func gaussianGradient() {
    var layout = WeightLayout()
    let mean = layout.add("mean", [3, 2], .constant(0))
    let deviation = layout.add("deviation", [2], .constant(0))
    let vectors = draws([3, 2], 8)
    expectGradient(at: drawnWeights(layout)) { weights in
      let policy = DiagonalGaussian(mean: weights[mean], logDeviation: weights[deviation])
      return policy.logProbability(of: vectors).sum() + policy.entropy
    }
  }
}
