public import Networks
public import Tensors

/// What a clipped-surrogate loss is computed from, for N samples.
public struct SurrogateSamples: Sendable {
  /// The chosen actions of a categorical policy, `[N]`; empty for a Gaussian one.
  public var choices: [Int32]
  /// The chosen vectors of a Gaussian policy, `[N, components]`; nil for a categorical one.
  public var vectors: Tensor?
  /// 1 for each allowed choice, `[N, choices]`; nil if all are.
  public var allowed: Tensor?
  /// log π(a|s) when the actions were chosen, `[N]`.
  public var logProbabilities: Tensor
  /// The advantages, normalised if they are to be, `[N]`.
  public var advantages: Tensor
  /// What the values should have been, `[N]`.
  public var returns: Tensor

  public init(
    choices: [Int32] = [], vectors: Tensor? = nil, allowed: Tensor? = nil,
    logProbabilities: Tensor, advantages: Tensor, returns: Tensor
  ) {
    self.choices = choices
    self.vectors = vectors
    self.allowed = allowed
    self.logProbabilities = logProbabilities
    self.advantages = advantages
    self.returns = returns
  }
}

/// What is worth knowing about one evaluation of the loss; means over the samples.
public struct SurrogateStatistics: Sendable, Hashable, Codable {
  public var policyLoss: Float = 0
  public var valueLoss: Float = 0
  /// The policy's entropy, in nats.
  public var entropy: Float = 0
  /// An estimate of the Kullback–Leibler divergence from the policy that acted, in nats.
  public var divergence: Float = 0
  /// The share of samples whose probability ratio was clipped.
  public var clipped: Float = 0

  public init() {}

  mutating func add(_ other: SurrogateStatistics, weight: Float) {
    policyLoss += weight * other.policyLoss
    valueLoss += weight * other.valueLoss
    entropy += weight * other.entropy
    divergence += weight * other.divergence
    clipped += weight * other.clipped
  }
}

/// The clipped surrogate loss of PPO.
///
///     ρ = π(a|s) / π_old(a|s)
///     L = − mean min(ρA, clip(ρ, 1 − ε, 1 + ε)·A) + c_v·mean ½(v − R)² − c_H·mean H(π)
///
/// Source: Schulman et al. (2017), arXiv:1707.06347.
public struct ClippedSurrogate: Sendable {
  /// ε.
  public var clipRange: Float
  /// c_v.
  public var valueCoefficient: Float
  /// c_H.
  public var entropyCoefficient: Float

  public init(clipRange: Float, valueCoefficient: Float, entropyCoefficient: Float) {
    self.clipRange = clipRange
    self.valueCoefficient = valueCoefficient
    self.entropyCoefficient = entropyCoefficient
  }

  /// The loss made of single operations, for any policy.
  ///
  /// - Parameters:
  ///   - output: the network's output for N observations.
  ///   - logDeviation: of a Gaussian policy, `[components]`.
  /// - Returns: the loss, a scalar, and statistics.
  public func composed(
    _ output: ActorCritic.Output, logDeviation: Tensor?, _ samples: SurrogateSamples
  ) -> (loss: Tensor, statistics: SurrogateStatistics) {
    let logProbability: Tensor
    let entropy: Tensor
    if let logDeviation, let vectors = samples.vectors {
      let policy = DiagonalGaussian(mean: output.policy, logDeviation: logDeviation)
      logProbability = policy.logProbability(of: vectors)
      entropy = policy.entropy
    } else {
      let policy =
        samples.allowed.map { Categorical(logits: output.policy, allowed: $0) }
        ?? Categorical(logits: output.policy)
      logProbability = policy.logProbability(of: samples.choices)
      entropy = policy.entropy.mean()
    }
    let logRatio = logProbability - samples.logProbabilities
    let ratio = logRatio.exp()
    let clipped = ratio.clamped(to: 1 - clipRange...1 + clipRange)
    let policyLoss = -Tensor.minimum(
      ratio * samples.advantages, clipped * samples.advantages
    ).mean()
    let valueLoss = 0.5 * (output.values - samples.returns).squared().mean()
    let loss = policyLoss + valueCoefficient * valueLoss - entropyCoefficient * entropy
    var statistics = SurrogateStatistics()
    statistics.policyLoss = policyLoss.item
    statistics.valueLoss = valueLoss.item
    statistics.entropy = entropy.item
    statistics.divergence = (ratio - 1 - logRatio).mean().item
    statistics.clipped = ratio.map { abs($0 - 1) > clipRange ? 1 : 0 }.mean().item
    return (loss, statistics)
  }

  /// The loss of a categorical policy without masks, with its derivative taken in the same pass.
  ///
  /// - Parameter head: policy logits and, in the last column, values, `[N, choices + 1]`.
  public func fused(
    head: Tensor, _ samples: SurrogateSamples
  ) -> (loss: Tensor, statistics: SurrogateStatistics) {
    var statistics = SurrogateStatistics()
    let gradient = derivative(head: head, samples, statistics: &statistics)
    let value =
      statistics.policyLoss + valueCoefficient * statistics.valueLoss
      - entropyCoefficient * statistics.entropy
    // Everything that the same loss made of single operations would need.
    let coefficients = Tensor(Shape(3)) {
      ($0[0], $0[1], $0[2]) = (clipRange, valueCoefficient, entropyCoefficient)
    }
    let loss = record(
      Tensor(value), head, coefficients, saved: gradient, samples.logProbabilities,
      samples.advantages, samples.returns, indices: samples.choices
    ) { record, cotangent, sums in
      guard sums.areRecorded else {
        sums.add(cotangent.item * record.e!, to: record.a)
        return
      }
      let (loss, samples) = ClippedSurrogate.restored(from: record)
      sums.add(
        through: {
          loss.composed(ActorCritic.Output(head: $0[0]), logDeviation: nil, samples).loss
        }, of: [record.a], cotangent: cotangent)
    }
    return (loss, statistics)
  }

  /// The loss and the samples that a record of ``fused(head:_:)`` holds.
  private static func restored(from record: Record) -> (ClippedSurrogate, SurrogateSamples) {
    let coefficients = record.b!.span
    return (
      ClippedSurrogate(
        clipRange: coefficients[0], valueCoefficient: coefficients[1],
        entropyCoefficient: coefficients[2]),
      SurrogateSamples(
        choices: record.indices, logProbabilities: record.f!, advantages: record.g!,
        returns: record.h!)
    )
  }

  /// One pass over the samples: ∂L/∂head and the statistics.
  private func derivative(
    head: Tensor, _ samples: SurrogateSamples, statistics: inout SurrogateStatistics
  ) -> Tensor {
    let policy = ChoiceProbabilities(head: head, samples)
    let (rows, choices) = (head.shape[0], head.shape[1] - 1)
    let (logs, p) = (policy.logarithms.span, policy.probabilities.span)
    let (ratio, logRatio) = (policy.ratios.span, policy.logRatios.span)
    let (advantage, returns, outputs) = (
      samples.advantages.span, samples.returns.span, head.span
    )
    let picked = samples.choices.span
    let scale = 1 / Float(rows)
    let (least, most) = (1 - clipRange, 1 + clipRange)
    var sums = SurrogateStatistics()
    let gradient = Tensor(head.shape) { gradient in
      for row in 0..<rows {
        let (start, into) = (row &* choices, row &* (choices &+ 1))
        let (ratio, advantage) = (ratio[row], advantage[row])
        let clipped = min(max(ratio, least), most)
        let (plain, cut) = (ratio * advantage, clipped * advantage)
        // Where clipping has made the surrogate constant, no gradient flows to the policy.
        let slope = plain <= cut ? -plain : 0
        var entropy: Float = 0
        for column in start..<start &+ choices { entropy -= p[column] * logs[column] }
        // ∂log π(a)/∂z = 1ₐ − p,  ∂H/∂z = −p(log p + H)
        for column in 0..<choices {
          gradient[into &+ column] =
            scale * p[start &+ column]
            * (entropyCoefficient * (logs[start &+ column] + entropy) - slope)
        }
        gradient[into &+ Int(picked[row])] += scale * slope
        let error = outputs[into &+ choices] - returns[row]
        gradient[into &+ choices] = scale * valueCoefficient * error
        sums.policyLoss -= min(plain, cut)
        sums.valueLoss += 0.5 * error * error
        sums.entropy += entropy
        sums.divergence += ratio - 1 - logRatio[row]
        sums.clipped += clipped == ratio ? 0 : 1
      }
    }
    statistics.add(sums, weight: scale)
    return gradient
  }
}

/// The probabilities of all choices now, and their ratios to those when the samples were taken;
/// each by one vectorised operation.
private struct ChoiceProbabilities {
  /// `[N, choices]`.
  let logarithms: Tensor
  let probabilities: Tensor
  /// Of the chosen ones, `[N]`.
  let logRatios: Tensor
  let ratios: Tensor

  init(head: Tensor, _ samples: SurrogateSamples) {
    let rows = head.shape[0]
    precondition(
      samples.choices.count == rows && samples.advantages.count == rows
        && samples.returns.count == rows && samples.logProbabilities.count == rows,
      "\(rows) rows need as many samples, got \(samples.choices.count)")
    let logarithms = head.slice(0..<head.shape[1] - 1, along: 1).withoutGradient.logSoftmax()
    let width = logarithms.shape[1]
    let (chosen, choices) = (logarithms.span, samples.choices.span)
    let earlier = samples.logProbabilities.span
    logRatios = Tensor(Shape(rows)) { logRatios in
      for row in 0..<rows {
        let choice = Int(choices[row])
        precondition(choice >= 0 && choice < width, "choice \(choice) lies outside 0..<\(width)")
        logRatios[row] = chosen[row &* width &+ choice] - earlier[row]
      }
    }
    self.logarithms = logarithms
    probabilities = logarithms.exp()
    ratios = logRatios.exp()
  }
}
