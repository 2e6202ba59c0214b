internal import Agents
package import ArgumentParser
internal import Environments
internal import Foundation
internal import Networks
internal import Schooling
internal import Tensors

/// `foal watch`: an agent acting, drawn in the terminal.
package struct Watch: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Watch an agent meet a task, in the terminal.",
    discussion: """
      Plays the very tries that 'foal adapt' reports for the same agent, task and seed, in context. \
      Where standard output is not a terminal, a few frames are printed as text. Ctrl-C ends it. The \
      agent "expert" is the one who knows the task's parameters, where there is one.

      EXAMPLES:
        foal watch cartpole cartpole-v1
        foal watch cartpole cartpole:17 --tries 2 --speed 4
        foal watch expert playroom:17 --speed 0.1
        foal watch expert playroom:17 --output film.gif
      """)

  @Argument(help: "The agent: a file, a bundled name or \"expert\".")
  var agent: String
  @Argument(
    help: "The task: an environment (cartpole-v1), a held-out task (cartpole:17) or a file.")
  var task: TaskName
  @Option(parsing: .unconditional, help: "Tries, 1 to 1000.")
  var tries = 3
  @Option(parsing: .unconditional, help: "How fast, 0.01 to 1000; 1 is 50 steps a second.")
  var speed = 1.0
  @Option(parsing: .unconditional, help: "Names the numbered tasks and all randomness: 0 or more.")
  var seed: UInt64 = 0
  @Option(
    help: ArgumentHelp(
      "Write a film instead: .gif, or .mp4 where ffmpeg is installed.", valueName: "file"))
  var output: String?
  @Flag(help: "Overwrite the film if it exists.")
  var force = false
  @OptionGroup var result: ResultOptions

  package init() {}

  package func validate() throws {
    try check(tries, "--tries", in: 1...1000)
    guard (0.01...1000).contains(speed) else {
      throw ValidationError("--speed is \(speed); allowed: 0.01 to 1000")
    }
  }

  /// What `--json` prints.
  private struct Document: Encodable {
    struct Try: Encodable {
      var `try`: Int
      var undiscountedReturn: Float
      var steps: Int
      var terminated: Bool

      enum CodingKeys: String, CodingKey {
        case undiscountedReturn = "return"
        case `try`, steps, terminated
      }
    }

    var agent: String
    var task: String
    var parameters: [String: Double]
    var seed: UInt64
    var tries: [Try]
  }

  package func run() throws {
    let task = try task.task()
    let watched = agent == "expert" ? nil : try Agent(named: agent)
    try watched?.check(actsIn: task.source)
    guard watched != nil || task.source.hasExperts else {
      throw CommandFailure.usage("there is no expert for \(task.name)")
    }
    let name = watched?.card.name ?? agent
    let parameters = task.parameters(seed: seed)
    let interrupt = Interrupt()
    let kind: Stage.Kind =
      result.json || output != nil
      ? .none : StandardStream.output.isTerminal && !StandardStream.output.isDumb ? .film : .text
    let stage = Stage(
      kind, title: "\(name) meets \(task.name)", details: parameters.words, tries: tries,
      stepSeconds: 0.02 / speed)
    let film = try output.map { path in
      try OutputOptions.prepare(path, force: force)
      return try Film(path, framesPerSecond: min(50 * speed, 50))
    }
    let episodes = try stage.perform {
      try play(watched, task, on: stage, film, until: interrupt)
    }
    try film?.finish()
    if result.json {
      try JSONOutput.write(
        Document(
          agent: name, task: task.name, parameters: parameters.dictionary, seed: seed,
          tries: episodes.enumerated().map {
            Document.Try(
              try: $0 + 1, undiscountedReturn: $1.undiscountedReturn, steps: $1.length,
              terminated: $1.terminated)
          }))
    } else if kind == .film || output != nil {
      try stage.summarise(episodes)
    }
    if interrupt.isRequested { throw ExitCode(130) }
  }

  /// Plays the tries with the random streams of an adaptation.
  /// - Parameter agent: who acts; the task's expert if `nil`.
  private func play(
    _ agent: Agent?, _ task: TaskName.Task, on stage: Stage, _ film: Film?,
    until interrupt: Interrupt
  ) throws -> [Episode] {
    var trials = agent?.card.trials ?? TrialSettings()
    trials.triesPerTask = tries
    trials.wipesMemoryEachTry = false
    let random = RandomStream(seed: seed).split("adaptation").split(task.number)
    var batch = task.source.batch(
      tasks: [task.number], of: .heldOut, seed: seed, trials: trials, random: random.split("starts")
    )
    func show(_ frame: Frame) throws -> Bool {
      guard !interrupt.isRequested else { return false }
      if let drawing = frame.drawing { try film?.append(drawing) }
      try stage.show(frame)
      return true
    }
    guard let agent else { return try batch.watchExpert(noting: stage.note, showing: show) }
    var drawing = random.split("actions")
    var memory = agent.policy.network.emptyMemory(1)
    return try batch.watch(
      choosing: { buffers, actions in
        let decision = agent.policy.decide(
          buffers, memory: memory, greedy: agent.isGreedy, using: &drawing)
        memory = decision.memory
        agent.policy.write(decision, to: &actions)
        stage.note(actions)
      }, showing: show)
  }
}
