extension Tensor {
  /// Brings each row (along the last axis) to mean 0 and variance 1, then scales and shifts it.
  ///
  /// Source: Ba et al. (2016), arXiv:1607.06450.
  /// - Parameters:
  ///   - gain: the scale of each column, `[columns]`.
  ///   - bias: the shift of each column, `[columns]`.
  ///   - epsilon: added to the variance.
  /// - Returns: a tensor of the same shape.
  public func layerNorm(gain: Tensor, bias: Tensor, epsilon: Float = 1e-5) -> Tensor {
    precondition(shape.rank > 0, "layerNorm needs at least one axis, got shape \(shape)")
    let columns = shape[-1]
    precondition(
      gain.count == columns && bias.count == columns,
      "layerNorm of shape \(shape) needs gain and bias [\(columns)], got \(gain.shape) and "
        + "\(bias.shape)")
    let normal = Tensor(uninitialized: shape)
    let inverse = Tensor(uninitialized: Shape(count / max(columns, 1)))
    let y = Tensor(uninitialized: shape)
    Kernel.layerNormForward(
      self, gain: gain, bias: bias, epsilon: epsilon, normal: normal, inverse: inverse, into: y)
    return record(y, self, gain, bias, saved: normal, inverse, scalar: epsilon) {
      record, cotangent, sums in
      let (x, gain, bias) = (record.a, record.b!, record.c!)
      if sums.areRecorded {
        sums.add(
          through: { Tensor.composedLayerNorm($0[0], $0[1], $0[2], epsilon: record.scalar) },
          of: [x, gain, bias], cotangent: cotangent)
        return
      }
      let dx = Tensor(uninitialized: x.shape)
      let dGain = Tensor.zeros(gain.shape)
      let dBias = Tensor.zeros(bias.shape)
      Kernel.layerNormBackward(
        normal: record.e!, inverse: record.f!, gain: gain, cotangent: cotangent, dx: dx,
        dGain: dGain, dBias: dBias)
      sums.add(dx, to: x)
      sums.add(dGain, to: gain)
      sums.add(dBias, to: bias)
    }
  }

  /// Layer normalisation made of single operations.
  package static func composedLayerNorm(
    _ x: Tensor, _ gain: Tensor, _ bias: Tensor, epsilon: Float
  ) -> Tensor {
    let centred = x - x.mean(along: -1, keepingAxis: true)
    let variance = centred.squared().mean(along: -1, keepingAxis: true)
    let columns = Shape(x.shape[-1])
    return centred / (variance + epsilon).squareRoot() * gain.reshaped(to: columns)
      + bias.reshaped(to: columns)
  }
}
