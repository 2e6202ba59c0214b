internal import Charts
internal import Foundation
internal import Records
internal import Reports
internal import Schooling

/// The run that an agent comes from, and what is entered of the agent's later life there: events, and
/// entries of its changelog.
struct AgentHistory {
  let store: RunStore
  let run: Run

  private var files: ReportFiles {
    ReportFiles(store: store, runs: [run], format: .all, output: nil, human: nil)
  }

  /// The agent's triggers: those in the run's folder, else the standard ones.
  func triggers() throws -> TriggerSet { try files.triggers() }

  /// Looks at the agent's triggers.
  func watch(
    _ triggers: TriggerSet, _ evidence: Evaluation.Evidence, at date: Date
  ) throws -> TriggerWatch {
    try TriggerWatch(
      of: run, in: store, triggers, evidence, lastReport: try files.lastReport(), at: date)
  }

  /// Enters each trigger that fired.
  func note(_ watch: TriggerWatch, at date: Date) throws {
    for finding in watch.fired {
      let (before, after) = (finding.before.map(JSONValue.number) ?? "no data", finding.valueJSON)
      let detail = JSONValue.object([
        "trigger": .string(finding.trigger), "before": before, "after": after,
        "threshold": .number(finding.threshold), "action": .string(finding.action.rawValue),
      ])
      try store.add(
        RunEvent(.triggerFired, finding.text, date: date, detail: detail), to: run)
      _ = try store.append(
        NewChangelogEntry(
          section: "trigger",
          observation: "\(finding.trigger) is above "
            + Quantities.significant(finding.threshold),
          change: "called to \(finding.action.words)", decidedBy: "foal evaluate", detail: detail,
          date: date), to: run)
    }
  }

  /// The evaluation of the run's agents before this one, of as many tries on the same kind of tasks.
  func evaluation(before evaluation: Evaluation) throws -> Evaluation? {
    try store.evaluations(of: run).reversed().lazy
      .compactMap { try? $0.document.decoded(as: Evaluation.self) }
      .first {
        $0.family == evaluation.family && $0.split == evaluation.split
          && $0.tries.count == evaluation.tries.count
      }
  }

  /// Enters an evaluation whose interquartile mean on the last try lies out of the interval of the
  /// one before, and says so in a line; nil if it does not.
  func noteMove(
    from before: Evaluation?, to after: Evaluation, ofAgent sha256: String, at date: Date
  ) throws -> String? {
    guard let before = before?.tries.last, let after = after.tries.last,
      !(before.iqmLow...before.iqmHigh).contains(after.iqm)
    else { return nil }
    let (old, new) = (before.interval, after.interval)
    let side = after.iqm < before.iqmLow ? "below" : "above"
    _ = try store.append(
      NewChangelogEntry(
        section: "evaluation",
        observation: "\(side) the 95 % interval of the evaluation before; agent "
          + String(sha256.prefix(12)),
        change: "interquartile mean on try \(after.try)", decidedBy: "foal evaluate",
        detail: .object(["before": .string(old), "after": .string(new)]), date: date), to: run)
    return "Try \(after.try) went \(side) the interval of the evaluation before: "
      + "\(old), now \(new)."
  }

  /// Enters that another run wrote its agent over this one's.
  func notePretrainedAgain(_ checkpoint: RunCheckpoint, by other: Run) throws {
    let old = try store.checkpoints(of: run).last {
      $0.kind == .agent && $0.path == checkpoint.path
    }
    let detail = JSONValue.object([
      "before": .string("\(run.name), SHA-256 \(old?.sha256.prefix(12) ?? "unknown")"),
      "after": .string("\(other.name), SHA-256 \(checkpoint.sha256.prefix(12))"),
    ])
    let message = "\(checkpoint.path) was trained again, as \(other.name)"
    try store.add(RunEvent(.agentPretrainedAgain, message, detail: detail), to: run)
    for run in [run, other] {
      _ = try store.append(
        NewChangelogEntry(
          section: "agent", observation: "\(other.name) was trained under the same name",
          change: checkpoint.path, decidedBy: "foal \(other.command)", detail: detail), to: run)
    }
  }

  /// Enters that the agent was fine-tuned on a task.
  func noteFineTuned(on task: String, _ met: Adaptation, by other: String?) throws {
    let count = met.returns.count
    let message = "fine-tuned on \(task) in \(count) \(count == 1 ? "try" : "tries")"
    try store.add(
      RunEvent(
        .agentAdapted, message, detail: other.map { .object(["run": .string($0)]) }), to: run)
    let text = { (value: Float?) -> JSONValue in
      .string(value.map { Quantities.shortReturn(Double($0)) } ?? "-")
    }
    _ = try store.append(
      NewChangelogEntry(
        section: "agent", observation: "recorded as \(other ?? "no run")",
        change: "\(message); return of the first and the last", decidedBy: "foal adapt",
        detail: .object(["before": text(met.returns.first), "after": text(met.returns.last)])),
      to: run)
  }
}

extension TriggerWatch.Finding {
  /// What the trigger found, in one line.
  var text: String {
    let value = reading.value.map { Quantities.significant($0) } ?? "not a number"
    let before = before.map { Quantities.significant($0) } ?? "no data"
    return "\(trigger) fired: \(value) is above \(Quantities.significant(threshold)) "
      + "(before: \(before)); \(action.words)"
  }

  fileprivate var valueJSON: JSONValue { reading.value.map(JSONValue.number) ?? "not a number" }
}

extension Evaluation.Attempt {
  /// The interquartile mean and its interval.
  fileprivate var interval: String { Quantities.interval(iqm, iqmLow, iqmHigh) }
}
