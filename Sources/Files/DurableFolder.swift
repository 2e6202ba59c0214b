/// Folders of a few files that are there whole or not at all, whatever ends the process or the
/// machine.
package enum DurableFolder {
  /// A file of a folder.
  package typealias File = (name: String, bytes: [UInt8])

  /// Writes a folder: into a temporary one beside it, files and folder flushed, renamed, and the
  /// folder that it lies in flushed. A folder of that name is replaced.
  package static func write(
    _ contents: [File], to path: String, through files: any FileLayer = SystemFiles()
  ) throws(FileFailure) {
    let temporary = temporaryPath(for: path, through: files)
    do throws(FileFailure) {
      try files.makeFolder(temporary)
      for file in contents {
        try DurableFile.writeNew(file.bytes, to: "\(temporary)/\(file.name)", through: files)
      }
      try files.synchronizeFolder(temporary)
      try remove(path, through: files)
      try files.rename(temporary, to: path)
    } catch {
      try? removeContents(of: temporary, through: files)
      throw error
    }
    try files.synchronizeFolder(files.folder(of: path))
  }

  /// Removes a folder of files, if there is one. What a crash leaves of it has a temporary name.
  package static func remove(
    _ path: String, through files: any FileLayer = SystemFiles()
  ) throws(FileFailure) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard try files.names(in: files.folder(of: path)).contains(name) else { return }
    let temporary = temporaryPath(for: path, through: files)
    try files.rename(path, to: temporary)
    try removeContents(of: temporary, through: files)
  }

  /// Makes a folder and those that it lies in, and flushes what was made.
  package static func make(
    _ path: String, through files: any FileLayer = SystemFiles()
  ) throws(FileFailure) {
    let parent = files.folder(of: path)
    if parent != path, parent != "." { try make(parent, through: files) }
    guard path != "/" else { return }
    try files.makeFolder(path)
    try files.synchronizeFolder(parent)
  }

  /// Removes what crashes left under temporary names in a folder that nobody else writes to.
  package static func removeTemporaries(
    in folder: String, through files: any FileLayer = SystemFiles()
  ) throws(FileFailure) {
    for name in try files.names(in: folder) where name.hasPrefix(".") && name.hasSuffix(".tmp") {
      try removeContents(of: "\(folder)/\(name)", through: files)
    }
  }

  private static func temporaryPath(for path: String, through files: any FileLayer) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return "\(files.folder(of: path))/.\(name).\(UInt64.random(in: 0...UInt64.max)).tmp"
  }

  private static func removeContents(
    of path: String, through files: any FileLayer
  ) throws(FileFailure) {
    for name in try files.names(in: path) { try files.remove("\(path)/\(name)") }
    try files.removeFolder(path)
  }
}
