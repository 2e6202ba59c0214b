internal import Charts
internal import Foundation
internal import Records
internal import Schooling

/// One fact of a report, under the name by which a text may cite it: `[@try-1]`.
public struct Fact: Sendable, Hashable, Codable {
  /// The name: letters, digits, dots and dashes.
  public var name: String
  /// What it is, in words.
  public var title: String
  /// What it is now: `491 [476, 500]`.
  public var value: String

  /// Makes a fact.
  public init(_ name: String, _ title: String, _ value: String) {
    self.name = name
    self.title = title
    self.value = value
  }
}

extension ReportSource {
  /// All facts that a text may cite and that tell whether a report is stale.
  public var facts: [Fact] {
    runFacts + curveFacts + evaluationFacts + rewardFacts
      + configuration.map { Fact("setting.\($0.name)", "setting \($0.name)", $0.value) }
  }

  private var runFacts: [Fact] {
    [
      Fact("run", "run", runs.map(\.name).joined(separator: ", ")),
      Fact("command", "command", run.command), Fact("task", "task", run.task),
      Fact("algorithm", "algorithm", run.algorithm),
      Fact("seeds", "seeds of the training", seeds.map { "\($0)" }.joined(separator: ", ")),
      Fact("state", "state of the run", run.state), Fact("started", "started", run.started.minute),
      Fact("ended", "ended", run.ended?.minute ?? "not yet"),
      Fact("steps", "environment steps", Quantities.count(run.steps)),
      Fact("wall-time", "time worked", Quantities.time(.seconds(run.wallSeconds))),
      Fact("foal-version", "version of Foal", run.foalVersion),
      Fact("checkpoint", "SHA-256 of the agent", lastAgent?.sha256 ?? "none"),
    ]
      + events.enumerated().map { index, event in
        Fact("event.\(index + 1)", "event \(index + 1)", "\(event.kind.rawValue): \(event.message)")
      }
  }

  private var curveFacts: [Fact] {
    curves.filter { $0.metric == "return" || $0.metric.hasPrefix("return/") }.compactMap { curve in
      let name = curve.metric.replacing("/", with: "-")
      return MeanCurve(curve).points.last.map { last in
        Fact("\(name).last", "last \(curve.metric.replacing("/", with: " of "))", last.returnText)
      }
    }
  }

  private var evaluationFacts: [Fact] {
    guard let main = mainEvaluation else { return [] }
    let evaluation = main.evaluation
    var facts = [
      Fact("evaluation", "evaluation", evaluation.tasksText),
      Fact("evaluation.checkpoint", "SHA-256 of what was evaluated", main.checkpoint),
      Fact("evaluation.date", "date of the evaluation", main.date.minute),
    ]
    for attempt in evaluation.tries {
      let name = "try-\(attempt.try)"
      let on = "return on try \(attempt.try)"
      facts += [
        Fact(name, "interquartile mean \(on)", attempt.iqmText),
        Fact("\(name).mean", "mean \(on)", attempt.meanText),
        Fact("\(name).p20", "20th percentile of the \(on)", Quantities.shortReturn(attempt.p20)),
      ]
    }
    for control in evaluation.controlRows {
      guard let last = control.tries.last else { continue }
      facts.append(
        Fact(
          "control.\(control.key)", "\(control.name): interquartile mean on try \(last.try)",
          last.iqmText))
    }
    if let gain = evaluation.gainFromMemory {
      facts.append(Fact("memory-gain", "gain from memory on the last try", gain.text))
    }
    if let solved = evaluation.solvedAtTry {
      facts.append(
        Fact("solved-at-try", "median try that solves a task", solved.text))
      facts.append(
        Fact("unsolved", "tasks that no try solved", "\(solved.unsolved) of \(evaluation.tasks)"))
    }
    if let worst = evaluation.worstTasks?.first {
      let last = Quantities.shortReturn(Double(worst.returns.last ?? 0))
      facts.append(Fact("worst-task", "worst task", "task \(worst.number), return \(last)"))
    }
    return facts
  }

  private var rewardFacts: [Fact] {
    rewardTerms.map {
      Fact("reward.\($0.name.replacing(" ", with: "-"))", "return from \($0.name)", $0.text)
    }
  }
}
