/// What Foal asks of the operating system for its own files: the only way in which agents,
/// checkpoints and replays reach the disk. Tests put a layer of their own beneath, which fails where
/// they want it to and forgets what was not flushed.
package protocol FileLayer: Sendable {
  /// Makes a file that must not exist yet, and returns what it is written by.
  func create(_ path: String) throws(FileFailure) -> Int32
  /// Writes all the bytes.
  func write(_ bytes: [UInt8], to descriptor: Int32) throws(FileFailure)
  /// Flushes what was written to the disk.
  func synchronize(_ descriptor: Int32) throws(FileFailure)
  /// Closes a file; what it was written by is not to be used any more, even after a failure.
  func close(_ descriptor: Int32) throws(FileFailure)
  /// Gives a file or a folder another name. A file of that name is replaced.
  func rename(_ path: String, to newPath: String) throws(FileFailure)
  /// Removes a file.
  func remove(_ path: String) throws(FileFailure)
  /// Makes a folder, unless there is one.
  func makeFolder(_ path: String) throws(FileFailure)
  /// Removes an empty folder.
  func removeFolder(_ path: String) throws(FileFailure)
  /// Flushes which names a folder holds.
  func synchronizeFolder(_ path: String) throws(FileFailure)
  /// Reads a whole file.
  /// - Parameter limit: a longer file is refused before it is read.
  func read(_ path: String, limit: Int) throws(FileFailure) -> [UInt8]
  /// Opens a file to read it in pieces. What can be read only once, such as a pipe, is read whole.
  func open(_ path: String) throws(FileFailure) -> any ReadableFile
  /// The names in a folder, in no order; empty if there is no such folder.
  func names(in folder: String) throws(FileFailure) -> [String]
}

/// A refusal by the operating system.
package struct FileFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was tried and why it failed, in one line.
  package let description: String

  package init(_ description: String) { self.description = description }
}

extension FileLayer {
  /// The folder that a path lies in.
  func folder(of path: String) -> String {
    switch path.lastIndex(of: "/") {
    case nil: "."
    case path.startIndex: "/"
    case let slash?: String(path[..<slash])
    }
  }
}
