public import Tensors

/// Compares the gradients of a function with finite differences.
///
/// Use it to check an operation of your own, with points that lie away from its kinks:
///
/// ```swift
/// let check = GradientCheck()
/// let result = check.firstDerivative(at: [x]) { $0[0].tanh() }
/// precondition(result.isAccepted, "\(result)")
/// ```
///
/// A function that returns several elements is made one number, Σ cᵢ·fᵢ, with fixed random weights
/// c; sums are taken in `Double`. Differences are central, of fourth order:
///
///     f′(x) ≈ (8·(f(x + h) − f(x − h)) − (f(x + 2h) − f(x − 2h))) / 12h
///
/// Source: Fornberg (1988), "Generation of finite difference formulas on arbitrarily spaced grids".
public struct GradientCheck: Sendable {
  /// h, for an element x: this times the greater of 1 and |x|.
  public var step: Float
  /// The largest accepted error, relative to the greater of 1 and the largest magnitude of the
  /// gradient. `Float` values and the default step leave errors of about 10⁻⁵ to 10⁻⁴.
  public var tolerance: Double
  /// The seed of the random weights and directions.
  public var seed: UInt64

  /// Makes a check.
  ///
  /// - Parameters:
  ///   - step: the step of the differences, relative to the greater of 1 and the element.
  ///   - tolerance: the largest accepted error, relative to the greater of 1 and the largest
  ///     magnitude of the gradient.
  ///   - seed: of the random weights and directions.
  public init(step: Float = 0.01, tolerance: Double = 1e-3, seed: UInt64 = 1) {
    self.step = step
    self.tolerance = tolerance
    self.seed = seed
  }

  /// The element at which a gradient and its finite difference differ most.
  public struct Comparison: Sendable, Hashable, CustomStringConvertible {
    /// The number of the point that the element belongs to.
    public var point: Int
    /// The element's position in its point.
    public var element: Int
    /// What the gradient says.
    public var gradient: Double
    /// What finite differences say.
    public var difference: Double
    /// How far they are apart, relative to the greater of 1 and the largest magnitude of the
    /// gradient; infinite if either is not finite.
    public var error: Double
    /// The largest accepted error.
    public var tolerance: Double

    /// Whether all elements are close enough.
    public var isAccepted: Bool { error <= tolerance }

    public var description: String {
      "element \(element) of point \(point): gradient \(gradient), finite difference "
        + "\(difference), relative error \(error), accepted up to \(tolerance)"
    }
  }

  /// Compares a function's gradient at some points, taken together, with finite differences.
  ///
  /// - Parameters:
  ///   - points: the function's arguments, of any shapes.
  ///   - function: is given as many tensors and returns a tensor of any shape.
  /// - Returns: the worst element.
  /// - Complexity: four calls of the function for each element of the points.
  public func firstDerivative(
    at points: [Tensor], of function: ([Tensor]) -> Tensor
  ) -> Comparison {
    let arguments = Arguments(points)
    let weights = randomWeights(function(points).shape, "outputs")
    let gradient = arguments.gradient(at: arguments.flat) {
      (function($0) * weights).sum()
    }
    let differences = self.differences(at: arguments.flat) {
      product(function(arguments.split($0)), weights)
    }
    return worst(gradient.elements, differences, arguments)
  }

  /// Compares a function's second derivative along a random direction with finite differences of
  /// its gradient.
  ///
  /// The gradient of (gradient · direction) passes through the recorded derivative of every
  /// operation; the gradients that are compared with it do not.
  /// - Parameters:
  ///   - points: the function's arguments, of any shapes.
  ///   - function: is given as many tensors and returns a tensor of any shape.
  /// - Returns: the worst element.
  /// - Complexity: four gradients of the function for each element of the points.
  public func secondDerivative(
    at points: [Tensor], of function: ([Tensor]) -> Tensor
  ) -> Comparison {
    let arguments = Arguments(points)
    let weights = randomWeights(function(points).shape, "outputs")
    let direction = randomWeights(arguments.flat.shape, "direction")
    func weighted(_ points: [Tensor]) -> Tensor { (function(points) * weights).sum() }
    let second = Tensors.gradient(at: arguments.flat) { flat in
      (arguments.gradient(at: flat, of: weighted) * direction).sum()
    }
    let differences = self.differences(at: arguments.flat) {
      product(arguments.gradient(at: $0, of: weighted), direction)
    }
    return worst(second.elements, differences, arguments)
  }

  /// Uniform draws whose magnitudes lie in 0.5...1.5, so that none is lost.
  private func randomWeights(_ shape: Shape, _ name: String) -> Tensor {
    var random = RandomStream(seed: seed).split(name)
    return Tensor.uniform(shape, using: &random).map { $0 < 0.5 ? $0 - 1.5 : $0 + 0.5 }
  }

  private func product(_ first: Tensor, _ second: Tensor) -> Double {
    zip(first.elements, second.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private func differences(at flat: Tensor, of function: (Tensor) -> Double) -> [Double] {
    var elements = flat.elements
    return elements.indices.map { index in
      let centre = elements[index]
      defer { elements[index] = centre }
      // The steps that the rounded arguments really make.
      func slope(_ step: Float) -> Double {
        elements[index] = centre + step
        let (above, after) = (elements[index], function(Tensor(elements)))
        elements[index] = centre - step
        let (below, before) = (elements[index], function(Tensor(elements)))
        return (after - before) / (Double(above) - Double(below))
      }
      let step = self.step * max(1, abs(centre))
      return (4 * slope(step) - slope(2 * step)) / 3
    }
  }

  private func worst(
    _ gradient: [Float], _ differences: [Double], _ arguments: Arguments
  ) -> Comparison {
    let scale = gradient.reduce(1.0) { max($0, Double(abs($1))) }
    var result = Comparison(
      point: 0, element: 0, gradient: 0, difference: 0, error: 0, tolerance: tolerance)
    for (position, (slope, difference)) in zip(gradient, differences).enumerated() {
      let distance = abs(Double(slope) - difference) / scale
      let error = distance.isFinite ? distance : .infinity
      guard error > result.error else { continue }
      let (point, element) = arguments.place(of: position)
      result = Comparison(
        point: point, element: element, gradient: Double(slope), difference: difference,
        error: error, tolerance: tolerance)
    }
    return result
  }
}

/// Several points laid into one vector, so that one gradient is that of all.
private struct Arguments {
  let shapes: [Shape]
  let flat: Tensor

  init(_ points: [Tensor]) {
    shapes = points.map(\.shape)
    flat = Tensor(points.flatMap(\.elements))
  }

  func split(_ flat: Tensor) -> [Tensor] {
    var start = 0
    return shapes.map { shape in
      defer { start += shape.count }
      return flat.view(at: start, shape: shape)
    }
  }

  func gradient(at flat: Tensor, of function: ([Tensor]) -> Tensor) -> Tensor {
    Tensors.gradient(at: flat) { function(split($0)) }
  }

  /// The point that a position of the vector belongs to, and the position in it.
  func place(of position: Int) -> (point: Int, element: Int) {
    var start = position
    for (point, shape) in shapes.enumerated() {
      if start < shape.count { return (point, start) }
      start -= shape.count
    }
    return (shapes.count, start)
  }
}
