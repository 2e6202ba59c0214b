/// The factor L of a symmetric positive definite matrix A = L·Lᵀ, with which A·x = b is solved.
///
/// Meant for the small systems of regressions, in double precision; factoring n rows takes n³/6
/// multiplications.
public struct CholeskyFactor: Sendable, Hashable {
  /// The number of rows.
  public let count: Int
  /// L, row-major; what lies above the diagonal is of no use. `[count, count]`.
  public private(set) var elements: [Double]

  /// Factors a matrix.
  ///
  /// - Parameter matrix: row-major, `[count, count]`; only the lower triangle is read.
  /// - Returns: nil if the matrix is not positive definite.
  public init?(_ matrix: [Double], count: Int) {
    precondition(
      matrix.count == count * count, "\(count) x \(count) elements, got \(matrix.count)")
    self.count = count
    elements = matrix
    for row in 0..<count {
      for column in 0...row {
        var sum = elements[row * count + column]
        for index in 0..<column {
          sum -= elements[row * count + index] * elements[column * count + index]
        }
        if column < row {
          elements[row * count + column] = sum / elements[column * count + column]
        } else {
          guard sum > 0, sum.isFinite else { return nil }
          elements[row * count + row] = sum.squareRoot()
        }
      }
    }
  }

  /// Solves A·x = b in the place of b, `[count]`.
  public func solve(_ vector: inout [Double]) {
    forward(&vector)
    for row in (0..<count).reversed() {
      var sum = vector[row]
      for index in row + 1..<max(count, row + 1) {
        sum -= elements[index * count + row] * vector[index]
      }
      vector[row] = sum / elements[row * count + row]
    }
  }

  /// Solves L·x = b in the place of b, `[count]`: |x|² is then bᵀ·A⁻¹·b.
  public func forward(_ vector: inout [Double]) {
    precondition(vector.count == count, "\(count) elements, got \(vector.count)")
    for row in 0..<count {
      var sum = vector[row]
      for index in 0..<row { sum -= elements[row * count + index] * vector[index] }
      vector[row] = sum / elements[row * count + row]
    }
  }

  /// log det A.
  public var logDeterminant: Double {
    (0..<count).reduce(0) { $0 + 2 * logarithm(elements[$1 * count + $1]) }
  }
}
