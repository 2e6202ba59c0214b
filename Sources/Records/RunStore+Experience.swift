internal import GRDB

extension RunStore {
  /// Enters what a run's agent saw and did; what was entered of the same step is replaced.
  public func add(_ experience: RunExperience, to run: Run) throws(RunStoreError) {
    try write { database in
      try database.execute(
        sql: "DELETE FROM experience WHERE runID = ? AND environmentStep = ?",
        arguments: [run.id, experience.environmentStep])
      try database.execute(
        sql: """
          INSERT INTO experience (runID, environmentStep, date, document) VALUES (?, ?, ?, ?)
          """,
        arguments: [
          run.id, experience.environmentStep, Timestamp.text(experience.date),
          experience.document.canonicalText,
        ])
    }
  }

  /// What a run's agent saw and did, in the order of steps.
  public func experiences(of run: Run) throws(RunStoreError) -> [RunExperience] {
    try read { database in
      let sql = "SELECT * FROM experience WHERE runID = ? ORDER BY environmentStep"
      return try Row.fetchAll(database, sql: sql, arguments: [run.id]).map { row in
        RunExperience(
          environmentStep: try row.value("environmentStep"), date: try row.date("date"),
          document: try row.document("document"))
      }
    }
  }
}
