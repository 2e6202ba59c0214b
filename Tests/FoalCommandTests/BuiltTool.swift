import Foundation
import Testing

/// The built `foal`, run as a user runs it.
enum BuiltTool {
  /// What a run of the tool left behind.
  struct Ending {
    let status: Int32
    let output: Data
    let complaint: String

    var text: String { String(decoding: output, as: UTF8.self) }

    /// Standard output as one JSON object.
    func document() throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
    }
  }

  /// The tool beside the tests, whatever folder the build put both in.
  static var executable: URL {
    get throws {
      let starts =
        [Bundle.main.executableURL, Bundle.main.bundleURL] + Bundle.allBundles.map(\.bundleURL)
      for start in starts.compactMap({ $0 }) {
        var folder = start
        for _ in 0..<5 {
          folder.deleteLastPathComponent()
          let tool = folder.appendingPathComponent("foal")
          var isFolder: ObjCBool = false
          if FileManager.default.fileExists(atPath: tool.path, isDirectory: &isFolder),
            !isFolder.boolValue, FileManager.default.isExecutableFile(atPath: tool.path),
            folder.lastPathComponent != "foal", folder.path.contains(".build")
          {
            return tool
          }
        }
      }
      throw CocoaError(.fileNoSuchFile)
    }
  }

  /// Runs the tool in a folder.
  /// - Parameters:
  ///   - variables: what is added to the environment.
  ///   - meanwhile: called with the running tool and the file of its standard output.
  static func run(
    _ arguments: [String], in folder: URL, variables: [String: String] = [:],
    meanwhile: (Process, URL) throws -> Void = { _, _ in }
  ) throws -> Ending {
    let going = try start(arguments, in: folder, variables: variables)
    try meanwhile(going.process, going.output)
    return try going.end()
  }

  /// A run of the tool that goes on.
  struct Going {
    let process: Process
    let output: URL
    let complaint: URL

    /// Waits for its end.
    func end() throws -> Ending {
      process.waitUntilExit()
      return Ending(
        status: process.terminationStatus, output: try Data(contentsOf: output),
        complaint: String(decoding: try Data(contentsOf: complaint), as: UTF8.self))
    }
  }

  /// Starts the tool in a folder.
  static func start(
    _ arguments: [String], in folder: URL, variables: [String: String] = [:]
  ) throws -> Going {
    let process = Process()
    process.executableURL = try executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    environment["FOAL_HOME"] = nil
    environment.merge(variables) { _, new in new }
    process.environment = environment
    // Files rather than pipes: a full pipe would stop the tool.
    let output = folder.appendingPathComponent("\(UUID().uuidString).out")
    let complaint = folder.appendingPathComponent("\(UUID().uuidString).err")
    for file in [output, complaint] {
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: complaint)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return Going(process: process, output: output, complaint: complaint)
  }

  /// Makes a folder, calls the body with it and removes it.
  static func inTemporaryFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "foal-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  /// Trains an agent in next to no time.
  static func pretrain(_ output: String, in folder: URL, _ flags: [String] = []) throws -> Ending {
    try run(
      [
        "pretrain", "cartpole", "--steps", "2048", "--slots", "8", "--rollout-steps", "32",
        "--hidden", "16", "--memory", "8", "--output", output,
      ] + flags, in: folder)
  }
}
