/// A form in which other programs read metrics.
public enum ExportFormat: String, Sendable, Hashable, CaseIterable {
  /// A table in long form, a line a metric: `run,seed,task,step,metric,value`.
  case csv
  /// An object a line, with the table's columns and the seconds that the run had worked.
  case jsonl
  /// An event file of TensorBoard.
  case tensorboard
}

extension RunStore {
  /// Writes all metrics of runs in a format, in the order in which they were measured.
  ///
  /// The same runs give the same bytes.
  /// - Parameter sink: takes the bytes, some ten thousand metrics at a time.
  /// - Returns: the number of metrics.
  /// - Throws: `RunStoreError`, or what the sink throws.
  public func export(
    _ runs: [Run], as format: ExportFormat, to sink: ([UInt8]) throws -> Void
  ) throws -> Int {
    precondition(format != .tensorboard || runs.count == 1, "an event file holds one run")
    var count = 0
    if format == .csv { try sink(Array("run,seed,task,step,metric,value\n".utf8)) }
    for run in runs {
      if format == .tensorboard { try sink(try EventFile.opening(of: run)) }
      try forEachPage(of: run) { metrics in
        count += metrics.count
        switch format {
        case .csv: try sink(metrics.lines { $0.csv(run) })
        case .jsonl: try sink(metrics.lines { $0.json(run).canonicalText })
        case .tensorboard: try sink(try EventFile.records(of: metrics, run))
        }
      }
    }
    return count
  }
}

extension [Metric] {
  fileprivate func lines(_ text: (Metric) -> String) -> [UInt8] {
    flatMap { [UInt8]((text($0) + "\n").utf8) }
  }
}

extension Metric {
  fileprivate func csv(_ run: Run) -> String {
    [
      run.name, "\(run.seed)", task ?? run.task, "\(environmentStep)", name, "\(value)",
    ].map(Self.field).joined(separator: ",")
  }

  /// Quotes a field where it has to be.
  ///
  /// Source: RFC 4180.
  private static func field(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return text
    }
    var quoted = "\""
    for letter in text.unicodeScalars {
      if letter == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(letter)
    }
    return quoted + "\""
  }

  fileprivate func json(_ run: Run) -> JSONValue {
    .object([
      "run": .string(run.name), "seed": .unsigned(run.seed), "task": .string(task ?? run.task),
      "step": .integer(environmentStep), "wallSeconds": .number(wallSeconds),
      "metric": .string(name), "value": .number(value),
    ])
  }
}
