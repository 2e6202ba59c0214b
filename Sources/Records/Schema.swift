package import GRDB

/// The tables of the store, as the versions of Foal made them: a step is never changed, only added.
package enum Schema {
  /// The steps, oldest first. A store with a step that is not here was made by a newer version.
  package static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 runs") { try $0.execute(sql: runs) }
    migrator.registerMigration("2 changelog") { try $0.execute(sql: changelog) }
    migrator.registerMigration("3 experience") { try $0.execute(sql: experience) }
    return migrator
  }

  private static let runs = """
    CREATE TABLE run (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE COLLATE NOCASE,
      command TEXT NOT NULL,
      task TEXT NOT NULL,
      seed TEXT NOT NULL,
      foalVersion TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'stopped', 'failed')),
      startedAt TEXT NOT NULL,
      heartbeatAt TEXT NOT NULL,
      endedAt TEXT,
      environmentSteps INTEGER NOT NULL DEFAULT 0,
      parentID INTEGER REFERENCES run (id) ON DELETE SET NULL
    );
    CREATE INDEX run_parent ON run (parentID);
    CREATE TABLE configuration (
      runID INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
      document TEXT NOT NULL
    );
    CREATE TABLE metric (
      id INTEGER PRIMARY KEY,
      runID INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
      environmentStep INTEGER NOT NULL,
      wallSeconds REAL NOT NULL,
      name TEXT NOT NULL,
      task TEXT,
      value REAL NOT NULL
    );
    CREATE INDEX metric_run ON metric (runID);
    CREATE INDEX metric_series ON metric (runID, name);
    CREATE TABLE evaluation (
      id INTEGER PRIMARY KEY,
      runID INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
      checkpointSHA256 TEXT NOT NULL,
      date TEXT NOT NULL,
      document TEXT NOT NULL
    );
    CREATE INDEX evaluation_run ON evaluation (runID);
    CREATE INDEX evaluation_checkpoint ON evaluation (checkpointSHA256);
    CREATE TABLE checkpoint (
      id INTEGER PRIMARY KEY,
      runID INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('agent', 'training')),
      environmentStep INTEGER NOT NULL,
      path TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      byteCount INTEGER NOT NULL,
      createdAt TEXT NOT NULL
    );
    CREATE INDEX checkpoint_run ON checkpoint (runID);
    CREATE INDEX checkpoint_sha256 ON checkpoint (sha256);
    CREATE TABLE event (
      id INTEGER PRIMARY KEY,
      runID INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
      environmentStep INTEGER,
      date TEXT NOT NULL,
      kind TEXT NOT NULL,
      message TEXT NOT NULL,
      detail TEXT
    );
    CREATE INDEX event_run ON event (runID);
    """

  private static let changelog = """
    CREATE TABLE changelog (
      runID INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      date TEXT NOT NULL,
      section TEXT NOT NULL,
      observation TEXT NOT NULL,
      change TEXT NOT NULL,
      decidedBy TEXT NOT NULL,
      detail TEXT NOT NULL,
      previousHash TEXT NOT NULL,
      hash TEXT NOT NULL,
      PRIMARY KEY (runID, number)
    );
    """

  private static let experience = """
    CREATE TABLE experience (
      id INTEGER PRIMARY KEY,
      runID INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
      environmentStep INTEGER NOT NULL,
      date TEXT NOT NULL,
      document TEXT NOT NULL
    );
    CREATE INDEX experience_run ON experience (runID);
    """
}
