internal import Files
internal import Foundation
internal import GRDB

/// The runs of a home folder: one SQLite file, `runs/foal.sqlite`, and a folder a run beside it.
///
/// Any number of processes may read and write at once. What was written stays, whatever ends the
/// process: the file is in write-ahead mode and flushed with each transaction.
public struct RunStore: Sendable {
  /// The folder that holds `runs/`.
  public let home: String
  private let database: DatabasePool

  /// The store's file below a home folder.
  public static func path(below home: String) -> String {
    (runsFolder(below: home) as NSString).appendingPathComponent("foal.sqlite")
  }

  /// Whether a home folder has a store, sound or not.
  public static func exists(below home: String) -> Bool {
    FileManager.default.fileExists(atPath: path(below: home))
  }

  /// Opens the store of a home folder; makes it, and the folder, if there is none.
  /// - Parameter home: the folder that holds `runs/`; empty or "." for the current one.
  /// - Throws: `RunStoreError` for anything else in its place, a damaged file, a newer version's.
  public init(below home: String) throws(RunStoreError) {
    self.home = home.isEmpty ? "." : home
    let path = Self.path(below: self.home)
    try StoreFile.makeFolder(for: path)
    // One at a time makes or opens the store: SQLite's own locks do not cover the change to
    // write-ahead mode. Not a file of its own, for what is no store of ours is left as it is. Where
    // folders cannot be locked, as on NFS, write-ahead mode does not work between machines either.
    let turn = try? FileLock(waitingFor: Self.runsFolder(below: self.home))
    defer { withExtendedLifetime(turn) {} }
    try StoreFile.prepare(path)
    do {
      database = try DatabasePool(path: path, configuration: Self.configuration)
      // After the pool is open: opening sets less than FULL, by which a power cut takes the last
      // transactions back.
      try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      try Schema.migrator.migrate(database)
    } catch {
      throw RunStoreError(opening: path, error)
    }
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(30)
    configuration.foreignKeysEnabled = true
    configuration.maximumReaderCount = 2
    return configuration
  }

  /// The folder of the store and of all runs' folders below a home folder.
  public static func runsFolder(below home: String) -> String {
    home.isEmpty || home == "." ? "runs" : (home as NSString).appendingPathComponent("runs")
  }

  /// The folder of a run's own files, whether or not it exists.
  public func folder(of run: Run) -> String {
    precondition(RunName.isFit(run.name), "\"\(run.name)\" is no name for a run")
    return (Self.runsFolder(below: home) as NSString).appendingPathComponent(run.name)
  }

  /// Makes the folder of a run's own files, if there is none, and returns it.
  public func makeFolder(of run: Run) throws(RunStoreError) -> String {
    let folder = folder(of: run)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .cannotOpen(path: folder, reason: "the folder cannot be made")
    }
    return folder
  }

  /// The path that a checkpoint keeps: from the home folder for what lies below it, so that the
  /// home may be moved, and absolute otherwise.
  public func recordedPath(of file: String) -> String {
    let file = URL(fileURLWithPath: file).standardizedFileURL.path
    let root = URL(fileURLWithPath: home).standardizedFileURL.path
    let prefix = root.hasSuffix("/") ? root : root + "/"
    return file.hasPrefix(prefix) ? String(file.dropFirst(prefix.count)) : file
  }

  /// Where a checkpoint's file is now.
  public func path(of checkpoint: RunCheckpoint) -> String {
    checkpoint.path.hasPrefix("/") || home == "."
      ? checkpoint.path : (home as NSString).appendingPathComponent(checkpoint.path)
  }
}

extension RunStore {
  /// Reads in one transaction: all of it from one moment.
  func read<Result>(_ work: (Database) throws -> Result) throws(RunStoreError) -> Result {
    do { return try database.read(work) } catch { throw explain(error) }
  }

  /// Writes in one transaction: all of it, or nothing.
  func write<Result>(_ work: (Database) throws -> Result) throws(RunStoreError) -> Result {
    do { return try database.write(work) } catch { throw explain(error) }
  }

  private func explain(_ error: any Error) -> RunStoreError {
    RunStoreError(using: Self.path(below: home), error)
  }
}
