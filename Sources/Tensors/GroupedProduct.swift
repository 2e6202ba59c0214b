/// Multiplies each group of columns by a matrix of its own, as the heads of attention do.
///
///     y[n, g] = x[n, g]·M[g]
///
/// - Parameters:
///   - x: `[N, G · inputs]`.
///   - matrices: M, `[G, inputs, outputs]`, or `[G, outputs, inputs]` if transposed first.
/// - Returns: `[N, G · outputs]`.
public func groupedProduct(
  _ x: Tensor, _ matrices: Tensor, transposing isTransposed: Bool = false
) -> Tensor {
  precondition(
    x.shape.rank == 2 && matrices.shape.rank == 3
      && x.shape[1] == matrices.shape[0] * matrices.shape[isTransposed ? 2 : 1],
    "a grouped product needs [N, G · inputs] and [G, inputs, outputs], got \(x.shape) and "
      + "\(matrices.shape)\(isTransposed ? "ᵀ" : "")")
  let (rows, groups, stored) = (x.shape[0], matrices.shape[0], matrices.shape[2])
  let inputs = x.shape[1] / groups
  let outputs = matrices.count / (groups * inputs)
  let result = Tensor(uninitialized: Shape(rows, groups * outputs))
  for group in 0..<groups {
    Kernel.stridedProduct(
      rows: rows, columns: outputs, depth: inputs, x, at: group * inputs, stride: x.shape[1],
      transposed: false, matrices, at: group * inputs * outputs, stride: stored,
      transposed: isTransposed,
      into: result, at: group * outputs, stride: result.shape[1])
  }
  return record(result, x, matrices, first: isTransposed ? 1 : 0) { record, cotangent, sums in
    let (x, matrices, isTransposed) = (record.a, record.b!, record.first == 1)
    let groups = matrices.shape[0]
    sums.add(groupedProduct(cotangent, matrices, transposing: !isTransposed), to: x)
    sums.add(
      isTransposed
        ? groupedOuterProduct(cotangent, x, groups: groups)
        : groupedOuterProduct(x, cotangent, groups: groups), to: matrices)
  }
}

/// The sums over rows of the outer products of groups of columns: the derivative of a grouped
/// product by its matrices.
///
///     M[g] = Σₙ x[n, g]ᵀ·y[n, g]
///
/// - Parameters:
///   - x: `[N, G · inputs]`.
///   - y: `[N, G · outputs]`.
/// - Returns: `[G, inputs, outputs]`.
package func groupedOuterProduct(_ x: Tensor, _ y: Tensor, groups: Int) -> Tensor {
  precondition(
    x.shape.rank == 2 && y.shape.rank == 2 && x.shape[0] == y.shape[0]
      && x.shape[1] % groups == 0 && y.shape[1] % groups == 0,
    "grouped outer products need two matrices of as many rows, got \(x.shape) and \(y.shape)")
  let (inputs, outputs) = (x.shape[1] / groups, y.shape[1] / groups)
  let result = Tensor(uninitialized: Shape(groups, inputs, outputs))
  for group in 0..<groups {
    Kernel.stridedProduct(
      rows: inputs, columns: outputs, depth: x.shape[0], x, at: group * inputs,
      stride: x.shape[1], transposed: true, y, at: group * outputs, stride: y.shape[1],
      transposed: false, into: result, at: group * inputs * outputs, stride: outputs)
  }
  return record(result, x, y) { record, cotangent, sums in
    sums.add(groupedProduct(record.b!, cotangent, transposing: true), to: record.a)
    sums.add(groupedProduct(record.a, cotangent), to: record.b)
  }
}
