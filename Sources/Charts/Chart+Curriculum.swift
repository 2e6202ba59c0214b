extension Chart {
  /// What a curriculum did, as small charts: what became of the tasks that were met, where they came
  /// from, and how much they were edited. What was not measured is left out.
  ///
  /// - Parameters:
  ///   - curves: points over environment steps by the metric's name: `curriculum/solvedShare`,
  ///     `unsolvedShare`, `successRate`, `replayedShare`, `editedShare`, `edits`, `score` and
  ///     `entropyNats`, each after `curriculum/`.
  ///   - marks: what happened at which step.
  public static func curriculum(_ curves: [String: [Point]], marks: [Mark] = []) -> [Chart] {
    let contents: [(title: String, unit: String?, lines: [(metric: String, name: String)])] = [
      (
        "Tasks that were met", "share",
        [
          ("solvedShare", "solved in every try"), ("unsolvedShare", "solved in none"),
          ("successRate", "tries solved"),
        ]
      ),
      (
        "Where the tasks came from", "share",
        [("replayedShare", "met before"), ("editedShare", "edited anew")]
      ),
      ("Edits of a task", nil, [("edits", "edits")]),
      ("Score of a task", nil, [("score", "score")]),
      ("Entropy of what comes back", "nats", [("entropyNats", "entropy")]),
    ]
    return contents.compactMap { title, unit, lines in
      let series = lines.compactMap { line -> Series? in
        let points = curves["curriculum/\(line.metric)"] ?? []
        // A line that is 0 all along says nothing.
        guard points.count > 1, points.contains(where: { $0.y != 0 }) else { return nil }
        return .line(line.name, points)
      }
      guard !series.isEmpty else { return nil }
      return Chart(
        title: title, x: .init("steps"), y: .init("", unit: unit), series: series, marks: marks)
    }
  }
}
