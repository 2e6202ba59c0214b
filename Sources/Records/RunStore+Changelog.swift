internal import GRDB

extension RunStore {
  /// Appends an entry to a run's changelog and returns it with its hash.
  public func append(
    _ new: NewChangelogEntry, to run: Run
  ) throws(RunStoreError) -> ChangelogEntry {
    try write { try append(new, run.id, $0) }
  }

  func append(
    _ new: NewChangelogEntry, _ runID: Int64, _ database: Database
  ) throws -> ChangelogEntry {
    let sql = "SELECT * FROM changelog WHERE runID = ? ORDER BY number DESC LIMIT 1"
    let last = try Row.fetchOne(database, sql: sql, arguments: [runID]).map(ChangelogEntry.init)
    // What is hashed is what will be read: a date to the millisecond.
    let date = Timestamp.date(Timestamp.text(new.date)) ?? new.date
    var entry = ChangelogEntry(
      number: (last?.number ?? 0) + 1, date: date, section: new.section,
      observation: new.observation, change: new.change, decidedBy: new.decidedBy,
      detail: new.detail, previousHash: last?.hash ?? ChangelogEntry.origin, hash: "")
    entry.hash = entry.computedHash
    try insert(entry, runID, database)
    return entry
  }

  private func insert(_ entry: ChangelogEntry, _ runID: Int64, _ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO changelog (runID, number, date, section, observation, change, decidedBy,
          detail, previousHash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        runID, entry.number, Timestamp.text(entry.date), entry.section, entry.observation,
        entry.change, entry.decidedBy, entry.detail.canonicalText, entry.previousHash, entry.hash,
      ])
  }

  /// A run's changelog, oldest entry first.
  public func changelog(of run: Run) throws(RunStoreError) -> [ChangelogEntry] {
    try read { database in
      let sql = "SELECT * FROM changelog WHERE runID = ? ORDER BY number"
      return try Row.fetchAll(database, sql: sql, arguments: [run.id]).map(ChangelogEntry.init)
    }
  }

  /// Checks that no entry of a run's changelog was changed, taken out or put in later.
  public func verifyChangelog(of run: Run) throws(RunStoreError) -> ChangelogVerdict {
    ChangelogVerdict(try changelog(of: run))
  }
}

extension ChangelogEntry {
  init(_ row: Row) throws {
    self.init(
      number: try row.value("number"), date: try row.date("date"),
      section: try row.value("section"), observation: try row.value("observation"),
      change: try row.value("change"), decidedBy: try row.value("decidedBy"),
      detail: try row.document("detail"), previousHash: try row.value("previousHash"),
      hash: try row.value("hash"))
  }
}
