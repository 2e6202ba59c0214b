package import ArgumentParser
internal import Environments
internal import Networks
internal import Records
internal import Schooling

/// `foal evaluate`: how well an agent does on tasks it has not seen.
package struct Evaluate: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Measure an agent on tasks it has never seen, try by try.",
    discussion: """
      Every number comes with its 95 % interval over the tasks, and beside controls on the same \
      tasks: the agent with its memory wiped, random actions, and an expert who knows the task, \
      where there is one. --json has the controls' every try. Without \
      --task and --family the agent meets what it was trained on: a family's held-out tasks, or \
      its one environment.

      EXAMPLES:
        foal evaluate cartpole
        foal evaluate runs/cartpole-0.safetensors --tasks 100 --tries 5
        foal evaluate cartpole --task cartpole-v1 --json
      """)

  @Argument(help: "The agent: a file or a bundled name.")
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
    help: "Tries on each task, 1 to 1000. (default: 3; 1 for an agent without memory)")
  var tries: Int?
  @Option(parsing: .unconditional, help: "Names the tasks and all randomness: 0 or more.")
  var seed: UInt64 = 0
  @Flag(help: "Draw actions by their probability instead of taking the most probable.")
  var sample = false
  @OptionGroup var record: RecordOptions
  @OptionGroup var workers: WorkerOptions
  @OptionGroup var result: ResultOptions

  package init() {}

  package func validate() throws {
    try check(tasks, "--tasks", in: 1...1_000_000)
    try check(tries ?? 1, "--tries", in: 1...1000)
    if task != nil, family != nil { throw ValidationError("give --task or --family, not both") }
  }

  package func run() throws {
    let name = agent
    let agent = try Agent(named: name)
    let source = try source(for: agent)
    try agent.check(actsIn: source)
    var settings = Evaluation.Settings()
    settings.tasks = tasks
    settings.tries = tries ?? (agent.hasMemory ? 3 : 1)
    settings.seed = seed
    settings.split = split
    settings.greedy = !sample
    settings.workers = workers.count
    let (evaluation, run) = try evaluate(
      agent, on: source, settings, sha256: agent.sha256(readFrom: name))
    if result.json {
      return try JSONOutput.write(Document(evaluation: evaluation, run: run.name))
    }
    let stream = StandardStream.output
    let text = EvaluationText(
      evaluation, of: agent, on: source, tries: settings.tries, style: stream.style,
      isOneTask: !isFamily(agent)
    ).text
    let next = run.name.map { "\n\(run.text)Next: foal runs show \($0)\n" } ?? ""
    try stream.write(text + next)
  }

  /// What `--json` prints: the evaluation, and the run that it is recorded as or `null`.
  private struct Document: Encodable {
    private enum Key: String, CodingKey {
      case run
    }

    var evaluation: Evaluation
    var run: String?

    func encode(to encoder: any Encoder) throws {
      try evaluation.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(run, forKey: .run)
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
  }

  private func evaluate(
    _ agent: Agent, on source: TaskSource, _ settings: Evaluation.Settings, sha256: String
  ) throws -> (Evaluation, Recording) {
    let recording = try record.begin(
      "evaluate", on: source.name, seed: seed, stem: "evaluate-\(agent.card.name)", agent: sha256,
      settings: RecordedSettings(
        agent: agent.card.name, agentSHA256: sha256, split: split.rawValue, tasks: settings.tasks,
        tries: settings.tries, sample: sample))
    let interrupt = recording.endingAtInterrupt()
    let progress = ProgressReporter(
      "evaluating", total: Evaluation.tryCount(on: source, settings), unit: "tries")
    let counter = Counter()
    let evaluation = try recording.perform {
      let evaluation = try Evaluation(agent, on: source, settings) { tries in
        progress.update(counter.add(tries))
      }
      progress.finish()
      try recording.keep(evaluation, ofAgent: sha256)
      try recording.end(.finished)
      return evaluation
    }
    withExtendedLifetime(interrupt) {}
    return (evaluation, recording)
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

/// An evaluation as text.
private struct EvaluationText {
  let evaluation: Evaluation
  let agent: Agent
  let source: TaskSource
  let tries: Int
  let style: Style
  let isOneTask: Bool

  init(
    _ evaluation: Evaluation, of agent: Agent, on source: TaskSource, tries: Int, style: Style,
    isOneTask: Bool
  ) {
    self.evaluation = evaluation
    self.agent = agent
    self.source = source
    self.tries = tries
    self.style = style
    self.isOneTask = isOneTask
  }

  var text: String {
    let count = Quantities.count(evaluation.tasks)
    let tries = tries == 1 ? "1 try" : "\(tries) tries"
    let what =
      isOneTask
      ? "\(evaluation.family), met \(count) times, \(tries) each"
      : "\(count) \(evaluation.split) tasks of \(evaluation.family), \(tries) each"
    return """
      \(style.bold(evaluation.agent)) on \(what) (seed \(evaluation.seed))

      \(table.rendered(style: style))
      \(conclusion)
      """
  }

  private var table: Table {
    var table = Table([
      .left("return of"), .right("try"), .left("IQM [95 %]"), .left("mean [95 %]"),
      .right("20th percentile"),
    ])
    append("the agent", evaluation.tries, to: &table)
    table.appendRule()
    // What is played beside the agent is compared with its last try.
    let controls = evaluation.controls
    if agent.hasMemory {
      append("memory wiped each try", controls.memoryWiped.suffix(1), to: &table)
      append("memory wiped each step", controls.memoryless.suffix(1), to: &table)
    }
    append("random actions", controls.random.suffix(1), to: &table)
    if let expert = controls.expert { append("an expert", expert.suffix(1), to: &table) }
    return table
  }

  private func append(
    _ name: String, _ tries: some Sequence<Evaluation.Attempt>, to table: inout Table
  ) {
    for (index, attempt) in tries.enumerated() {
      table.append([
        index == 0 ? name : "", "\(attempt.try)",
        Quantities.interval(attempt.iqm, attempt.iqmLow, attempt.iqmHigh),
        Quantities.interval(attempt.mean, attempt.low, attempt.high),
        Quantities.shortReturn(attempt.p20),
      ])
    }
  }

  private var conclusion: String {
    var lines = ""
    if let level = source.solvedReturn, let solved = evaluation.solvedAtTry {
      let median = solved.words(budget: tries)
      lines += "Solved (a return of \(Quantities.significant(Double(level)))): median try "
      lines += "\(median); unsolved in \(tries): \(Quantities.count(solved.unsolved)) of "
      lines += "\(Quantities.count(evaluation.tasks)).\n"
    }
    if agent.hasMemory, tries > 1, let gain = evaluation.gainFromMemory {
      lines += "Memory is worth \(Quantities.interval(gain.estimate, gain.low, gain.high)) "
      lines += "on try \(tries).\n"
    }
    return lines
  }
}

extension Evaluation.Solved {
  /// The median try with its interval: `2 [1, 2]`, `> 10` where it is beyond the budget.
  func words(budget: Int) -> String {
    func shown(_ value: Double?) -> String {
      value.map { Quantities.significant($0) } ?? "> \(budget)"
    }
    guard let median else { return low == nil ? "> \(budget)" : "> \(budget) [\(shown(low)), -]" }
    // A single task has no interval.
    guard let low else { return shown(median) }
    return "\(shown(median)) [\(shown(low)), \(shown(high))]"
  }
}
