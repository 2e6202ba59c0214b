internal import Networks
package import Tensors

/// A task's inner steps, one after the other, and the tries that test their end.
package struct AdaptationPath: Sendable {
  /// The weights before each inner step and after the last.
  package var points: [Tensor]
  /// What each inner step was taken on.
  package var samples: [PolicySample] = []
  /// Tries by the weights after the last step.
  package var test: PolicySample?

  package init(start: Tensor) {
    points = [start]
  }

  package var end: Tensor { points[points.count - 1] }

  /// Takes a step.
  package mutating func add(_ sample: PolicySample, _ step: InnerStep) {
    points.append(step(end, sample))
    samples.append(sample)
  }
}

/// The loss of one task's adapted policy as a function of the weights that it was adapted from.
package struct MetaObjective {
  private let path: AdaptationPath
  private let inner: InnerStep
  private let isFirstOrder: Bool
  private let test: PolicySample
  private let acting: DiagonalGaussian
  /// Some rows of each sample, for Fisher products.
  private let someSamples: [PolicySample]
  private let someTest: PolicySample

  package init(
    path: AdaptationPath, inner: InnerStep, isFirstOrder: Bool, fisherSteps: Int,
    using random: inout RandomStream
  ) {
    guard let test = path.test else { preconditionFailure("an adapted policy was not tested") }
    self.path = path
    self.inner = inner
    self.isFirstOrder = isFirstOrder
    self.test = test
    acting = inner.policy(Weights(path.end, layout: inner.policy.layout), test.observations)
    someSamples = path.samples.map { $0.choosing(fisherSteps, using: &random) }
    someTest = test.choosing(fisherSteps, using: &random)
  }

  private func weights(_ values: Tensor) -> Weights { Weights(values, layout: inner.policy.layout) }

  package func lossAndGradient() -> (loss: Float, gradient: Tensor) {
    let (loss, gradient) = valueAndGradient(at: path.end) {
      test.surrogateLoss(inner.policy, weights($0), acting: acting)
    }
    return (loss.item, pullback(gradient, path.samples))
  }

  /// Jᵀ·v for the Jacobian J of the inner steps.
  private func pullback(_ vector: Tensor, _ samples: [PolicySample]) -> Tensor {
    guard !isFirstOrder else { return vector }
    return zip(path.points, samples).reversed().reduce(vector) {
      inner.pullback($0, at: $1.0, $1.1)
    }
  }

  /// Jᵀ·F·J·v.
  package func fisherProduct(_ vector: Tensor) -> Tensor {
    let image =
      isFirstOrder
      ? vector
      : zip(path.points, someSamples).reduce(vector) { inner.pushforward($0, at: $1.0, $1.1) }
    return pullback(someTest.fisherProduct(inner.policy, weights(path.end), image), someSamples)
  }

  /// The loss and the divergence from the adapted policy that acted, for other weights at the start.
  package func evaluate(_ start: Tensor) -> (loss: Float, divergence: Float) {
    let end = weights(path.samples.reduce(start) { inner($0, $1) })
    return (
      test.surrogateLoss(inner.policy, end, acting: acting).item,
      test.divergence(inner.policy, end, acting: acting).item
    )
  }
}
