internal import Foundation
internal import GRDB

/// The store's file before it is opened: is it ours to open?
enum StoreFile {
  /// What marks a SQLite file as Foal's: "Foal" in ASCII, at byte 68 of the file.
  static let applicationID: Int32 = 0x466F_616C

  /// Makes sure that opening the file harms nobody: that it is a whole store of this version or an
  /// older one, or made here and now. What is not is left as it is, to the byte.
  ///
  /// The first hundred bytes are looked at without SQLite, which may write to what it opens; then
  /// the steps of the schema without a pool, which does write.
  static func prepare(_ path: String) throws(RunStoreError) {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: path, isDirectory: &isFolder) {
      guard !isFolder.boolValue else { throw .notAStore(path: path, reason: "it is a folder") }
      let header = try header(of: path)
      if !header.isEmpty {
        try check(header, path)
        return try checkVersion(path)
      }
    }
    try mark(path)
  }

  private static func header(of path: String) throws(RunStoreError) -> [UInt8] {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      return [UInt8](try file.read(upToCount: 100) ?? Data())
    } catch {
      throw .cannotOpen(path: path, reason: "it cannot be read")
    }
  }

  private static func check(_ header: [UInt8], _ path: String) throws(RunStoreError) {
    guard header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw .notAStore(path: path, reason: "it is no SQLite database")
    }
    guard header.count == 100 else { throw .damaged(path: path, reason: "it is cut off") }
    let mark = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard mark == UInt32(bitPattern: applicationID) else {
      throw .notAStore(path: path, reason: "it is another program's SQLite database")
    }
    // A power of two from 512, or 1 for 65536, which 16 bits do not hold.
    let stated = Int(header[16]) << 8 | Int(header[17])
    let pageSize = stated == 1 ? 65_536 : stated
    guard pageSize >= 512 else { throw .damaged(path: path, reason: "its pages have no size") }
    let count = size(of: path)
    // What a crash left half written is in the log, and written anew from there.
    guard count.isMultiple(of: pageSize) || size(of: path + "-wal") > 0 else {
      throw .damaged(path: path, reason: "it is cut off")
    }
  }

  /// The bytes of a file; 0 if there is none.
  private static func size(of path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }

  private static func checkVersion(_ path: String) throws(RunStoreError) {
    let isNewer = try withQueue(path) { try $0.read(Schema.migrator.hasBeenSuperseded) }
    if isNewer { throw .madeByNewerVersion(path: path) }
  }

  /// Makes the folder that a store's file is in, if there is none.
  static func makeFolder(for path: String) throws(RunStoreError) {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .cannotOpen(path: path, reason: "the folder \(folder) cannot be made")
    }
  }

  /// Makes an empty store's file, marked as Foal's.
  private static func mark(_ path: String) throws(RunStoreError) {
    try withQueue(path) { queue in
      try queue.write { try $0.execute(sql: "PRAGMA application_id = \(applicationID)") }
    }
  }

  /// Opens the file for a moment.
  private static func withQueue<Result>(
    _ path: String, _ work: (DatabaseQueue) throws -> Result
  ) throws(RunStoreError) -> Result {
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(30)
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      defer { try? queue.close() }
      return try work(queue)
    } catch {
      throw RunStoreError(opening: path, error)
    }
  }
}

extension RunStoreError {
  /// Explains what SQLite refused while the store was opened.
  init(opening path: String, _ error: any Error) {
    self = RunStoreError(using: path, error)
    if case .refused(_, let reason) = self { self = .cannotOpen(path: path, reason: reason) }
  }

  /// Explains what SQLite refused.
  init(using path: String, _ error: any Error) {
    if let error = error as? RunStoreError {
      self = error
    } else if let error = error as? DatabaseError {
      let reason = Self.reason(for: error, path)
      let isDamage = [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
      self =
        isDamage ? .damaged(path: path, reason: reason) : .refused(path: path, reason: reason)
    } else {
      self = .refused(path: path, reason: "\(error)")
    }
  }

  /// What SQLite refused in words; those of its own that do not tell why are put into plainer ones.
  private static func reason(for error: DatabaseError, _ path: String) -> String {
    // What did not fit is the file beside the store that those who read it share.
    if error.extendedResultCode == .SQLITE_IOERR_SHMSIZE { return "the disk is full" }
    let folder = (path as NSString).deletingLastPathComponent
    if error.resultCode == .SQLITE_CANTOPEN, !FileManager.default.isWritableFile(atPath: folder) {
      return "its folder is read-only, and even those who read the store write beside it"
    }
    return error.message ?? "SQLite's code \(error.extendedResultCode.rawValue)"
  }
}
