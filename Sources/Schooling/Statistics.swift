/// A number that sums up scores.
///
/// Source: Agarwal et al. (2021), "Deep reinforcement learning at the edge of the statistical
/// precipice", arXiv:2108.13264.
public enum Aggregate: Hashable, Sendable, Codable {
  /// The mean of all scores.
  case mean
  /// The median over tasks of the mean over runs.
  case median
  /// The mean of the middle half of all scores.
  case interquartileMean
  /// The quantile of all scores at a level in `0...1`; 0.2 is the 20th percentile.
  case quantile(Double)
  /// The mean amount by which scores fall short of a target.
  case optimalityGap(target: Double)
}

extension Scores {
  /// Computes an aggregate. O(NM log NM).
  public func value(of aggregate: Aggregate) -> Double {
    if case .median = aggregate { return medianOfTaskMeans() }
    return RankedScores(self).counted.value(of: aggregate)
  }

  /// Computes the mean of all scores.
  public func mean() -> Double { value(of: .mean) }

  /// Computes the median over tasks of the mean over runs.
  public func median() -> Double { value(of: .median) }

  /// Computes the interquartile mean: all NM scores sorted, ⌊NM/4⌋ cut at each end, averaged.
  public func interquartileMean() -> Double { value(of: .interquartileMean) }

  /// Computes a quantile of all scores, linear between neighbours: position (NM - 1)·level.
  public func quantile(_ level: Double) -> Double { value(of: .quantile(level)) }

  /// Computes the optimality gap: target - mean(min(score, target)).
  public func optimalityGap(target: Double = 1) -> Double {
    value(of: .optimalityGap(target: target))
  }

  /// Computes the performance profile: for each threshold, the share of scores above it.
  public func performanceProfile(at thresholds: [Double]) -> [Double] {
    let ranked = RankedScores(self)
    return ranked.counted.shares(above: ranked.positions(of: thresholds))
  }

  /// Computes how likely a run of these scores beats one of the others on the same task:
  /// the mean over tasks of P(X > Y) + ½P(X = Y).
  public func probabilityOfImprovement(over other: Scores) -> Double {
    precondition(
      taskCount == other.taskCount,
      "scores of \(taskCount) tasks cannot be compared with scores of \(other.taskCount)")
    return improvement(of: values, over: other.values, taskCount: taskCount)
  }

  func medianOfTaskMeans() -> Double {
    var means = [Double](repeating: 0, count: taskCount)
    for run in 0..<runCount {
      for task in 0..<taskCount { means[task] += values[run * taskCount + task] }
    }
    for task in 0..<taskCount { means[task] /= Double(runCount) }
    return interpolatedQuantile(of: means.sorted(), at: 0.5)
  }
}

/// Computes the mean over tasks of P(X > Y) + ½P(X = Y) of two row-major matrices.
func improvement(of first: [Double], over second: [Double], taskCount: Int) -> Double {
  // Twice the number of wins, so that a tie counts 1.
  var points = 0
  for i in first.indices {
    for j in stride(from: i % taskCount, to: second.count, by: taskCount) {
      let (x, y) = (first[i], second[j])
      points += (x > y ? 1 : 0) + (x >= y ? 1 : 0)
    }
  }
  let pairCount = Double(first.count) * Double(second.count) / Double(taskCount)
  return Double(points) / 2 / pairCount
}

/// Computes a quantile of sorted values, linear between neighbours.
func interpolatedQuantile(of sorted: [Double], at level: Double) -> Double {
  precondition(0...1 ~= level, "a quantile's level lies in 0...1, got \(level)")
  let position = Double(sorted.count - 1) * level
  let index = Int(position)
  let low = sorted[index]
  let high = sorted[min(index + 1, sorted.count - 1)]
  return low + (high - low) * (position - Double(index))
}

/// Scores sorted once, so that a resample of them is only a count for each rank.
struct RankedScores {
  let sorted: [Double]
  /// The rank of each cell, `[runs, tasks]`.
  let ranks: [Int32]

  init(_ scores: Scores) {
    let order = scores.values.indices.sorted { scores.values[$0] < scores.values[$1] }
    sorted = order.map { scores.values[$0] }
    var ranks = [Int32](repeating: 0, count: order.count)
    for (rank, cell) in order.enumerated() { ranks[cell] = Int32(rank) }
    self.ranks = ranks
  }

  /// The scores themselves: each once.
  var counted: CountedScores {
    CountedScores(sorted: sorted, counts: [Int32](repeating: 1, count: sorted.count))
  }

  /// Returns for each threshold the number of sorted scores that are not above it.
  func positions(of thresholds: [Double]) -> [Int] {
    thresholds.map { threshold in
      precondition(!threshold.isNaN, "a performance profile's threshold is not a number")
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] <= threshold { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}

/// Sorted scores and how often each occurs in a resample of the same size.
struct CountedScores {
  let sorted: [Double]
  var counts: [Int32]

  /// Counts a resample, given as cells of the ranked scores.
  mutating func count(_ cells: [Int32], ranks: [Int32]) {
    for rank in counts.indices { counts[rank] = 0 }
    for cell in cells { counts[Int(ranks[Int(cell)])] += 1 }
  }

  /// Computes an aggregate of the resample. O(NM). A median needs the tasks, which are not here.
  func value(of aggregate: Aggregate) -> Double {
    let total = sorted.count
    switch aggregate {
    case .mean: return trimmedMean(cutting: 0)
    case .interquartileMean: return trimmedMean(cutting: total / 4)
    case .quantile(let level): return quantile(level)
    case .optimalityGap(let target):
      var sum = 0.0
      for rank in 0..<total { sum += Double(counts[rank]) * min(sorted[rank], target) }
      return target - sum / Double(total)
    case .median: preconditionFailure("the median of task means is not a function of counts")
    }
  }

  private func trimmedMean(cutting cut: Int) -> Double {
    let end = sorted.count - cut
    var (sum, seen) = (0.0, 0)
    for rank in sorted.indices {
      let next = seen + Int(counts[rank])
      let taken = min(next, end) - max(seen, cut)
      if taken > 0 { sum += Double(taken) * sorted[rank] }
      seen = next
    }
    return sum / Double(end - cut)
  }

  private func quantile(_ level: Double) -> Double {
    precondition(0...1 ~= level, "a quantile's level lies in 0...1, got \(level)")
    let position = Double(sorted.count - 1) * level
    let index = Int(position)
    let low = value(at: index)
    let share = position - Double(index)
    return share == 0 ? low : low + (value(at: index + 1) - low) * share
  }

  /// The element of a sorted resample.
  private func value(at index: Int) -> Double {
    var (rank, seen) = (0, Int(counts[0]))
    while seen <= index {
      rank += 1
      seen += Int(counts[rank])
    }
    return sorted[rank]
  }

  /// Computes the share of the resample that lies at or beyond each position of the sorted scores.
  func shares(above positions: [Int]) -> [Double] {
    var below = [Int](repeating: 0, count: sorted.count + 1)
    for rank in sorted.indices { below[rank + 1] = below[rank] + Int(counts[rank]) }
    return positions.map { Double(sorted.count - below[$0]) / Double(sorted.count) }
  }
}
