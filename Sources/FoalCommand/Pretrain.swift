internal import Agents
package import ArgumentParser
internal import Environments
internal import Foundation
internal import Records
internal import Schooling

/// `foal pretrain`: one agent over a family's train split.
package struct Pretrain: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Pretrain an agent over very many tasks of a family.",
    discussion: """
      The agent plays a few tries on each task and keeps its memory over them, so that it learns \
      to find out what a new task is like while it acts. The run is saved each minute: killed \
      anywhere and resumed, it ends with the same bytes as if it had not been. Ctrl-C saves and \
      says how to go on; 'foal runs' shows what was recorded of the run. \
      The same seed and settings give the same bytes on any number of workers.

      EXAMPLES:
        foal pretrain cartpole
        foal pretrain cartpole --seed 1 --steps 2000000 --output quick.safetensors
        foal pretrain playroom
        foal pretrain playroom --print-settings
        foal pretrain cartpole --config settings.json --learning-rate 3e-4
        foal pretrain playroom --pool 100
        foal pretrain playroom --curriculum replay --temperature 0.3
        foal pretrain --resume cartpole-0

      A curriculum chooses which tasks are met. 'uniform' draws each anew; with --pool N only the \
      first N numbered tasks of the train split are met, so that 'foal evaluate --split train' with \
      the same seed beside '--split held-out' shows what was learned by heart. 'replay' comes back \
      to tasks whose value was wrong (prioritised level replay), 'learnability' to tasks that are \
      solved sometimes, 'evolution' changes tasks that came back a little. What was chosen is \
      recorded under curriculum/.

      Playrooms come with settings of their own: the defaults below are those for cart-poles, \
      --print-settings shows what a family has. A settings file holds any of them in JSON; flags \
      win over it:
        {"triesPerTask": 3, "learner": {"slots": 256, "memory": 64},
         "curriculum": {"kind": "replay", "pool": 10000}}
      """)

  enum Defaults: LearnerDefaults {
    static let learner = Pretraining.Configuration().learner
  }

  @Argument(help: "The family of tasks; 'foal environments' lists them.")
  var family: String?
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
  @Option(
    parsing: .unconditional,
    help: "How much the tasks' expert is imitated at first, 0 or more. (default: 0)")
  var expertWeight: Float?
  @Option(
    parsing: .unconditional,
    help: "Share of the run over which that falls, above 0, at most 1. (default: 0.5)")
  var expertShare: Float?
  @Option(
    parsing: .unconditional,
    help: "How much the expert is imitated from then on, 0 to the first weight. (default: 0)")
  var lastingExpertWeight: Float?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "First planes of the view, with commas between, that stay in sight as they were at the last "
        + "reward, or none. (default: none)",
      valueName: "names"))
  var rememberedSegments: String?
  @Option(help: ArgumentHelp("A JSON file of settings.", valueName: "file"))
  var config: String?
  @Flag(help: "Print the settings that the run would have, as JSON, and stop.")
  var printSettings = false
  @OptionGroup var output: OutputOptions
  @OptionGroup var record: RecordOptions
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var workers: WorkerOptions
  @OptionGroup var result: ResultOptions
  @OptionGroup(title: "Curriculum") var curriculum: CurriculumOptions
  @OptionGroup(title: "Learner") var learner: LearnerOptions<Defaults>

  package init() {}

  /// What `--json` prints; a run that is not recorded is `null`.
  private struct Document: Encodable {
    private enum Key: String, CodingKey {
      case family, seed, steps, seconds, stepsPerSecond, returns, output, run
    }

    var family: String
    var seed: UInt64
    var steps: Int
    var seconds: Double
    var stepsPerSecond: Double
    var returns: [Float]
    var output: String
    var run: String?

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(family, forKey: .family)
      try container.encode(seed, forKey: .seed)
      try container.encode(steps, forKey: .steps)
      try container.encode(seconds, forKey: .seconds)
      try container.encode(stepsPerSecond, forKey: .stepsPerSecond)
      try container.encode(returns, forKey: .returns)
      try container.encode(output, forKey: .output)
      try container.encode(run, forKey: .run)
    }
  }

  package func validate() throws {
    if family == nil, checkpoints.resume == nil {
      throw ValidationError("Missing expected argument '<family>'")
    }
  }

  package func run() throws {
    if let name = checkpoints.resume {
      try checkpoints.checkAlone(family, among: Array(CommandLine.arguments.dropFirst()))
      return try goOn(with: Resumption(of: name, by: "pretrain", below: record.home))
    }
    let entry = try EnvironmentCatalogue.family(named: family ?? "")
    let settings = try settings(for: entry.name)
    if printSettings { return try JSONOutput.write(settings) }
    var run = try namingFlags {
      try Pretraining(on: entry.tasks, settings, seed: seed, workers: workers.count)
    }
    let stem = "\(entry.name)-\(seed)"
    let path = output.path(for: stem, below: record.home)
    try OutputOptions.prepare(path, force: output.force)
    let recording = try record.begin(
      "pretrain", on: entry.name, seed: seed, stem: stem, settings: settings, isResumable: true)
    var keeper = try CheckpointKeeper(recording, checkpoints, output: path)
    try learn(&run, recording, &keeper, to: path)
  }

  /// Goes on with a run that was stopped or killed.
  private func goOn(with resumption: Resumption) throws {
    let entry = try EnvironmentCatalogue.family(named: resumption.run.task)
    let settings = try resumption.settings(as: Pretraining.Configuration.self)
    if let output = output.output { try OutputOptions.prepare(output, force: self.output.force) }
    let seed = resumption.run.seed
    var run = try Pretraining(on: entry.tasks, settings, seed: seed, workers: workers.count)
    let (recording, notes) = try resumption.restore(&run)
    let path =
      output.output ?? resumption.output(in: notes)
      ?? output.path(for: "\(entry.name)-\(seed)", below: record.home)
    var keeper = try CheckpointKeeper(
      recording, checkpoints, output: path, savedStep: run.steps > 0 ? run.steps : nil)
    try learn(&run, recording, &keeper, to: path)
  }

  /// How a run stands, in words: while it reads no try has ended yet.
  private func standing(_ progress: Pretraining.Progress) -> String {
    if let prediction = progress.prediction, progress.episodes.allSatisfy({ $0 == 0 }) {
      let error = Quantities.significant(Double(prediction.aim))
      return "what experts are after is off by \(error) nats"
    }
    return "return by try \(words(progress.returns))"
  }

  /// Learns until the run is done or stopped, writes the agent and says what came of it.
  private func learn(
    _ run: inout Pretraining, _ recording: Recording, _ keeper: inout CheckpointKeeper,
    to path: String
  ) throws {
    let start = run.steps
    let clock = RunClock("pretraining", total: run.configuration.steps, resumedFrom: start)
    let seconds = try keeper.perform { keeper in
      try recording.perform {
        try keeper.saveIfDue(run)
        var seen = ExperienceKeeper(recording, total: run.configuration.steps, from: start)
        while !run.isFinished, !clock.isInterrupted {
          let progress: Pretraining.Progress
          do {
            progress = try run.iterate()
          } catch let error as EnvironmentError {
            throw keeper.failure(error, run, of: .family)
          }
          recording.take(progress.readings, environmentStep: run.steps)
          try seen.keepIfDue(run.experience, at: run.steps)
          try keeper.saveIfDue(run)
          clock.update(run.steps) { "\(standing(progress))\(keeper.age)" }
        }
        let seconds = clock.finish(run.steps, message: "return by try \(words(run.returns))")
        try seen.keep(run.experience, at: run.steps)
        if clock.isInterrupted { try keeper.save(run) }
        let name = (path as NSString).lastPathComponent
        try run.agent(named: (name as NSString).deletingPathExtension).write(to: path)
        try recording.keepAgent(path, environmentStep: run.steps)
        try recording.end(clock.isInterrupted ? .stopped : .finished)
        return seconds
      }
    }
    if result.json {
      try JSONOutput.write(
        Document(
          family: run.family, seed: run.seed, steps: run.steps, seconds: seconds,
          stepsPerSecond: Double(run.steps - start) / seconds, returns: run.returns,
          output: path, run: recording.name))
    } else if !clock.isInterrupted {
      try StandardStream.output.write(
        "Wrote \(path)\n\(recording.text)Next: foal evaluate \(shellWord(path))\n")
    }
    try clock.exitIfInterrupted(saved: path, resumeCommand: keeper.resumeCommand)
  }

  private func settings(for family: String) throws -> Pretraining.Configuration {
    var settings = Pretraining.Configuration.suiting(family)
    if let config { settings = try SettingsFile.read(config, over: settings) }
    if let steps { settings.steps = steps }
    if let triesPerTask { settings.triesPerTask = triesPerTask }
    curriculum.apply(to: &settings.curriculum)
    if let expertWeight { settings.expertWeight = expertWeight }
    if let expertShare { settings.expertShare = expertShare }
    if let lastingExpertWeight { settings.lastingExpertWeight = lastingExpertWeight }
    if let rememberedSegments {
      settings.rememberedSegments =
        rememberedSegments == "none"
        ? [] : rememberedSegments.split(separator: ",").map(String.init)
    }
    learner.apply(to: &settings.learner)
    try namingFlags { try settings.validate() }
    try check(settings.triesPerTask, "--tries-per-task", in: 1...1000)
    return settings
  }

  private func words(_ returns: [Float]) -> String {
    returns.map { Quantities.shortReturn(Double($0)) }.joined(separator: " ")
  }
}
