/// Scaled dot-product attention.
///
///     softmax(Q·Kᵀ / √d + mask)·V
///
/// Source: Vaswani et al. (2017), arXiv:1706.03762.
/// - Parameters:
///   - queries: `[N, queries, d]`; N counts batch entries and heads.
///   - keys: `[N, keys, d]`.
///   - values: `[N, keys, width]`.
///   - mask: added to the scores before the softmax, 0 where attention is allowed and a large
///     negative number where not; broadcasts to `[N, queries, keys]`.
/// - Returns: `[N, queries, width]`.
public func attention(
  queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor? = nil
) -> Tensor {
  precondition(
    queries.shape.rank == 3 && keys.shape.rank == 3 && values.shape.rank == 3
      && queries.shape[0] == keys.shape[0] && keys.shape[0] == values.shape[0]
      && queries.shape[2] == keys.shape[2] && keys.shape[1] == values.shape[1],
    "attention needs [N, queries, d], [N, keys, d] and [N, keys, width], got "
      + "\(queries.shape), \(keys.shape) and \(values.shape)")
  let scale = 1 / Float(queries.shape[2]).squareRoot()
  var scores = scale * matrixProduct(queries, keys, transposingSecond: true)
  if let mask { scores = scores + mask }
  return matrixProduct(scores.softmax(), values)
}

/// The mask that lets each of `steps` positions attend to itself and to earlier ones:
/// `[1, steps, steps]`.
public func causalMask(steps: Int) -> Tensor {
  Tensor([1, steps, steps]) { output in
    for query in 0..<steps {
      for key in 0..<steps { output[query * steps + key] = key <= query ? 0 : -1e9 }
    }
  }
}
