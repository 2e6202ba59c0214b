public import Tensors

/// How the elements of a parameter are drawn at the start.
public enum Initializer: Sendable, Hashable {
  /// All elements the same.
  case constant(Float)
  /// The same in each block of columns, its gain.
  case constantBlocks([Block])
  /// A random matrix with orthonormal rows or columns, times a gain.
  ///
  /// Source: Saxe et al. (2014), arXiv:1312.6120.
  case orthogonal(gain: Float)
  /// Orthogonal with a gain of its own for each block of columns, `(columns, gain)`.
  case orthogonalBlocks([Block])
  /// Uniform with variance 2/(inputs + outputs), inputs being all axes but the last.
  ///
  /// Source: Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward
  /// neural networks".
  case glorotUniform

  /// A run of columns and its gain.
  public struct Block: Sendable, Hashable {
    public var columns: Int
    public var gain: Float

    public init(columns: Int, gain: Float) {
      self.columns = columns
      self.gain = gain
    }
  }
}

/// A named part of a flat weight vector.
public struct Parameter: Sendable, Hashable {
  public let name: String
  /// The position of the first element in the vector.
  public let position: Int
  public let shape: Shape
  public let initializer: Initializer
}

/// The parameters of a network and where each lies in the flat weight vector.
///
/// Layers add their parameters when they are made; a layer then keeps its ``Parameter``s and finds
/// its views by them.
public struct WeightLayout: Sendable, Hashable {
  public private(set) var parameters: [Parameter] = []
  /// The length of the vector.
  public private(set) var count = 0

  public init() {}

  /// Appends a parameter. Names must differ.
  public mutating func add(_ name: String, _ shape: Shape, _ initializer: Initializer) -> Parameter
  {
    precondition(
      !parameters.contains { $0.name == name }, "the layout has a parameter \(name) already")
    let parameter = Parameter(
      name: name, position: count, shape: shape, initializer: initializer)
    parameters.append(parameter)
    count += shape.count
    return parameter
  }
}

/// The weights of a network: one flat vector with named views.
public struct Weights: Sendable {
  /// All elements, `[layout.count]`.
  public var values: Tensor
  public let layout: WeightLayout

  /// Makes weights from a vector; `values` has `layout.count` elements.
  public init(_ values: Tensor, layout: WeightLayout) {
    precondition(
      values.shape == [layout.count],
      "a layout of \(layout.count) weights needs shape [\(layout.count)], got \(values.shape)")
    self.values = values
    self.layout = layout
  }

  /// Draws initial weights.
  public init(initializing layout: WeightLayout, using random: inout RandomStream) {
    var values = [Float](repeating: 0, count: layout.count)
    for parameter in layout.parameters {
      let drawn = parameter.initializer.draw(parameter.shape, using: &random)
      values.replaceSubrange(
        parameter.position..<parameter.position + drawn.count, with: drawn)
    }
    self.init(Tensor(values), layout: layout)
  }

  /// The view of a parameter.
  public subscript(parameter: Parameter) -> Tensor {
    values.view(at: parameter.position, shape: parameter.shape)
  }

  /// The view of the parameter of a name, if there is one.
  public subscript(name: String) -> Tensor? {
    layout.parameters.first { $0.name == name }.map { self[$0] }
  }
}

/// Returns a loss at some weights and its gradient, a flat vector like the weights' own.
public func valueAndGradient<Failure: Error>(
  at weights: Weights, _ loss: (Weights) throws(Failure) -> Tensor
) throws(Failure) -> (value: Tensor, gradient: Tensor) {
  try valueAndGradient(at: weights.values) { values throws(Failure) in
    try loss(Weights(values, layout: weights.layout))
  }
}

/// Returns a loss at some weights, its gradient, and whatever else was computed on the way.
public func valueAndGradient<Auxiliary, Failure: Error>(
  at weights: Weights, auxiliary loss: (Weights) throws(Failure) -> (Tensor, Auxiliary)
) throws(Failure) -> (value: Tensor, gradient: Tensor, auxiliary: Auxiliary) {
  try valueAndGradient(
    at: weights.values,
    auxiliary: { values throws(Failure) in
      try loss(Weights(values, layout: weights.layout))
    })
}

extension Initializer {
  /// Draws the elements of a parameter, in row-major order.
  func draw(_ shape: Shape, using random: inout RandomStream) -> [Float] {
    switch self {
    case .constant(let value):
      return Array(repeating: value, count: shape.count)
    case .constantBlocks(let blocks):
      let row = blocks.flatMap { Array(repeating: $0.gain, count: $0.columns) }
      precondition(
        row.count == shape[-1], "blocks of \(row.count) columns do not make up shape \(shape)")
      return (0..<shape.count / row.count).flatMap { _ in row }
    case .orthogonal(let gain):
      let columns = shape[-1]
      return orthogonalMatrix(rows: shape.count / columns, columns: columns, using: &random)
        .map { $0 * gain }
    case .glorotUniform:
      let limit = (6 / Float(shape.count / shape[-1] + shape[-1])).squareRoot()
      return (0..<shape.count).map { _ in random.uniform(-limit...limit) }
    case .orthogonalBlocks(let blocks):
      let columns = blocks.reduce(0) { $0 + $1.columns }
      precondition(
        columns == shape[-1], "blocks of \(columns) columns do not make up shape \(shape)")
      let rows = shape.count / columns
      var result = [Float](repeating: 0, count: shape.count)
      var start = 0
      for block in blocks {
        let part = orthogonalMatrix(rows: rows, columns: block.columns, using: &random)
        for row in 0..<rows {
          for column in 0..<block.columns {
            result[row * columns + start + column] =
              part[row * block.columns + column] * block.gain
          }
        }
        start += block.columns
      }
      return result
    }
  }
}

/// A random matrix whose shorter side's vectors are orthonormal, by Gram–Schmidt on normal draws.
private func orthogonalMatrix(
  rows: Int, columns: Int, using random: inout RandomStream
) -> [Float] {
  let (count, length) = (min(rows, columns), max(rows, columns))
  var vectors: [[Double]] = []
  while vectors.count < count {
    var vector = (0..<length).map { _ in Double(random.normal()) }
    // Twice is enough: the second pass removes what rounding left of the first.
    for _ in 0..<2 {
      for other in vectors {
        var overlap = 0.0
        for index in 0..<length { overlap += vector[index] * other[index] }
        for index in 0..<length { vector[index] -= overlap * other[index] }
      }
    }
    let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    if norm > 1e-6 { vectors.append(vector.map { $0 / norm }) }
  }
  var result = [Float](repeating: 0, count: rows * columns)
  for row in 0..<rows {
    for column in 0..<columns {
      result[row * columns + column] =
        Float(rows <= columns ? vectors[row][column] : vectors[column][row])
    }
  }
  return result
}
