public import Foundation
internal import GRDB

extension RunStore {
  /// Enters a new run and returns it, with the name that it got.
  public func begin(_ new: NewRun, at date: Date = .now) throws(RunStoreError) -> Run {
    try write { database in
      let name = try freeName(for: new, database)
      try database.execute(
        sql: """
          INSERT INTO run (name, command, task, seed, foalVersion, state, startedAt, heartbeatAt,
            parentID) VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?)
          """,
        arguments: [
          name, new.command, new.task, "\(new.seed)", new.foalVersion, Timestamp.text(date),
          Timestamp.text(date), new.parentID,
        ])
      let id = database.lastInsertedRowID
      try database.execute(
        sql: "INSERT INTO configuration (runID, document) VALUES (?, ?)",
        arguments: [id, new.configuration.canonicalText])
      return try run(id, database)
    }
  }

  /// The name that a new run gets: its own, or that with the first number that is free.
  private func freeName(for new: NewRun, _ database: Database) throws -> String {
    guard !new.numbersTakenName else {
      let stem = RunName.fitted(new.name)
      var (name, number) = (stem, 1)
      while try isTaken(name, database) {
        number += 1
        name = "\(stem)-\(number)"
      }
      return name
    }
    guard RunName.isFit(new.name) else { throw RunStoreError.unfitName(new.name) }
    guard try !isTaken(new.name, database) else { throw RunStoreError.nameTaken(new.name) }
    return new.name
  }

  private func isTaken(_ name: String, _ database: Database) throws -> Bool {
    // A folder without a run is somebody's all the same.
    let path = (Self.runsFolder(below: home) as NSString).appendingPathComponent(name)
    let sql = "SELECT EXISTS (SELECT 1 FROM run WHERE name = ?)"
    return try Bool.fetchOne(database, sql: sql, arguments: [name]) == true
      || FileManager.default.fileExists(atPath: path)
  }

  /// All runs, the newest first.
  public func runs() throws(RunStoreError) -> [Run] {
    try read { try Row.fetchAll($0, sql: "SELECT * FROM run ORDER BY id DESC").map(Run.init) }
  }

  /// Finds the run that a name means: the one of that name, else the only one whose name begins so.
  /// - Throws: `RunStoreError.noRun` with the nearest names, or `.ambiguousName`.
  public func run(named name: String) throws(RunStoreError) -> Run {
    let runs = try runs()
    let found = try RunName.resolve(name, among: runs.map(\.name))
    return runs.first { $0.name == found }!
  }

  /// Finds a run by its number; nil if it was deleted.
  public func run(id: Int64) throws(RunStoreError) -> Run? {
    try read { database in
      try Row.fetchOne(database, sql: "SELECT * FROM run WHERE id = ?", arguments: [id])
        .map(Run.init)
    }
  }

  private func run(_ id: Int64, _ database: Database) throws -> Run {
    let sql = "SELECT * FROM run WHERE id = ?"
    guard let row = try Row.fetchOne(database, sql: sql, arguments: [id]) else {
      throw RunStoreError.noRun(name: "\(id)", nearest: [])
    }
    return try Run(row)
  }

  /// The settings that a run began with.
  public func configuration(of run: Run) throws(RunStoreError) -> JSONValue {
    try read { database in
      let sql = "SELECT document FROM configuration WHERE runID = ?"
      let row = try Row.fetchOne(database, sql: sql, arguments: [run.id])
      return try row?.document("document") ?? .object([:])
    }
  }

  /// Notes that a run ended, and how.
  public func end(
    _ run: Run, as state: Run.State, at date: Date = .now
  ) throws(RunStoreError) {
    precondition(state != .running, "a run ends as finished, stopped or failed")
    try write { database in
      try database.execute(
        sql: "UPDATE run SET state = ?, endedAt = ?, heartbeatAt = ? WHERE id = ?",
        arguments: [state.rawValue, Timestamp.text(date), Timestamp.text(date), run.id])
    }
  }

  /// Notes that a run goes on from one of its checkpoints, and returns it as it is now.
  ///
  /// Metrics, checkpoints and experience after that step are dropped, because the run makes them
  /// again; events and the changelog stay, and this is added to both.
  public func resume(
    _ run: Run, fromEnvironmentStep step: Int, at date: Date = .now
  ) throws(RunStoreError) -> Run {
    try write { database in
      let observation =
        switch try self.run(run.id, database).state {
        case .running: "the run was killed"
        case .failed: "the run had failed"
        case .stopped, .finished: "the run was stopped"
        }
      for table in ["metric", "checkpoint", "experience"] {
        try database.execute(
          sql: "DELETE FROM \(table) WHERE runID = ? AND environmentStep > ?",
          arguments: [run.id, step])
      }
      try database.execute(
        sql: """
          UPDATE run SET state = 'running', endedAt = NULL, heartbeatAt = ?, environmentSteps = ?
            WHERE id = ?
          """, arguments: [Timestamp.text(date), step, run.id])
      let event = RunEvent(
        .resumed, "resumed from step \(step)", environmentStep: step, date: date)
      try insert(event, run.id, database)
      let entry = NewChangelogEntry(
        section: "training", observation: observation,
        change: "resumed from step \(step)", decidedBy: "foal \(run.command) --resume", date: date)
      _ = try append(entry, run.id, database)
      return try self.run(run.id, database)
    }
  }

  /// Deletes a run, all that the store knows of it, and its folder. Files elsewhere stay.
  /// - Throws: `RunStoreError.stillRunning`, unless told to delete running ones too.
  public func delete(_ run: Run, evenIfRunning: Bool = false) throws(RunStoreError) {
    let folder = folder(of: run)
    try write { database in
      guard try evenIfRunning || self.run(run.id, database).state != .running else {
        throw RunStoreError.stillRunning(name: run.name)
      }
      try database.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run.id])
    }
    guard FileManager.default.fileExists(atPath: folder) else { return }
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      throw .refused(path: folder, reason: "the folder of the deleted run cannot be removed")
    }
  }
}

extension Run {
  init(_ row: Row) throws {
    let seed = UInt64(try row.value("seed", as: String.self))
    guard let seed else { throw row.misfit("seed") }
    self.init(
      id: try row.value("id"), name: try row.value("name"), command: try row.value("command"),
      task: try row.value("task"), seed: seed, foalVersion: try row.value("foalVersion"),
      state: try row.choice("state"), startedAt: try row.date("startedAt"),
      heartbeatAt: try row.date("heartbeatAt"), endedAt: try row.optionalDate("endedAt"),
      environmentSteps: try row.value("environmentSteps"), parentID: try row.value("parentID"))
    guard RunName.isFit(name) else { throw row.misfit("name") }
  }
}
