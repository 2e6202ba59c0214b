internal import Foundation
internal import GRDB

/// The store's file before it is opened: is it ours to open?
enum StoreFile {
  /// What marks a SQLite file as Foal's: "Foal" in ASCII, at byte 68 of the file.
  static let applicationID: Int32 = 0x466F_616C

  /// Makes sure that opening the file harms nobody: that it is Foal's, or made here and now.
  ///
  /// The first hundred bytes are looked at without SQLite, which may write to what it opens.
  static func prepare(_ path: String) throws(RunStoreError) {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: path, isDirectory: &isFolder) {
      guard !isFolder.boolValue else { throw .notAStore(path: path, reason: "it is a folder") }
      let header = try header(of: path)
      if !header.isEmpty { return try check(header, path) }
    } else {
      try makeFolder((path as NSString).deletingLastPathComponent, for: path)
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
  }

  private static func makeFolder(_ folder: String, for path: String) throws(RunStoreError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .cannotOpen(path: path, reason: "the folder \(folder) cannot be made")
    }
  }

  /// Makes an empty store's file, marked as Foal's. Several processes may do so at once.
  private static func mark(_ path: String) throws(RunStoreError) {
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.write { try $0.execute(sql: "PRAGMA application_id = \(applicationID)") }
      try queue.close()
    } catch let error as DatabaseError {
      throw .cannotOpen(path: path, reason: error.reason)
    } catch {
      throw .cannotOpen(path: path, reason: "\(error)")
    }
  }
}

extension DatabaseError {
  /// Why, in SQLite's words.
  var reason: String { message ?? "SQLite's code \(extendedResultCode.rawValue)" }
}
