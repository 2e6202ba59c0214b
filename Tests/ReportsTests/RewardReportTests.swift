import Charts
import Foundation
import Records
import Reports
import Schooling
import Testing

@Suite("Reward Report")
struct RewardReportTests {
  @Test("there are 26 fields in six sections, numbered in order")
  func fields() throws {
    #expect(ReportField.allCases.count == 26)
    #expect(ReportSection.allCases.map(\.fields.count) == [4, 4, 4, 7, 4, 3])
    #expect(ReportField.engineeringTricks.number == "4.7")
    #expect(ReportField.changelog.number == "6.3")
    #expect(ReportField.feedbackAndCommunication.title == "Feedback & Communication")
    #expect(ReportField.allCases.allSatisfy { $0.question.hasSuffix("?") })
    let report = RewardReport(try Samples.full(), words: Samples.words, date: Samples.date)
    #expect(report.fields.map(\.field) == ReportField.allCases)
    // Every field says something: a run fills the machine's, a person the rest.
    for field in report.fields {
      #expect(field.author == .human ? field.words != nil : !field.parts.isEmpty, "\(field.title)")
    }
    #expect(report.unwritten.isEmpty)
  }

  @Test("without words and evaluations a report says what is missing")
  func bare() {
    let report = RewardReport(Samples.bare, date: Samples.date)
    #expect(report.unwritten.count == 15)
    #expect(report.warnings.contains { $0.hasPrefix("No agent of this run was evaluated") })
    #expect(report.use == nil)
  }

  @Test("every table and chart of numbers says where these come from")
  func provenance() throws {
    let report = RewardReport(try Samples.full(), date: Samples.date)
    var origins: [String] = []
    for part in report.fields.filter({ $0.field != .changelog }).flatMap(\.parts) {
      switch part {
      case .table(_, let source), .chart(_, _, let source), .charts(_, let source):
        origins.append(source)
      default: break
      }
    }
    #expect(origins.count >= 7)
    #expect(origins.allSatisfy { $0.contains("run ") && $0.contains("seed 7") }, "\(origins)")
    let evaluated = origins.filter { $0.contains("evaluate-1") }
    #expect(evaluated.count >= 4)
    #expect(
      evaluated.allSatisfy { $0.contains(Samples.sha.prefix(12)) && $0.contains("task seed 3") })
  }

  @Test("the curve carries what happened, the table what was worst")
  func content() throws {
    let report = RewardReport(try Samples.full(), date: Samples.date)
    let evaluations = try #require(report[.offlineEvaluations]).parts
    guard case .chart(let curve, let sentences, _) = evaluations[0] else {
      Issue.record("there is no learning curve")
      return
    }
    #expect(
      curve.marks == [.init("resumed", at: 1.2e6), .init("environment failed", at: 2e6)])
    #expect(curve.levels.map(\.value) == [475])
    #expect(sentences.contains("At step 1.2M: resumed from step 1200000."))
    guard case .chart(let tries, let told, _) = evaluations[1] else {
      Issue.record("there is no curve of tries")
      return
    }
    #expect(
      tries.series.map(\.name) == [
        "the agent", "memory wiped each try", "memory wiped each step", "random actions",
        "an expert",
      ])
    #expect(tries.series[0].points.map(\.y) == [400, 480])
    #expect(
      told[0]
        == "On try 2 the agent does better than on try 1: 480 [470, 488] after 400 [390, 408].")
    let failures = try #require(report[.knownFailureModes]).parts
    guard case .table(let worst, _)? = failures.last else {
      Issue.record("there is no table of the worst tasks")
      return
    }
    #expect(worst.columns == ["task", "try 1", "try 2", "gravity", "action sign"])
    #expect(worst.rows[0].map(\.text) == ["133", "32", "31", "13.4", "-1"])
    #expect(worst.rows[0].map(\.place) == [nil, nil, nil, 0.75, nil])
  }

  @Test("triggers show their threshold, value, last firing and action")
  func triggers() throws {
    var source = try Samples.full()
    source.triggers[0].reading = TriggerReading(value: 120, hasFired: true, samples: 200)
    let report = RewardReport(source, date: Samples.date)
    guard case .table(let table, _)? = report[.updateTriggers]?.parts.first else {
      Issue.record("there is no table of triggers")
      return
    }
    #expect(
      table.rows[0].map(\.text) == [
        "fall of the return (Page-Hinkley)", "200 returns", "100", "120", "now", "retrain",
      ])
    #expect(table.rows[0][4].isAlarming == true && table.rows[1][4].text == "2026-11-17")
    #expect(report.warnings.contains { $0.contains("return-falls has fired") })
  }

  @Test("an evaluation of another agent than the last is marked as such")
  func olderEvaluation() throws {
    var source = try Samples.full()
    source.checkpoints[0].sha256 = String(repeating: "f", count: 64)
    let report = RewardReport(source, date: Samples.date)
    #expect(report.warnings.contains { $0.hasPrefix("The last agent, ffffffffffff, was not") })
  }

  @Test("a text is flagged when a fact that it cites has changed, until it is written anew")
  func flags() throws {
    var source = try Samples.full()
    let field = ReportField.performanceStandards
    let words = ReportWords(texts: [field: "Good from 400: it has [@try-1]; see [@nothing]."])
    let first = RewardReport(source, words: words, date: Samples.date)
    #expect(first[field]?.flags == ["cites [@nothing], which this run does not have"])

    source.evaluations[0].evaluation.tries[0].iqm = 350
    let second = RewardReport(
      source, words: words, previous: first.stamp, date: Samples.date + 60)
    let flag =
      "cites [@try-1], the interquartile mean return on try 1, which was 400 [390, 408] when this "
      + "was written and is 350 [390, 408] now"
    #expect(second[field]?.flags == ["cites [@nothing], which this run does not have", flag])
    // It goes on being flagged: a report that is written again does not settle it.
    let third = RewardReport(source, words: words, previous: second.stamp, date: Samples.date + 90)
    #expect(third[field]?.flags.last == flag)
    let anew = ReportWords(texts: [field: "Good from 300: it has [@try-1]."])
    let fourth = RewardReport(source, words: anew, previous: third.stamp, date: Samples.date + 99)
    #expect(fourth[field]?.flags == [])
  }

  @Test("the same source gives the same report")
  func determinism() throws {
    let reports = try (0..<2).map { _ in
      RewardReport(try Samples.full(), words: Samples.words, date: Samples.date + 0.4)
    }
    #expect(reports[0] == reports[1])
    #expect(reports[0].date == Samples.date)
  }
}
