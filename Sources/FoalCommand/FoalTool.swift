package import ArgumentParser
internal import Foundation
internal import Records

/// The `foal` tool: one subcommand a file.
@main
package struct FoalTool: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "foal",
    abstract: "Reinforcement learning on CPUs that does not start from nothing.",
    discussion: """
      Pretrain one agent over a family of tasks, adapt it to a task it has never seen in a \
      handful of tries, and measure, with intervals, what it was born with is worth.

      EXAMPLES:
        foal demo                              see all of it in under a minute
        foal pretrain cartpole                 train an agent on very many cart-poles
        foal evaluate cartpole                 measure it on never-seen cart-poles
        foal watch cartpole cartpole-v1        look at it
        foal runs                              see what was run, and how it went

      Every command takes --json: one document on standard output; progress goes to standard \
      error. NO_COLOR is honoured. An AGENT is a file or a bundled agent's name; a TASK is an \
      environment's name (cartpole-v1) or a family and a number (cartpole:17).
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(name: "First look", subcommands: [Demo.self, Watch.self]),
      CommandGroup(name: "Learn", subcommands: [Pretrain.self, Train.self, Learn.self]),
      CommandGroup(
        name: "Meet new tasks", subcommands: [Adapt.self, Evaluate.self, Transfer.self]),
      CommandGroup(name: "Tasks", subcommands: [EnvironmentsCommand.self]),
      CommandGroup(name: "Runs", subcommands: [RunsCommand.self, Report.self]),
      CommandGroup(name: "Use", subcommands: [Serve.self]),
      CommandGroup(name: "Published systems", subcommands: [Reproduce.self]),
      CommandGroup(name: "Speed", subcommands: [Bench.self]),
    ])

  /// The version that runs are recorded with.
  package static let version = Release.version

  package init() {}

  /// Runs the tool; every failure is one line.
  package static func main() async {
    // A reader that leaves, as `head` does, must show as a failed write, not end hours of training.
    signal(SIGPIPE, SIG_IGN)
    await runAndExit()
  }
}
