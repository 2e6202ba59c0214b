public import Tensors

/// An estimate and the interval that a share of repeated experiments would put it in.
public struct Interval: Hashable, Sendable, Codable {
  /// The statistic of the scores themselves.
  public var estimate: Double
  /// The interval's lower end.
  public var low: Double
  /// The interval's upper end.
  public var high: Double

  /// Makes an interval.
  public init(estimate: Double, low: Double, high: Double) {
    self.estimate = estimate
    self.low = low
    self.high = high
  }
}

/// What a bootstrap draws again, with replacement: the part of an experiment that chance decided.
public enum Resampling: String, Hashable, Sendable, Codable, CaseIterable {
  /// Runs, separately within each task (stratified): the tasks are a fixed benchmark.
  case runsWithinTasks
  /// Whole runs, with all their tasks or points: for curves, and when tasks share a training.
  case wholeRuns
  /// Tasks, with all their runs: one agent on many procedurally drawn tasks.
  case tasks
  /// Tasks, and runs within each drawn task: several agents on procedurally drawn tasks.
  case tasksAndRunsWithinTasks
}

extension Scores {
  /// Estimates an aggregate with a percentile bootstrap interval.
  ///
  /// Source: Agarwal et al. (2021), arXiv:2108.13264, section 4.
  /// - Parameters:
  ///   - level: the share of repeated experiments whose interval holds the truth, in `0..<1`.
  ///   - random: the stream that draws the resamples; the same stream gives the same interval.
  /// - Returns: nil if there is only one of what is resampled. O(repetitions · NM).
  public func interval(
    of aggregate: Aggregate, resampling: Resampling = .runsWithinTasks,
    repetitions: Int = 50_000, level: Double = 0.95, using random: inout RandomStream
  ) -> Interval? {
    if case .median = aggregate {
      return interval(
        resampling: resampling, repetitions: repetitions, level: level, using: &random
      ) { $0.medianOfTaskMeans() }
    }
    guard var resampler = Resampler(self, resampling) else { return nil }
    let ranked = RankedScores(self)
    var counted = ranked.counted
    let estimate = counted.value(of: aggregate)
    let estimates = (0..<repetitions).map { _ in
      resampler.draw(using: &random)
      counted.count(resampler.cells, ranks: ranked.ranks)
      return counted.value(of: aggregate)
    }
    return Interval(estimate: estimate, bootstrap: estimates, level: level)
  }

  /// Estimates any statistic with a percentile bootstrap interval.
  /// - Parameters:
  ///   - statistic: a function of a matrix of the same shape; must not give NaN.
  /// - Returns: nil if there is only one of what is resampled.
  public func interval(
    resampling: Resampling = .runsWithinTasks, repetitions: Int = 50_000, level: Double = 0.95,
    using random: inout RandomStream, of statistic: (Scores) -> Double
  ) -> Interval? {
    guard var resampler = Resampler(self, resampling) else { return nil }
    let estimates = (0..<repetitions).map { _ in
      resampler.draw(using: &random)
      return statistic(
        Scores(valid: resampler.gather(values), runCount: runCount, taskCount: taskCount))
    }
    return Interval(estimate: statistic(self), bootstrap: estimates, level: level)
  }

  /// Estimates the performance profile with a percentile bootstrap interval at each threshold.
  /// - Returns: nil if there is only one of what is resampled.
  public func performanceProfileIntervals(
    at thresholds: [Double], resampling: Resampling = .runsWithinTasks,
    repetitions: Int = 2_000, level: Double = 0.95, using random: inout RandomStream
  ) -> [Interval]? {
    guard var resampler = Resampler(self, resampling) else { return nil }
    let ranked = RankedScores(self)
    let positions = ranked.positions(of: thresholds)
    var counted = ranked.counted
    let profile = counted.shares(above: positions)
    let profiles = (0..<repetitions).map { _ in
      resampler.draw(using: &random)
      counted.count(resampler.cells, ranks: ranked.ranks)
      return counted.shares(above: positions)
    }
    return profile.indices.map { index in
      Interval(estimate: profile[index], bootstrap: profiles.map { $0[index] }, level: level)
    }
  }

  /// Estimates the probability of improvement with a percentile bootstrap interval; the runs of
  /// both are resampled within each task.
  /// - Returns: nil if either has only one run. O(repetitions · N · N′ · M).
  public func probabilityOfImprovementInterval(
    over other: Scores, repetitions: Int = 2_000, level: Double = 0.95,
    using random: inout RandomStream
  ) -> Interval? {
    let estimate = probabilityOfImprovement(over: other)
    guard var first = Resampler(self, .runsWithinTasks),
      var second = Resampler(other, .runsWithinTasks)
    else { return nil }
    let estimates = (0..<repetitions).map { _ in
      first.draw(using: &random)
      second.draw(using: &random)
      return improvement(
        of: first.gather(values), over: second.gather(other.values), taskCount: taskCount)
    }
    return Interval(estimate: estimate, bootstrap: estimates, level: level)
  }
}

extension Interval {
  /// Takes the percentiles of a bootstrap's estimates that leave out equal shares at each end.
  fileprivate init(estimate: Double, bootstrap: [Double], level: Double) {
    precondition(!bootstrap.isEmpty, "a bootstrap needs at least one repetition")
    precondition(level >= 0 && level < 1, "an interval's level lies in 0..<1, got \(level)")
    precondition(!bootstrap.contains(where: \.isNaN), "a bootstrapped statistic is not a number")
    let sorted = bootstrap.sorted()
    self.init(
      estimate: estimate, low: interpolatedQuantile(of: sorted, at: (1 - level) / 2),
      high: interpolatedQuantile(of: sorted, at: (1 + level) / 2))
  }
}

/// Draws, for each cell of a matrix of scores, the cell that takes its place.
private struct Resampler {
  let runCount: Int
  let taskCount: Int
  let resampling: Resampling
  /// The cells drawn last, `[runs, tasks]`.
  private(set) var cells: [Int32]
  /// The task drawn for each column.
  private var tasks: [Int]

  /// Makes a resampler, or nil if there is only one of what is resampled.
  init?(_ scores: Scores, _ resampling: Resampling) {
    switch resampling {
    case .runsWithinTasks, .wholeRuns: guard scores.runCount > 1 else { return nil }
    case .tasks: guard scores.taskCount > 1 else { return nil }
    case .tasksAndRunsWithinTasks:
      guard scores.runCount > 1, scores.taskCount > 1 else { return nil }
    }
    runCount = scores.runCount
    taskCount = scores.taskCount
    self.resampling = resampling
    cells = (0..<scores.values.count).map(Int32.init)
    tasks = Array(0..<scores.taskCount)
  }

  mutating func draw(using random: inout RandomStream) {
    if resampling == .tasks || resampling == .tasksAndRunsWithinTasks {
      for column in tasks.indices { tasks[column] = random.integer(below: taskCount) }
    }
    for row in 0..<runCount {
      let start = row * taskCount
      switch resampling {
      case .runsWithinTasks, .tasksAndRunsWithinTasks:
        for column in 0..<taskCount {
          let run = random.integer(below: runCount)
          cells[start + column] = Int32(truncatingIfNeeded: run * taskCount + tasks[column])
        }
      case .wholeRuns:
        let run = random.integer(below: runCount)
        for column in 0..<taskCount {
          cells[start + column] = Int32(truncatingIfNeeded: run * taskCount + column)
        }
      case .tasks:
        for column in 0..<taskCount {
          cells[start + column] = Int32(truncatingIfNeeded: start + tasks[column])
        }
      }
    }
  }

  func gather(_ values: [Double]) -> [Double] {
    cells.map { values[Int($0)] }
  }
}
