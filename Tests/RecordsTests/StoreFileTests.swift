import Foundation
import GRDB
import Records
import Testing

/// What happens where a store should be.
@Suite struct StoreFileTests {
  private let home = TemporaryHome()

  /// Puts a file in the store's place.
  private func place(_ content: Data) throws {
    try FileManager.default.createDirectory(
      atPath: home.path + "/runs", withIntermediateDirectories: true)
    try content.write(to: URL(fileURLWithPath: home.file))
  }

  /// Expects an error from opening, and that it left everything as it was.
  private func refusal() throws -> RunStoreError {
    let before = try state()
    let error = try #require(throws: RunStoreError.self) { try home.store() }
    #expect(try state() == before)
    #expect(!"\(error)".contains("\n") && "\(error)".contains(home.file))
    return error
  }

  /// Every file beside the store, with its bytes.
  private func state() throws -> [String: Data?] {
    let folder = home.path + "/runs"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, FileManager.default.contents(atPath: "\(folder)/\($0)"))
      })
  }

  /// A store with some runs and metrics, in its one file.
  private func fullStore() throws -> Data {
    do {
      let store = try home.store()
      for _ in 0..<20 {
        let run = try store.begin(.example())
        try store.append(
          (0..<200).map {
            Metric(environmentStep: $0, wallSeconds: 0, name: "return", value: Double($0))
          }, to: run)
      }
    }
    return try Data(contentsOf: URL(fileURLWithPath: home.file))
  }

  @Test func makesAStoreWhereThereIsNone() throws {
    #expect(!RunStore.exists(below: home.path))
    _ = try home.store()
    #expect(RunStore.exists(below: home.path))
    let queue = try DatabaseQueue(path: home.file)
    let tables = try queue.read { database in
      try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    }
    #expect(
      Set(tables).isSuperset(of: [
        "run", "configuration", "metric", "evaluation", "checkpoint", "event", "changelog",
        "experience",
      ]))
    #expect(try queue.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    #expect(try queue.read { try Int.fetchOne($0, sql: "PRAGMA application_id") } == 0x466F_616C)
  }

  @Test func takesAnEmptyFileForNoStore() throws {
    try place(Data())
    #expect(try home.store().runs().isEmpty)
  }

  @Test func goesOnWhereMakingAStoreWasInterrupted() throws {
    try place(Data())
    do {
      let queue = try DatabaseQueue(path: home.file)
      try queue.write { try $0.execute(sql: "PRAGMA application_id = 0x466F616C") }
    }
    #expect(try home.store().runs().isEmpty)
  }

  @Test(arguments: ["1 runs", "2 changelog"])
  func bringsAnOlderStoreUpToDate(step: String) throws {
    try place(Data())
    do {
      let queue = try DatabaseQueue(path: home.file)
      try queue.write { try $0.execute(sql: "PRAGMA application_id = 0x466F616C") }
      try Schema.migrator.migrate(queue, upTo: step)
      try queue.write { database in
        try database.execute(
          sql: """
            INSERT INTO run (name, command, task, seed, foalVersion, state, startedAt, heartbeatAt)
              VALUES ('old-0', 'train', 'acrobot', '0', '0.0.9', 'finished',
                '2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z');
            INSERT INTO metric (runID, environmentStep, wallSeconds, name, value)
              VALUES (1, 64, 0.5, 'return', -123.25);
            INSERT INTO evaluation (runID, checkpointSHA256, date, document)
              VALUES (1, 'ab', '2026-01-02T03:04:05.678Z', '{"tasks":3}');
            INSERT INTO event (runID, date, kind, message)
              VALUES (1, '2026-01-02T03:04:05.678Z', 'solved', 'solved acrobot');
            """)
      }
    }
    let store = try home.store()
    let run = try store.run(named: "old-0")
    #expect(run.foalVersion == "0.0.9" && run.task == "acrobot")
    #expect(run.startedAt == Date(timeIntervalSince1970: 1_767_323_045.678))
    #expect(try store.metrics(of: run).map(\.value) == [-123.25])
    #expect(try store.evaluations(of: run).map(\.document) == [.object(["tasks": .integer(3)])])
    #expect(try store.events(of: run).map(\.message) == ["solved acrobot"])
    let experience = RunExperience(environmentStep: 64, date: exampleDate, document: .integer(1))
    try store.add(experience, to: run)
    #expect(try store.experiences(of: run) == [experience])
    let entry = try store.append(
      NewChangelogEntry(section: "1", change: "c", decidedBy: "d"), to: run)
    #expect(try store.verifyChangelog(of: run) == .intact(head: entry.hash))
  }

  @Test func refusesANewerStore() throws {
    _ = try fullStore()
    do {
      let queue = try DatabaseQueue(path: home.file)
      try queue.write { database in
        try database.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 later')")
      }
    }
    let error = try refusal()
    #expect(error == .madeByNewerVersion(path: home.file))
    #expect("\(error)".contains("made by a newer version of Foal"))
  }

  @Test func refusesAnotherProgramsDatabase() throws {
    try place(Data())
    do {
      let queue = try DatabaseQueue(path: home.file)
      try queue.write { try $0.execute(sql: "CREATE TABLE run (name TEXT)") }
    }
    #expect(
      try refusal()
        == .notAStore(path: home.file, reason: "it is another program's SQLite database"))
  }

  @Test(arguments: ["hello, this is no store", "S", String(repeating: "x", count: 10_000)])
  func refusesATextFile(text: String) throws {
    try place(Data(text.utf8))
    #expect(try refusal() == .notAStore(path: home.file, reason: "it is no SQLite database"))
  }

  @Test func refusesAFolder() throws {
    try FileManager.default.createDirectory(atPath: home.file, withIntermediateDirectories: true)
    #expect(try refusal() == .notAStore(path: home.file, reason: "it is a folder"))
  }

  /// Cut within the header, within the first page, at a page's end, and near the end.
  @Test(arguments: [20, 99, 100, 1000, 4096, 5000, 8192, 16_384, -1])
  func refusesATruncatedStore(length: Int) throws {
    let whole = try fullStore()
    #expect(whole.count > 16_384)
    try place(whole.prefix(length < 0 ? whole.count - 1 : length))
    guard case .damaged(home.file, let reason) = try refusal() else {
      Issue.record("expected a damaged store")
      return
    }
    #expect(!reason.isEmpty)
  }

  /// Whatever bytes change, reading says so or gives rows, and never traps.
  @Test func readsDamagedBytesWithoutATrap() throws {
    let whole = try fullStore()
    for start in stride(from: 100, to: whole.count - 64, by: whole.count / 40) {
      var damaged = whole
      for index in start..<start + 64 { damaged[index] ^= 0x5A }
      for name in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: home.file + name) }
      try place(damaged)
      do {
        let store = try home.store()
        for run in try store.runs() { _ = try store.metrics(of: run) }
      } catch {
        #expect(error is RunStoreError)
      }
    }
  }

  @Test(arguments: [
    "UPDATE run SET startedAt = 'yesterday'", "UPDATE run SET seed = 'x'",
    "UPDATE run SET name = '../../up'", "UPDATE run SET environmentSteps = 'many'",
    "UPDATE run SET command = x'ff'", "UPDATE configuration SET document = '{'",
  ])
  func refusesRowsThatAnotherHandWrote(change: String) throws {
    let store = try home.store()
    let run = try store.begin(.example())
    let queue = try DatabaseQueue(path: home.file)
    try queue.write { try $0.execute(sql: change) }
    let error = #expect(throws: RunStoreError.self) {
      _ = try store.runs()
      _ = try store.configuration(of: run)
    }
    guard case .damaged(_, let reason)? = error else {
      Issue.record("expected a damaged store")
      return
    }
    #expect(reason.hasSuffix("is not what it should be"))
  }

  @Test func saysWhereAFolderTakesNoFiles() throws {
    for path in ["/dev/null", "/dev/null/below"] {
      let error = try #require(throws: RunStoreError.self) { try RunStore(below: path) }
      guard case .cannotOpen = error else {
        Issue.record("expected a store that cannot be opened, got \(error)")
        continue
      }
      #expect("\(error)".hasPrefix("cannot open the run store \(path)/runs/foal.sqlite: "))
    }
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may write everywhere"))
  func refusesAFolderWithoutPermission() throws {
    let folder = home.path + "/runs"
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try files.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
    defer { try? files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder) }
    guard case .cannotOpen = try refusal() else {
      Issue.record("expected a store that cannot be opened")
      return
    }
  }
}
