public import Networks
public import Tensors

/// Some networks of one form that each estimate what an action is worth, Q(s, a), independently.
///
/// The least of two estimates errs upwards less than one does. Source: Fujimoto et al. (2018),
/// arXiv:1802.09477.
public struct Critics: Sendable, Hashable {
  /// The layers of all critics, one critic after the other.
  private let layers: [Linear]
  /// The number of layers of each.
  private let depth: Int

  /// Adds the critics' parameters, "critic0.layer0.weight" and so on, to a layout.
  ///
  /// - Parameter inputs: the elements of an observation and of an action together.
  public init(
    _ count: Int, inputs: Int, hidden: [Int], activation: Activation,
    in layout: inout WeightLayout
  ) {
    precondition(count > 0, "there must be at least one critic, got \(count)")
    var layers: [Linear] = []
    for critic in 0..<count {
      var width = inputs
      for (index, size) in (hidden + [1]).enumerated() {
        layers.append(
          Linear(
            width, size, activation: index < hidden.count ? activation : .identity,
            named: "critic\(critic).layer\(index)", in: &layout))
        width = size
      }
    }
    self.layers = layers
    depth = hidden.count + 1
  }

  /// The number of critics.
  public var count: Int { layers.count / depth }

  /// What one critic thinks of observations and actions, `[rows, inputs]`: `[rows]`.
  public func callAsFunction(_ weights: Weights, _ input: Tensor, critic: Int) -> Tensor {
    var values = input
    for layer in critic * depth..<(critic + 1) * depth { values = layers[layer](weights, values) }
    return values.reshaped(to: Shape(input.shape[0]))
  }

  /// The least of the critics' values, `[rows]`.
  public func least(_ weights: Weights, _ input: Tensor) -> Tensor {
    var least = self(weights, input, critic: 0)
    for critic in 1..<count {
      least = .minimum(least, self(weights, input, critic: critic))
    }
    return least
  }

  /// The mean squared errors of the critics' values, added up, a scalar.
  ///
  /// - Parameter targets: what the values should be, `[rows]`.
  public func loss(_ weights: Weights, _ input: Tensor, targets: Tensor) -> Tensor {
    var loss = (self(weights, input, critic: 0) - targets).squared().mean()
    for critic in 1..<count {
      loss = loss + (self(weights, input, critic: critic) - targets).squared().mean()
    }
    return loss
  }
}

/// A network that gives an action, or what one is drawn from, for each observation.
public struct Actor: Sendable, Hashable {
  private let layers: [Linear]

  /// Adds the actor's parameters, "actor0.weight" and so on, to a layout.
  ///
  /// - Parameters:
  ///   - activation: of the hidden layers.
  ///   - output: the activation of the last layer, which starts with small weights.
  public init(
    inputs: Int, hidden: [Int], outputs: Int, activation: Activation, output: Activation,
    in layout: inout WeightLayout
  ) {
    var layers: [Linear] = []
    var width = inputs
    for (index, size) in hidden.enumerated() {
      layers.append(
        Linear(width, size, activation: activation, named: "actor\(index)", in: &layout))
      width = size
    }
    layers.append(
      Linear(
        width, outputs, activation: output, initializer: .orthogonal(gain: 0.01),
        named: "actor\(hidden.count)", in: &layout))
    self.layers = layers
  }

  /// `[rows, inputs]` give `[rows, outputs]`.
  public func callAsFunction(_ weights: Weights, _ observations: Tensor) -> Tensor {
    layers.reduce(observations) { $1(weights, $0) }
  }
}
