/// Whole-file reads and writes that survive a crash.
package enum DurableFile {
  /// Reads a file.
  /// - Parameter limit: a longer file is refused.
  package static func read(
    _ path: String, limit: Int = .max, through files: any FileLayer = SystemFiles()
  ) throws(FileFailure) -> [UInt8] {
    try files.read(path, limit: limit)
  }

  /// Writes a file: to a temporary file beside it, flushed, renamed, and the folder flushed.
  package static func write(
    _ bytes: [UInt8], to path: String, through files: any FileLayer = SystemFiles()
  ) throws(FileFailure) {
    let temporary = "\(path).\(UInt64.random(in: 0...UInt64.max)).tmp"
    do throws(FileFailure) {
      try writeNew(bytes, to: temporary, through: files)
      try files.rename(temporary, to: path)
    } catch {
      try? files.remove(temporary)
      throw error
    }
    try files.synchronizeFolder(files.folder(of: path))
  }

  /// Writes a file that must not exist yet and flushes it. Its name may still be lost in a crash.
  static func writeNew(
    _ bytes: [UInt8], to path: String, through files: any FileLayer
  ) throws(FileFailure) {
    let descriptor = try files.create(path)
    do throws(FileFailure) {
      try files.write(bytes, to: descriptor)
      try files.synchronize(descriptor)
    } catch {
      try? files.close(descriptor)
      throw error
    }
    try files.close(descriptor)
  }
}
