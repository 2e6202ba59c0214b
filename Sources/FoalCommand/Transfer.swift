package import ArgumentParser
internal import Environments
internal import Schooling

/// `foal transfer`: what an agent's schooling is worth on tasks it has never seen.
package struct Transfer: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Measure what an agent's schooling buys against learning from scratch.",
    discussion: """
      The agent meets held-out tasks in three ways, with as many tries each: in context, without \
      changing a weight; fine-tuned on each task; and with fresh weights. The jumpstart is the \
      first try's return less that from scratch; the area ratio is the sum of all tries' returns \
      as a multiple of that from scratch. In brackets: 95 % intervals over the tasks.

      EXAMPLES:
        foal transfer playroom --tasks 50 --tries 100
        foal transfer cartpole --tasks 20 --tries 60
        foal transfer playroom --family playroom-hidden --json
      """)

  @Argument(help: "The agent: a file, a bundled name, or the run that wrote it.")
  var agent: String
  @Option(help: "The family whose held-out tasks are met. (default: the agent's)")
  var family: String?
  @Option(parsing: .unconditional, help: "Tasks, 2 to 10,000.")
  var tasks = 20
  @Option(parsing: .unconditional, help: "Tries on each task in each way, 2 to 10,000.")
  var tries = 50
  @Option(parsing: .unconditional, help: "Names the tasks and all randomness: 0 or more.")
  var seed: UInt64 = 0
  @OptionGroup var home: HomeOptions
  @OptionGroup var workers: WorkerOptions
  @OptionGroup var result: ResultOptions

  package init() {}

  package func validate() throws {
    try check(tasks, "--tasks", in: 2...10_000)
    try check(tries, "--tries", in: 2...10_000)
  }

  package func run() throws {
    let agent = try Agent(named: AgentName(agent, below: home).file)
    let source = try EnvironmentCatalogue.family(named: family ?? agent.card.family).tasks
    var settings = Adaptation.Settings(suiting: agent.card.family)
    settings.tries = tries
    settings.seed = seed
    settings.workers = workers.count
    let progress = ProgressReporter(
      "transfer", total: tasks * Way.allCases.count, unit: "tasks met")
    let counter = Counter()
    let study = try TransferStudy(agent, on: source, numbers: Array(0..<tasks), settings) {
      progress.update(counter.add(1))
    }
    progress.finish()
    if result.json { return try JSONOutput.write(study) }
    try StandardStream.output.write(TransferText(study, tries: tries, StandardStream.output).text)
  }
}

/// A study of transfer as text.
private struct TransferText {
  let study: TransferStudy
  let tries: Int
  let stream: StandardStream

  init(_ study: TransferStudy, tries: Int, _ stream: StandardStream) {
    self.study = study
    self.tries = tries
    self.stream = stream
  }

  var text: String {
    """
    \(stream.style.bold(study.agent)) on \(Quantities.count(study.tasks)) held-out tasks of \
    \(study.family), \(Quantities.count(tries)) tries each way (seed \(study.seed))

    \(table.rendered(style: stream.style))
    \(chart.terminal(columns: min(stream.columns, 80), rows: 12, style: stream.style))
    \(duel.wrapped(toColumns: min(stream.columns, 80)))

    """
  }

  private var table: Table {
    let shown = [1, 4, tries].filter { $0 <= tries }.reduce(into: [Int]()) { shown, number in
      if shown.last != number { shown.append(number) }
    }
    var table = Table(
      [.left("mean return")] + shown.map { .left("try \($0)") }
        + [.left("jumpstart"), .left("area ratio")])
    for row in study.ways {
      let returns = shown.map { number in
        let attempt = row.tries[number - 1]
        return Quantities.interval(attempt.mean, attempt.low, attempt.high)
      }
      table.append([row.way.words] + returns + [words(row.jumpstart), words(row.areaRatio)])
    }
    return table
  }

  private func words(_ interval: Interval?) -> String {
    interval.map { Quantities.interval($0.estimate, $0.low, $0.high) } ?? "-"
  }

  private var chart: Chart {
    Chart(
      x: .init("try on a task never seen before"), y: .init("mean return"),
      series: study.ways.map { row in
        .line(
          row.way.words,
          row.tries.map { Chart.Point(x: Double($0.try), y: $0.mean, low: $0.low, high: $0.high) })
      })
  }

  private var duel: String {
    func percent(_ share: Double) -> String { "\(Quantities.fixed(100 * share, decimals: 0)) %" }
    let duel = study.duel
    return
      "After as many environment steps from scratch as the agent took in context up to try "
      + "\(duel.try), that try is better than learning from scratch on \(percent(duel.above)) of "
      + "the tasks, as good on \(percent(duel.same)) and worse on \(percent(duel.below))."
  }
}
