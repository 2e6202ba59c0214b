internal import Agents
package import ArgumentParser
internal import Environments
internal import Networks
internal import Records
internal import Schooling

/// `foal adapt`: one task, try by try.
package struct Adapt: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Let an agent meet one task it has never seen.",
    discussion: """
      Prints the return of each try as it ends. In context the agent keeps its memory and changes \
      no weight; fine-tuned it goes on learning from its weights; from scratch the same network \
      learns from fresh ones.

      EXAMPLES:
        foal adapt cartpole cartpole-v1
        foal adapt cartpole cartpole:17 --tries 5
        foal adapt cartpole cartpole:17 --way from-scratch --tries 200
      """)

  @Argument(help: "The agent: a file or a bundled name.")
  var agent: String
  @Argument(help: "The task: an environment (cartpole-v1), or a held-out task (cartpole:17).")
  var task: TaskName
  @Option(parsing: .unconditional, help: "Tries, 1 to 100,000.")
  var tries = 10
  @Option(help: "How the agent meets the task.")
  var way = Way.inContext
  @Option(parsing: .unconditional, help: "Names the numbered tasks and all randomness: 0 or more.")
  var seed: UInt64 = 0
  @OptionGroup var record: RecordOptions
  @OptionGroup var result: ResultOptions

  package init() {}

  package func validate() throws { try check(tries, "--tries", in: 1...100_000) }

  /// What `--json` prints; what did not happen is `null`.
  private struct Document: Encodable {
    private enum Key: String, CodingKey {
      case agent, task, parameters, way, seed, returns, solvedReturn, solvedAtTry, run
    }

    var agent: String
    var task: String
    var parameters: [String: Double]
    var way: String
    var seed: UInt64
    var returns: [Float]
    var solvedReturn: Float?
    var solvedAtTry: Int?
    var run: String?

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(agent, forKey: .agent)
      try container.encode(task, forKey: .task)
      try container.encode(parameters, forKey: .parameters)
      try container.encode(way, forKey: .way)
      try container.encode(seed, forKey: .seed)
      try container.encode(returns, forKey: .returns)
      try container.encode(solvedReturn, forKey: .solvedReturn)
      try container.encode(solvedAtTry, forKey: .solvedAtTry)
      try container.encode(run, forKey: .run)
    }
  }

  package func run() throws {
    let name = agent
    let agent = try Agent(named: name)
    let task = try task.task()
    try agent.check(actsIn: task.source)
    let parameters = task.parameters(seed: seed)
    var settings = Adaptation.Settings(suiting: agent.card.family)
    settings.tries = tries
    settings.seed = seed
    let output = StandardStream.output
    let best = task.source.solvedReturn
    if !result.json {
      let details =
        parameters.isEmpty
        ? "" : parameters.words.wrapped(toColumns: min(output.columns, 80)) + "\n"
      try output.write(
        "\(output.style.bold(agent.card.name)) meets \(task.name) \(way.words)\n"
          + output.style.dim(details) + "\n")
    }
    let (met, run) = try meet(agent, task, settings, sha256: agent.sha256(readFrom: name))
    if result.json {
      return try JSONOutput.write(
        Document(
          agent: agent.card.name, task: task.name, parameters: parameters.dictionary,
          way: way.flag, seed: seed, returns: met.returns, solvedReturn: best,
          solvedAtTry: met.solvedAtTry, run: run.name))
    }
    var text = "\n"
    if let level = best.map({ Quantities.significant(Double($0)) }) {
      text +=
        met.solvedAtTry.map { "Solved (a return of \(level)) at try \($0).\n" }
        ?? "Not solved (a return of \(level)) in \(tries) \(tries == 1 ? "try" : "tries").\n"
    }
    if let name = run.name { text += run.text + "Next: foal runs show \(name)\n" }
    if text != "\n" { try output.write(text) }
  }

  /// Meets the task, shows each try and records it.
  private func meet(
    _ agent: Agent, _ task: TaskName.Task, _ settings: Adaptation.Settings, sha256: String
  ) throws -> (Adaptation, Recording) {
    let recording = try record.begin(
      "adapt", on: task.name, seed: seed, stem: "adapt-\(task.name)", agent: sha256,
      settings: RecordedAdaptation(
        agent: agent, agentSHA256: sha256, way: way, settings: settings))
    let interrupt = recording.endingAtInterrupt()
    let meter = TryMeter(solvedReturn: task.source.solvedReturn, isSilent: result.json)
    let steps = Counter()
    let met = try recording.perform {
      let met = try Adaptation.run(
        agent, on: task.source, numbers: [task.number], way, settings,
        onTry: { _, episode in
          meter.show(episode.undiscountedReturn)
          recording.take(
            [MetricReading("return", Double(episode.undiscountedReturn))],
            environmentStep: steps.add(episode.length))
        })[0]
      if let attempt = met.solvedAtTry { try recording.note(.solved, "solved at try \(attempt)") }
      let count = met.returns.count
      try recording.note(
        .agentAdapted, "met \(task.name) \(way.words) in \(count) \(count == 1 ? "try" : "tries")",
        environmentStep: steps.add(0))
      if way == .fineTuned, let history = try recording.history(ofAgent: sha256) {
        try history.noteFineTuned(on: task.name, met, by: recording.name)
      }
      try recording.end(.finished)
      return met
    }
    withExtendedLifetime(interrupt) {}
    try meter.rethrow()
    return (met, recording)
  }
}

/// What is recorded of the settings by which a task was met.
private struct RecordedAdaptation: Encodable {
  var agent: String
  var agentSHA256: String
  var way: String
  var tries: Int
  /// How weights were changed; nil if they were not.
  var learner: PPO.Configuration?

  init(agent: Agent, agentSHA256: String, way: Way, settings: Adaptation.Settings) {
    self.agent = agent.card.name
    self.agentSHA256 = agentSHA256
    self.way = way.flag
    tries = settings.tries
    guard way != .inContext else { return }
    var learner = settings.learner
    learner.adoptSizes(of: agent.card.network)
    if way == .fineTuned {
      learner.learningRate = settings.fineTuningRate
      learner.epochs = settings.fineTuningEpochs
    }
    self.learner = learner
  }
}
