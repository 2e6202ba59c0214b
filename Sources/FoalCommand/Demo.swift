package import ArgumentParser
internal import Environments
internal import Schooling

/// `foal demo`: what being born with something is worth, in under a minute.
package struct Demo: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "See what pretraining buys on never-seen tasks, in under a minute.",
    discussion: """
      The bundled agent meets cart-poles it has never seen, the first of them Gymnasium's \
      CartPole-v1, in three ways: in context, fine-tuned, and from scratch with the same network. \
      The one raised in playrooms meets rooms with goals and rules it has never met, told in words \
      and not told what is wanted. The same seed gives the same numbers on any number of \
      workers.

      EXAMPLES:
        foal demo
        foal demo playroom
        foal demo playroom --agent runs/playroom-0.safetensors
        foal demo --tasks 20 --seed 7
        foal demo --json
      """)

  /// The families that there is a demonstration of.
  enum Subject: String, CaseIterable, ExpressibleByArgument {
    case cartpole, playroom
  }

  @Argument(help: "What the agent was raised on: cartpole or playroom.")
  var subject = Subject.cartpole
  @Option(help: "The agent: a file. (default: the bundled one)")
  var agent: String?
  @Option(
    parsing: .unconditional,
    help: "Tasks to meet, 2 to 10,000. (default: 100 cart-poles, 200 playrooms)")
  var tasks: Int?
  @Option(
    parsing: .unconditional, help: "Tries that are shown, 1 to 100. (default: 5; 4 in playrooms)")
  var tries: Int?
  @Option(
    parsing: .unconditional,
    help: "The most tries that a way gets to solve a cart-pole, --tries to 10,000.")
  var budget = 120
  @Option(parsing: .unconditional, help: "Names the tasks and all randomness: 0 or more.")
  var seed: UInt64 = 0
  @OptionGroup var workers: WorkerOptions
  @OptionGroup var result: ResultOptions

  package init() {}

  package func validate() throws {
    try check(taskCount, "--tasks", in: 2...10_000)
    try check(tryCount, "--tries", in: 1...100)
    try check(budget, "--budget", in: tryCount...10_000)
  }

  private var taskCount: Int { tasks ?? (subject == .cartpole ? 100 : 200) }
  private var tryCount: Int { tries ?? (subject == .cartpole ? 5 : 4) }

  package func run() throws {
    switch subject {
    case .cartpole: try meetCartPoles()
    case .playroom: try meetPlayrooms()
    }
  }

  private func meetPlayrooms() throws {
    let agent = try Agent(named: agent ?? "playroom")
    if !result.json {
      try StandardStream.output.write(
        PlayroomDemo.introduction(agent, tasks: taskCount, seed: seed, StandardStream.output)
          + "\n")
    }
    var settings = Evaluation.Settings(tasks: taskCount, tries: tryCount)
    settings.seed = seed
    settings.workers = workers.count
    let demo = try PlayroomDemo(agent, settings)
    if result.json { return try JSONOutput.write(demo) }
    try StandardStream.output.write(demo.text(of: self.agent ?? "playroom", StandardStream.output))
  }

  private func meetCartPoles() throws {
    let agent = try Agent(named: agent ?? "cartpole")
    let source = TaskSource(CartPoleFamily(), heldOutFirst: CartPoleFamily.gymnasium)
    if !result.json {
      try StandardStream.output.write(
        DemoText.introduction(agent, tasks: taskCount, budget: budget, StandardStream.output) + "\n"
      )
    }
    var settings = Adaptation.Settings(suiting: agent.card.family)
    settings.tries = budget
    settings.leavesSolvedAfter = tryCount
    settings.seed = seed
    settings.workers = workers.count
    let comparison = try comparison(agent, on: source, settings)
    if result.json { return try JSONOutput.write(comparison) }
    try StandardStream.output.write(DemoText(comparison, StandardStream.output).text)
  }

  /// Meets the tasks in one way after the other, each with its own progress: a try from scratch
  /// takes far longer than one in context.
  private func comparison(
    _ agent: Agent, on source: TaskSource, _ settings: Adaptation.Settings
  ) throws -> Comparison {
    var rows: [Comparison] = []
    for way in Way.allCases {
      let progress = ProgressReporter(way.words, total: taskCount, unit: "tasks")
      let counter = Counter()
      rows.append(
        try Comparison(
          agent, on: source, numbers: Array(0..<taskCount), ways: [way], shownTries: tryCount,
          settings
        ) { progress.update(counter.add(1)) })
      progress.finish()
    }
    var comparison = rows[0]
    comparison.ways = rows.flatMap(\.ways)
    return comparison
  }
}
