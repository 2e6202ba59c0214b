internal import Foundation
internal import Records
internal import Subprocess
internal import System

/// Reads the list of reproductions from the `foal` tool: the server itself links nothing that trains.
actor ReproductionReader {
  /// The most bytes of the list.
  private static let mostBytes = 1 << 20
  /// The tool's program.
  private let tool: String
  /// What was read before; the list is the tool's own and stays what it is.
  private var list: JSONValue?

  /// - Parameter tool: the tool's program; the one beside the server's own if nil.
  init(tool: String? = nil) {
    let server = Bundle.main.executablePath ?? ""
    let folder = (server as NSString).deletingLastPathComponent
    self.tool = tool ?? (folder as NSString).appendingPathComponent("foal")
  }

  /// The list, as `foal reproduce --list --json` prints it.
  func read() async throws(DashboardFailure) -> JSONValue {
    if let list { return list }
    guard FileManager.default.isExecutableFile(atPath: tool) else {
      throw DashboardFailure(
        .unavailable,
        "the list comes from the foal tool, and \(tool) is not there; "
          + "'swift build -c release --product foal' builds it")
    }
    let text: String?
    do {
      text = try await Subprocess.run(
        .path(FilePath(tool)), arguments: ["reproduce", "--list", "--json"], input: .none,
        output: .string(limit: Self.mostBytes), error: .discarded
      ).standardOutput
    } catch {
      throw DashboardFailure(.unavailable, "\(tool) cannot be run: \(error)")
    }
    guard let text, let read = try? JSONValue(parsing: text), read["systems"] != nil else {
      throw DashboardFailure(.unavailable, "\(tool) printed no list of reproductions")
    }
    list = read
    return read
  }
}
