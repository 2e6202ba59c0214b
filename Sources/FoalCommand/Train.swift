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
      are. The run is saved each minute; Ctrl-C saves and says how to go on.

      EXAMPLES:
        foal train cartpole-v1
        foal train pendulum --seed 3 --output pendulum.safetensors
        foal train acrobot --until-solved --json
        foal train --resume acrobot-0
      """)

  enum Defaults: LearnerDefaults {
    static let learner = Training.Configuration(for: "cartpole").learner
  }

  @Argument(help: "The environment; 'foal environments' lists them.")
  var environment: String?
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
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var workers: WorkerOptions
  @OptionGroup var result: ResultOptions
  @OptionGroup(title: "Learner (defaults: the environment's; shown: cartpole's)")
  var learner: LearnerOptions<Defaults>

  package init() {}

  package func validate() throws {
    if environment == nil, checkpoints.resume == nil {
      throw ValidationError("Missing expected argument '<environment>'")
    }
  }

  package func run() throws {
    if let name = checkpoints.resume {
      try checkpoints.checkAlone(environment, among: Array(CommandLine.arguments.dropFirst()))
      return try goOn(with: Resumption(of: name, by: "train", below: record.home))
    }
    let entry = try EnvironmentCatalogue.environment(named: environment ?? "")
    let settings = RecordedSettings(
      algorithm: algorithm.rawValue, untilSolved: untilSolved,
      training: try settings(for: entry.name))
    var run = try namingFlags {
      try Training(on: entry.tasks, settings.training, seed: seed, workers: workers.count)
    }
    if let output { try OutputOptions.prepare(output, force: force) }
    let recording = try record.begin(
      "train", on: entry.name, seed: seed, stem: "\(entry.name)-\(seed)", settings: settings,
      isResumable: true)
    var keeper = try CheckpointKeeper(recording, checkpoints, output: output)
    try learn(&run, entry, settings, recording, &keeper, to: output)
  }

  /// Goes on with a run that was stopped or killed.
  private func goOn(with resumption: Resumption) throws {
    let entry = try EnvironmentCatalogue.environment(named: resumption.run.task)
    let settings = try resumption.settings(as: RecordedSettings.self)
    if let output { try OutputOptions.prepare(output, force: force) }
    var run = try Training(
      on: entry.tasks, settings.training, seed: resumption.run.seed, workers: workers.count)
    let (recording, notes) = try resumption.restore(&run)
    let path = output ?? resumption.output(in: notes)
    var keeper = try CheckpointKeeper(
      recording, checkpoints, output: path, savedStep: run.steps > 0 ? run.steps : nil)
    try learn(&run, entry, settings, recording, &keeper, to: path)
  }

  /// Learns until the run is done, solved or stopped, writes the agent if it is to be kept and says
  /// what came of it.
  private func learn(
    _ run: inout Training, _ entry: EnvironmentCatalogue.Entry, _ settings: RecordedSettings,
    _ recording: Recording, _ keeper: inout CheckpointKeeper, to path: String?
  ) throws {
    let start = run.steps
    let clock = RunClock("training", total: run.configuration.steps, resumedFrom: start)
    let seconds = try keeper.perform { keeper in
      try recording.perform {
        let seconds = try iterate(
          &run, clock, recording, &keeper, untilSolved: settings.untilSolved)
        if let path {
          let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
          try run.agent(named: name).write(to: path)
          try recording.keepAgent(path, environmentStep: run.steps)
        }
        try recording.end(clock.isInterrupted ? .stopped : .finished)
        return seconds
      }
    }
    if result.json {
      try JSONOutput.write(
        TrainingDocument(
          training: run, algorithm: settings.algorithm, seconds: seconds,
          stepsPerSecond: Double(run.steps - start) / seconds, output: path, run: recording.name))
    } else {
      try report(run, entry, recording, output: path, isInterrupted: clock.isInterrupted)
    }
    try clock.exitIfInterrupted(saved: path, resumeCommand: keeper.resumeCommand)
  }

  /// Learns until the run is done, solved or stopped, and returns its seconds.
  private func iterate(
    _ run: inout Training, _ clock: RunClock, _ recording: Recording,
    _ keeper: inout CheckpointKeeper, untilSolved: Bool
  ) throws -> Double {
    var isSolved = run.solvedAtStep != nil
    try keeper.saveIfDue(run)
    var seen = ExperienceKeeper(recording, total: run.configuration.steps, from: run.steps)
    while !run.isFinished, !clock.isInterrupted, !(untilSolved && isSolved) {
      let progress: Training.Progress
      do {
        progress = try run.iterate()
      } catch let error as EnvironmentError {
        throw keeper.failure(error, run, of: .environment)
      }
      recording.take(progress.readings, environmentStep: progress.steps)
      try seen.keepIfDue(run.experience, at: run.steps)
      if !isSolved, let step = run.solvedAtStep {
        isSolved = true
        try recording.note(.solved, "solved \(run.environment)", environmentStep: step)
      }
      try keeper.saveIfDue(run)
      clock.update(progress.steps) {
        "return \(Quantities.shortReturn(Double(progress.meanReturn)))\(keeper.age)"
      }
    }
    let seconds = clock.finish(
      run.steps, message: "return \(Quantities.shortReturn(Double(run.meanReturn)))")
    try seen.keep(run.experience, at: run.steps)
    if clock.isInterrupted { try keeper.save(run) }
    return seconds
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
    output: String?, isInterrupted: Bool
  ) throws {
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
private struct RecordedSettings: Codable {
  var algorithm: String
  var untilSolved: Bool
  var training: Training.Configuration

  private enum Key: String, CodingKey {
    case algorithm, untilSolved
  }

  init(algorithm: String, untilSolved: Bool, training: Training.Configuration) {
    self.algorithm = algorithm
    self.untilSolved = untilSolved
    self.training = training
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    algorithm = try container.decode(String.self, forKey: .algorithm)
    untilSolved = try container.decodeIfPresent(Bool.self, forKey: .untilSolved) ?? false
    training = try Training.Configuration(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    try training.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(algorithm, forKey: .algorithm)
    try container.encode(untilSolved, forKey: .untilSolved)
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
  let stepsPerSecond: Double
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
    try container.encode(stepsPerSecond, forKey: .stepsPerSecond)
    try container.encode(training.solvedAtStep, forKey: .solvedAtStep)
    try container.encode(training.solvedAtEpisode, forKey: .solvedAtEpisode)
    try container.encode(training.meanReturn, forKey: .finalReturn)
    try container.encode(output, forKey: .output)
    try container.encode(run, forKey: .run)
  }
}
