public import Foundation
internal import GRDB

extension RunStore {
  /// Appends metrics to a run in one transaction, and notes that it lives.
  public func append(
    _ metrics: [Metric], to run: Run, at date: Date = .now
  ) throws(RunStoreError) {
    precondition(metrics.allSatisfy(\.value.isFinite), "a metric that is stored is finite")
    try write { database in
      let insert = try database.cachedStatement(
        sql: """
          INSERT INTO metric (runID, environmentStep, wallSeconds, name, task, value)
            VALUES (?, ?, ?, ?, ?, ?)
          """)
      for metric in metrics {
        try insert.execute(arguments: [
          run.id, metric.environmentStep, metric.wallSeconds, metric.name, metric.task,
          metric.value,
        ])
      }
      let steps = metrics.map(\.environmentStep).max() ?? 0
      try database.execute(
        sql: """
          UPDATE run SET heartbeatAt = ?, environmentSteps = max(environmentSteps, ?) WHERE id = ?
          """, arguments: [Timestamp.text(date), steps, run.id])
    }
  }

  /// The metrics of a run in the order in which they were measured.
  /// - Parameter name: only those of this name; nil for all.
  public func metrics(
    of run: Run, named name: String? = nil
  ) throws(RunStoreError) -> [Metric] {
    try read { database in
      let condition = name == nil ? "" : " AND name = ?"
      return try Metric.fetchAll(
        database, where: "runID = ?\(condition) ORDER BY id",
        name.map { [run.id, $0] } ?? [run.id])
    }
  }

  /// The readings of one metric of a whole run, without those of single tasks, in the order in which
  /// they were measured. As columns they cost a tenth of what ``metrics(of:named:)`` takes.
  public func columns(
    of run: Run, named name: String
  ) throws(RunStoreError) -> MetricColumns {
    try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT environmentStep, wallSeconds, value FROM metric
            WHERE runID = ? AND name = ? AND task IS NULL ORDER BY id
          """, arguments: [run.id, name])
      var columns = MetricColumns()
      while let row = try rows.next() {
        columns.environmentSteps.append(try row.decode(Int.self, atIndex: 0))
        columns.wallSeconds.append(try row.decode(Double.self, atIndex: 1))
        columns.values.append(try row.decode(Double.self, atIndex: 2))
      }
      return columns
    }
  }

  /// Calls the body with the metrics of a run in the order in which they were measured, some ten
  /// thousand at a time.
  /// - Throws: `RunStoreError`, or what the body throws.
  public func forEachPage(of run: Run, _ body: ([Metric]) throws -> Void) throws {
    var last: Int64 = 0
    while true {
      let page = try read { database in
        let sql = "SELECT * FROM metric WHERE runID = ? AND id > ? ORDER BY id LIMIT 10000"
        return try Row.fetchAll(database, sql: sql, arguments: [run.id, last])
          .map { (id: try $0.value("id", as: Int64.self), metric: try Metric($0)) }
      }
      guard let end = page.last else { return }
      try body(page.map(\.metric))
      last = end.id
    }
  }

  /// The last value of each metric of a run, by name and task.
  public func lastMetrics(of run: Run) throws(RunStoreError) -> [Metric] {
    try read { database in
      try Metric.fetchAll(
        database,
        where: """
          id IN (SELECT max(id) FROM metric WHERE runID = ? GROUP BY name, task)
            ORDER BY name, task
          """, [run.id])
    }
  }

  /// The names of what runs measured, in the order of their letters. O(names), however long the runs.
  public func metricNames(of runs: [Run]) throws(RunStoreError) -> [String] {
    let names = try read { database in
      // One look into the index a name, in place of one a row.
      let sql = """
        WITH RECURSIVE found(name) AS (
          SELECT min(name) FROM metric WHERE runID = :run
          UNION ALL
          SELECT (SELECT min(name) FROM metric WHERE runID = :run AND name > found.name)
            FROM found WHERE found.name IS NOT NULL)
        SELECT name FROM found WHERE name IS NOT NULL
        """
      return try runs.flatMap {
        try String.fetchAll(database, sql: sql, arguments: ["run": $0.id])
      }
    }
    return Set(names).sorted()
  }

  /// The last value of one metric, by run; runs without it are left out.
  public func lastValues(
    of name: String = Metric.returnName
  ) throws(RunStoreError) -> [Run.ID: Double] {
    try read { database in
      let sql = """
        SELECT run.id AS runID, (SELECT value FROM metric WHERE metric.runID = run.id
          AND name = ? ORDER BY metric.id DESC LIMIT 1) AS value FROM run
        """
      let rows = try Row.fetchAll(database, sql: sql, arguments: [name])
      var values: [Run.ID: Double] = [:]
      for row in rows { values[try row.value("runID")] = try row.value("value", as: Double?.self) }
      return values
    }
  }

  /// The seconds that a run has worked so far.
  public func wallSeconds(of run: Run) throws(RunStoreError) -> Double {
    try read { database in
      let sql = "SELECT max(wallSeconds) FROM metric WHERE runID = ?"
      return try Double.fetchOne(database, sql: sql, arguments: [run.id]) ?? 0
    }
  }
}

extension Metric {
  init(_ row: Row) throws {
    self.init(
      environmentStep: try row.value("environmentStep"),
      wallSeconds: try row.value("wallSeconds"), name: try row.value("name"),
      task: try row.value("task"), value: try row.value("value"))
  }

  fileprivate static func fetchAll(
    _ database: Database, where condition: String, _ arguments: StatementArguments
  ) throws -> [Metric] {
    let sql = "SELECT * FROM metric WHERE \(condition)"
    return try Row.fetchAll(database, sql: sql, arguments: arguments).map(Metric.init)
  }
}
