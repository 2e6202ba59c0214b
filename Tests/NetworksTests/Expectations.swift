import FoalTesting
import Networks
import Tensors
import Testing

/// Expects equal shapes, and elements that differ by at most a part of the greater of 1 and their
/// magnitude.
func expectClose(
  _ value: Tensor, _ expected: Tensor, tolerance: Float = 1e-5,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(value.shape == expected.shape, sourceLocation: sourceLocation)
  let isClose = zip(value.elements, expected.elements).allSatisfy {
    abs($0 - $1) <= tolerance * max(1, abs($1))
  }
  #expect(isClose, "\(value) is not \(expected)", sourceLocation: sourceLocation)
}

/// Normal draws.
func draws(_ shape: Shape, _ seed: UInt64 = 1) -> Tensor {
  var random = RandomStream(seed: seed)
  return Tensor.normal(shape, using: &random)
}

/// Weights of 0.4 times normal draws, the constants too.
func drawnWeights(_ layout: WeightLayout, _ seed: UInt64 = 1) -> Weights {
  Weights(0.4 * draws([layout.count], seed), layout: layout)
}

/// Expects that the gradient of a function of weights agrees with finite differences.
///
/// - Parameter step: of the differences; short where a relu bends nearby.
func expectGradient(
  at weights: Weights, step: Float = 0.01, sourceLocation: SourceLocation = #_sourceLocation,
  of function: (Weights) -> Tensor
) {
  let result = GradientCheck(step: step, tolerance: 2e-3).firstDerivative(at: [weights.values]) {
    function(Weights($0[0], layout: weights.layout))
  }
  #expect(result.isAccepted, "\(result)", sourceLocation: sourceLocation)
}
