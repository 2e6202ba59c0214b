package import Tensors

/// Standard normal noise that changes slowly: a first-order autoregression.
///
///     ε₀ = ξ₀      εₜ = β·εₜ₋₁ + √(1 − β²)·ξₜ      ξ ~ N(0, 1)
package struct CorrelatedNoise: Sendable {
  /// β, in 0..<1; 0 gives independent noise.
  package let correlation: Float
  package let shape: Shape
  /// What came last; nil at the start.
  package var last: Tensor?

  package init(_ shape: Shape, correlation: Float) {
    self.shape = shape
    self.correlation = correlation
  }

  /// Moves one step on.
  package mutating func next(using random: inout RandomStream) -> Tensor {
    let fresh = Tensor.normal(shape, using: &random)
    let noise =
      last.map { correlation * $0 + (1 - correlation * correlation).squareRoot() * fresh }
      ?? fresh
    last = noise
    return noise
  }
}
