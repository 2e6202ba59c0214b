/// A linear estimate of returns from observations and time, fitted to a batch of them by least
/// squares.
///
/// The features of an observation o after t steps are o, o², t, t², t³ (t in hundreds of steps) and
/// 1; observations are moved into -10...10 first.
///
/// Source: Duan et al. (2016), arXiv:1604.06778.
public struct LinearBaseline: Sendable, Hashable {
  /// The number of elements of an observation.
  public let observationCount: Int
  /// What the features are multiplied by.
  public private(set) var coefficients: [Double]

  /// What is added to the normal equations' diagonal.
  private static let ridge = 1e-5

  /// Makes a baseline that estimates 0.
  public init(observationCount: Int) {
    self.observationCount = observationCount
    coefficients = Array(repeating: 0, count: 2 * observationCount + 4)
  }

  /// Fits the baseline.
  ///
  /// - Parameters:
  ///   - observations: `[N, observationCount]`.
  ///   - times: the steps from the start of each row's episode, `[N]`.
  ///   - returns: what is to be estimated, `[N]`.
  public mutating func fit(observations: [Float], times: [Int], returns: [Float]) {
    precondition(
      observations.count == returns.count * observationCount && times.count == returns.count,
      "\(returns.count) returns for \(observations.count) elements of observations and "
        + "\(times.count) times")
    let count = coefficients.count
    var matrix = [Double](repeating: 0, count: count * count)
    var right = [Double](repeating: 0, count: count)
    var features = right
    for row in returns.indices {
      write(observations, row, times[row], to: &features)
      for i in 0..<count {
        right[i] += features[i] * Double(returns[row])
        for j in 0...i { matrix[i * count + j] += features[i] * features[j] }
      }
    }
    for i in 0..<count { matrix[i * count + i] += LinearBaseline.ridge }
    coefficients = solve(&matrix, right)
  }

  /// Estimates the returns of rows as ``fit(observations:times:returns:)`` takes them, `[N]`.
  public func callAsFunction(observations: [Float], times: [Int]) -> [Float] {
    var features = [Double](repeating: 0, count: coefficients.count)
    return times.indices.map { row in
      write(observations, row, times[row], to: &features)
      var sum = 0.0
      for index in features.indices { sum += coefficients[index] * features[index] }
      return Float(sum)
    }
  }

  private func write(
    _ observations: [Float], _ row: Int, _ time: Int, to features: inout [Double]
  ) {
    for element in 0..<observationCount {
      let value = Double(min(max(observations[row * observationCount + element], -10), 10))
      features[element] = value
      features[observationCount + element] = value * value
    }
    let hundreds = Double(time) / 100
    let start = 2 * observationCount
    features[start] = hundreds
    features[start + 1] = hundreds * hundreds
    features[start + 2] = hundreds * hundreds * hundreds
    features[start + 3] = 1
  }

  /// Solves symmetric, positive definite equations by Cholesky's method, from the lower triangle.
  private func solve(_ matrix: inout [Double], _ right: [Double]) -> [Double] {
    let count = right.count
    var solution = right
    for i in 0..<count {
      for j in 0...i {
        var sum = matrix[i * count + j]
        for k in 0..<j { sum -= matrix[i * count + k] * matrix[j * count + k] }
        // A pivot that rounding made 0 or less stands for a feature that tells nothing new.
        matrix[i * count + j] =
          i == j ? max(sum, LinearBaseline.ridge).squareRoot() : sum / matrix[j * count + j]
      }
      for k in 0..<i { solution[i] -= matrix[i * count + k] * solution[k] }
      solution[i] /= matrix[i * count + i]
    }
    for i in (0..<count).reversed() {
      for k in i + 1..<count { solution[i] -= matrix[k * count + i] * solution[k] }
      solution[i] /= matrix[i * count + i]
    }
    return solution
  }
}
