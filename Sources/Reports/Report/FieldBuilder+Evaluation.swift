internal import Charts
internal import Environments
internal import Foundation
internal import Records
internal import Schooling

extension FieldBuilder {
  private var notEvaluated: Part {
    .text("No agent of this run was evaluated yet: foal evaluate measures one.")
  }

  var performanceMetrics: [Part] {
    let meaning = Part.text(
      "The return: the sum of the rewards of one try, not discounted. It is what the agent is "
        + "trained on and what it is judged by.")
    guard let main = source.mainEvaluation else { return [meaning, notEvaluated] }
    let evaluation = main.evaluation
    let rows = evaluation.tries.map { attempt -> [Cell] in
      [
        Cell("\(attempt.try)"), Cell(attempt.iqmText), Cell(attempt.meanText),
        Cell(Quantities.shortReturn(attempt.p20)),
      ]
    }
    var pairs: [Pair] = []
    if let gain = evaluation.gainFromMemory {
      pairs.append(Pair("gain from memory", "\(gain.text) on the last try"))
    }
    if let solved = evaluation.solvedAtTry {
      pairs.append(Pair("median try that solves", solved.text))
      let counts = (Quantities.count(solved.unsolved), Quantities.count(evaluation.tasks))
      pairs.append(Pair("tasks that no try solved", "\(counts.0) of \(counts.1)"))
    }
    return [
      meaning, .pairs(pairs),
      .table(
        Table(
          "Return on tasks of the evaluation",
          [
            ("try", true), ("interquartile mean", true), ("mean", true), ("20th percentile", true),
          ], rows), source: origin(main)),
    ]
  }

  var evaluationEnvironment: [Part] {
    guard let main = source.mainEvaluation else { return [notEvaluated] }
    let evaluation = main.evaluation
    return [
      .pairs([
        Pair("tasks", evaluation.tasksText), Pair("agent", evaluation.agent),
        Pair("checkpoint", main.checkpoint), Pair("recorded as", main.run),
        Pair("date", main.date.minute),
      ])
    ]
  }

  var offlineEvaluations: [Part] {
    var parts = [learningCurve].compactMap { $0 }
    guard let main = source.mainEvaluation else { return parts + [notEvaluated] }
    if let tries = triesCurve(main) { parts.append(tries) }
    parts.append(controls(main))
    if source.evaluations.count > 1 { parts.append(history) }
    return parts
  }

  /// The score on each try, with controls: not more of them than lines can be told apart; the bars have
  /// all.
  func triesCurve(_ main: ReportSource.EvaluationFacts) -> Part? {
    let evaluation = main.evaluation
    guard evaluation.tries.count > 1 else { return nil }
    let controls = evaluation.controlRows.filter {
      evaluation.controls.learned == nil || $0.key != "memoryless"
    }
    let rows =
      [(name: "the agent", tries: evaluation.tries)]
      + controls.map { (name: $0.name, tries: $0.tries) }
    let chart = Chart(
      title: "Return on each try of tasks never seen before", x: .init("try"),
      y: .init("interquartile mean return"),
      series: rows.map { .line($0.name, $0.tries.map(\.point)) }, levels: levels,
      bandLabel: "95 % interval over tasks")
    return .chart(chart, sentences: sentences(evaluation), source: origin(main))
  }

  private func sentences(_ evaluation: Evaluation) -> [String] {
    guard let first = evaluation.tries.first, let last = evaluation.tries.last else { return [] }
    let direction =
      last.iqmLow > first.iqmHigh
      ? "better than" : last.iqmHigh < first.iqmLow ? "worse than" : "about as well as"
    var sentences = [
      "On try \(last.try) the agent does \(direction) on try 1: \(last.iqmText) after "
        + "\(first.iqmText)."
    ]
    if let gain = evaluation.gainFromMemory {
      let verdict = gain.low > 0 ? "helps" : gain.high < 0 ? "harms" : "makes no sure difference"
      sentences.append(
        "What it remembers of earlier tries \(verdict): \(gain.text) on try \(last.try).")
    }
    return sentences
  }

  /// The last try beside its controls.
  private func controls(_ main: ReportSource.EvaluationFacts) -> Part {
    let evaluation = main.evaluation
    let rows =
      [(name: "the agent", tries: evaluation.tries)]
      + evaluation.controlRows.map { (name: $0.name, tries: $0.tries) }
    let chart = Chart(
      title: "Mean return on try \(evaluation.tries.count), beside controls",
      x: .init("who", scale: .categories(rows.map(\.name))), y: .init("mean return"),
      series: [.bars("mean", rows.map { $0.tries.last.map { ($0.mean, $0.low, $0.high) } })],
      marks: levels, bandLabel: "95 % interval over tasks")
    return .chart(chart, sentences: [], source: origin(main, interval: false))
  }

  /// All evaluations, the latest first.
  private var history: Part {
    let rows = source.evaluations.reversed().map { facts -> [Cell] in
      let evaluation = facts.evaluation
      return [
        Cell(facts.date.minute), Cell(facts.checkpoint.shortHash), Cell(evaluation.tasksText),
        Cell(evaluation.tries.first?.iqmText ?? "-"), Cell(evaluation.tries.last?.iqmText ?? "-"),
      ]
    }
    return .table(
      Table(
        "All evaluations, the latest first",
        [
          ("date", false), ("checkpoint", false), ("tasks", false), ("IQM, first try", true),
          ("IQM, last try", true),
        ], Array(rows)), source: "in brackets 95 % intervals over each evaluation's tasks")
  }

  var failureModes: [Part] {
    var parts: [Part] = []
    let failures = source.events.filter { $0.kind == .environmentFailed }
    if !failures.isEmpty {
      parts.append(.text("Environments failed during the run:"))
      parts.append(.list(failures.map { "\($0.date.minute): \($0.message)" }))
    }
    guard let main = source.mainEvaluation, let worst = main.evaluation.worstTasks,
      let first = worst.first
    else { return parts }
    let names = first.parameters.map(\.name)
    let columns =
      [("task", true)] + main.evaluation.tries.map { ("try \($0.try)", true) }
      + names.map { ($0.apart, true) }
    let rows = worst.map { task -> [Cell] in
      [Cell("\(task.number)")]
        + main.evaluation.tries.indices.map { index in
          Cell(
            task.returns.indices.contains(index)
              ? Quantities.shortReturn(Double(task.returns[index])) : "-")
        }
        + names.indices.map { index in
          guard task.parameters.indices.contains(index) else { return "-" }
          let rank = task.ranks.indices.contains(index) ? task.ranks[index] : nil
          return Cell(Quantities.significant(task.parameters[index].value), place: rank)
        }
    }
    let title =
      "The \(worst.count) worst of \(Quantities.count(main.evaluation.tasks)) tasks on try "
      + "\(main.evaluation.tries.count)"
    parts.append(
      .table(
        Table(title, columns.map { ($0.0, isNumeric: $0.1) }, rows),
        source: origin(main, interval: false)
          + "; a mark shows where a value lies among those of all tasks"))
    return parts
  }

  var evaluationValidity: [Part] {
    var sentences: [String] = []
    let seeds = source.runs.count
    if seeds == 1 {
      sentences.append(
        "One seed was trained: the intervals say how the agent does on other tasks, not how agents "
          + "of other seeds do.")
    } else if seeds < 5 {
      sentences.append(
        "\(seeds) seeds were trained, too few for intervals over seeds that keep their promise.")
    }
    guard let main = source.mainEvaluation else {
      return (sentences.isEmpty ? [] : [.list(sentences)]) + [notEvaluated]
    }
    let evaluation = main.evaluation
    sentences.append(
      "Intervals are 95 % percentile bootstrap intervals that draw the "
        + "\(Quantities.count(evaluation.tasks)) tasks again, 2,000 times.")
    if main.isOneTask {
      let which = source.environment?.isFamily == false ? ", the one that the agent learned on" : ""
      sentences.append("Every try was on one and the same task\(which).")
    } else if evaluation.split == "held-out" {
      sentences.append("No task of the evaluation is one that the agent was trained on.")
    } else {
      sentences.append(
        "The tasks are of the split \"\(evaluation.split)\": the agent may have met them before.")
    }
    if let expert = evaluation.controls.expert?.last, let last = evaluation.tries.last {
      sentences.append(
        "An expert that knows every parameter gets \(expert.meanText) on the same tasks, the agent "
          + "\(last.meanText).")
    }
    return [.list(sentences)]
  }
}
