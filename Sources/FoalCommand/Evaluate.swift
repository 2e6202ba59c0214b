package import ArgumentParser
internal import Environments
internal import Foundation
internal import Networks
internal import Records
internal import Reports
internal import Schooling

/// `foal evaluate`: how well an agent does on tasks it has not seen.
package struct Evaluate: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Measure an agent on tasks it has never seen, try by try.",
    discussion: """
      Every number comes with its 95 % interval over the tasks, and beside controls on the same \
      tasks: the agent with its memory wiped, random actions, and, where there is one, an expert \
      who knows the task and one who is told no more than the agent. --controls adds the agent \
      fine-tuned and its network from scratch, which take longer. --json has the controls' every \
      try. Without --task and --family the agent meets what it was trained on: a family's held-out \
      tasks, or its one environment.

      An agent may be named by the run that wrote it. On what it was trained on, its triggers are \
      looked at ('foal report' sets them): a return that falls, what it sees or does that is no \
      longer what it was. What fires is printed and entered into the run's changelog.

      EXAMPLES:
        foal evaluate cartpole
        foal evaluate runs/cartpole-0.safetensors --tasks 100 --tries 5
        foal evaluate cartpole-0 --controls 20
        foal evaluate cartpole --task cartpole-v1 --json
      """)

  @Argument(help: "The agent: a file, a bundled name, or the run that wrote it.")
  var agent: String
  @Option(help: "One environment to meet instead of a family: cartpole-v1, acrobot, ...")
  var task: String?
  @Option(help: "The family whose tasks are met.")
  var family: String?
  @Option(help: "Which of the family's tasks.")
  var split = Split.heldOut
  @Option(
    parsing: .unconditional,
    help: "Tasks, 1 to 1,000,000; with --task, so many agents meet the one task.")
  var tasks = 1000
  @Option(
    parsing: .unconditional,
    help: "Tries on each task, 1 to 1000. (default: as in its schooling; 1 without memory)")
  var tries: Int?
  @Option(parsing: .unconditional, help: "Names the tasks and all randomness: 0 or more.")
  var seed: UInt64 = 0
  @Option(
    parsing: .unconditional,
    help: "Tasks that the agent fine-tuned and its network from scratch meet too, 0 to --tasks.")
  var controls = 0
  @Flag(
    inversion: .prefixedNo,
    help: "Draw actions by their probability, or take the most probable. (default: as raised to)")
  var sample: Bool?
  @OptionGroup var record: RecordOptions
  @OptionGroup var workers: WorkerOptions
  @OptionGroup var result: ResultOptions

  package init() {}

  package func validate() throws {
    try check(tasks, "--tasks", in: 1...1_000_000)
    try check(tries ?? 1, "--tries", in: 1...1000)
    try check(controls, "--controls", in: 0...tasks)
    if task != nil, family != nil { throw ValidationError("give --task or --family, not both") }
  }

  package func run() throws {
    let name = try AgentName(agent, below: record.home).file
    let agent = try Agent(named: name)
    let source = try source(for: agent)
    try agent.check(actsIn: source)
    var settings = Evaluation.Settings()
    settings.tasks = tasks
    settings.tries = tries ?? (agent.hasMemory ? agent.card.trials.triesPerTask : 1)
    settings.seed = seed
    settings.split = split
    settings.greedy = sample.map { !$0 } ?? agent.isGreedy
    settings.learnedTasks = controls
    settings.workers = workers.count
    let measured = try evaluate(agent, on: source, settings, sha256: agent.sha256(readFrom: name))
    if result.json {
      return try JSONOutput.write(
        Document(
          evaluation: measured.evaluation, run: measured.run.name,
          triggers: measured.watch?.findings))
    }
    let stream = StandardStream.output
    let text = EvaluationText(
      measured.evaluation, of: agent, on: source, tries: settings.tries, style: stream.style,
      isOneTask: !isFamily(agent)
    ).text
    let fired = measured.watch?.fired ?? []
    let notes =
      fired.map { "\(stream.style.paint("Trigger", .yellow)) \($0.text)\n" }.joined()
      + (measured.move.map { $0 + "\n" } ?? "")
    let next = measured.run.name.map { "\n\(measured.run.text)Next: foal runs show \($0)\n" } ?? ""
    try stream.write(text + (notes.isEmpty ? "" : "\n" + notes) + next)
  }

  /// What `--json` prints: the evaluation, the run that it is recorded as and what the agent's
  /// triggers found, or `null`.
  private struct Document: Encodable {
    private enum Key: String, CodingKey {
      case run, triggers
    }

    var evaluation: Evaluation
    var run: String?
    var triggers: [TriggerWatch.Finding]?

    func encode(to encoder: any Encoder) throws {
      try evaluation.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(run, forKey: .run)
      try container.encode(triggers, forKey: .triggers)
    }
  }

  /// What is recorded of the settings.
  private struct RecordedSettings: Encodable {
    var agent: String
    var agentSHA256: String
    var split: String
    var tasks: Int
    var tries: Int
    var sample: Bool
    var controls: Int
  }

  /// An evaluation and what became of it.
  private struct Measured {
    var evaluation: Evaluation
    var watch: TriggerWatch?
    /// What is said of an evaluation that moved.
    var move: String?
    var run: Recording
  }

  private func evaluate(
    _ agent: Agent, on source: TaskSource, _ settings: Evaluation.Settings, sha256: String
  ) throws -> Measured {
    let recording = try record.begin(
      "evaluate", on: source.name, seed: seed, stem: "evaluate-\(agent.card.name)", agent: sha256,
      settings: RecordedSettings(
        agent: agent.card.name, agentSHA256: sha256, split: split.rawValue, tasks: settings.tasks,
        tries: settings.tries, sample: !settings.greedy, controls: settings.learnedTasks))
    let interrupt = recording.endingAtInterrupt()
    let progress = ProgressReporter(
      "evaluating", total: Evaluation.tryCount(on: source, settings), unit: "tries")
    let counter = Counter()
    let measured = try recording.perform {
      // Before the work, so that a file that cannot be read costs none.
      let isOwn = task == nil && (family ?? agent.card.family) == agent.card.family
      let history = isOwn ? try recording.history(ofAgent: sha256) : nil
      let triggers = try history?.triggers()
      let (evaluation, evidence) = try Evaluation.measure(agent, on: source, settings) { tries in
        progress.update(counter.add(tries))
      }
      progress.finish()
      var measured = Measured(evaluation: evaluation, run: recording)
      try enter(evidence, ofAgent: sha256, history, triggers, into: &measured)
      try recording.end(.finished)
      return measured
    }
    withExtendedLifetime(interrupt) {}
    return measured
  }

  /// Enters the evaluation and, if the agent comes from a run and met what it was trained on, what
  /// its triggers found and whether it moved.
  private func enter(
    _ evidence: Evaluation.Evidence, ofAgent sha256: String, _ history: AgentHistory?,
    _ triggers: TriggerSet?, into measured: inout Measured
  ) throws {
    let date = Date.now
    let before = try history?.evaluation(before: measured.evaluation)
    if let history, let triggers {
      measured.watch = try history.watch(triggers, evidence, at: date)
    }
    try measured.run.keep(measured.evaluation, watched: measured.watch, ofAgent: sha256)
    if let watch = measured.watch { try history?.note(watch, at: date) }
    measured.move = try history?.noteMove(
      from: before, to: measured.evaluation, ofAgent: sha256, at: date)
  }

  private func isFamily(_ agent: Agent) -> Bool {
    task == nil && (family != nil || agent.card.trials.showsHistory)
  }

  private func source(for agent: Agent) throws -> TaskSource {
    if let task { return try EnvironmentCatalogue.environment(named: task).tasks }
    let name = family ?? agent.card.family
    return isFamily(agent)
      ? try EnvironmentCatalogue.family(named: name).tasks
      : try EnvironmentCatalogue.environment(named: name).tasks
  }
}

extension Agent {
  /// Whether one try on a task can tell the agent something for the next.
  var hasMemory: Bool { card.network.memory > 0 }
}
