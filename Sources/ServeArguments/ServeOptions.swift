public import ArgumentParser
internal import Foundation

/// What `foal serve` is told, and how it is checked: shared by the tool, which explains it, and by
/// the server, which is started with the same words.
public struct ServeOptions: ParsableArguments {
  @Argument(
    help: "What to serve: an agent's file, a folder of them, or a bundled name.")
  public var agents: [String] = ["cartpole"]
  @Option(help: "The address to listen on; a token is needed where it is not the machine's own.")
  public var host = "127.0.0.1"
  @Option(parsing: .unconditional, help: "The port, 0 to 65535; 0 takes one that is free.")
  public var port = 8080
  @Option(
    help: ArgumentHelp(
      "The folder that holds runs/. (default: FOAL_HOME, else the current folder)",
      valueName: "folder"))
  public var home: String?
  @Flag(help: "Print one JSON document, the address and what is served, on standard output.")
  public var json = false

  public init() {}

  public func validate() throws {
    guard (0...65535).contains(port) else {
      throw ValidationError("--port is \(port); allowed: 0 to 65535")
    }
  }

  /// The folder that holds `runs/`.
  public var folder: String {
    let stated = ProcessInfo.processInfo.environment["FOAL_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    return home ?? stated ?? "."
  }
}
