internal import Charts
internal import Checksums
public import Foundation
internal import Records
internal import Schooling

extension RewardReport {
  /// Makes the report of a run.
  ///
  /// The same source, words, date and earlier stamp always make the same report.
  /// - Parameters:
  ///   - words: what a person wrote; nil if nobody did.
  ///   - previous: the stamp of the report that this one replaces: a text that has not changed since
  ///     still stands by the facts that it was written with, and is flagged when these changed.
  ///   - date: when the report is made; used to the second.
  public init(
    _ source: ReportSource, words: ReportWords? = nil, previous: ReportStamp? = nil, date: Date
  ) {
    let said = words?.use?.rawValue ?? "not said yet"
    let facts = source.facts + [Fact("use", "use of reinforcement learning", said)]
    let builder = FieldBuilder(source: source, date: date)
    var stampedWords: [String: ReportStamp.Words] = [:]
    fields = ReportField.allCases.map { field in
      let text = words?.texts[field]
      var flags: [String] = []
      if let text {
        let stamp = Self.stamp(text, facts, previous: previous?.words[field.rawValue])
        stampedWords[field.rawValue] = stamp
        flags = Self.flags(text, stamp, facts)
      }
      return Field(
        field: field, number: field.number, title: field.title, author: field.author,
        parts: field == .goalOfReinforcement
          ? [.text(Self.sentence(words?.use))] : builder.parts(of: field), words: text, flags: flags
      )
    }
    title = source.run.name
    summary = source.summary
    use = words?.use
    highlights = source.highlights
    glance = builder.glance
    warnings = source.warnings(at: date)
    self.facts = facts
    stamp = ReportStamp(
      date: Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)),
      runs: source.runs.map(\.name),
      facts: Dictionary(facts.map { ($0.name, $0.value) }) { first, _ in first },
      words: stampedWords, changelogEntries: source.changelog.count,
      changelogHead: source.changelog.last?.hash)
  }

  /// Which use of reinforcement learning it is, in a sentence.
  private static func sentence(_ use: UseOfReinforcement?) -> String {
    use?.words ?? "Nobody has said yet whether reinforcement learning is a tool, a framework or a "
      + "metaphor here."
  }

  /// What is kept of a text: if it is the one that stood in the report before, the facts that it was
  /// written with.
  private static func stamp(
    _ text: String, _ facts: [Fact], previous: ReportStamp.Words?
  ) -> ReportStamp.Words {
    let sha256 = SHA256.hex(of: Array(text.utf8))
    let earlier = previous?.sha256 == sha256 ? previous?.cited ?? [:] : [:]
    var cited: [String: String] = [:]
    for citation in Citation.all(in: text) {
      cited[citation.name] =
        earlier[citation.name] ?? facts.first { $0.name == citation.name }?.value
    }
    return ReportStamp.Words(sha256: sha256, cited: cited)
  }

  private static func flags(
    _ text: String, _ stamp: ReportStamp.Words, _ facts: [Fact]
  ) -> [String] {
    let names = Citation.all(in: text).map(\.name)
    return Set(names).sorted().compactMap { name in
      guard let fact = facts.first(where: { $0.name == name }) else {
        return "cites [@\(name)], which this run does not have"
      }
      guard let before = stamp.cited[name], before != fact.value else { return nil }
      return "cites [@\(name)], the \(fact.title), which was \(before) when this was written and "
        + "is \(fact.value) now"
    }
  }
}

extension ReportSource {
  /// What the run is, in a sentence.
  var summary: String {
    let what = environment.map { " (\($0.summary))" } ?? ""
    let seeds = runs.count == 1 ? "seed \(run.seed)" : "\(runs.count) seeds"
    return "\(run.algorithm), on \(run.task)\(what): \(Quantities.readable(Double(run.steps))) "
      + "environment steps in \(Quantities.time(.seconds(run.wallSeconds))), \(seeds)."
  }

  /// The numbers that stand at the head.
  var highlights: [RewardReport.Highlight] {
    guard let evaluation = mainEvaluation?.evaluation, let first = evaluation.tries.first,
      let last = evaluation.tries.last
    else { return trainingHighlights }
    let tries = last.try > first.try ? [first, last] : [first]
    var highlights = tries.map { attempt in
      RewardReport.Highlight(
        label: "interquartile mean return on try \(attempt.try)",
        value: Quantities.shortReturn(attempt.iqm),
        note: "95 %: \(Quantities.shortReturn(attempt.iqmLow)) to "
          + Quantities.shortReturn(attempt.iqmHigh))
    }
    highlights.append(
      RewardReport.Highlight(
        label: "20th percentile on try \(last.try)", value: Quantities.shortReturn(last.p20),
        note: "one task in five does no better"))
    if last.try > 1, let gain = evaluation.gainFromMemory {
      highlights.append(
        RewardReport.Highlight(
          label: "gain from memory", value: Quantities.shortReturn(gain.estimate),
          note: "95 %: \(Quantities.shortReturn(gain.low)) to \(Quantities.shortReturn(gain.high))")
      )
    }
    if let solved = evaluation.solvedAtTry {
      highlights.append(
        RewardReport.Highlight(
          label: "tasks that no try solved", value: Quantities.count(solved.unsolved),
          note: "of \(Quantities.count(evaluation.tasks))"))
    }
    return highlights
  }

  private var trainingHighlights: [RewardReport.Highlight] {
    var highlights: [RewardReport.Highlight] = []
    if let curve = curves.first(where: { $0.metric == "return" }),
      let last = MeanCurve(curve).points.last
    {
      let interval = last.low.flatMap { low in last.high.map { (low, $0) } }
      highlights.append(
        RewardReport.Highlight(
          label: "mean return at the end", value: Quantities.shortReturn(last.y),
          note: interval.map {
            "95 %: \(Quantities.shortReturn($0.0)) to \(Quantities.shortReturn($0.1))"
          } ?? "one seed, so no interval"))
    }
    highlights.append(
      RewardReport.Highlight(
        label: "environment steps", value: Quantities.readable(Double(run.steps)), note: run.state))
    return highlights
  }

  /// What a reader must know before the numbers.
  func warnings(at date: Date) -> [String] {
    var warnings: [String] = []
    switch run.state {
    case "finished": break
    case "stopped": warnings.append("The run was stopped before it had taken all its steps.")
    case "failed":
      warnings.append("The run ended in an error; what follows is what it had by then.")
    default: warnings.append("The run has not ended; what follows is what it has so far.")
    }
    if evaluations.isEmpty {
      warnings.append("No agent of this run was evaluated: all numbers are from its training.")
    } else if let agent = lastAgent, mainEvaluation?.checkpoint != agent.sha256 {
      warnings.append(
        "The last agent, \(agent.sha256.shortHash), was not evaluated; the evaluation is of "
          + "\(mainEvaluation?.checkpoint.shortHash ?? "another").")
    }
    let failures = events.filter { $0.kind == .environmentFailed }.count
    if failures > 0 {
      warnings.append(
        "An environment failed \(failures == 1 ? "once" : "\(failures) times") during the run.")
    }
    for state in triggers where state.reading.hasFired {
      warnings.append(
        "The trigger \(state.trigger.name) has fired; the action is to "
          + "\(state.trigger.action.words).")
    }
    if case .broken(let entry, let reason) = ChangelogVerdict(changelog) {
      warnings.append("The changelog is broken at entry \(entry): \(reason).")
    }
    return warnings
  }
}
