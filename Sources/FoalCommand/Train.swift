internal import Agents
package import ArgumentParser
internal import Environments
internal import Foundation
internal import Records
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
  @OptionGroup var record: RecordOptions
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
    let recording = try record.begin(
      "train", on: entry.name, seed: seed, stem: "\(entry.name)-\(seed)",
      settings: RecordedSettings(algorithm: algorithm.rawValue, training: settings))
    let clock = RunClock("training", total: settings.steps)
    let seconds = try recording.perform {
      let seconds = try learn(&run, clock, recording)
      if let output {
        let name = ((output as NSString).lastPathComponent as NSString).deletingPathExtension
        try run.agent(named: name).write(to: output)
        try recording.keepAgent(output, environmentStep: run.steps)
      }
      try recording.end(clock.isInterrupted ? .stopped : .finished)
      return seconds
    }
    try report(run, entry, recording, seconds: seconds, isInterrupted: clock.isInterrupted)
    try clock.exitIfInterrupted(saved: output)
  }

  /// Learns until the run is done, solved or stopped, and returns its seconds.
  private func learn(
    _ run: inout Training, _ clock: RunClock, _ recording: Recording
  ) throws -> Double {
    var isSolved = false
    while !run.isFinished, !clock.isInterrupted, !(untilSolved && isSolved) {
      let progress = try run.iterate()
      recording.take(progress.readings, environmentStep: progress.steps)
      if !isSolved, let step = run.solvedAtStep {
        isSolved = true
        try recording.note(.solved, "solved \(run.environment)", environmentStep: step)
      }
      clock.update(progress.steps) {
        "return \(Quantities.shortReturn(Double(progress.meanReturn)))"
      }
    }
    return clock.finish(
      run.steps, message: "return \(Quantities.shortReturn(Double(run.meanReturn)))")
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
    _ run: Training, _ entry: EnvironmentCatalogue.Entry, _ recording: Recording,
    seconds: Double, isInterrupted: Bool
  ) throws {
    if result.json {
      return try JSONOutput.write(
        TrainingDocument(
          training: run, algorithm: algorithm.rawValue, seconds: seconds, output: output,
          run: recording.name))
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
    guard !isInterrupted else { return try StandardStream.output.write(text) }
    if let output { text += "Wrote \(output)\n" }
    text += recording.text
    if let output {
      text += "Next: foal watch \(shellWord(output)) \(entry.name)\n"
    } else if let name = recording.name {
      text += "Next: foal runs show \(name)\n"
    }
    try StandardStream.output.write(text)
  }
}

/// What is recorded of a run's settings.
private struct RecordedSettings: Encodable {
  var algorithm: String
  var training: Training.Configuration

  private enum Key: String, CodingKey {
    case algorithm
  }

  func encode(to encoder: any Encoder) throws {
    try training.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(algorithm, forKey: .algorithm)
  }
}

/// What `foal train --json` prints; what did not happen is `null`.
private struct TrainingDocument: Encodable {
  private enum Key: String, CodingKey {
    case environment, algorithm, seed, steps, episodes, seconds, stepsPerSecond
    case solvedAtStep, solvedAtEpisode, finalReturn, output, run
  }

  let training: Training
  let algorithm: String
  let seconds: Double
  let output: String?
  let run: String?

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(training.environment, forKey: .environment)
    try container.encode(algorithm, forKey: .algorithm)
    try container.encode(training.seed, forKey: .seed)
    try container.encode(training.steps, forKey: .steps)
    try container.encode(training.episodes, forKey: .episodes)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(Double(training.steps) / seconds, forKey: .stepsPerSecond)
    try container.encode(training.solvedAtStep, forKey: .solvedAtStep)
    try container.encode(training.solvedAtEpisode, forKey: .solvedAtEpisode)
    try container.encode(training.meanReturn, forKey: .finalReturn)
    try container.encode(output, forKey: .output)
    try container.encode(run, forKey: .run)
  }
}
