public import Foundation
internal import Records

/// How a written report differs from its source as it is now.
public struct ReportCheck: Sendable, Hashable, Codable {
  /// What is stale, a line each; none for a report that is up to date.
  public var findings: [String]

  /// Whether the report is up to date.
  public var isCurrent: Bool { findings.isEmpty }

  /// Compares a written report with its source and the words as they are now.
  /// - Parameters:
  ///   - text: the written report in any form.
  ///   - source: the run as it is now, its triggers looked at as of `date`.
  ///   - date: the time of the check.
  /// - Returns: nil if the text is no report of Foal's.
  public init?(
    of text: String, against source: ReportSource, words: ReportWords?, at date: Date
  ) {
    guard let format = ReportFormat(of: text), let stamp = ReportStamp(readFrom: text) else {
      return nil
    }
    // As the report would be now, had it been made when it was.
    var then = source
    then.triggers = source.triggers.map { $0.asOf(stamp.date) }
    let report = RewardReport(then, words: words, previous: stamp, date: stamp.date)
    findings = Self.changes(from: stamp, to: report.stamp)
    findings += Self.changelog(stamp, source.changelog)
    for field in report.fields {
      findings += field.flags.map { "\(field.number) \(field.title) \($0)" }
    }
    for state in source.triggers where state.reading.hasFired {
      findings.append(
        "the trigger \(state.trigger.name) has fired: \(state.trigger.action.words)")
    }
    if findings.isEmpty, text != report.text(as: format, of: then) {
      findings.append(
        "the text is not what Foal writes of the same facts: it was edited, or another version of "
          + "Foal wrote it")
    }
  }

  /// What differs between what two reports were made from, a line each: facts, then words.
  public static func changes(from old: ReportStamp, to new: ReportStamp) -> [String] {
    changedFacts(old, new) + changedWords(old, new)
  }

  private static func changedFacts(_ old: ReportStamp, _ new: ReportStamp) -> [String] {
    Set(old.facts.keys).union(new.facts.keys).sorted().compactMap { name in
      switch (old.facts[name], new.facts[name]) {
      case (let before?, let after?) where before != after:
        "\(name) was \(before) and is \(after)"
      case (let before?, nil): "\(name) was \(before) and is gone"
      case (nil, let after?): "\(name) is new: \(after)"
      default: nil
      }
    }
  }

  private static func changedWords(_ old: ReportStamp, _ new: ReportStamp) -> [String] {
    ReportField.allCases.compactMap { field in
      let (before, after) = (old.words[field.rawValue], new.words[field.rawValue])
      let name = "\(field.number) \(field.title)"
      switch (before, after) {
      case (let before?, let after?) where before.sha256 != after.sha256:
        return "\(name) was written anew"
      case (nil, _?): return "\(name) was written"
      case (_?, nil): return "\(name) was taken out"
      default: return nil
      }
    }
  }

  private static func changelog(_ stamp: ReportStamp, _ entries: [ChangelogEntry]) -> [String] {
    var findings: [String] = []
    if case .broken(let entry, let reason) = ChangelogVerdict(entries) {
      findings.append("the changelog is broken at entry \(entry): \(reason)")
    }
    let count = stamp.changelogEntries
    if entries.count < count {
      findings.append("the changelog had \(count) entries and has \(entries.count)")
    } else if count > 0, entries[count - 1].hash != stamp.changelogHead {
      findings.append("entry \(count) of the changelog is another than the report had")
    } else if entries.count > count {
      findings.append("the changelog has \(entries.count - count) new entries")
    }
    return findings
  }
}

extension ReportSource.TriggerState {
  /// The state as it was at an earlier time: only what counts days differs.
  fileprivate func asOf(_ date: Date) -> ReportSource.TriggerState {
    guard case .reportOverdue(let cadence) = trigger else { return self }
    var state = self
    state.reading = cadence.evaluate(lastReport: date, at: date)
    return state
  }
}
