public import Tensors

/// Solves `A·x = b` for a symmetric, positive definite A that is known by its products only.
///
/// Source: Hestenes and Stiefel (1952), doi:10.6028/jres.049.044.
/// - Parameters:
///   - right: b, of any shape.
///   - iterations: the number of products at most.
///   - tolerance: ends as soon as the residual's squared norm is below it.
///   - product: gives A·v for a v of b's shape.
/// - Returns: x, of b's shape.
public func conjugateGradients<Failure: Error>(
  _ right: Tensor, iterations: Int = 10, tolerance: Float = 1e-10,
  product: (Tensor) throws(Failure) -> Tensor
) throws(Failure) -> Tensor {
  var solution = Tensor.zeros(right.shape)
  var (residual, direction) = (right, right)
  var square = right.squared().sum().item
  for _ in 0..<iterations where square > tolerance {
    let image = try product(direction)
    let curvature = (direction * image).sum().item
    guard curvature > 0 else { break }
    let length = square / curvature
    solution = solution + length * direction
    residual = residual - length * image
    let next = residual.squared().sum().item
    direction = residual + (next / square) * direction
    square = next
  }
  return solution
}

/// The product of a function's second derivatives at a point with a vector, H·v, by a gradient of
/// a gradient.
///
/// Source: Pearlmutter (1994), doi:10.1162/neco.1994.6.1.147.
/// - Parameters:
///   - point: where the derivatives are taken, of any shape.
///   - vector: v, of the point's shape.
///   - function: returns a tensor of one element.
public func hessianProduct(
  at point: Tensor, _ vector: Tensor, of function: (Tensor) -> Tensor
) -> Tensor {
  gradient(at: point) { point in (gradient(at: point, function) * vector).sum() }
}

/// A step that lowers a loss as far as possible within a limit on how much the policy changes.
///
///     s = F⁻¹g,   β = √(2δ / sᵀFs),   w ← w − cᵏβ·s
///
/// g is the loss's gradient and F the Fisher matrix of the policy, known by its products only. k is
/// the least number of halvings, or of other shortenings, for which the loss falls and the
/// divergence stays within δ.
///
/// Source: Schulman et al. (2015), arXiv:1502.05477.
public struct TrustRegion: Sendable, Hashable, Codable {
  /// δ, the limit on the mean Kullback–Leibler divergence from the old policy, in nats.
  public var divergenceLimit: Float
  /// The number of conjugate gradients' iterations.
  public var iterations: Int
  /// What is added to the Fisher matrix's diagonal.
  public var damping: Float
  /// c, by which a step that goes too far is shortened, in 0..<1.
  public var shortening: Float
  /// How often it is shortened at most.
  public var attempts: Int

  public init(
    divergenceLimit: Float = 0.01, iterations: Int = 10, damping: Float = 1e-3,
    shortening: Float = 0.5, attempts: Int = 10
  ) {
    self.divergenceLimit = divergenceLimit
    self.iterations = iterations
    self.damping = damping
    self.shortening = shortening
    self.attempts = attempts
  }

  /// What came of a step.
  public struct Step: Sendable {
    /// The new weights; the old ones if no attempt was good.
    public var weights: Tensor
    /// How much the loss fell, 0 or more.
    public var improvement: Float
    /// The mean divergence from the old policy, in nats.
    public var divergence: Float
  }

  /// Takes a step.
  ///
  /// - Parameters:
  ///   - weights: w, `[weights]`.
  ///   - loss: the loss at w.
  ///   - gradient: g, `[weights]`.
  ///   - fisherProduct: gives F·v.
  ///   - evaluate: gives the loss at other weights and the divergence from the policy at w.
  public func step(
    from weights: Tensor, loss: Float, gradient: Tensor, fisherProduct: (Tensor) -> Tensor,
    evaluate: (Tensor) -> (loss: Float, divergence: Float)
  ) -> Step {
    let stay = Step(weights: weights, improvement: 0, divergence: 0)
    func damped(_ vector: Tensor) -> Tensor { fisherProduct(vector) + damping * vector }
    let direction = conjugateGradients(gradient, iterations: iterations, product: damped)
    let curvature = (direction * damped(direction)).sum().item
    guard curvature > 0, curvature.isFinite else { return stay }
    var length = (2 * divergenceLimit / curvature).squareRoot()
    for _ in 0..<attempts {
      let candidate = weights - length * direction
      let (next, divergence) = evaluate(candidate)
      if next < loss && divergence <= divergenceLimit {
        return Step(weights: candidate, improvement: loss - next, divergence: divergence)
      }
      length *= shortening
    }
    return stay
  }
}

extension TrustRegion {
  /// Checks every setting.
  public func validate() throws(ConfigurationError) {
    guard divergenceLimit > 0, divergenceLimit.isFinite else {
      throw ConfigurationError("divergenceLimit", divergenceLimit, allowed: "above 0")
    }
    guard (1...1000).contains(iterations) else {
      throw ConfigurationError("iterations", iterations, allowed: "1 to 1000")
    }
    guard damping >= 0, damping.isFinite else {
      throw ConfigurationError("damping", damping, allowed: "0 or more")
    }
    guard shortening > 0, shortening < 1 else {
      throw ConfigurationError("shortening", shortening, allowed: "above 0 and below 1")
    }
    guard (1...100).contains(attempts) else {
      throw ConfigurationError("attempts", attempts, allowed: "1 to 100")
    }
  }
}
