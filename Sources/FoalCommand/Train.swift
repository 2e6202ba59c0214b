internal import Agents
package import ArgumentParser
internal import Environments
internal import Foundation
internal import Schooling

/// The algorithms that `foal train` knows.
enum Algorithm: String, ExpressibleByArgument, CaseIterable, Sendable {
  case ppo
}

/// `foal train`: one environment, from scratch.
package struct Train: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Train from scratch on one environment.",
    discussion: """
      The environment counts as solved when the mean return of 100 episodes in a row reaches the \
      solved level ('foal environments' lists it). Settings that are not given are the ones known \
      to work for the environment; for mountain-car, whose goal random actions never reach, none \
      are. Ctrl-C stops, and saves if --output is given.

      EXAMPLES:
        foal train cartpole-v1
        foal train pendulum --seed 3 --output pendulum.safetensors
        foal train acrobot --until-solved --json
      """)

  enum Defaults: LearnerDefaults {
    static let learner = Training.Configuration(for: "cartpole").learner
  }

  @Argument(help: "The environment; 'foal environments' lists them.")
  var environment: String
  @Option(help: "The algorithm: ppo.")
  var algorithm = Algorithm.ppo
  @Option(parsing: .unconditional, help: "Names all randomness: 0 or more.")
  var seed: UInt64 = 0
  @Option(
    parsing: .unconditional,
    help: "Environment steps of the run, 1 or more. (default: the environment's)")
  var steps: Int?
  @Flag(help: "Stop as soon as the environment is solved.")
  var untilSolved = false
  @Option(help: ArgumentHelp("A JSON file of settings.", valueName: "file"))
  var config: String?
  @Option(help: ArgumentHelp("The file to write the agent to. (default: none)", valueName: "file"))
  var output: String?
  @Flag(help: "Overwrite the file if it exists.")
  var force = false
  @OptionGroup var workers: WorkerOptions
  @OptionGroup var result: ResultOptions
  @OptionGroup(title: "Learner (defaults: the environment's; shown: cartpole's)")
  var learner: LearnerOptions<Defaults>

  package init() {}

  package func run() throws {
    let entry = try EnvironmentCatalogue.environment(named: environment)
    let settings = try settings(for: entry.name)
    var run = try namingFlags {
      try Training(on: entry.tasks, settings, seed: seed, workers: workers.count)
    }
    if let output { try OutputOptions.prepare(output, force: force) }
    let clock = RunClock("training", total: settings.steps)
    while !run.isFinished, !clock.isInterrupted, !(untilSolved && run.solvedAtStep != nil) {
      let progress = try run.iterate()
      clock.update(progress.steps) {
        "return \(Quantities.shortReturn(Double(progress.meanReturn)))"
      }
    }
    let seconds = clock.finish(
      run.steps, message: "return \(Quantities.shortReturn(Double(run.meanReturn)))")
    if let output {
      let name = ((output as NSString).lastPathComponent as NSString).deletingPathExtension
      try run.agent(named: name).write(to: output)
    }
    try report(run, entry, seconds: seconds, isInterrupted: clock.isInterrupted)
    try clock.exitIfInterrupted(saved: output)
  }

  private func settings(for environment: String) throws -> Training.Configuration {
    var settings = Training.Configuration(for: environment)
    if let config { settings = try SettingsFile.read(config, over: settings) }
    if let steps { settings.steps = steps }
    learner.apply(to: &settings.learner)
    try namingFlags { try settings.learner.validate() }
    return settings
  }

  private func report(
    _ run: Training, _ entry: EnvironmentCatalogue.Entry, seconds: Double, isInterrupted: Bool
  ) throws {
    if result.json {
      return try JSONOutput.write(
        TrainingDocument(run, algorithm: algorithm.rawValue, seconds: seconds, output: output))
    }
    var text = ""
    if let level = entry.tasks.solvedReturn {
      let goal = "(mean of 100 returns at least \(Quantities.significant(Double(level))))"
      if let step = run.solvedAtStep, let episode = run.solvedAtEpisode {
        text += "Solved \(goal) at step \(Quantities.count(step)), "
        text += "episode \(Quantities.count(episode)).\n"
      } else {
        text += "Not solved \(goal) in \(Quantities.count(run.steps)) steps.\n"
      }
    }
    if let output, !isInterrupted {
      text += "Wrote \(output)\nNext: foal watch \(shellWord(output)) \(entry.name)\n"
    }
    try StandardStream.output.write(text)
  }
}

/// What `foal train --json` prints; what did not happen is `null`.
private struct TrainingDocument: Encodable {
  private enum Key: String, CodingKey {
    case environment, algorithm, seed, steps, episodes, seconds, stepsPerSecond
    case solvedAtStep, solvedAtEpisode, finalReturn, output
  }

  let run: Training
  let algorithm: String
  let seconds: Double
  let output: String?

  init(_ run: Training, algorithm: String, seconds: Double, output: String?) {
    self.run = run
    self.algorithm = algorithm
    self.seconds = seconds
    self.output = output
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(run.environment, forKey: .environment)
    try container.encode(algorithm, forKey: .algorithm)
    try container.encode(run.seed, forKey: .seed)
    try container.encode(run.steps, forKey: .steps)
    try container.encode(run.episodes, forKey: .episodes)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(Double(run.steps) / seconds, forKey: .stepsPerSecond)
    try container.encode(run.solvedAtStep, forKey: .solvedAtStep)
    try container.encode(run.solvedAtEpisode, forKey: .solvedAtEpisode)
    try container.encode(run.meanReturn, forKey: .finalReturn)
    try container.encode(output, forKey: .output)
  }
}
