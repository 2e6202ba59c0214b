/// An immutable array of `Float`s with a shape, row-major and contiguous.
///
/// Operations return new tensors; reshaping and taking leading rows share memory. Inside
/// ``valueAndGradient(at:_:)`` the operations on the point it hands out are recorded, so that
/// their derivatives can be taken; everywhere else a tensor is a constant.
public struct Tensor: Sendable {
  /// The sizes along the axes.
  public let shape: Shape
  package var storage: Storage
  package let offset: Int
  /// Where the tensor stands on the thread's tape.
  package var node: Node

  init(shape: Shape, storage: Storage, offset: Int, node: Node = .constant) {
    self.shape = shape
    self.storage = storage
    self.offset = offset
    self.node = node
  }

  /// Makes a tensor with arbitrary contents.
  package init(uninitialized shape: Shape) {
    self.shape = shape
    storage = Workspace.storage(for: shape.count)
    offset = 0
    node = .constant
  }

  /// Makes a tensor of a shape from its elements in row-major order.
  public init(_ shape: Shape, _ elements: [Float]) {
    self.init(shape, copying: elements.span)
  }

  /// Makes a tensor of one axis.
  public init(_ elements: [Float]) {
    self.init([elements.count], elements)
  }

  /// Makes a scalar.
  public init(_ value: Float) {
    self.init(filling: .scalar, with: value)
  }

  /// Makes a tensor whose elements are all the same.
  public init(filling shape: Shape, with value: Float) {
    self.init(uninitialized: shape)
    Kernel.fill(self, with: value)
  }

  /// Makes a tensor of zeros.
  public static func zeros(_ shape: Shape) -> Tensor { Tensor(filling: shape, with: 0) }

  /// Makes a tensor of ones.
  public static func ones(_ shape: Shape) -> Tensor { Tensor(filling: shape, with: 1) }

  /// Makes a tensor of standard normal draws.
  public static func normal(_ shape: Shape, using random: inout RandomStream) -> Tensor {
    Tensor(shape) { values in
      for index in values.indices { values[index] = random.normal() }
    }
  }

  /// Makes a tensor of draws from `0..<1`.
  public static func uniform(_ shape: Shape, using random: inout RandomStream) -> Tensor {
    Tensor(shape) { values in
      for index in values.indices { values[index] = random.uniform() }
    }
  }

  /// The number of elements.
  public var count: Int { shape.count }

  /// The elements in row-major order.
  public var elements: [Float] {
    withSpan { span in span.indices.map { span[$0] } }
  }

  /// Copies the elements in row-major order to an array, which is used again if it has the right
  /// count.
  public func copyElements(to array: inout [Float]) {
    if array.count != count { array = Array(repeating: 0, count: count) }
    let elements = span
    var target = array.mutableSpan
    for index in elements.indices { target[index] = elements[index] }
  }

  /// The only element of a tensor of one element.
  public var item: Float {
    precondition(count == 1, "item needs a tensor of one element, got shape \(shape)")
    return withSpan { $0[0] }
  }

  /// The element at an index for each axis.
  public subscript(indices: Int...) -> Float {
    precondition(
      indices.count == shape.rank && (0..<shape.rank).allSatisfy { 0..<shape[$0] ~= indices[$0] },
      "index \(indices) lies outside shape \(shape)")
    var position = 0
    for (axis, index) in indices.enumerated() { position = position * shape[axis] + index }
    return withSpan { $0[position] }
  }

  /// The same elements as a constant: no gradient flows through the result.
  public var withoutGradient: Tensor {
    Tensor(shape: shape, storage: storage, offset: offset)
  }
}

extension Tensor: CustomStringConvertible {
  public var description: String {
    let shown = elements.prefix(16).map { "\($0)" }.joined(separator: ", ")
    return "Tensor(\(shape), [\(shown)\(count > 16 ? ", ..." : "")])"
  }
}

extension Tensor: Equatable {
  /// Whether shapes and elements are equal; what a tape recorded of them does not matter.
  public static func == (first: Tensor, second: Tensor) -> Bool {
    first.shape == second.shape
      && first.withSpan { a in
        second.withSpan { b in a.indices.allSatisfy { a[$0] == b[$0] } }
      }
  }
}
