/// The scores of independent runs on tasks, `[runs, tasks]`, at least one of each and all finite.
public struct Scores: Hashable, Sendable {
  /// The number of runs N: independent seeds of the whole training.
  public let runCount: Int
  /// The number of tasks M.
  public let taskCount: Int
  /// The scores, row-major, `[runs, tasks]`.
  public let values: [Double]

  /// Makes scores of one row a run.
  /// - Throws: `StatisticsError` if there is no score, a row's length differs from the first's, or
  ///   a score is NaN or infinite.
  public init(_ rows: [[Double]]) throws(StatisticsError) {
    guard let taskCount = rows.first?.count, taskCount > 0 else { throw .noScores }
    for (run, row) in rows.enumerated() where row.count != taskCount {
      throw .raggedRow(run: run, expected: taskCount, found: row.count)
    }
    let values = Array(rows.joined())
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(run: index / taskCount, task: index % taskCount)
    }
    self.init(valid: values, runCount: rows.count, taskCount: taskCount)
  }

  /// Makes scores that are known to satisfy the type's invariants.
  init(valid values: [Double], runCount: Int, taskCount: Int) {
    self.values = values
    self.runCount = runCount
    self.taskCount = taskCount
  }

  /// The score of a run on a task.
  public subscript(run: Int, task: Int) -> Double {
    precondition(
      0..<runCount ~= run && 0..<taskCount ~= task,
      "run \(run), task \(task) lies outside scores of \(runCount) runs and \(taskCount) tasks")
    return values[run * taskCount + task]
  }

  /// Whether there are fewer than five runs, too few for an interval that keeps its promise.
  public var isTooFewRuns: Bool { runCount < 5 }
}

extension Scores: Codable {
  /// Reads an array of rows, one a run.
  /// - Throws: `StatisticsError` as `init(_:)` does, `DecodingError` for anything but rows.
  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode([[Double]].self))
  }

  /// Writes an array of rows, one a run.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      (0..<runCount).map { Array(values[$0 * taskCount..<($0 + 1) * taskCount]) })
  }
}

/// A reason why numbers are not scores or not a learning curve.
public enum StatisticsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no run or no task.
  case noScores
  /// A run has another number of tasks than the first.
  case raggedRow(run: Int, expected: Int, found: Int)
  /// A score is NaN or infinite.
  case notFinite(run: Int, task: Int)
  /// A learning curve's points are fewer than two, not finite, or not in the order of steps.
  case malformedCurve(reason: String)
  /// Two learning curves have no steps in common.
  case disjointCurves

  /// Says in one line what is wrong.
  public var description: String {
    switch self {
    case .noScores: "there are no scores"
    case .raggedRow(let run, let expected, let found):
      "run \(run) has \(found) scores, the first run has \(expected)"
    case .notFinite(let run, let task): "the score of run \(run) on task \(task) is not finite"
    case .malformedCurve(let reason): "not a learning curve: \(reason)"
    case .disjointCurves: "the learning curves have no steps in common"
    }
  }
}
