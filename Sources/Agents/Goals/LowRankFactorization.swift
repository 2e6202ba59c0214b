public import Tensors

/// A matrix of which some entries may be unknown as a product of two of few columns, M ≈ Φ·Ψᵀ.
///
/// By alternating least squares: with Ψ held, each row of Φ is a ridge regression of the known
/// entries of its row of M, and the other way round. Unknown entries of M are then those of Φ·Ψᵀ.
///
///     min Σ over known (i, j) of (Mᵢⱼ − φᵢ·ψⱼ)² + λ·(Σ|φᵢ|² + Σ|ψⱼ|²)
///
/// Source: Zhou et al. (2008), "Large-scale parallel collaborative filtering for the Netflix
/// prize"; in the place of OptSpace in Schaul et al. (2015).
public struct LowRankFactorization: Sendable, Hashable {
  public let rows: Int
  public let columns: Int
  /// The number of columns of Φ and of Ψ.
  public let rank: Int
  /// Φ, `[rows, rank]`.
  public private(set) var left: [Double]
  /// Ψ, `[columns, rank]`.
  public private(set) var right: [Double]

  /// Factors a matrix.
  ///
  /// - Parameters:
  ///   - matrix: `[rows, columns]`; what is not known is not read.
  ///   - known: whether each entry is known, `[rows, columns]`; nil if all are.
  ///   - ridge: λ, above 0.
  ///   - sweeps: how often both factors are solved for.
  public init(
    of matrix: [Double], rows: Int, columns: Int, known: [Bool]? = nil, rank: Int,
    ridge: Double = 1e-5, sweeps: Int = 30, using random: inout RandomStream
  ) {
    precondition(
      matrix.count == rows * columns && (known ?? []).count % (rows * columns) == 0 && rank > 0
        && ridge > 0,
      "\(rows) x \(columns) entries, a rank and a ridge above 0, got \(matrix.count) entries, "
        + "rank \(rank), ridge \(ridge)")
    (self.rows, self.columns, self.rank) = (rows, columns, rank)
    left = (0..<rows * rank).map { _ in Double(random.normal()) }
    right = (0..<columns * rank).map { _ in Double(random.normal()) }
    let known = known ?? Array(repeating: true, count: rows * columns)
    for _ in 0..<sweeps {
      for row in 0..<rows {
        solve(row, in: &left, from: right, count: columns, ridge: ridge) { column in
          known[row * columns + column] ? matrix[row * columns + column] : nil
        }
      }
      for column in 0..<columns {
        solve(column, in: &right, from: left, count: rows, ridge: ridge) { row in
          known[row * columns + column] ? matrix[row * columns + column] : nil
        }
      }
    }
  }

  /// Solves one row of a factor for its known entries; a row with none becomes 0.
  private func solve(
    _ row: Int, in factor: inout [Double], from other: [Double], count: Int, ridge: Double,
    entry: (Int) -> Double?
  ) {
    var normal = [Double](repeating: 0, count: rank * rank)
    var vector = [Double](repeating: 0, count: rank)
    for index in 0..<count {
      guard let value = entry(index) else { continue }
      let start = index * rank
      for i in 0..<rank {
        vector[i] += value * other[start + i]
        for j in 0...i { normal[i * rank + j] += other[start + i] * other[start + j] }
      }
    }
    for i in 0..<rank { normal[i * rank + i] += ridge }
    guard let factored = CholeskyFactor(normal, count: rank) else { return }
    factored.solve(&vector)
    factor.replaceSubrange(row * rank..<(row + 1) * rank, with: vector)
  }

  /// Φ·Ψᵀ, `[rows, columns]`.
  public var product: [Double] {
    var result = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0.0
        for index in 0..<rank { sum += left[row * rank + index] * right[column * rank + index] }
        result[row * columns + column] = sum
      }
    }
    return result
  }
}
