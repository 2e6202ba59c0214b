public import Tensors

/// Independent normal variables drawn through the hyperbolic tangent: vectors in -1...1, a row each.
///
///     a = tanh u,  u = μ + σξ,  ξ ~ N(0, 1)
///     log π(a) = Σ ( −½ξ² − log σ − ½ log 2π − log(1 − tanh² u) )
///
/// Source: Haarnoja et al. (2018), arXiv:1801.01290, appendix C.
public struct SquashedGaussian: Sendable {
  /// μ, `[rows, components]`.
  public let mean: Tensor
  /// log σ, `[rows, components]`.
  public let logDeviation: Tensor

  /// The logarithms of the least and the greatest standard deviation.
  public static let logDeviations: ClosedRange<Float> = -20...2

  private static let logSquareRootTwoPi: Float = 0.918_938_533_2
  private static let logTwo: Float = 0.693_147_180_6

  /// Makes the distribution from a network's output.
  ///
  /// - Parameter output: the means, then the logarithms of the standard deviations, which are moved
  ///   into ``logDeviations``, `[rows, 2 · components]`.
  public init(output: Tensor) {
    let components = output.shape[1] / 2
    mean = output.slice(0..<components, along: 1)
    logDeviation = output.slice(components..<2 * components, along: 1)
      .clamped(to: SquashedGaussian.logDeviations)
  }

  /// The vectors that standard normal noise gives, and the logarithms of their densities.
  ///
  /// - Parameter noise: ξ, `[rows, components]`.
  /// - Returns: a, `[rows, components]`, and log π(a), `[rows]`; gradients flow through both.
  public func sample(noise: Tensor) -> (action: Tensor, logProbability: Tensor) {
    let unbounded = mean + logDeviation.exp() * noise
    // log(1 − tanh² u) = 2(log 2 − u − log(1 + e⁻²ᵘ)), which does not round to log 0.
    let logSlope = 2 * (SquashedGaussian.logTwo - unbounded - (-2 * unbounded).softplus())
    let constant = -0.5 * noise.squared() - SquashedGaussian.logSquareRootTwoPi
    let logDensity = constant - logDeviation - logSlope
    return (unbounded.tanh(), logDensity.sum(along: -1))
  }

  /// The vectors in the middle, tanh μ.
  public var mode: Tensor { mean.tanh() }
}
