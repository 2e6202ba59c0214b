internal import Foundation
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// The `foal` tool, run as a process of its own: what trains never enters the server.
final class ToolProcess: Sendable {
  /// The tool's program; nil for the one that lies beside the server's.
  private let program: String?
  private let isBusy = Mutex(false)

  /// The longest output that is read.
  private static let outputLimit = 32 << 20

  init(program: String?) {
    self.program = program
  }

  /// Runs the tool and returns what it printed on standard output.
  ///
  /// - Parameter limit: how long it may take.
  /// - Throws: `APIError` 422 with the tool's own line if it fails, or if it takes too long; 429 if it
  ///   runs already.
  func run(_ arguments: [String], within limit: Duration) async throws(APIError) -> String {
    guard let path = program ?? Self.sibling else {
      throw APIError(422, "the foal tool is not beside the server")
    }
    guard isBusy.withLock({ exchange(&$0, true) }) == false else {
      throw APIError(429, "the server does one such work at a time; try again later")
    }
    defer { isBusy.withLock { $0 = false } }
    do {
      return try await Self.output(of: path, arguments, within: limit)
    } catch let error as APIError {
      throw error
    } catch {
      throw APIError(422, "the foal tool could not be run: \(error)")
    }
  }

  private func exchange(_ value: inout Bool, _ next: Bool) -> Bool {
    defer { value = next }
    return value
  }

  private static func output(
    of path: String, _ arguments: [String], within limit: Duration
  ) async throws -> String {
    try await withThrowingTaskGroup(of: String?.self) { group in
      group.addTask {
        let result = try await Subprocess.run(
          .path(FilePath(path)), arguments: Arguments(arguments),
          output: .string(limit: outputLimit), error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else {
          let line = result.standardError.split(whereSeparator: \.isNewline).last ?? ""
          let message = line.hasPrefix("foal: ") ? line.dropFirst(6) : line[...]
          throw APIError(422, message.isEmpty ? "the foal tool failed" : String(message))
        }
        return result.standardOutput
      }
      group.addTask {
        try await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      guard let output = try await group.next() ?? nil else {
        throw APIError(422, "it took longer than \(limit)")
      }
      return output
    }
  }

  /// The tool that was installed with the server.
  private static var sibling: String? {
    guard let server = Bundle.main.executablePath else { return nil }
    let folder = (server as NSString).deletingLastPathComponent
    let path = (folder as NSString).appendingPathComponent("foal")
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }
}
