public import Tensors

/// The Adam optimiser, with decoupled weight decay (AdamW) and clipping of the gradient's norm.
///
///     m ← β₁m + (1 − β₁)g      v ← β₂v + (1 − β₂)g²
///     w ← w − α·( m̂ / (√v̂ + ε) + λw )          m̂ = m/(1 − β₁ᵗ),  v̂ = v/(1 − β₂ᵗ)
///
/// Sources: Kingma and Ba (2015), arXiv:1412.6980; Loshchilov and Hutter (2019), arXiv:1711.05101.
public struct Adam: Sendable {
  /// β₁, in 0..<1.
  public var beta1: Float
  /// β₂, in 0..<1.
  public var beta2: Float
  /// ε.
  public var epsilon: Float
  /// λ, the weight decay; 0 is plain Adam.
  public var decay: Float
  /// m and v, `[weights]`.
  public private(set) var mean: Tensor
  public private(set) var square: Tensor
  /// t, the number of updates so far.
  public private(set) var step = 0

  /// Makes an optimiser for a number of weights.
  public init(
    count: Int, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-5, decay: Float = 0
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.decay = decay
    mean = .zeros([count])
    square = .zeros([count])
  }

  /// Goes on from the moments after a number of updates, `[weights]` each.
  package mutating func restore(mean: Tensor, square: Tensor, step: Int) {
    precondition(
      mean.shape == self.mean.shape && square.shape == self.square.shape && step >= 0,
      "moments of shapes \(mean.shape) and \(square.shape) for weights of shape "
        + "\(self.mean.shape)")
    (self.mean, self.square, self.step) = (mean, square, step)
  }

  /// Moves the weights one step against a gradient.
  ///
  /// - Parameters:
  ///   - gradient: `[weights]`.
  ///   - rate: α, the step size.
  ///   - maximumNorm: the gradient is scaled down to this Euclidean norm if it is longer.
  /// - Returns: the gradient's norm before scaling. If it is not finite nothing is changed.
  @discardableResult
  public mutating func update(
    _ weights: inout Weights, gradient: Tensor, rate: Float, maximumNorm: Float = .infinity
  ) -> Float {
    precondition(
      gradient.shape == weights.values.shape,
      "a gradient of shape \(gradient.shape) for weights of shape \(weights.values.shape)")
    let norm = gradient.norm
    guard norm.isFinite else { return norm }
    step += 1
    Kernel.adam(
      gradient: gradient, gradientScale: min(1, maximumNorm / max(norm, 1e-12)), rate: rate,
      beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay, step: step, mean: &mean,
      square: &square, weights: &weights.values)
    return norm
  }
}

/// A number that changes over a run.
public enum Schedule: Sendable, Hashable, Codable {
  case constant(Float)
  /// From one value at the start to another at the end, in a straight line.
  case linear(from: Float, to: Float)

  /// The value when a fraction of the run, in 0...1, is done.
  public func value(at fraction: Float) -> Float {
    let done = min(max(fraction, 0), 1)
    return switch self {
    case .constant(let value): value
    case .linear(let from, let to): from * (1 - done) + to * done
    }
  }
}
