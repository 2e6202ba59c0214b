internal import Agents
package import ArgumentParser
internal import Environments
internal import Foundation
internal import Schooling

/// `foal pretrain`: one agent over a family's train split.
package struct Pretrain: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Pretrain an agent over very many tasks of a family.",
    discussion: """
      The agent plays a few tries on each task and keeps its memory over them, so that it learns \
      to find out what a new task is like while it acts. Ctrl-C saves what was learned so far. \
      The same seed and settings give the same bytes on any number of workers.

      EXAMPLES:
        foal pretrain cartpole
        foal pretrain cartpole --seed 1 --steps 2000000 --output quick.safetensors
        foal pretrain cartpole --config settings.json --learning-rate 3e-4

      A settings file holds any of the settings below in JSON; flags win over it:
        {"triesPerTask": 3, "learner": {"slots": 256, "memory": 64}}
      """)

  enum Defaults: LearnerDefaults {
    static let learner = Pretraining.Configuration().learner
  }

  @Argument(help: "The family of tasks; 'foal environments' lists them.")
  var family: String
  @Option(parsing: .unconditional, help: "Names all randomness: 0 or more.")
  var seed: UInt64 = 0
  @Option(
    parsing: .unconditional,
    help:
      "Environment steps of the run, 1 or more. (default: \(Pretraining.Configuration().steps))"
  )
  var steps: Int?
  @Option(parsing: .unconditional, help: "Tries on a task before the next, 1 to 1000. (default: 3)")
  var triesPerTask: Int?
  @Option(help: ArgumentHelp("A JSON file of settings.", valueName: "file"))
  var config: String?
  @OptionGroup var output: OutputOptions
  @OptionGroup var workers: WorkerOptions
  @OptionGroup var result: ResultOptions
  @OptionGroup(title: "Learner") var learner: LearnerOptions<Defaults>

  package init() {}

  /// What `--json` prints.
  private struct Document: Encodable {
    var family: String
    var seed: UInt64
    var steps: Int
    var seconds: Double
    var stepsPerSecond: Double
    var returns: [Float]
    var output: String
  }

  package func run() throws {
    let entry = try EnvironmentCatalogue.family(named: family)
    let settings = try settings()
    var run = try namingFlags {
      try Pretraining(on: entry.tasks, settings, seed: seed, workers: workers.count)
    }
    let path = output.path(for: "\(entry.name)-\(seed)")
    try OutputOptions.prepare(path, force: output.force)
    let clock = RunClock("pretraining", total: settings.steps)
    var returns: [Float] = []
    while !run.isFinished, !clock.isInterrupted {
      returns = try run.iterate().returns
      clock.update(run.steps) { "return by try \(words(returns))" }
    }
    let seconds = clock.finish(run.steps, message: "return by try \(words(returns))")
    let name = (path as NSString).lastPathComponent
    try run.agent(named: (name as NSString).deletingPathExtension).write(to: path)
    if result.json {
      try JSONOutput.write(
        Document(
          family: entry.name, seed: seed, steps: run.steps, seconds: seconds,
          stepsPerSecond: Double(run.steps) / seconds, returns: returns, output: path))
    } else if !clock.isInterrupted {
      try StandardStream.output.write(
        "Wrote \(path)\nNext: foal evaluate \(shellWord(path))\n")
    }
    try clock.exitIfInterrupted(saved: path)
  }

  private func settings() throws -> Pretraining.Configuration {
    var settings = Pretraining.Configuration()
    if let config { settings = try SettingsFile.read(config, over: settings) }
    if let steps { settings.steps = steps }
    if let triesPerTask { settings.triesPerTask = triesPerTask }
    learner.apply(to: &settings.learner)
    try namingFlags { try settings.validate() }
    try check(settings.triesPerTask, "--tries-per-task", in: 1...1000)
    return settings
  }

  private func words(_ returns: [Float]) -> String {
    returns.map { Quantities.shortReturn(Double($0)) }.joined(separator: " ")
  }
}
