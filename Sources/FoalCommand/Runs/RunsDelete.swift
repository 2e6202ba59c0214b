package import ArgumentParser
internal import Foundation
internal import Records

extension RunsCommand {
  /// `foal runs delete`.
  package struct Delete: ParsableCommand {
    package static let configuration = CommandConfiguration(
      abstract: "Delete a run from the store, and its folder.",
      discussion: """
        Asks first on a terminal; elsewhere --yes is needed. Files outside the run's folder, such \
        as an agent in runs/, stay.

        EXAMPLE:
          foal runs delete cartpole-7-2
        """)

    @Argument(help: "The run's whole name.")
    var name: String
    @Flag(help: "Do not ask.")
    var yes = false
    @Flag(help: "Delete a run that is running, or was killed.")
    var force = false
    @OptionGroup var home: HomeOptions
    @OptionGroup var result: ResultOptions

    package init() {}

    /// What `--json` prints.
    private struct Document: Encodable {
      var deleted: String
      var kept: [String]
    }

    package func run() throws {
      let (store, runs) = try home.runs(named: [name])
      let run = runs[0]
      guard run.name == name else {
        throw CommandFailure(
          "there is no run \"\(name)\"; to delete \(run.name), give its whole name")
      }
      if run.state == .running, !force {
        let silence = Quantities.time(.seconds(-run.heartbeatAt.timeIntervalSinceNow))
        throw CommandFailure(
          "run \(name) is running, or was killed: its last sign of life came \(silence) ago; "
            + "--force deletes it")
      }
      guard try yes || isConfirmed(run) else { throw CommandFailure("nothing was deleted") }
      let folder = store.folder(of: run) + "/"
      let kept = try store.checkpoints(of: run).map(store.path).filter {
        !$0.hasPrefix(folder) && FileManager.default.fileExists(atPath: $0)
      }
      try store.delete(run, evenIfRunning: force)
      if result.json { return try JSONOutput.write(Document(deleted: run.name, kept: kept)) }
      try StandardStream.output.write(
        "Deleted \(run.name)\n" + kept.map { "Kept \($0)\n" }.joined())
    }

    private func isConfirmed(_ run: Run) throws -> Bool {
      guard isatty(STDIN_FILENO) == 1 else {
        throw CommandFailure.usage("standard input is no terminal to ask at; --yes deletes \(name)")
      }
      try StandardStream.error.write(
        "Delete \(run.name) (\(run.command) \(run.task), \(run.stepsText) steps) for good? [y/N] ")
      return ["y", "yes"].contains(readLine()?.lowercased())
    }
  }
}
