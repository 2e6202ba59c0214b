internal import GRDB

extension RunStore {
  /// Enters an evaluation under the run that measured it.
  public func add(_ evaluation: RunEvaluation) throws(RunStoreError) {
    try write { database in
      try database.execute(
        sql: """
          INSERT INTO evaluation (runID, checkpointSHA256, date, document) VALUES (?, ?, ?, ?)
          """,
        arguments: [
          evaluation.runID, evaluation.checkpointSHA256, Timestamp.text(evaluation.date),
          evaluation.document.canonicalText,
        ])
    }
  }

  /// The evaluations that a run measured, and those that other runs measured of its checkpoints,
  /// oldest first.
  public func evaluations(of run: Run) throws(RunStoreError) -> [RunEvaluation] {
    try read { database in
      let sql = """
        SELECT * FROM evaluation WHERE runID = ? OR checkpointSHA256 IN
          (SELECT sha256 FROM checkpoint WHERE runID = ?) ORDER BY id
        """
      return try Row.fetchAll(database, sql: sql, arguments: [run.id, run.id])
        .map(RunEvaluation.init)
    }
  }

  /// The evaluations of an agent's bytes, whichever run measured them, oldest first.
  public func evaluations(ofAgent sha256: String) throws(RunStoreError) -> [RunEvaluation] {
    try read { database in
      let sql = "SELECT * FROM evaluation WHERE checkpointSHA256 = ? ORDER BY id"
      return try Row.fetchAll(database, sql: sql, arguments: [sha256]).map(RunEvaluation.init)
    }
  }

  /// Enters a checkpoint of a run; the last step of writing one.
  public func add(_ checkpoint: RunCheckpoint, to run: Run) throws(RunStoreError) {
    try write { database in
      try database.execute(
        sql: """
          INSERT INTO checkpoint (runID, kind, environmentStep, path, sha256, byteCount, createdAt)
            VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          run.id, checkpoint.kind.rawValue, checkpoint.environmentStep, checkpoint.path,
          checkpoint.sha256, checkpoint.byteCount, Timestamp.text(checkpoint.createdAt),
        ])
    }
  }

  /// Takes a checkpoint out of a run; the first step of deleting its file.
  public func remove(_ checkpoint: RunCheckpoint, from run: Run) throws(RunStoreError) {
    try write { database in
      try database.execute(
        sql: "DELETE FROM checkpoint WHERE runID = ? AND path = ? AND sha256 = ?",
        arguments: [run.id, checkpoint.path, checkpoint.sha256])
    }
  }

  /// The checkpoints of a run, oldest first.
  public func checkpoints(of run: Run) throws(RunStoreError) -> [RunCheckpoint] {
    try read { database in
      let sql = "SELECT * FROM checkpoint WHERE runID = ? ORDER BY id"
      return try Row.fetchAll(database, sql: sql, arguments: [run.id]).map(RunCheckpoint.init)
    }
  }

  /// The newest run that wrote a file of these bytes; nil if none did.
  public func run(thatWrote sha256: String) throws(RunStoreError) -> Run? {
    try read { database in
      let sql = """
        SELECT * FROM run WHERE id = (SELECT runID FROM checkpoint WHERE sha256 = ?
          ORDER BY id DESC LIMIT 1)
        """
      return try Row.fetchOne(database, sql: sql, arguments: [sha256]).map(Run.init)
    }
  }

  /// The newest run but one that wrote an agent to a path; nil if no other did.
  /// - Parameter path: as checkpoints keep it: ``recordedPath(of:)``.
  public func run(thatWroteTo path: String, before run: Run) throws(RunStoreError) -> Run? {
    try read { database in
      let sql = """
        SELECT * FROM run WHERE id = (SELECT runID FROM checkpoint WHERE path = ?
          AND kind = 'agent' AND runID <> ? ORDER BY id DESC LIMIT 1)
        """
      return try Row.fetchOne(database, sql: sql, arguments: [path, run.id]).map(Run.init)
    }
  }

  /// Enters something that happened to a run.
  public func add(_ event: RunEvent, to run: Run) throws(RunStoreError) {
    try write { try insert(event, run.id, $0) }
  }

  func insert(_ event: RunEvent, _ runID: Int64, _ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO event (runID, environmentStep, date, kind, message, detail)
          VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        runID, event.environmentStep, Timestamp.text(event.date), event.kind.rawValue,
        event.message, event.detail?.canonicalText,
      ])
  }

  /// What happened to a run, oldest first.
  public func events(of run: Run) throws(RunStoreError) -> [RunEvent] {
    try read { database in
      let sql = "SELECT * FROM event WHERE runID = ? ORDER BY id"
      return try Row.fetchAll(database, sql: sql, arguments: [run.id]).map(RunEvent.init)
    }
  }
}

extension RunEvaluation {
  init(_ row: Row) throws {
    self.init(
      runID: try row.value("runID"), checkpointSHA256: try row.value("checkpointSHA256"),
      date: try row.date("date"), document: try row.document("document"))
  }
}

extension RunCheckpoint {
  init(_ row: Row) throws {
    self.init(
      try row.choice("kind"), environmentStep: try row.value("environmentStep"),
      path: try row.value("path"), sha256: try row.value("sha256"),
      byteCount: try row.value("byteCount"), createdAt: try row.date("createdAt"))
  }
}

extension RunEvent {
  init(_ row: Row) throws {
    self.init(
      try row.choice("kind"), try row.value("message"),
      environmentStep: try row.value("environmentStep"), date: try row.date("date"),
      detail: try row.optionalDocument("detail"))
  }
}
