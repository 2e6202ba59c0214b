internal import ArgumentParser
internal import Foundation

/// Where a trained agent is written.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The file to write the agent to. (default: runs/<name>-<seed>.safetensors)",
      valueName: "file"))
  var output: String?

  @Flag(help: "Overwrite the file if it exists.")
  var force = false

  /// The file for an agent, whether or not it exists.
  func path(for agent: String, below home: HomeOptions) -> String {
    output ?? (home.runsFolder as NSString).appendingPathComponent("\(agent).safetensors")
  }

  /// Makes sure, before any work is done, that the file can be written at the end of it.
  ///
  /// Makes the folder if there is none.
  /// - Throws: `CommandFailure` that names the file.
  static func prepare(_ path: String, force: Bool) throws {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: path, isDirectory: &isFolder) {
      guard !isFolder.boolValue else {
        throw CommandFailure("\(path) is a folder; --output needs a file's name")
      }
      guard force else {
        throw CommandFailure("\(path) exists; --force overwrites it, --output names another file")
      }
    }
    let folder = (path as NSString).deletingLastPathComponent
    let place = folder.isEmpty ? "." : folder
    do {
      try files.createDirectory(atPath: place, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure(
        "cannot make the folder \(place) for \(path): \(error.localizedDescription)")
    }
    // Asking for permissions does not tell of full or read-only disks: a file does.
    let probe = "\(place)/.foal-\(UUID().uuidString)"
    guard files.createFile(atPath: probe, contents: Data([0])) else {
      throw CommandFailure("cannot write \(path): the folder \(place) takes no files")
    }
    try? files.removeItem(atPath: probe)
  }
}

/// What a command prints for a path that the user pastes into a shell.
func shellWord(_ path: String) -> String {
  let plain = path.unicodeScalars.allSatisfy {
    CharacterSet.alphanumerics.contains($0) || "/._-+:@%=,".unicodeScalars.contains($0)
  }
  return plain && !path.isEmpty
    ? path : "'" + path.replacingOccurrences(of: "'", with: "'\\''") + "'"
}
