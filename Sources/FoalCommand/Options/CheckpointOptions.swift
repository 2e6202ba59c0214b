internal import ArgumentParser

/// How often a run is saved, and which one goes on.
struct CheckpointOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Go on with a run that was stopped or killed; its settings are those that it began with.",
      valueName: "run"))
  var resume: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Seconds between checkpoints, 0 to 86,400; 0 saves after each rollout. (default: 60)",
      valueName: "seconds"))
  var checkpointSeconds: Double?

  /// The time between checkpoints.
  var interval: Duration { .seconds(checkpointSeconds ?? 60) }

  func validate() throws {
    if let seconds = checkpointSeconds, !(0...86_400).contains(seconds) {
      throw ValidationError("--checkpoint-seconds is \(seconds); allowed: 0 to 86,400")
    }
  }

  /// Flags that change nothing of what a run computes.
  private static let allowed = [
    "--resume", "--checkpoint-seconds", "--workers", "--json", "--output", "--force", "--home",
  ]

  /// Checks that nothing was asked for that the run has settled already.
  /// - Parameters:
  ///   - subject: the family or environment, if one was named.
  ///   - arguments: what was typed.
  func checkAlone(_ subject: String?, among arguments: [String]) throws {
    let flags = arguments.filter { $0.hasPrefix("--") && $0 != "--" }
      .map { String($0.prefix { $0 != "=" }) }
    guard let other = subject ?? flags.first(where: { !Self.allowed.contains($0) }) else { return }
    throw CommandFailure.usage(
      "--resume takes all settings from the run: leave out \(other) "
        + "(beside it go --workers, --json, --output, --force, --home, --checkpoint-seconds)")
  }
}
