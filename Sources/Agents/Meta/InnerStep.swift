public import Networks
public import Tensors

/// A vanilla policy gradient step on one task's tries.
///
///     φ = θ − α·m∘∇L(θ)
public struct InnerStep: Sendable {
  public var policy: GaussianPolicy
  /// α, 0 or more.
  public var rate: Float
  /// m: 1 where a weight is adapted and 0 elsewhere, `[weights]`; nil if all are.
  public var mask: Tensor?

  public init(policy: GaussianPolicy, rate: Float, mask: Tensor? = nil) {
    self.policy = policy
    self.rate = rate
    self.mask = mask
  }

  /// The weights after the step, `[weights]`.
  public func callAsFunction(_ weights: Tensor, _ sample: PolicySample) -> Tensor {
    guard rate != 0 else { return weights }
    let gradient = gradient(at: weights) { loss($0, sample) }
    return weights - rate * masked(gradient)
  }

  /// L at some weights.
  private func loss(_ weights: Tensor, _ sample: PolicySample) -> Tensor {
    sample.scoreLoss(policy, Weights(weights, layout: policy.layout))
  }

  private func masked(_ vector: Tensor) -> Tensor { mask.map { $0 * vector } ?? vector }

  /// The derivative of the weights after the step in a direction: (I − α·m∘H)·v.
  func pushforward(_ vector: Tensor, at weights: Tensor, _ sample: PolicySample) -> Tensor {
    guard rate != 0 else { return vector }
    return vector - rate * masked(hessianProduct(at: weights, vector) { loss($0, sample) })
  }

  /// The gradient with respect to the weights before the step, given that with respect to those
  /// after it: (I − αH·m∘)·v.
  func pullback(_ vector: Tensor, at weights: Tensor, _ sample: PolicySample) -> Tensor {
    guard rate != 0 else { return vector }
    return vector - rate * hessianProduct(at: weights, masked(vector)) { loss($0, sample) }
  }
}
