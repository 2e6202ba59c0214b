package import ArgumentParser
internal import Environments
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
  @OptionGroup var result: ResultOptions

  package init() {}

  package func validate() throws { try check(tries, "--tries", in: 1...100_000) }

  /// What `--json` prints; what did not happen is `null`.
  private struct Document: Encodable {
    private enum Key: String, CodingKey {
      case agent, task, parameters, way, seed, returns, solvedReturn, solvedAtTry
    }

    var agent: String
    var task: String
    var parameters: [String: Double]
    var way: String
    var seed: UInt64
    var returns: [Float]
    var solvedReturn: Float?
    var solvedAtTry: Int?

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
    }
  }

  package func run() throws {
    let agent = try Agent(named: agent)
    let task = try task.task()
    try agent.check(actsIn: task.source)
    let parameters = task.parameters(seed: seed)
    var settings = Adaptation.Settings()
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
    let meter = TryMeter(solvedReturn: best, isSilent: result.json)
    let met = try Adaptation.run(
      agent, on: task.source, numbers: [task.number], way, settings,
      onTry: { _, undiscountedReturn in meter.show(undiscountedReturn) })[0]
    try meter.rethrow()
    if result.json {
      return try JSONOutput.write(
        Document(
          agent: agent.card.name, task: task.name, parameters: parameters.dictionary,
          way: way.flag, seed: seed, returns: met.returns, solvedReturn: best,
          solvedAtTry: met.solvedAtTry))
    }
    guard let best else { return }
    let level = Quantities.significant(Double(best))
    try output.write(
      met.solvedAtTry.map { "\nSolved (a return of \(level)) at try \($0).\n" }
        ?? "\nNot solved (a return of \(level)) in \(tries) \(tries == 1 ? "try" : "tries").\n")
  }
}
