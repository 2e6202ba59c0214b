internal import Records
internal import Schooling

/// Evaluations of several runs on the same tasks, side by side.
struct EvaluationComparison: Encodable {
  /// What was evaluated of one run.
  struct Column: Encodable {
    var run: String
    var checkpointSHA256: String
    var tries: [Evaluation.Attempt]
  }

  /// Whether two runs' 95 % intervals of the mean return on a try have a value in common.
  struct Overlap: Encodable, Equatable {
    var runs: [String]
    var `try`: Int
    var overlaps: Bool
    /// The run whose interval lies higher; nil if they overlap.
    var higher: String?
  }

  var family: String
  var split: String
  var tasks: Int
  var seed: UInt64
  var columns: [Column]
  var overlaps: [Overlap]

  /// The evaluations that at least two of the runs have on the same tasks; the last of each run.
  static func all(of runs: [(name: String, evaluations: [RunEvaluation])]) -> [Self] {
    var comparisons: [EvaluationComparison] = []
    for run in runs {
      for row in run.evaluations.reversed() {
        guard let evaluation = try? row.document.decoded(as: Evaluation.self) else { continue }
        let column = Column(
          run: run.name, checkpointSHA256: row.checkpointSHA256, tries: evaluation.tries)
        let found = comparisons.firstIndex { $0.isOn(evaluation) }
        let index = found ?? comparisons.count
        if found == nil { comparisons.append(Self(of: evaluation)) }
        if !comparisons[index].columns.contains(where: { $0.run == run.name }) {
          comparisons[index].columns.append(column)
        }
      }
    }
    return comparisons.filter { $0.columns.count > 1 }.map { comparison in
      var comparison = comparison
      comparison.overlaps = comparison.judged()
      return comparison
    }
  }

  private init(of evaluation: Evaluation) {
    family = evaluation.family
    split = evaluation.split
    tasks = evaluation.tasks
    seed = evaluation.seed
    columns = []
    overlaps = []
  }

  private func isOn(_ other: Evaluation) -> Bool {
    (family, split, tasks, seed) == (other.family, other.split, other.tasks, other.seed)
  }

  private func judged() -> [Overlap] {
    var judged: [Overlap] = []
    for (index, first) in columns.enumerated() {
      for second in columns[(index + 1)...] {
        for (one, other) in zip(first.tries, second.tries) {
          let overlaps = one.low <= other.high && other.low <= one.high
          let higher = overlaps ? nil : one.low > other.high ? first.run : second.run
          judged.append(
            Overlap(
              runs: [first.run, second.run], try: one.try, overlaps: overlaps, higher: higher))
        }
      }
    }
    return judged
  }
}

extension EvaluationComparison {
  /// The table, and a line for each two runs.
  func text(style: Style, limit: Int?) -> String {
    var table = Table(
      [.right("try"), .left("return")] + columns.map { .left($0.run) })
    for attempt in 0..<(columns.map(\.tries.count).max() ?? 0) {
      for (name, isMean) in [("IQM [95 %]", false), ("mean [95 %]", true)] {
        let cells = columns.map { column in
          guard attempt < column.tries.count else { return "-" }
          let value = column.tries[attempt]
          return isMean
            ? Quantities.interval(value.mean, value.low, value.high)
            : Quantities.interval(value.iqm, value.iqmLow, value.iqmHigh)
        }
        table.append([isMean ? "" : "\(attempt + 1)", name] + cells)
      }
    }
    let title = "\(Quantities.count(tasks)) \(split) tasks of \(family) (seed \(seed))"
    return "\(style.bold(title))\n\n" + table.rendered(style: style, limit: limit) + "\n"
      + conclusions.map { $0 + "\n" }.joined()
  }

  private var conclusions: [String] {
    var pairs: [[String]] = []
    for overlap in overlaps where !pairs.contains(overlap.runs) { pairs.append(overlap.runs) }
    return pairs.map { pair in
      let found = overlaps.filter { $0.runs == pair }
      let clauses =
        [(nil as String?, "the intervals of the mean overlap")]
        + pair.map { ($0, "\($0) is higher without overlap") }
      let words = clauses.compactMap { higher, clause -> String? in
        let tries = found.filter { $0.higher == higher }.map { "\($0.try)" }
        guard !tries.isEmpty else { return nil }
        let word = tries.count == 1 ? "try" : "tries"
        return "on \(word) \(tries.joined(separator: ", ")) \(clause)"
      }
      return "\(pair[0]) and \(pair[1]): \(words.joined(separator: "; "))."
    }
  }
}
