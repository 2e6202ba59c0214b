internal import Charts
internal import Foundation
internal import Records
internal import Schooling

/// Fills the parts of fields that a run can fill.
struct FieldBuilder {
  let source: ReportSource
  /// When the report is made.
  let date: Date

  typealias Part = RewardReport.Part
  typealias Pair = RewardReport.Pair
  typealias Table = RewardReport.Table
  typealias Cell = RewardReport.Cell

  /// What Foal fills into a field; nothing for a field that only a person can fill.
  func parts(of field: ReportField) -> [Part] {
    switch field {
    case .dates: dates
    case .definedPerformanceMetrics: performanceMetrics
    case .oversightMetrics: oversightMetrics
    case .knownFailureModes: failureModes
    case .rewardDetails: rewardDetails
    case .environmentDetails: environmentDetails
    case .algorithmicDetails: algorithmicDetails
    case .evaluationEnvironment: evaluationEnvironment
    case .offlineEvaluations: offlineEvaluations
    case .evaluationValidity: evaluationValidity
    case .updateTriggers: updateTriggers
    case .changelog: changelog
    default: []
    }
  }

  /// Where numbers of the training come from.
  var trainingOrigin: String {
    let runs = source.runs.count == 1 ? "run \(source.run.name)" : "\(source.runs.count) runs"
    let seeds = source.seeds.map { "\($0)" }.joined(separator: ", ")
    return "\(runs), \(source.seeds.count == 1 ? "seed" : "seeds") \(seeds)"
  }

  /// Where numbers of an evaluation come from.
  func origin(_ facts: ReportSource.EvaluationFacts, interval: Bool = true) -> String {
    let evaluation = facts.evaluation
    let training = source.seeds.first.map { ", training seed \($0)" } ?? ""
    return "run \(facts.run), checkpoint \(facts.checkpoint.shortHash)\(training), task seed "
      + "\(evaluation.seed)"
      + (interval
        ? "; in brackets 95 % intervals over \(Quantities.count(evaluation.tasks)) tasks" : "")
  }

  private var dates: [Part] {
    let run = source.run
    var pairs = [
      Pair("started", run.started.minute), Pair("ended", run.ended?.minute ?? "not yet"),
      Pair("worked for", Quantities.time(.seconds(run.wallSeconds))),
    ]
    if let last = source.evaluations.last {
      pairs.append(Pair("last evaluated", last.date.minute))
    }
    return [.pairs(pairs + [Pair("this report", date.minute)])]
  }

  private var updateTriggers: [Part] {
    guard !source.triggers.isEmpty else {
      return [.text("No trigger is set for this agent.")]
    }
    let rows = source.triggers.map { state -> [Cell] in
      let (trigger, reading) = (state.trigger, state.reading)
      return [
        Cell(trigger.metric), Cell(trigger.window), Cell(Quantities.significant(trigger.threshold)),
        Cell(reading.value.map { Quantities.significant($0) } ?? "no data"),
        Cell(
          reading.hasFired ? "now" : state.lastFired?.day ?? "never",
          isAlarming: reading.hasFired), Cell(trigger.action.words),
      ]
    }
    return [
      .table(
        Table(
          "Triggers: beyond its threshold, each calls for its action",
          [
            ("metric", false), ("window", true), ("threshold", true), ("value", true),
            ("last fired", false), ("action", false),
          ], rows), source: trainingOrigin)
    ]
  }

  private var oversightMetrics: [Part] {
    guard !source.triggers.isEmpty else {
      return [.text("No metric besides the return is watched: no trigger is set for this agent.")]
    }
    return [
      .text("Watched, and not part of the reward; the triggers (6.2) say what follows from them:"),
      .list(
        source.triggers.map { state in
          let value =
            state.reading.value.map { "now \(Quantities.significant($0))" } ?? "no data yet"
          return "\(state.trigger.metric): \(value)"
        }),
    ]
  }

  private var changelog: [Part] {
    guard !source.changelog.isEmpty else {
      return [.text("There is no entry yet: this is the first report.")]
    }
    let rows = source.changelog.reversed().map { entry -> [Cell] in
      [
        Cell("\(entry.number)"), Cell(entry.date.day), Cell(entry.section),
        Cell(entry.observation.isEmpty ? "-" : entry.observation), Cell(entry.changeText),
        Cell(entry.decidedBy), Cell(String(entry.hash.prefix(8))),
      ]
    }
    let verdict =
      switch ChangelogVerdict(source.changelog) {
      case .intact(let head):
        "Each entry's hash covers the entry before it; the chain is whole up to \(head ?? "none")."
      case .broken(let entry, let reason):
        "The chain of hashes is broken at entry \(entry): \(reason)."
      }
    return [
      .table(
        Table(
          "Changes, the latest first",
          [
            ("no.", true), ("date", false), ("about", false), ("seen", false), ("changed", false),
            ("decided by", false), ("hash", false),
          ], Array(rows)), source: verdict)
    ]
  }
}

extension ChangelogEntry {
  /// What changed, with the values before and after if the entry has them.
  var changeText: String {
    guard let before = detail["before"]?.shortText, let after = detail["after"]?.shortText else {
      return change
    }
    return "\(change): \(before) → \(after)"
  }
}

extension JSONValue {
  /// The value in a sentence: a text without its quotes.
  var plainText: String { if case .string(let text) = self { text } else { canonicalText } }

  /// The value if it is a text, a number or a choice; nil for lists and objects.
  fileprivate var shortText: String? {
    switch self {
    case .array, .object, .null: nil
    default: plainText
    }
  }
}
