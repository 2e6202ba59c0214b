import ArgumentParser
import FoalCommand
import Testing

private struct Tool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "foal", version: "0.1.0", subcommands: [Adapt.self, Runs.self])
}

private struct Adapt: AsyncParsableCommand {
  @Argument var agent: String
  @Option var tries = 10

  func validate() throws {
    if tries < 1 { throw ValidationError("--tries must be at least 1.") }
  }
}

private struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(subcommands: [Compare.self])

  struct Compare: ParsableCommand {
    @Argument var runs: [String]
  }
}

private struct Damaged: Error, CustomStringConvertible {
  var description: String { "the checkpoint is damaged:\n  bytes 12 to 19 are missing." }
}

@Suite struct CommandFailureTests {
  private func ending(_ arguments: [String]) -> CommandEnding? {
    do {
      var command = try Tool.parseAsRoot(arguments)
      try command.run()
      return nil
    } catch {
      return CommandEnding(after: error, in: Tool.self, arguments: arguments)
    }
  }

  @Test(arguments: [
    (["adapt"], "foal: missing expected argument '<agent>' (see 'foal adapt --help')\n"),
    (
      ["adapt", "a", "--trials", "3"],
      "foal: unknown option '--trials'. Did you mean '--tries'? (see 'foal adapt --help')\n"
    ),
    (
      ["adapt", "a", "--tries", "x"],
      "foal: the value 'x' is invalid for '--tries <tries>' (see 'foal adapt --help')\n"
    ),
    (
      ["adapt", "a", "--tries", "0"],
      "foal: --tries must be at least 1 (see 'foal adapt --help')\n"
    ),
    (
      ["runs", "compare"],
      "foal: missing expected argument '<runs> ...' (see 'foal runs compare --help')\n"
    ),
    (["gallop"], "foal: unexpected argument 'gallop' (see 'foal --help')\n"),
  ])
  func answersWrongArgumentsInOneLine(arguments: [String], complaint: String) {
    let ending = ending(arguments)
    #expect(ending?.complaint == complaint)
    #expect(ending?.status == 64)
    #expect(ending?.output == "")
  }

  @Test func printsHelpAndVersionOnStandardOutput() {
    #expect(ending(["--version"])?.output == "0.1.0\n")
    let help = ending(["adapt", "--help"])
    #expect(help?.output.hasPrefix("USAGE: foal adapt <agent> [--tries <tries>]\n") == true)
    #expect(help?.status == 0)
    #expect(help?.complaint == "")
  }

  @Test func reportsAFailureOfTheWorkInOneLine() {
    let damaged = CommandEnding(after: Damaged(), in: Tool.self, arguments: ["adapt", "a"])
    #expect(
      damaged.complaint == "foal: the checkpoint is damaged: bytes 12 to 19 are missing\n")
    #expect(damaged.status == 1)
    let missing = CommandEnding(
      after: CommandFailure("no run 7 in runs/"), in: Tool.self, arguments: [])
    #expect(missing.complaint == "foal: no run 7 in runs/\n")
    #expect(missing.status == 1)
    let usage = CommandEnding(
      after: CommandFailure.usage("no task 'cart'"), in: Tool.self, arguments: [])
    #expect(usage.status == 64)
  }

  @Test func passesAnExitCodeOnInSilence() {
    let ending = CommandEnding(after: ExitCode(3), in: Tool.self, arguments: [])
    #expect(ending.status == 3)
    #expect(ending.complaint == "")
  }
}
