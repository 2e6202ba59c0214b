/// The product of two matrices, either transposed first, or of two stacks of matrices, one by one.
///
/// - Parameters:
///   - a: `[M, K]`, or `[K, M]` if transposed; or a stack of such, `[N, M, K]`.
///   - b: `[K, N]`, or `[N, K]` if transposed; or a stack of as many.
/// - Returns: `[M, N]`, or a stack of such.
public func matrixProduct(
  _ a: Tensor, _ b: Tensor, transposingFirst aT: Bool = false, transposingSecond bT: Bool = false
) -> Tensor {
  let rank = a.shape.rank
  precondition(
    rank == b.shape.rank && (rank == 2 || rank == 3),
    "a matrix product needs two matrices or two stacks of matrices, got \(a.shape) and \(b.shape)")
  let (rows, depth) = aT ? (a.shape[-1], a.shape[-2]) : (a.shape[-2], a.shape[-1])
  let (inner, columns) = bT ? (b.shape[-1], b.shape[-2]) : (b.shape[-2], b.shape[-1])
  precondition(
    inner == depth && (rank == 2 || a.shape[0] == b.shape[0]),
    "shapes \(a.shape)\(aT ? "ᵀ" : "") and \(b.shape)\(bT ? "ᵀ" : "") have no matrix product")
  let result = Tensor(
    uninitialized: rank == 2 ? Shape(rows, columns) : Shape(a.shape[0], rows, columns))
  for index in 0..<(rank == 2 ? 1 : a.shape[0]) {
    Kernel.matrixProduct(
      rows: rows, columns: columns, depth: depth, a, at: index * rows * depth, transposed: aT,
      b, at: index * depth * columns, transposed: bT, into: result, at: index * rows * columns)
  }
  return record(result, a, b, first: aT ? 1 : 0, second: bT ? 1 : 0) {
    record, cotangent, sums in
    // C = op(A) op(B):  d op(A) = dC op(B)ᵀ,  d op(B) = op(A)ᵀ dC.
    let (a, b) = (record.a, record.b!)
    let (aT, bT) = (record.first == 1, record.second == 1)
    sums.add(
      aT
        ? matrixProduct(b, cotangent, transposingFirst: bT, transposingSecond: true)
        : matrixProduct(cotangent, b, transposingSecond: !bT),
      to: a)
    sums.add(
      bT
        ? matrixProduct(cotangent, a, transposingFirst: true, transposingSecond: aT)
        : matrixProduct(a, cotangent, transposingFirst: !aT),
      to: b)
  }
}

/// A linear map with a bias and an activation, in one operation: f(x·W + b).
///
/// - Parameters:
///   - x: `[rows, inputs]`.
///   - weight: `[inputs, outputs]`.
///   - bias: `[outputs]`.
/// - Returns: `[rows, outputs]`.
public func linear(
  _ x: Tensor, weight: Tensor, bias: Tensor, activation: Activation = .identity
) -> Tensor {
  precondition(
    x.shape.rank == 2 && weight.shape.rank == 2 && x.shape[1] == weight.shape[0]
      && bias.count == weight.shape[1],
    "linear needs [rows, inputs], [inputs, outputs] and [outputs], got \(x.shape), "
      + "\(weight.shape) and \(bias.shape)")
  let (rows, inputs, outputs) = (x.shape[0], weight.shape[0], weight.shape[1])
  let y = Tensor(uninitialized: Shape(rows, outputs))
  Kernel.matrixProduct(
    rows: rows, columns: outputs, depth: inputs, x, transposed: false, weight, transposed: false,
    into: y)
  Kernel.addBias(bias, activation: activation, to: y, columns: outputs)
  return record(y, x, weight, bias, first: Int(activation.code)) { record, cotangent, sums in
    let (x, weight, bias) = (record.a, record.b!, record.c!)
    let activation = Activation(code: Int32(record.first))
    if sums.areRecorded {
      let dz = activation.slope(output: record.output).map { cotangent * $0 } ?? cotangent
      sums.add(dz.sum(along: 0).reshaped(to: bias.shape), to: bias)
      sums.add(matrixProduct(x, dz, transposingFirst: true), to: weight)
      sums.add(matrixProduct(dz, weight, transposingSecond: true), to: x)
      return
    }
    let dz = Tensor(uninitialized: cotangent.shape)
    let dBias = Tensor(uninitialized: bias.shape)
    Kernel.activationDerivative(
      activation, output: record.output, cotangent: cotangent, into: dz, bias: dBias)
    sums.add(dBias, to: bias)
    sums.add(matrixProduct(x, dz, transposingFirst: true), to: weight)
    sums.add(matrixProduct(dz, weight, transposingSecond: true), to: x)
  }
}

/// A linear map whose weight and bias are parts of a flat vector, in one operation: f(x·W + b).
///
/// The derivative goes straight to its place in the vector's, which saves a view, a tensor and a
/// sum for each parameter.
///
/// - Parameters:
///   - x: `[rows, inputs]`.
///   - weights: the flat vector.
///   - weight: the position of W, `[inputs, outputs]`, in it.
///   - bias: the position of b, `[outputs]`.
/// - Returns: `[rows, outputs]`.
package func linear(
  _ x: Tensor, weights: Tensor, weight: Int, bias: Int, outputs: Int, activation: Activation
) -> Tensor {
  precondition(
    x.shape.rank == 2 && weights.shape.rank == 1 && bias + outputs <= weights.count
      && weight + x.shape[1] * outputs <= weights.count,
    "\(outputs) outputs of \(x.shape) do not lie in \(weights.shape) at \(weight) and \(bias)")
  let (rows, inputs) = (x.shape[0], x.shape[1])
  let y = Tensor(uninitialized: Shape(rows, outputs))
  Kernel.matrixProduct(
    rows: rows, columns: outputs, depth: inputs, x, at: 0, transposed: false, weights, at: weight,
    transposed: false, into: y)
  Kernel.addBias(weights, at: bias, activation: activation, to: y, columns: outputs)
  return record(
    y, x, weights, first: weight, second: bias, scalar: Float(activation.code)
  ) { record, cotangent, sums in
    let (weight, bias) = (record.first, record.second)
    let activation = Activation(code: Int32(record.scalar))
    let (inputs, outputs) = (record.a.shape[1], cotangent.shape[1])
    guard !sums.areRecorded else {
      sums.add(
        through: {
          linear(
            $0[0], weight: $0[1].view(at: weight, shape: Shape(inputs, outputs)),
            bias: $0[1].view(at: bias, shape: Shape(outputs)), activation: activation)
        }, of: [record.a, record.b!], cotangent: cotangent)
      return
    }
    let dz = Tensor(uninitialized: cotangent.shape)
    let dBias = Tensor(uninitialized: Shape(outputs))
    Kernel.activationDerivative(
      activation, output: record.output, cotangent: cotangent, into: dz, bias: dBias)
    if let flat = sums.ownSum(of: record.b) {
      Kernel.add(dBias, at: 0, to: flat, at: bias, count: outputs)
      Kernel.matrixProduct(
        rows: inputs, columns: outputs, depth: dz.shape[0], record.a, at: 0, transposed: true, dz,
        at: 0,
        transposed: false, into: flat, at: weight, beta: 1)
    }
    guard sums.wants(record.a) else { return }
    let dx = Tensor(uninitialized: record.a.shape)
    Kernel.matrixProduct(
      rows: dz.shape[0], columns: inputs, depth: outputs, dz, at: 0, transposed: false, record.b!,
      at: weight, transposed: true, into: dx)
    sums.add(dx, to: record.a)
  }
}
