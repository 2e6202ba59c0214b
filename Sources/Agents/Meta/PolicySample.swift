public import Networks
public import Tensors

/// What a policy did and how good that was: what policy gradients are taken of.
public struct PolicySample: Sendable {
  /// What was seen, `[N, observationCount]`.
  public var observations: Tensor
  /// What was done, `[N, actionCount]`.
  public var vectors: Tensor
  /// How much better than expected that was, `[N]`.
  public var advantages: Tensor

  public init(observations: Tensor, vectors: Tensor, advantages: Tensor) {
    precondition(
      observations.shape[0] == advantages.count && vectors.shape[0] == advantages.count,
      "a sample's rows differ: \(observations.shape), \(vectors.shape), \(advantages.shape)")
    self.observations = observations
    self.vectors = vectors
    self.advantages = advantages
  }

  /// Samples one after the other, as one.
  public init(joining samples: [PolicySample]) {
    self.init(
      observations: .concatenated(samples.map(\.observations)),
      vectors: .concatenated(samples.map(\.vectors)),
      advantages: .concatenated(samples.map(\.advantages)))
  }

  /// The number of rows, N.
  public var count: Int { advantages.count }

  /// A random choice of the rows; all of them if there are no more.
  public func choosing(_ count: Int, using random: inout RandomStream) -> PolicySample {
    guard count < self.count else { return self }
    var rows = (0..<Int32(self.count)).map { $0 }
    random.shuffle(&rows)
    let chosen = Array(rows.prefix(count))
    return PolicySample(
      observations: observations.gathering(chosen), vectors: vectors.gathering(chosen),
      advantages: advantages.gathering(chosen))
  }

  /// The loss whose gradient is the vanilla policy gradient, −mean(log π(a|o)·A), a scalar.
  ///
  /// Source: Williams (1992), doi:10.1007/BF00992696.
  public func scoreLoss(_ policy: GaussianPolicy, _ weights: Weights) -> Tensor {
    let logProbabilities = policy(weights, observations).logProbability(of: vectors)
    return -(logProbabilities * advantages).mean()
  }

  /// The loss of an importance-weighted step away from the policy that acted,
  /// −mean(π(a|o)/π₀(a|o)·A), a scalar.
  ///
  /// - Parameter acting: the distributions π₀ that the vectors were drawn from.
  public func surrogateLoss(
    _ policy: GaussianPolicy, _ weights: Weights, acting: DiagonalGaussian
  ) -> Tensor {
    let logRatio =
      policy(weights, observations).logProbability(of: vectors)
      - acting.logProbability(of: vectors)
    return -(logRatio.exp() * advantages).mean()
  }

  /// The mean Kullback–Leibler divergence of the distributions that acted from a policy's, a scalar.
  public func divergence(
    _ policy: GaussianPolicy, _ weights: Weights, acting: DiagonalGaussian
  ) -> Tensor {
    acting.divergence(from: policy(weights, observations)).mean()
  }

  /// The product of the policy's Fisher matrix with a vector: the second derivatives of the
  /// divergence at the policy itself.
  public func fisherProduct(
    _ policy: GaussianPolicy, _ weights: Weights, _ vector: Tensor
  ) -> Tensor {
    let acting = policy(weights, observations)
    return hessianProduct(at: weights.values, vector) {
      divergence(policy, Weights($0, layout: weights.layout), acting: acting)
    }
  }
}
