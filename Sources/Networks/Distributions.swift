public import Tensors

/// Independent choices, one a row.
public struct Categorical: Sendable {
  /// The logarithms of the probabilities, `[rows, choices]`.
  public let logProbabilities: Tensor

  /// Makes the distribution from unnormalised logits, `[rows, choices]`.
  public init(logits: Tensor) {
    logProbabilities = logits.logSoftmax()
  }

  /// Makes the distribution without the choices that are not allowed.
  ///
  /// - Parameter allowed: 1 for each allowed choice and 0 for the others, `[rows, choices]`.
  public init(logits: Tensor, allowed: Tensor) {
    self.init(logits: logits + 1e9 * (allowed - 1))
  }

  /// Draws one choice a row.
  public func sample(using random: inout RandomStream) -> [Int32] {
    var choices: [Int32] = []
    sample(into: &choices, using: &random)
    return choices
  }

  /// The choice of each row at which the sum of its probabilities passes a share of 1.
  ///
  /// - Parameter shares: one for each row, in `0..<1`.
  package func choices(at shares: [Float]) -> [Int32] {
    let columns = logProbabilities.shape[1]
    let exponentials = logProbabilities.exp()
    let probabilities = exponentials.span
    return shares.indices.map {
      Categorical.choice(shares[$0], probabilities, from: $0 * columns, count: columns)
    }
  }

  /// Draws one choice a row into an array, which is used again if it has the right count.
  public func sample(into choices: inout [Int32], using random: inout RandomStream) {
    let (rows, columns) = (logProbabilities.shape[0], logProbabilities.shape[1])
    if choices.count != rows { choices = Array(repeating: 0, count: rows) }
    let exponentials = logProbabilities.exp()
    let probabilities = exponentials.span
    for row in 0..<rows {
      choices[row] = Categorical.choice(
        random.uniform(), probabilities, from: row * columns, count: columns)
    }
  }

  /// The choice at which the sum of the probabilities passes a share of 1.
  private static func choice(
    _ share: Float, _ probabilities: Span<Float>, from start: Int, count: Int
  ) -> Int32 {
    var left = share
    for column in 0..<count - 1 {
      left -= probabilities[start + column]
      if left < 0 { return Int32(column) }
    }
    // Rounding may leave a little: then it is the last choice that is possible at all.
    var last = count - 1
    while last > 0 && probabilities[start + last] == 0 { last -= 1 }
    return Int32(last)
  }

  /// The most probable choice of each row.
  public var mode: [Int32] { logProbabilities.argumentMaximum() }

  /// The log-probability of one choice a row, `[rows]`.
  public func logProbability(of choices: [Int32]) -> Tensor { logProbabilities.picking(choices) }

  /// The entropy of each row in nats, `[rows]`.
  public var entropy: Tensor {
    -(logProbabilities.exp() * logProbabilities).sum(along: -1)
  }
}

/// Independent normal variables, a vector a row.
public struct DiagonalGaussian: Sendable {
  /// `[rows, components]`.
  public let mean: Tensor
  /// The logarithms of the standard deviations, `[components]`.
  public let logDeviation: Tensor

  private static let logSquareRootTwoPi: Float = 0.918_938_533_2

  public init(mean: Tensor, logDeviation: Tensor) {
    self.mean = mean
    self.logDeviation = logDeviation
  }

  /// Draws one vector a row, `[rows, components]`.
  public func sample(using random: inout RandomStream) -> Tensor {
    mean + logDeviation.exp() * Tensor.normal(mean.shape, using: &random)
  }

  /// The log-density of one vector a row, `[rows]`.
  public func logProbability(of vectors: Tensor) -> Tensor {
    let standardised = (vectors - mean) / logDeviation.exp()
    let logarithms =
      -0.5 * standardised.squared() - logDeviation - DiagonalGaussian.logSquareRootTwoPi
    return logarithms.sum(along: -1)
  }

  /// The entropy of each row in nats; all rows have the same, a scalar.
  public var entropy: Tensor {
    (logDeviation + (0.5 + DiagonalGaussian.logSquareRootTwoPi)).sum()
  }

  /// The Kullback–Leibler divergence of each row from the same row of another distribution, in nats,
  /// `[rows]`.
  ///
  ///     Σ  log σ′/σ + (σ² + (μ − μ′)²) / 2σ′² − ½        μ′, σ′ are the other's
  public func divergence(from other: DiagonalGaussian) -> Tensor {
    let precision = (-2 * other.logDeviation).exp()
    let spread = (2 * logDeviation).exp() + (mean - other.mean).squared()
    return (other.logDeviation - logDeviation + 0.5 * spread * precision - 0.5).sum(along: -1)
  }
}
