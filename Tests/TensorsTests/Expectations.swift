import FoalTesting
import Tensors
import Testing

/// Expects that a function's first and second derivatives agree with finite differences, and that
/// the gradient at each point alone is its part of the gradient at all points.
func expectDerivatives(
  at points: Tensor..., tolerance: Double = 2e-3,
  sourceLocation: SourceLocation = #_sourceLocation, of function: ([Tensor]) -> Tensor
) {
  let check = GradientCheck(tolerance: tolerance)
  let first = check.firstDerivative(at: points, of: function)
  #expect(first.isAccepted, "first derivative: \(first)", sourceLocation: sourceLocation)
  let second = check.secondDerivative(at: points, of: function)
  #expect(second.isAccepted, "second derivative: \(second)", sourceLocation: sourceLocation)
  guard points.count > 1 else { return }
  for index in points.indices {
    let alone = { (point: [Tensor]) in
      var all = points
      all[index] = point[0]
      return function(all)
    }
    let first = check.firstDerivative(at: [points[index]], of: alone)
    #expect(
      first.isAccepted, "first derivative at point \(index) alone: \(first)",
      sourceLocation: sourceLocation)
    let second = check.secondDerivative(at: [points[index]], of: alone)
    #expect(
      second.isAccepted, "second derivative at point \(index) alone: \(second)",
      sourceLocation: sourceLocation)
  }
}

/// Expects equal shapes, and elements that differ by at most a part of the greater of 1 and their
/// magnitude.
func expectClose(
  _ value: Tensor, _ expected: Tensor, tolerance: Float = 1e-5,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(value.shape == expected.shape, sourceLocation: sourceLocation)
  let isClose = zip(value.elements, expected.elements).allSatisfy {
    $0 == $1 || abs($0 - $1) <= tolerance * max(1, abs($1))
  }
  #expect(isClose, "\(value) is not \(expected)", sourceLocation: sourceLocation)
}

/// Normal draws of which none is closer to 0 than 0.1, nor to another in a tensor of few elements.
func draws(_ shape: Shape, _ seed: UInt64 = 1) -> Tensor {
  var random = RandomStream(seed: seed)
  return Tensor.normal(shape, using: &random).map { $0 < 0 ? $0 - 0.1 : $0 + 0.1 }
}

/// Draws from 0.5...2.
func positiveDraws(_ shape: Shape, _ seed: UInt64 = 1) -> Tensor {
  var random = RandomStream(seed: seed)
  return 0.5 + 1.5 * Tensor.uniform(shape, using: &random)
}

/// The numbers 0, 1, 2, ... in a shape.
func counting(_ shape: Shape) -> Tensor {
  Tensor(shape, (0..<shape.count).map { Float($0) })
}
