internal import Environments
internal import Tensors

/// Mean and variance of each element of all observations so far.
///
/// Batches are merged as Chan, Golub and LeVeque (1979) do it, so that large means cost no digits.
struct RunningMoments: Sendable, Hashable {
  private(set) var count = 0.0
  private(set) var mean: [Double]
  /// The sums of squared differences from the mean.
  private(set) var squares: [Double]

  init(width: Int) {
    mean = Array(repeating: 0, count: width)
    squares = mean
  }

  /// Takes account of some observations, `[N, width]`.
  mutating func add(_ rows: Tensor) {
    let (added, width) = (rows.shape[0], mean.count)
    precondition(rows.shape[1] == width, "moments of \(width) elements were given \(rows.shape)")
    guard added > 0 else { return }
    let (values, total) = (rows.span, count + Double(added))
    var means = [Double](repeating: 0, count: width)
    var sums = means
    for row in 0..<added {
      for column in 0..<width { means[column] += Double(values[row &* width &+ column]) }
    }
    for column in 0..<width { means[column] /= Double(added) }
    for row in 0..<added {
      for column in 0..<width {
        let difference = Double(values[row &* width &+ column]) - means[column]
        sums[column] += difference * difference
      }
    }
    for column in 0..<width {
      let shift = means[column] - mean[column]
      squares[column] += sums[column] + shift * shift * count * Double(added) / total
      mean[column] += shift * Double(added) / total
    }
    count = total
  }

  /// The standard deviation of each element, at least a millionth of a unit, `[width]`.
  var deviation: Tensor {
    Tensor(squares.map { Float(max(($0 / max(count, 1)).squareRoot(), 1e-6)) })
  }

  /// Observations less the mean, in standard deviations, cut off at a limit.
  func standardized(_ rows: Tensor, limit: Float = 5) -> Tensor {
    ((rows - Tensor(mean.map { Float($0) })) / deviation).clamped(to: -limit...limit)
  }

  func write(to snapshot: inout DriveSnapshot, named name: String) {
    snapshot.state.numbers["\(name).count"] = count
    for column in mean.indices {
      snapshot.state.numbers["\(name).mean\(column)"] = mean[column]
      snapshot.state.numbers["\(name).squares\(column)"] = squares[column]
    }
  }

  mutating func read(from snapshot: DriveSnapshot, named name: String) throws {
    count = try snapshot.number("\(name).count")
    for column in mean.indices {
      mean[column] = try snapshot.number("\(name).mean\(column)")
      squares[column] = try snapshot.number("\(name).squares\(column)")
    }
  }
}
