internal import Checksums
package import Files
internal import Tensors

/// The checkpoints of a run: a folder for each, named by its environment step.
///
///     checkpoints/1310720/learner.safetensors    weights, moments, memories
///                         state.json             environments, random streams, counters
///                         manifest.json          lengths and hashes of both
///
/// A checkpoint appears whole or not at all, and what damages it later is found when it is read.
/// One process at a time may use the folder.
public struct CheckpointFolder: Sendable {
  /// A checkpoint as it was written.
  public struct Entry: Sendable, Hashable {
    public var environmentStep: Int
    public var path: String
    /// The SHA-256 of its manifest, which holds those of its files.
    public var sha256: String
    /// The size of all its files, in bytes.
    public var byteCount: Int
  }

  public let path: String
  private let files: any FileLayer

  private static let tensorsName = "learner.safetensors"
  private static let stateName = "state.json"

  /// Names the folder, whether or not it exists.
  public init(_ path: String) { self.init(path, through: SystemFiles()) }

  package init(_ path: String, through files: any FileLayer) {
    self.path = path
    self.files = files
  }

  /// The steps of the checkpoints that there are, sound or not, the newest first.
  public func steps() throws(CheckpointError) -> [Int] {
    try refusing { () throws(FileFailure) in
      try files.names(in: path).compactMap { Int($0) }.filter { $0 >= 0 }.sorted(by: >)
    }
  }

  /// The folder of a checkpoint.
  public func path(ofStep step: Int) -> String { "\(path)/\(step)" }

  /// Writes a checkpoint; one of the same step is replaced.
  /// - Returns: when it is on the disk.
  public func write(
    _ checkpoint: Checkpoint, foalVersion: String
  ) throws(CheckpointError) -> Entry {
    let tensors = Safetensors(entries: checkpoint.tensors).bytes()
    let manifest = Manifest(
      foalVersion: foalVersion, environmentStep: checkpoint.environmentStep,
      notes: checkpoint.notes,
      files: [
        .init(Self.tensorsName, tensors), .init(Self.stateName, checkpoint.state),
      ]
    ).bytes
    try refusing { () throws(FileFailure) in
      try DurableFolder.make(path, through: files)
      try DurableFolder.write(
        [
          (Self.tensorsName, tensors), (Self.stateName, checkpoint.state),
          (Manifest.fileName, manifest),
        ], to: path(ofStep: checkpoint.environmentStep), through: files)
    }
    return entry(
      checkpoint.environmentStep, manifest, others: tensors.count + checkpoint.state.count)
  }

  /// Reads a checkpoint.
  /// - Throws: ``CheckpointError/damaged(path:reason:)`` if a byte is not as it was written.
  public func read(_ step: Int) throws(CheckpointError) -> (Checkpoint, Entry) {
    let place = path(ofStep: step)
    let bytes = try content(Manifest.fileName, of: place, limit: Manifest.byteLimit)
    let manifest = try Manifest(reading: bytes, of: place)
    guard manifest.environmentStep == step,
      manifest.files.map(\.name) == [Self.tensorsName, Self.stateName]
    else { throw .damaged(path: place, reason: "its manifest is another checkpoint's") }
    let state = try content(manifest.files[1], of: place)
    let tensors = try tensors(manifest.files[0], of: place)
    let checkpoint = Checkpoint(
      environmentStep: step, tensors: tensors.entries, state: state, notes: manifest.notes)
    let others = manifest.files.reduce(0) { $0 + $1.byteCount }
    return (checkpoint, entry(step, bytes, others: others))
  }

  /// Removes a checkpoint.
  public func remove(_ step: Int) throws(CheckpointError) {
    try refusing { () throws(FileFailure) in
      try DurableFolder.remove(path(ofStep: step), through: files)
    }
  }

  /// Removes what was left half written.
  public func removeTemporaries() throws(CheckpointError) {
    try refusing { () throws(FileFailure) in
      try DurableFolder.removeTemporaries(in: path, through: files)
    }
  }

  private func entry(_ step: Int, _ manifest: [UInt8], others: Int) -> Entry {
    Entry(
      environmentStep: step, path: path(ofStep: step), sha256: SHA256.hex(of: manifest),
      byteCount: others + manifest.count)
  }

  /// The tensors of a file that must be as the manifest says. It is gone through twice, in pieces, so
  /// that no more of it is in memory than its tensors.
  private func tensors(
    _ file: Manifest.File, of place: String
  ) throws(CheckpointError) -> Safetensors {
    let source: any ReadableFile
    let found: FileHash
    do {
      source = try files.open("\(place)/\(file.name)")
      // A file of another length need not be gone through.
      found = try source.byteCount == file.byteCount ? FileHash(source) : FileHash(FileInMemory([]))
    } catch {
      throw .damaged(path: place, reason: "\(file.name): \(error)")
    }
    try check(file, byteCount: source.byteCount, sha256: found.sha256, of: place)
    do {
      return try Safetensors(SafetensorsFile(source, named: file.name))
    } catch {
      throw .damaged(path: place, reason: "\(error)")
    }
  }

  /// A file that must have the length and the hash that the manifest says.
  private func content(
    _ file: Manifest.File, of place: String
  ) throws(CheckpointError) -> [UInt8] {
    let bytes = try content(file.name, of: place, limit: file.byteCount)
    try check(file, byteCount: bytes.count, sha256: SHA256.hex(of: bytes), of: place)
    return bytes
  }

  private func check(
    _ file: Manifest.File, byteCount: Int, sha256: String, of place: String
  ) throws(CheckpointError) {
    guard byteCount == file.byteCount else {
      throw .damaged(
        path: place, reason: "\(file.name) has \(byteCount) bytes of \(file.byteCount)")
    }
    guard sha256 == file.sha256 else {
      throw .damaged(path: place, reason: "\(file.name) is not as it was written")
    }
  }

  private func content(
    _ name: String, of place: String, limit: Int
  ) throws(CheckpointError) -> [UInt8] {
    do {
      return try files.read("\(place)/\(name)", limit: limit)
    } catch {
      throw .damaged(path: place, reason: "\(name): \(error)")
    }
  }

  private func refusing<Result>(
    _ work: () throws(FileFailure) -> Result
  ) throws(CheckpointError) -> Result {
    do { return try work() } catch { throw .refused(path: path, reason: "\(error)") }
  }
}
