public import ArgumentParser
internal import Foundation

/// What `foal serve` is told, and how it is checked: shared by the tool, which explains it, and by
/// the server, which is started with the same words.
public struct ServeOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "What to serve: agents' files, folders of them, bundled names, or runs. (default: cartpole)",
      valueName: "agent"))
  public var agents: [String] = []
  @Option(
    help: ArgumentHelp("The address to listen on. (default: 127.0.0.1)", valueName: "address"))
  public var host = "127.0.0.1"
  @Option(parsing: .unconditional, help: "The port, 0 to 65535; 0 takes one that is free.")
  public var port = 8080
  @Option(
    name: .customLong("token-file"),
    help: ArgumentHelp(
      "A file whose first line clients must show as bearer token. (default: FOAL_TOKEN, else none)",
      valueName: "file"))
  public var tokenFile: String?
  @Option(
    name: .customLong("allow-host"),
    help: ArgumentHelp(
      "A name by which clients may call the server; may be repeated.", valueName: "name"))
  public var hosts: [String] = []
  @Option(
    name: .customLong("allow-origin"),
    help: ArgumentHelp(
      "An origin whose pages may call, as https://example.org; may be repeated.",
      valueName: "origin"))
  public var origins: [String] = []
  @Option(parsing: .unconditional, help: "The most sessions at one time, 1 to 1,000,000.")
  public var sessions = 10_000
  @Option(
    name: .customLong("body-limit"), parsing: .unconditional,
    help: ArgumentHelp("The most kilobytes of a body, 1 to 65,536.", valueName: "kilobytes"))
  public var bodyKilobytes = 4096
  @Option(
    name: .customLong("batch-window"), parsing: .unconditional,
    help: ArgumentHelp(
      "How long a step waits at most for others that are arriving, 0 to 100.",
      valueName: "milliseconds"))
  public var batchMilliseconds = 1.0
  @Flag(help: "Keep what sessions see, do and are rewarded with, to look at and to learn from.")
  public var feedback = false
  @Flag(
    name: .customLong("evaluate"),
    help: "Evaluate each new version on held-out tasks; one that is worse is taken back.")
  public var evaluates = false
  @Flag(help: "Learn from it beside the server; a better version is taken up. Sets --feedback.")
  public var learn = false
  @Option(
    help: ArgumentHelp(
      "The folder that holds runs/. (default: FOAL_HOME, else the current folder)",
      valueName: "folder"))
  public var home: String?
  @Flag(help: "Print one JSON document with the address on standard output.")
  public var json = false

  public init() {}

  public func validate() throws {
    func check(_ value: Int, _ flag: String, in range: ClosedRange<Int>) throws {
      guard range.contains(value) else {
        throw ValidationError(
          "\(flag) is \(value); allowed: \(range.lowerBound) to \(range.upperBound)")
      }
    }
    try check(port, "--port", in: 0...65_535)
    try check(sessions, "--sessions", in: 1...1_000_000)
    try check(bodyKilobytes, "--body-limit", in: 1...65_536)
    guard (0...100).contains(batchMilliseconds) else {
      throw ValidationError("--batch-window is \(batchMilliseconds); allowed: 0 to 100")
    }
  }

  /// What to serve.
  public var served: [String] { agents.isEmpty ? ["cartpole"] : agents }

  /// The folder that holds `runs/`.
  public var folder: String { home ?? Self.variable("FOAL_HOME") ?? "." }

  /// The token that clients must show; nil for none.
  /// - Throws: `ValidationError` if the file cannot be read.
  public func token() throws -> String? {
    guard let tokenFile else { return Self.variable("FOAL_TOKEN") }
    guard let text = try? String(contentsOfFile: tokenFile, encoding: .utf8) else {
      throw ValidationError("--token-file: \(tokenFile) cannot be read")
    }
    let line = text.prefix { !$0.isNewline }
    return String(line).trimmingCharacters(in: .whitespaces)
  }

  private static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
