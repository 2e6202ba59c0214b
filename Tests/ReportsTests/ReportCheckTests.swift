import Foundation
import Records
import Reports
import Schooling
import Testing

@Suite("Is a report stale?")
struct ReportCheckTests {
  private func findings(
    _ text: String, _ source: ReportSource, _ words: ReportWords? = Samples.words,
    days: Double = 1
  ) throws -> [String] {
    try #require(
      ReportCheck(of: text, against: source, words: words, at: Samples.date + days * 86_400)
    ).findings
  }

  private func written(_ source: ReportSource, as format: ReportFormat) -> String {
    RewardReport(source, words: Samples.words, date: Samples.date).text(as: format, of: source)
  }

  @Test("a report of the same facts is up to date in every form", arguments: ReportFormat.allCases)
  func current(format: ReportFormat) throws {
    let source = try Samples.full()
    #expect(try findings(written(source, as: format), source) == [])
  }

  @Test("what changed is named, with what it was", arguments: ReportFormat.allCases)
  func changed(format: ReportFormat) throws {
    let text = written(try Samples.full(), as: format)
    var source = try Samples.full()
    source.evaluations[0].evaluation.tries[1].iqm = 300
    source.configuration[0].value = "256"
    source.configuration.removeLast()
    source.rewardTerms.append(.init("sparkle", mean: 1))
    #expect(
      try findings(text, source) == [
        "reward.sparkle is new: 1", "setting.learner.slots was 512 and is 256",
        "setting.steps was 4000000 and is gone", "try-2 was 480 [470, 488] and is 300 [470, 488]",
      ])
  }

  @Test("words that changed, came or went are named")
  func words() throws {
    let source = try Samples.full()
    let text = written(source, as: .markdown)
    var words = Samples.words
    words.texts[.recourse] = "Another."
    words.texts[.limitations] = nil
    words.texts[.dates] = "A remark."
    #expect(
      try findings(text, source, words) == [
        "1.2 Dates was written", "3.4 Recourse was written anew", "4.6 Limitations was taken out",
      ])
    var use = Samples.words
    use.use = .metaphor
    #expect(try findings(text, source, use) == ["use was tool and is metaphor"])
  }

  @Test("a text that cites what has changed is stale, however often it is written again")
  func citations() throws {
    var source = try Samples.full()
    let words = ReportWords(texts: [.recourse: "As [@try-1]."])
    let first = RewardReport(source, words: words, date: Samples.date)
    source.evaluations[0].evaluation.tries[0].iqm = 1
    let second = RewardReport(
      source, words: words, previous: first.stamp, date: Samples.date + 60)
    let found = try findings(second.html(), source, words)
    #expect(found.count == 1 && found[0].hasPrefix("3.4 Recourse cites [@try-1]"), "\(found)")
  }

  @Test("edits by hand are found in every form", arguments: ReportFormat.allCases)
  func edited(format: ReportFormat) throws {
    let source = try Samples.full()
    let text = written(source, as: format)
    let edited = text.replacing("400 [390, 408]", with: "490 [480, 498]", maxReplacements: 1)
    try #require(edited != text)
    let found = try findings(edited, source)
    #expect(found.count == 1, "\(found)")
  }

  @Test("a changelog that was cut, rewritten or broken is found")
  func changelog() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "foal-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try RunStore(below: folder.path)
    let run = try store.begin(
      NewRun(name: "r", command: "train", task: "cartpole", seed: 1, foalVersion: "0.1.0"))
    for text in ["one", "two", "three"] {
      _ = try store.append(
        NewChangelogEntry(
          section: "report", observation: "seen", change: text, decidedBy: "Ada",
          detail: .object(["before": 1, "after": 2])), to: run)
    }
    var source = try Samples.full()
    source.changelog = try store.changelog(of: run)
    let text = written(source, as: .markdown)
    #expect(text.contains("| three: 1 → 2 | Ada |"))
    #expect(try findings(text, source) == [])

    var cut = source
    cut.changelog.removeLast()
    #expect(try findings(text, cut).contains("the changelog had 3 entries and has 2"))
    var changed = source
    changed.changelog[1].change = "another"
    #expect(
      try findings(text, changed).contains(
        "the changelog is broken at entry 2: its content is not what was hashed"))
    var grown = source
    _ = try store.append(
      NewChangelogEntry(section: "report", change: "four", decidedBy: "Ada"), to: run)
    grown.changelog = try store.changelog(of: run)
    #expect(try findings(text, grown) == ["the changelog has 1 new entries"])
  }

  @Test("a report is stale when a trigger has fired, and when its days are over")
  func triggers() throws {
    var source = try Samples.full()
    let text = written(source, as: .json)
    let late = Cadence(days: 90).evaluate(lastReport: Samples.date, at: Samples.date + 91 * 86_400)
    source.triggers[1].reading = late
    #expect(
      try findings(text, source, days: 91) == ["the trigger report-overdue has fired: freeze"])
  }

  @Test(
    "what Foal did not write is no report",
    arguments: ["", "{}", "<!DOCTYPE html>", "# A", "---\n"])
  func others(text: String) throws {
    let source = try Samples.full()
    #expect(ReportCheck(of: text, against: source, words: nil, at: Samples.date) == nil)
    #expect(ReportFormat(of: text) == nil)
    #expect(!ReportStamp.isIn(text))
  }
}
