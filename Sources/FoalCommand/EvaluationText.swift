internal import Environments
internal import Schooling

/// An evaluation as text.
struct EvaluationText {
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
    if let seeker = controls.seeker { append("an expert told no more", seeker, to: &table) }
    if let learned = controls.learned {
      let tasks = "\(learned.tasks) \(learned.tasks == 1 ? "task" : "tasks")"
      append("fine-tuned, \(tasks)", learned.fineTuned.suffix(1), to: &table)
      append("from scratch, \(tasks)", learned.fromScratch.suffix(1), to: &table)
    }
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
    if let rise = evaluation.rise {
      let times = Quantities.interval(rise.estimate, rise.low, rise.high)
      lines += "Try \(tries) brings \(times) times what try 1 does.\n"
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
