public import Tensors

/// A function of weights and an input whose weights live in a flat vector elsewhere.
public protocol Network: Sendable {
  /// The parameters that the network reads.
  var layout: WeightLayout { get }

  /// Applies the network: `[rows, inputs]` give `[rows, outputs]`.
  func callAsFunction(_ weights: Weights, _ input: Tensor) -> Tensor
}

/// A linear map with a bias and an activation.
public struct Linear: Sendable, Hashable {
  public let weight: Parameter
  public let bias: Parameter
  public let activation: Activation

  /// Adds the layer's parameters, "`name`.weight" and "`name`.bias", to a layout.
  public init(
    _ inputs: Int, _ outputs: Int, activation: Activation = .identity,
    initializer: Initializer? = nil, named name: String, in layout: inout WeightLayout
  ) {
    weight = layout.add(
      name + ".weight", [inputs, outputs],
      initializer ?? .orthogonal(gain: activation.initialGain))
    bias = layout.add(name + ".bias", [outputs], .constant(0))
    self.activation = activation
  }

  /// The multiplications that a row needs.
  var multiplications: Int { weight.shape.count }

  /// `[rows, inputs]` give `[rows, outputs]`.
  public func callAsFunction(_ weights: Weights, _ input: Tensor) -> Tensor {
    precondition(
      input.shape.rank == 2 && input.shape[1] == weight.shape[0],
      "a layer of \(weight.shape[0]) inputs was given \(input.shape)")
    return linear(
      input, weights: weights.values, weight: weight.position, bias: bias.position,
      outputs: weight.shape[1], activation: activation)
  }
}

extension Activation {
  /// The gain that keeps the variance of signals about the same from layer to layer.
  public var initialGain: Float {
    switch self {
    case .identity, .sigmoid: 1
    case .tanh: 5 / 3
    case .relu: 1.4142135
    }
  }
}

/// A stack of linear layers with an activation after each.
public struct MLP: Network, Hashable {
  public let layout: WeightLayout
  public let layers: [Linear]

  /// Makes a network of its own, with a linear output layer.
  public init(_ inputs: Int, hidden: [Int], _ outputs: Int, activation: Activation = .tanh) {
    var layout = WeightLayout()
    let trunk = MLP.layers(
      inputs, hidden, activation: activation, named: "layer", in: &layout)
    layers =
      trunk + [
        Linear(
          hidden.last ?? inputs, outputs, named: "layer\(hidden.count)", in: &layout)
      ]
    self.layout = layout
  }

  public func callAsFunction(_ weights: Weights, _ input: Tensor) -> Tensor {
    MLP.apply(layers, weights, input)
  }

  /// Adds hidden layers to a layout that other parts share.
  static func layers(
    _ inputs: Int, _ hidden: [Int], activation: Activation, named name: String,
    in layout: inout WeightLayout
  ) -> [Linear] {
    var width = inputs
    return hidden.enumerated().map { index, size in
      defer { width = size }
      return Linear(
        width, size, activation: activation, named: "\(name)\(index)", in: &layout)
    }
  }

  static func apply(_ layers: [Linear], _ weights: Weights, _ input: Tensor) -> Tensor {
    layers.reduce(input) { $1(weights, $0) }
  }
}

/// A gated recurrent unit: a memory that is updated at every step.
public struct GRU: Sendable, Hashable {
  public let input: Linear
  public let weight: Parameter
  public let bias: Parameter
  /// The number of memory cells.
  public let width: Int

  /// Adds the unit's parameters, "`name`.input", "`name`.weight" and "`name`.bias", to a layout.
  ///
  /// - Parameter keeping: what the update gate's bias starts at, rising evenly from the first cell to
  ///   the last; the higher, the less a cell changes at first.
  public init(
    _ inputs: Int, width: Int, keeping: ClosedRange<Float> = 0...0, named name: String,
    in layout: inout WeightLayout
  ) {
    self.width = width
    let blocks = Array(repeating: Initializer.Block(columns: width, gain: 1), count: 3)
    input = Linear(
      inputs, 3 * width, initializer: .orthogonalBlocks(blocks), named: name + ".input",
      in: &layout)
    weight = layout.add(name + ".weight", [width, 3 * width], .orthogonalBlocks(blocks))
    let rise = (keeping.upperBound - keeping.lowerBound) / Float(max(width - 1, 1))
    let kept = (0..<width).map {
      Initializer.Block(columns: 1, gain: keeping.lowerBound + Float($0) * rise)
    }
    let others = [Initializer.Block(columns: width, gain: 0)]
    bias = layout.add(
      name + ".bias", [3 * width],
      keeping == 0...0 ? .constant(0) : .constantBlocks(others + kept + others))
  }

  /// The multiplications in products of matrices that a step needs.
  var multiplications: Int { input.multiplications + weight.shape.count }

  /// Runs over a sequence.
  ///
  /// - Parameters:
  ///   - inputs: `[T · B, inputs]`, step by step.
  ///   - memory: the memory before the first step, `[B, width]`.
  ///   - keep: 1 where a step starts from the memory, 0 where it is wiped first, `[T, B]`.
  /// - Returns: the memory after each step, `[T, B, width]`.
  public func callAsFunction(
    _ weights: Weights, _ inputs: Tensor, memory: Tensor, keep: Tensor
  ) -> Tensor {
    let (steps, rows) = (keep.shape[0], keep.shape[1])
    let projected = input(weights, inputs).reshaped(to: Shape(steps, rows, 3 * width))
    return gatedRecurrence(
      projected: projected, memory: memory, weight: weights[weight], bias: weights[bias],
      keep: keep)
  }
}
