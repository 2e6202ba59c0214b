public import Tensors

/// A policy over vectors without a value function: hidden layers give the means of independent
/// normal variables, and the logarithms of their standard deviations are weights that do not
/// depend on the observation.
public struct GaussianPolicy: Sendable, Hashable {
  public let observationCount: Int
  public let actionCount: Int
  public let layout: WeightLayout
  /// The logarithms of the standard deviations, `[actionCount]`.
  public let logDeviation: Parameter
  private let layers: [Linear]

  /// The last layer starts small, so that the first means are close to 0.
  private static let headGain: Float = 0.01

  /// Makes a policy.
  ///
  /// - Parameters:
  ///   - observationCount: the number of elements of an observation.
  ///   - actionCount: the number of components of an action.
  ///   - hidden: the widths of the hidden layers.
  ///   - deviation: the standard deviation at the start, above 0.
  public init(
    observationCount: Int, actionCount: Int, hidden: [Int] = [64, 64],
    activation: Activation = .tanh, deviation: Float = 1
  ) {
    precondition(deviation > 0, "a deviation is above 0, got \(deviation)")
    self.observationCount = observationCount
    self.actionCount = actionCount
    var layout = WeightLayout()
    var width = observationCount
    var layers: [Linear] = []
    for (index, size) in hidden.enumerated() {
      layers.append(
        Linear(width, size, activation: activation, named: "layer\(index)", in: &layout))
      width = size
    }
    layers.append(
      Linear(
        width, actionCount, initializer: .orthogonal(gain: GaussianPolicy.headGain),
        named: "head", in: &layout))
    self.layers = layers
    let logarithm = Tensor(deviation).log().item
    logDeviation = layout.add("logDeviation", [actionCount], .constant(logarithm))
    self.layout = layout
  }

  /// The means of the actions: `[N, observationCount]` give `[N, actionCount]`.
  public func mean(_ weights: Weights, _ observations: Tensor) -> Tensor {
    layers.reduce(observations) { $1(weights, $0) }
  }

  /// The distributions of the actions, one a row of the observations.
  public func callAsFunction(_ weights: Weights, _ observations: Tensor) -> DiagonalGaussian {
    DiagonalGaussian(
      mean: mean(weights, observations), logDeviation: weights[logDeviation])
  }

  /// 1 for every weight of the last layer and 0 for all others, `[layout.count]`.
  public var headMask: Tensor {
    let start = layers.last!.weight.position
    return Tensor([layout.count]) { mask in
      for index in mask.indices {
        mask[index] = index >= start && index < logDeviation.position ? 1 : 0
      }
    }
  }
}
