import Files
import Synchronization

/// Files in memory that fail where a test wants them to, and forget what was not flushed.
///
/// A crash keeps the names that a folder held when it was last flushed, and of each file the bytes
/// that were last flushed.
final class MemoryFiles: FileLayer {
  private final class Node {
    var isFolder: Bool
    var bytes: [UInt8] = []
    var flushedBytes: [UInt8] = []
    var names: [String: Node] = [:]
    var flushedNames: [String: Node] = [:]

    init(isFolder: Bool) { self.isFolder = isFolder }

    /// Forgets what was not flushed.
    func crash() {
      bytes = flushedBytes
      names = flushedNames
      for node in names.values { node.crash() }
    }
  }

  private struct State: ~Copyable {
    let root = Node(isFolder: true)
    var open: [Int32: Node] = [:]
    var operations = 0
    var failing: Int?
  }

  private let state = Mutex(State())

  /// Makes the operation of a number fail, counted from here, and all later ones.
  func fail(at operation: Int?) {
    state.withLock { ($0.operations, $0.failing) = (0, operation) }
  }

  /// The operations that change something, since the last ``fail(at:)``.
  var operations: Int { state.withLock { $0.operations } }

  /// Ends the process and the machine: what was not flushed is lost.
  func crash() {
    state.withLock {
      $0.root.crash()
      ($0.open, $0.failing) = ([:], nil)
    }
  }

  /// Counts an operation that changes something.
  private static func count(_ state: inout State) throws(FileFailure) {
    state.operations += 1
    if let failing = state.failing, state.operations >= failing {
      throw FileFailure("cannot go on: operation \(failing) was made to fail")
    }
  }

  private static func node(_ path: String, _ state: borrowing State) -> Node? {
    path.split(separator: "/").reduce(state.root) { $0?.names[String($1)] }
  }

  private func change<Result>(
    _ work: (inout State) throws(FileFailure) -> sending Result
  ) throws(FileFailure) -> Result {
    try state.withLock { state throws(FileFailure) in
      try Self.count(&state)
      return try work(&state)
    }
  }

  /// The folder that a path lies in, and its name there.
  private static func place(
    _ path: String, _ state: borrowing State
  ) throws(FileFailure) -> (Node, String) {
    let parts = path.split(separator: "/").map(String.init)
    guard let name = parts.last,
      let folder = node(parts.dropLast().joined(separator: "/"), state), folder.isFolder
    else { throw FileFailure("no folder for \(path)") }
    return (folder, name)
  }

  func create(_ path: String) throws(FileFailure) -> Int32 {
    try change { state throws(FileFailure) in
      let (folder, name) = try Self.place(path, state)
      guard folder.names[name] == nil else { throw FileFailure("\(path) exists") }
      let node = Node(isFolder: false)
      folder.names[name] = node
      let descriptor = Int32(state.operations)
      state.open[descriptor] = node
      return descriptor
    }
  }

  func write(_ bytes: [UInt8], to descriptor: Int32) throws(FileFailure) {
    try change { state throws(FileFailure) in state.open[descriptor]!.bytes += bytes }
  }

  func synchronize(_ descriptor: Int32) throws(FileFailure) {
    try change { state throws(FileFailure) in
      let node = state.open[descriptor]!
      node.flushedBytes = node.bytes
    }
  }

  func close(_ descriptor: Int32) throws(FileFailure) {
    try change { state throws(FileFailure) in _ = state.open.removeValue(forKey: descriptor) }
  }

  func rename(_ path: String, to newPath: String) throws(FileFailure) {
    try change { state throws(FileFailure) in
      let (folder, name) = try Self.place(path, state)
      let (newFolder, newName) = try Self.place(newPath, state)
      guard let node = folder.names[name] else { throw FileFailure("no \(path)") }
      if node.isFolder, newFolder.names[newName]?.names.isEmpty == false {
        throw FileFailure("\(newPath) is not empty")
      }
      folder.names[name] = nil
      newFolder.names[newName] = node
    }
  }

  func remove(_ path: String) throws(FileFailure) {
    try change { state throws(FileFailure) in
      let (folder, name) = try Self.place(path, state)
      guard folder.names[name]?.isFolder == false else { throw FileFailure("no file \(path)") }
      folder.names[name] = nil
    }
  }

  func makeFolder(_ path: String) throws(FileFailure) {
    try change { state throws(FileFailure) in
      let (folder, name) = try Self.place(path, state)
      if folder.names[name] == nil { folder.names[name] = Node(isFolder: true) }
    }
  }

  func removeFolder(_ path: String) throws(FileFailure) {
    try change { state throws(FileFailure) in
      let (folder, name) = try Self.place(path, state)
      guard folder.names[name]?.names.isEmpty == true else {
        throw FileFailure("\(path) is not an empty folder")
      }
      folder.names[name] = nil
    }
  }

  func synchronizeFolder(_ path: String) throws(FileFailure) {
    try change { state throws(FileFailure) in
      guard let node = Self.node(path == "." ? "" : path, state) else {
        throw FileFailure("no folder \(path)")
      }
      node.flushedNames = node.names
    }
  }

  func read(_ path: String, limit: Int) throws(FileFailure) -> [UInt8] {
    try state.withLock { state throws(FileFailure) in
      guard let node = Self.node(path, state), !node.isFolder else {
        throw FileFailure("no file \(path)")
      }
      guard node.bytes.count <= limit else { throw FileFailure("it is too long") }
      return node.bytes
    }
  }

  func open(_ path: String) throws(FileFailure) -> any ReadableFile {
    FileInMemory(try read(path, limit: .max))
  }

  func names(in folder: String) throws(FileFailure) -> [String] {
    state.withLock { state in
      Self.node(folder == "." ? "" : folder, state).map { Array($0.names.keys) } ?? []
    }
  }

  /// Replaces a file's bytes behind the back of whoever wrote it.
  func damage(_ path: String, _ bytes: [UInt8]) {
    state.withLock { state in Self.node(path, state)!.bytes = bytes }
  }
}
