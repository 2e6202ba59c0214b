internal import RealModule
internal import VectorKernels

#if canImport(Darwin)
  internal import CAccelerate
#else
  internal import COpenBLAS
#endif

/// The loops that everything is made of. Each writes into a tensor that was just made and that
/// nobody else has seen; none looks at a tape.
///
/// Pointers are taken of parameters and of returned tensors only, so that none outlives its tensor.
package enum Kernel {
  typealias Unary =
    @convention(c) (
      Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
    ) -> Void
  typealias Binary =
    @convention(c) (
      Int, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
    ) -> Void

  @inline(__always)
  static func apply(_ kernel: Unary, _ x: Tensor) -> Tensor {
    let y = Tensor(uninitialized: x.shape)
    unsafe kernel(x.count, x.base, y.base)
    return y
  }

  @inline(__always)
  static func apply(_ kernel: Binary, _ x: Tensor, _ y: Tensor) -> Tensor {
    let z = Tensor(uninitialized: x.shape)
    unsafe kernel(x.count, x.base, y.base, z.base)
    return z
  }

  package static func tanh(_ x: Tensor) -> Tensor { unsafe apply(foal_tanh, x) }
  package static func sigmoid(_ x: Tensor) -> Tensor { unsafe apply(foal_sigmoid, x) }
  package static func exp(_ x: Tensor) -> Tensor { unsafe apply(foal_exp, x) }
  package static func log(_ x: Tensor) -> Tensor { unsafe apply(foal_log, x) }
  package static func add(_ x: Tensor, _ y: Tensor) -> Tensor { unsafe apply(foal_add, x, y) }
  package static func subtract(_ x: Tensor, _ y: Tensor) -> Tensor {
    unsafe apply(foal_subtract, x, y)
  }
  package static func multiply(_ x: Tensor, _ y: Tensor) -> Tensor {
    unsafe apply(foal_multiply, x, y)
  }
  package static func divide(_ x: Tensor, _ y: Tensor) -> Tensor { unsafe apply(foal_divide, x, y) }
  package static func minimum(_ x: Tensor, _ y: Tensor) -> Tensor {
    unsafe apply(foal_minimum, x, y)
  }
  package static func maximum(_ x: Tensor, _ y: Tensor) -> Tensor {
    unsafe apply(foal_maximum, x, y)
  }

  package static func fill(_ x: Tensor, with value: Float) {
    unsafe x.base.update(repeating: value, count: x.count)
  }

  package static func copy(_ x: Tensor, to y: Tensor) {
    unsafe y.base.update(from: x.base, count: x.count)
  }

  package static func scaled(_ factor: Float, _ x: Tensor) -> Tensor {
    let y = Tensor(uninitialized: x.shape)
    unsafe foal_scale(x.count, factor, x.base, y.base)
    return y
  }

  package static func adding(_ term: Float, _ x: Tensor) -> Tensor {
    let y = Tensor(uninitialized: x.shape)
    unsafe foal_add_scalar(x.count, term, x.base, y.base)
    return y
  }

  /// Adds `factor` times `x` to `sum`, in place.
  package static func addScaled(_ factor: Float, _ x: Tensor, into sum: Tensor) {
    unsafe foal_add_scaled(x.count, factor, x.base, sum.base)
  }

  package static func dot(_ x: Tensor, _ y: Tensor) -> Float {
    unsafe foal_dot(x.count, x.base, y.base)
  }

  package static func sum(_ x: Tensor) -> Float { unsafe foal_sum(x.count, x.base) }

  /// Sums along the middle one of three axes.
  package static func sum(_ x: Tensor, outer: Int, size: Int, inner: Int, into y: Tensor) {
    if inner == 1 {
      for row in 0..<outer { unsafe y.base[row] = foal_sum(size, x.base + row * size) }
    } else {
      fill(y, with: 0)
      for row in 0..<outer {
        unsafe foal_add_rows(size, inner, x.base + row * size * inner, y.base + row * inner)
      }
    }
  }

  /// `c = op(a) · op(b) + beta · c` for row-major matrices that begin at given elements.
  package static func matrixProduct(
    rows: Int, columns: Int, depth: Int, _ a: Tensor, at aStart: Int = 0, transposed aT: Bool,
    _ b: Tensor, at bStart: Int = 0, transposed bT: Bool, into c: Tensor, at cStart: Int = 0,
    beta: Float = 0
  ) {
    guard rows > 0, columns > 0 else { return }
    if depth == 0 {
      if beta == 0 { unsafe (c.base + cStart).update(repeating: 0, count: rows * columns) }
      return
    }
    stridedProduct(
      rows: rows, columns: columns, depth: depth, a, at: aStart, stride: aT ? rows : depth,
      transposed: aT, b, at: bStart, stride: bT ? depth : columns, transposed: bT, into: c,
      at: cStart, stride: columns, beta: beta)
  }

  /// The same for parts of matrices, whose rows lie a stride apart as they are stored; no size is 0.
  static func stridedProduct(
    rows: Int, columns: Int, depth: Int, _ a: Tensor, at aStart: Int, stride aStride: Int,
    transposed aT: Bool, _ b: Tensor, at bStart: Int, stride bStride: Int,
    transposed bT: Bool, into c: Tensor, at cStart: Int, stride cStride: Int,
    beta: Float = 0
  ) {
    #if !canImport(Darwin)
      _ = singleThreadedBLAS
    #endif
    unsafe cblas_sgemm(
      101, aT ? 112 : 111, bT ? 112 : 111, Int32(rows), Int32(columns), Int32(depth), 1,
      a.base + aStart, Int32(aStride), b.base + bStart, Int32(bStride), beta, c.base + cStart,
      Int32(cStride))
  }

  #if !canImport(Darwin)
    /// Foal divides work among threads itself; a BLAS that did so too would only get in the way.
    private static let singleThreadedBLAS: Void = openblas_set_num_threads(1)
  #endif

  package static func addBias(
    _ bias: Tensor, at start: Int = 0, activation: Activation, to y: Tensor, columns: Int
  ) {
    unsafe foal_bias_activation(
      y.count / columns, columns, activation.code, bias.base + start, y.base)
  }

  package static func activationDerivative(
    _ activation: Activation, output: Tensor, cotangent: Tensor, into dz: Tensor, bias: Tensor
  ) {
    let columns = bias.count
    unsafe foal_activation_backward(
      output.count / columns, columns, activation.code, output.base, cotangent.base, dz.base,
      bias.base)
  }

  package static func logSoftmax(_ x: Tensor, columns: Int) -> Tensor {
    let y = Tensor(uninitialized: x.shape)
    unsafe foal_log_softmax(x.count / columns, columns, x.base, y.base)
    return y
  }

  // The functions below write from position to position of larger tensors.

  package static func gruForward(
    rows: Int, width: Int, x: Tensor, at xStart: Int, memory: Tensor, at memoryStart: Int,
    projection: Tensor, gates: Tensor, candidate: Tensor, next: Tensor, step: Int
  ) {
    let block = step * rows * width
    unsafe foal_gru_forward(
      rows, width, x.base + xStart, projection.base, memory.base + memoryStart,
      gates.base + 3 * block, candidate.base + block, next.base + block)
  }

  package static func gruBackward(
    rows: Int, width: Int, gates: Tensor, candidate: Tensor, previous: Tensor, cotangent: Tensor,
    dx: Tensor, dProjection: Tensor, dMemory: Tensor, step: Int
  ) {
    let block = step * rows * width
    unsafe foal_gru_backward(
      rows, width, gates.base + 3 * block, candidate.base + block, previous.base + block,
      cotangent.base, dx.base + 3 * block, dProjection.base + 3 * block, dMemory.base)
  }

  /// `y[r] = scale[r] · x[r]` for rows that begin at given elements.
  package static func scaleRows(
    rows: Int, columns: Int, by scale: Tensor, at scaleStart: Int, _ x: Tensor, at xStart: Int,
    into y: Tensor, at yStart: Int
  ) {
    for row in 0..<rows {
      let factor = unsafe scale.base[scaleStart + row]
      let (from, to) = (xStart + row * columns, yStart + row * columns)
      unsafe foal_scale(columns, factor, x.base + from, y.base + to)
    }
  }

  /// Adds `count` elements of `x` to `sum`, from given elements on.
  package static func add(_ x: Tensor, at xStart: Int, to sum: Tensor, at start: Int, count: Int) {
    unsafe foal_add_scaled(count, 1, x.base + xStart, sum.base + start)
  }

  package static func copy(_ x: Tensor, at xStart: Int, to y: Tensor, at yStart: Int, count: Int) {
    unsafe (y.base + yStart).update(from: x.base + xStart, count: count)
  }

  /// Copies rows that begin at given elements and lie a stride apart.
  package static func copyRows(
    _ rows: Int, columns: Int, _ x: Tensor, at xStart: Int, stride xStride: Int, to y: Tensor,
    at yStart: Int, stride yStride: Int
  ) {
    let (from, to) = unsafe (x.base + xStart, y.base + yStart)
    for row in 0..<rows {
      unsafe copyRow(columns, from + row &* xStride, to + row &* yStride)
    }
  }

  /// Copies the rows at given positions.
  package static func gatherRows(
    _ positions: [Int32], columns: Int, _ x: Tensor, to y: Tensor
  ) {
    let (from, to) = unsafe (x.base, y.base)
    for row in positions.indices {
      unsafe copyRow(columns, from + Int(positions[row]) &* columns, to + row &* columns)
    }
  }

  @inline(__always)
  private static func copyRow(
    _ count: Int, _ from: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>
  ) {
    // A call for a few floats would take longer than copying them.
    guard count <= 16 else { return unsafe to.update(from: from, count: count) }
    for column in 0..<count { unsafe to[column] = from[column] }
  }

  /// The softmax of the sum of elements of `x` and `y`, from given elements on.
  static func softmaxOfSum(
    _ x: Tensor, at xStart: Int, _ y: Tensor, at yStart: Int, into z: Tensor, at zStart: Int,
    count: Int
  ) {
    unsafe foal_softmax_of_sum(count, x.base + xStart, y.base + yStart, z.base + zStart)
  }

  /// The derivative of a softmax whose elements, like those of all others, begin at `start`.
  static func softmaxDerivative(
    _ softmax: Tensor, _ cotangent: Tensor, into dx: Tensor, at start: Int, count: Int
  ) {
    unsafe foal_softmax_backward(
      count, softmax.base + start, cotangent.base + start, dx.base + start)
  }

  package static func addRows(_ x: Tensor, columns: Int, into sum: Tensor) {
    unsafe foal_add_rows(x.count / columns, columns, x.base, sum.base)
  }

  package static func layerNormForward(
    _ x: Tensor, gain: Tensor, bias: Tensor, epsilon: Float, normal: Tensor, inverse: Tensor,
    into y: Tensor
  ) {
    unsafe foal_layer_norm_forward(
      inverse.count, gain.count, epsilon, x.base, gain.base, bias.base, normal.base,
      inverse.base, y.base)
  }

  package static func layerNormBackward(
    normal: Tensor, inverse: Tensor, gain: Tensor, cotangent: Tensor, dx: Tensor, dGain: Tensor,
    dBias: Tensor
  ) {
    unsafe foal_layer_norm_backward(
      inverse.count, gain.count, normal.base, inverse.base, gain.base, cotangent.base, dx.base,
      dGain.base, dBias.base)
  }

  /// One step of Adam with decoupled weight decay, in place on the moments and the weights.
  ///
  /// Source: Kingma and Ba (2015), arXiv:1412.6980; Loshchilov and Hutter (2019), arXiv:1711.05101.
  /// - Parameters:
  ///   - gradient: of the weights' shape, as `mean` and `square`.
  ///   - gradientScale: a factor for the gradient, for example to clip its norm.
  ///   - step: the number of this step, from 1.
  package static func adam(
    gradient: Tensor, gradientScale: Float, rate: Float, beta1: Float, beta2: Float,
    epsilon: Float, decay: Float, step: Int, mean: inout Tensor, square: inout Tensor,
    weights: inout Tensor
  ) {
    precondition(
      gradient.count == weights.count && mean.count == weights.count
        && square.count == weights.count,
      "adam needs a gradient and moments of the weights' shape \(weights.shape), got "
        + "\(gradient.shape), \(mean.shape) and \(square.shape)")
    mean.ensureUnique()
    square.ensureUnique()
    weights.ensureUnique()
    var settings = foal_adam_settings(
      gradientScale: gradientScale, rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      decay: decay, correction1: Float(1 / (1 - Double.pow(Double(beta1), step))),
      correction2: Float(1 / (1 - Double.pow(Double(beta2), step))))
    unsafe foal_adam(
      weights.count, &settings, gradient.base, mean.base, square.base, weights.base)
  }
}
