package import ArgumentParser
internal import Foundation
internal import Records
internal import Schooling

extension RunsCommand {
  /// `foal runs show`.
  package struct Show: ParsableCommand {
    package static let configuration = CommandConfiguration(
      abstract: "Show a run's settings, last metrics, evaluations, checkpoints and events.",
      discussion: """
        EXAMPLES:
          foal runs show cartpole-7
          foal runs show cartpole-7 --json
        """)

    @Argument(help: "The run's name, or the beginning of it.")
    var name: String
    @OptionGroup var home: HomeOptions
    @OptionGroup var result: ResultOptions

    package init() {}

    package func run() throws {
      let (store, runs) = try home.runs(named: [name])
      let document = try RunDetails(of: runs[0], in: store)
      if result.json { return try JSONOutput.write(document) }
      let stream = StandardStream.output
      try stream.write(document.text(style: stream.style, limit: stream.tableLimit))
    }
  }
}

/// All that the store knows of a run.
private struct RunDetails: Encodable {
  let run: RunDocument
  let configuration: JSONValue
  let metrics: [Metric]
  let evaluations: [EvaluationDocument]
  let checkpoints: [RunCheckpoint]
  let events: [RunEvent]

  /// An evaluation and the name of the run that measured it.
  struct EvaluationDocument: Encodable {
    var run: String?
    var checkpointSHA256: String
    var date: Date
    var document: JSONValue
  }

  init(of run: Run, in store: RunStore) throws {
    metrics = try store.lastMetrics(of: run)
    self.run = RunDocument(
      run: run,
      lastReturn: try metrics.first { $0.name == Metric.returnName && $0.task == nil }?.value
        ?? store.evaluatedReturn(of: run),
      parent: try run.parentID.flatMap { try store.run(id: $0)?.name })
    configuration = try store.configuration(of: run)
    evaluations = try store.evaluations(of: run).map { evaluation in
      EvaluationDocument(
        run: try store.run(id: evaluation.runID)?.name,
        checkpointSHA256: evaluation.checkpointSHA256, date: evaluation.date,
        document: evaluation.document)
    }
    checkpoints = try store.checkpoints(of: run)
    events = try store.events(of: run)
  }

  func text(style: Style, limit: Int?) -> String {
    var parts = [head(style: style)]
    let tables = [
      settings, measured, evaluated, kept, happened,
    ]
    parts += tables.compactMap { $0?.rendered(style: style, limit: limit) }
    let name = run.run.name
    return parts.joined(separator: "\n") + "\nNext: foal runs export \(name) --output \(name).csv\n"
  }

  private func head(style: Style) -> String {
    let run = run.run
    var text = "\(style.bold(run.name)): \(run.command) \(run.task), seed \(run.seed)\n"
    text += "\(run.stateWord), started \(run.startedAt.minuteText), "
    text += "\(Quantities.time(run.duration)), \(run.stepsText) steps, Foal \(run.foalVersion)\n"
    if let parent = self.run.parent { text += "the agent comes from \(parent)\n" }
    return text
  }

  private var settings: Table? {
    let leaves = configuration.leaves.sorted { $0.key < $1.key }
    guard !leaves.isEmpty, configuration != .object([:]) else { return nil }
    var table = Table([.left("setting"), .left("value")])
    for (key, value) in leaves { table.append([key, value.shortText]) }
    return table
  }

  private var measured: Table? {
    guard !metrics.isEmpty else { return nil }
    var table = Table([.left("metric"), .right("step"), .right("last value")])
    for metric in metrics {
      table.append([
        metric.task.map { "\(metric.name) (\($0))" } ?? metric.name,
        Quantities.count(metric.environmentStep), Quantities.significant(metric.value),
      ])
    }
    return table
  }

  private var evaluated: Table? {
    guard !evaluations.isEmpty else { return nil }
    var table = Table([
      .left("evaluation"), .left("agent"), .left("tasks"), .right("try"), .left("IQM [95 %]"),
      .left("mean [95 %]"),
    ])
    for row in evaluations {
      guard let evaluation = try? row.document.decoded(as: Evaluation.self) else { continue }
      for (index, attempt) in evaluation.tries.enumerated() {
        let isFirst = index == 0
        table.append([
          isFirst ? row.run ?? "-" : "", isFirst ? String(row.checkpointSHA256.prefix(8)) : "",
          isFirst ? evaluation.tasksText : "", "\(attempt.try)",
          Quantities.interval(attempt.iqm, attempt.iqmLow, attempt.iqmHigh),
          Quantities.interval(attempt.mean, attempt.low, attempt.high),
        ])
      }
    }
    return table
  }

  private var kept: Table? {
    guard !checkpoints.isEmpty else { return nil }
    var table = Table([
      .left("checkpoint"), .right("step"), .left("kind"), .right("bytes"), .left("SHA-256"),
    ])
    for checkpoint in checkpoints {
      table.append([
        checkpoint.path, Quantities.count(checkpoint.environmentStep), checkpoint.kind.rawValue,
        Quantities.count(checkpoint.byteCount), String(checkpoint.sha256.prefix(8)),
      ])
    }
    return table
  }

  private var happened: Table? {
    guard !events.isEmpty else { return nil }
    var table = Table([.left("event"), .right("step"), .left("kind"), .left("what")])
    for event in events {
      table.append([
        event.date.minuteText, event.environmentStep.map(Quantities.count) ?? "-",
        event.kind.rawValue.spaced, event.message,
      ])
    }
    return table
  }
}

extension Evaluation {
  /// The tasks in words: `1,000 held-out cartpole, seed 0`.
  var tasksText: String { "\(Quantities.count(tasks)) \(split) \(family), seed \(seed)" }
}

extension JSONValue {
  /// The value in a table: words without quotes, lists without spaces.
  var shortText: String { if case .string(let text) = self { text } else { canonicalText } }
}
