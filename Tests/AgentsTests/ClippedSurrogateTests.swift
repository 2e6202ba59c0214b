import Agents
import FoalTesting
import Foundation
import Networks
import Tensors
import Testing

@Suite("Clipped surrogate")
struct ClippedSurrogateTests {
  private let loss = ClippedSurrogate(
    clipRange: 0.2, valueCoefficient: 0.7, entropyCoefficient: 0.03)

  private func draws(_ shape: Shape, _ seed: UInt64) -> Tensor {
    var random = RandomStream(seed: seed)
    return Tensor.normal(shape, using: &random)
  }

  /// Twelve samples, some of them with ratios far outside the clip range.
  private func samples(head: Tensor) -> SurrogateSamples {
    let choices = (0..<12).map { Int32($0 % 3) }
    let now = Categorical(logits: ActorCritic.Output(head: head).policy)
      .logProbability(of: choices)
    let shift = Tensor([0, 0.1, -0.1, 1, -1, 0.5, -0.5, 0.05, 0.3, -0.3, 2, -2])
    return SurrogateSamples(
      choices: choices, logProbabilities: (now - shift).withoutGradient,
      advantages: draws([12], 2), returns: draws([12], 3))
  }

  @Test("one pass gives the value, statistics and gradient of the single operations")
  func fusedEqualsComposed() {
    let head = draws([12, 4], 1)
    let samples = samples(head: head)
    let fused = valueAndGradient(at: head, auxiliary: { loss.fused(head: $0, samples) })
    let composed = valueAndGradient(
      at: head,
      auxiliary: { loss.composed(ActorCritic.Output(head: $0), logDeviation: nil, samples) })
    #expect(abs(fused.value.item - composed.value.item) < 1e-5)
    #expect((fused.gradient - composed.gradient).norm < 1e-6)
    #expect(composed.gradient.norm > 0.1)
    let (first, second) = (fused.auxiliary, composed.auxiliary)
    for statistic in [
      \SurrogateStatistics.policyLoss, \.valueLoss, \.entropy, \.divergence, \.clipped,
    ] {
      #expect(abs(first[keyPath: statistic] - second[keyPath: statistic]) < 1e-5)
    }
    // Of the twelve ratios the exponentials of ±0.05, ±0.1 and 0 lie within 0.8...1.2.
    #expect(abs(first.clipped - 8.0 / 12) < 1e-6)
  }

  @Test("a gradient of the gradient is that of the single operations")
  func nested() {
    let head = draws([12, 4], 1)
    let samples = samples(head: head)
    let direction = draws([12, 4], 4)
    let fused = gradient(at: head) { head in
      (gradient(at: head) { loss.fused(head: $0, samples).loss } * direction).sum()
    }
    let composed = gradient(at: head) { head in
      (gradient(at: head) {
        loss.composed(ActorCritic.Output(head: $0), logDeviation: nil, samples).loss
      } * direction).sum()
    }
    #expect((fused - composed).norm < 1e-6)
    #expect(composed.norm > 1e-2)
  }

  @Test("the loss's gradient agrees with finite differences")
  func finiteDifferences() {
    let head = draws([12, 4], 1)
    let samples = samples(head: head)
    let result = GradientCheck().firstDerivative(at: [head]) {
      loss.fused(head: $0[0], samples).loss
    }
    #expect(result.isAccepted, "\(result)")
  }

  @Test("masked choices: the gradient agrees with finite differences and leaves them alone")
  func masked() {
    let head = draws([2, 4], 1)
    let samples = SurrogateSamples(
      choices: [0, 2], allowed: Tensor([2, 3], [1, 0, 1, 0, 1, 1]),
      logProbabilities: Tensor([-0.7, -0.6]), advantages: Tensor([1, -1]),
      returns: Tensor([0, 1]))
    let function = { (head: Tensor) in
      loss.composed(ActorCritic.Output(head: head), logDeviation: nil, samples).loss
    }
    let gradient = gradient(at: head, function)
    #expect(gradient[0, 1] == 0 && gradient[1, 0] == 0)
    let result = GradientCheck().firstDerivative(at: [head]) { function($0[0]) }
    #expect(result.isAccepted, "\(result)")
  }

  @Test("continuous actions: the gradient of means, values and deviations")
  func gaussian() {
    let (head, deviation) = (draws([4, 3], 1), Tensor([0.1, -0.2]))
    let vectors = ActorCritic.Output(head: head).policy + 0.5 * draws([4, 2], 3)
    let old = DiagonalGaussian(
      mean: ActorCritic.Output(head: head).policy, logDeviation: deviation
    ).logProbability(of: vectors)
    let samples = SurrogateSamples(
      choices: [], vectors: vectors, logProbabilities: old - Tensor([0, 0.1, 0.6, -0.6]),
      advantages: Tensor([1, -2, -1, 2]), returns: Tensor([0, 1, 2, 3]))
    let result = GradientCheck().firstDerivative(at: [head, deviation]) {
      loss.composed(ActorCritic.Output(head: $0[0]), logDeviation: $0[1], samples).loss
    }
    #expect(result.isAccepted, "\(result)")
  }

  /// Ratio, advantage, and whether clipping has made the surrogate constant there.
  @Test(
    "clipping stops the gradient where the policy has gone far enough, and only there",
    arguments: [
      (1.5, 1, true), (0.5, 1, false), (1.5, -1, false), (0.5, -1, true), (1.1, 1, false),
      (0.9, -1, false),
    ] as [(Double, Float, Bool)])
  func clipping(ratio: Double, advantage: Float, isStopped: Bool) {
    let loss = ClippedSurrogate(clipRange: 0.2, valueCoefficient: 0, entropyCoefficient: 0)
    let old = Float(log(0.5) - log(ratio))
    let samples = SurrogateSamples(
      choices: [0], logProbabilities: Tensor([old]), advantages: Tensor([advantage]),
      returns: Tensor([0]))
    let head = Tensor([1, 3], [0, 0, 5])
    let fused = gradient(at: head) { loss.fused(head: $0, samples).loss }
    let composed = gradient(at: head) {
      loss.composed(ActorCritic.Output(head: $0), logDeviation: nil, samples).loss
    }
    // ∂(-ρA)/∂z₀ = -ρA(1 - π₀)
    let slope = isStopped ? 0 : -Float(ratio) * advantage / 2
    for gradient in [fused, composed] {
      #expect((gradient - Tensor([1, 3], [slope, -slope, 0])).norm < 1e-5)
    }
    let value = loss.fused(head: head, samples).loss.item
    let expected = -min(Float(ratio) * advantage, Float(min(max(ratio, 0.8), 1.2)) * advantage)
    #expect(abs(value - expected) < 1e-5)
  }
}
