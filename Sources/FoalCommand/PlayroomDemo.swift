internal import Environments
internal import Schooling
internal import Tensors

/// What an agent raised in the playroom does on tasks whose rules and goals it never met: told what
/// is wanted, and not told.
struct PlayroomDemo: Encodable {
  /// Who acted on which tasks, and the share of them that was solved on each try.
  struct Row: Encodable {
    var name: String
    var family: String
    var tries: [Evaluation.Attempt]
  }

  let agent: String
  let tasks: Int
  let seed: UInt64
  private(set) var rows: [Row] = []

  /// Lets the agent and its controls meet the tasks.
  init(_ agent: Agent, _ settings: Evaluation.Settings) throws {
    var settings = settings
    settings.greedy = agent.isGreedy
    self.agent = agent.card.name
    tasks = settings.tasks
    seed = settings.seed
    let told = try EnvironmentCatalogue.family(named: "playroom-told").tasks
    let untold = try EnvironmentCatalogue.family(named: "playroom-rules").tasks
    let limit = agent.card.trials.stepLimit
    try measure("told in words", told, settings) { source, settings, note in
      try agent.returns(on: source, settings, onProgress: note)
    }
    try measure("not told the goal, in short tries", untold, settings) { source, settings, note in
      try agent.returns(on: source, settings, onProgress: note)
    }
    try measure("the same, memory wiped each try", untold, settings) { source, settings, note in
      try agent.returns(on: source, settings, memoryLasting: .try, onProgress: note)
    }
    try measure("random actions", untold, settings) { source, settings, note in
      try randomReturns(on: source, settings, stepLimit: limit, onProgress: note)
    }
    try measure("a planner told no more", untold, settings) { source, settings, note in
      try seekerReturns(on: source, settings, stepLimit: limit, onProgress: note) ?? []
    }
    try measure("a planner that sees everything", untold, settings) { source, settings, note in
      try expertReturns(on: source, settings, stepLimit: limit, onProgress: note) ?? []
    }
  }

  private mutating func measure(
    _ name: String, _ source: TaskSource, _ settings: Evaluation.Settings,
    _ play:
      (TaskSource, Evaluation.Settings, @escaping @Sendable (Int) -> Void) throws -> Returns
  ) throws {
    let progress = ProgressReporter(
      name, total: settings.tasks * settings.tries, unit: "tries")
    let counter = Counter()
    let returns = try play(source, settings) { progress.update(counter.add($0)) }
    progress.finish()
    var random = RandomStream(seed: settings.seed).split("demo").split(rows.count)
    rows.append(
      Row(name: name, family: source.name, tries: attempts(returns, using: &random)))
  }
}

extension PlayroomDemo {
  /// Says what is about to be done, beside a picture of the first task.
  static func introduction(
    _ agent: Agent, tasks: Int, seed: UInt64, _ stream: StandardStream
  ) throws -> String {
    let columns = min(stream.columns, 80)
    let text =
      "The agent \(stream.style.bold(agent.card.name)) was raised in playrooms. It now meets "
      + "\(Quantities.count(tasks)) whose rules and goals it has never met: told in words what is "
      + "wanted and what becomes of what, and not told what is wanted, with a third of the time for "
      + "each try. In brackets: 95 % intervals over the tasks. The first of them:"
    let batch = try TaskName(argument: "playroom-told:0").batch(seed: seed).batch
    let picture = batch.drawing(slot: 0)?.terminalText(
      columns: columns, rows: 20, inColor: stream.style.isOn)
    let about = batch.taskDescription(slot: 0).wrapped(toColumns: columns)
    return "\(text.wrapped(toColumns: columns))\n\n\(about)\n\n\(picture ?? "")\n"
  }

  /// The table, the plot and what they say.
  /// - Parameter file: the agent's.
  func text(of file: String, _ stream: StandardStream) -> String {
    """

    \(table.rendered(style: stream.style))
    \(chart.terminal(columns: min(stream.columns, 80), rows: 12, style: stream.style))
    \(conclusion.wrapped(toColumns: min(stream.columns, 80)))
    Next: foal watch \(shellWord(file)) playroom:0

    """
  }

  private var table: Table {
    let count = rows.first?.tries.count ?? 0
    var table = Table([.left("share solved")] + (1...max(count, 1)).map { .left("try \($0)") })
    for row in rows {
      table.append(
        [row.name] + row.tries.map { Quantities.interval($0.mean, $0.low, $0.high) })
    }
    return table
  }

  private var chart: Chart {
    Chart(
      x: .init("try on a task never seen before"), y: .init("share of tasks solved"),
      series: rows.map { row in
        .line(
          row.name,
          row.tries.map { Chart.Point(x: Double($0.try), y: $0.mean, low: $0.low, high: $0.high) })
      })
  }

  private var conclusion: String {
    guard rows.count == 6, let told = rows[0].tries.first, let first = rows[1].tries.first,
      let last = rows[1].tries.last, let wiped = rows[2].tries.last,
      let random = rows[3].tries.first, let seeker = rows[4].tries.last,
      let expert = rows[5].tries.first
    else { return "" }
    func percent(_ share: Double) -> String { "\(Quantities.fixed(100 * share, decimals: 0)) %" }
    return
      "Told what is wanted, in a combination of words that it never heard, the agent solves "
      + "\(percent(told.mean)) on its first try; a planner that sees everything solves "
      + "\(percent(expert.mean)). Not told what is wanted, in short tries, it solves "
      + "\(percent(first.mean)) on try 1 and \(percent(last.mean)) on try \(last.try), and "
      + "\(percent(wiped.mean)) there with its memory wiped before each try; a planner that seeks "
      + "what it is not told solves \(percent(seeker.mean)) there, random actions "
      + "\(percent(random.mean))."
  }
}
