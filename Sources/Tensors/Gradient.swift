/// Returns a function's value at a point and its gradient there.
///
/// The function is run once; the operations on the point it is given are recorded, then walked
/// backwards. Calls nest: a gradient inside the function is itself differentiated, which gives
/// second derivatives. Tensors that leave the outermost function are constants.
///
/// - Parameters:
///   - point: where the gradient is taken; any shape.
///   - function: returns a tensor of one element.
/// - Returns: the value, of one element, and the gradient, of the point's shape.
public func valueAndGradient<Failure: Error>(
  at point: Tensor, _ function: (Tensor) throws(Failure) -> Tensor
) throws(Failure) -> (value: Tensor, gradient: Tensor) {
  let withoutMore = { (point: Tensor) throws(Failure) -> (Tensor, Void) in
    (try function(point), ())
  }
  let (value, gradient, _) = try valueAndGradient(at: point, auxiliary: withoutMore)
  return (value, gradient)
}

/// Returns a function's value at a point, its gradient there, and whatever else it computed.
///
/// - Parameters:
///   - point: where the gradient is taken; any shape.
///   - function: returns a tensor of one element, and anything else, which is not differentiated.
/// - Returns: the value, of one element; the gradient, of the point's shape; and the rest.
public func valueAndGradient<Auxiliary, Failure: Error>(
  at point: Tensor, auxiliary function: (Tensor) throws(Failure) -> (Tensor, Auxiliary)
) throws(Failure) -> (value: Tensor, gradient: Tensor, auxiliary: Auxiliary) {
  let tape = Workspace.tape
  tape.begin()
  defer { tape.end() }
  let leaf = tape.leaf(point)
  let (value, auxiliary) = try function(leaf)
  precondition(
    value.count == 1, "a gradient is taken of one element, got shape \(value.shape)")
  let one = Tensor(filling: value.shape, with: 1)
  let gradient = tape.pullback(one, of: value, to: leaf)
  return (tape.depth == 1 ? value.withoutGradient : value, gradient, auxiliary)
}

/// Returns the gradient of a function at a point, of the point's shape.
public func gradient<Failure: Error>(
  at point: Tensor, _ function: (Tensor) throws(Failure) -> Tensor
) throws(Failure) -> Tensor {
  try valueAndGradient(at: point, function).gradient
}
