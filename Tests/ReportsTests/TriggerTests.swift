import Foundation
import Reports
import Schooling
import Testing

@Suite("Triggers")
struct TriggerTests {
  @Test("Page-Hinkley sums falls below the running mean, by hand")
  func pageHinkley() throws {
    // Means 10, 10, 10, 7.5, 6: the sums of what falls short are 0, 0, 0, 7.5, 13.5.
    let test = PageHinkley(tolerance: 0, threshold: 13, window: 10)
    let found = test.evaluate([10, 10, 10, 0, 0])
    #expect(found.value == 13.5 && found.hasFired && found.samples == 5)
    #expect(
      !PageHinkley(tolerance: 0, threshold: 13.5, window: 10).evaluate([10, 10, 10, 0, 0]).hasFired)

    // With a tolerance of 2 they are -2, -4, -6, -0.5, 3.5, the lowest of them -6.
    let tolerant = PageHinkley(tolerance: 2, threshold: 9, window: 10)
    #expect(tolerant.evaluate([10, 10, 10, 0, 0]).value == 9.5)
    #expect(tolerant.evaluate([10, 10, 10, 0, 0]).hasFired)
  }

  @Test("a return that rises or stays does not fire")
  func steady() {
    let test = PageHinkley(tolerance: 1, threshold: 5, window: 100)
    #expect(
      test.evaluate((0..<100).map { Double($0) })
        == TriggerReading(value: 0, hasFired: false, samples: 100))
    #expect(test.evaluate(Array(repeating: 7, count: 50)).value == 0)
  }

  @Test("only the window counts, and only what is finite")
  func window() {
    let test = PageHinkley(tolerance: 0, threshold: 1, window: 2)
    #expect(test.evaluate([100, 100, 5, 5]).value == 0)
    #expect(test.evaluate([100, .nan, 5, .infinity, 5]).samples == 2)
    #expect(test.evaluate([]) == TriggerReading(value: nil, hasFired: false, samples: 0))
    #expect(test.evaluate([1e308, -1e308]).hasFired)
  }

  @Test("the stability index of shares computed by hand")
  func stability() throws {
    // Shares (9 + ½)/20 and (10 + ½)/20 against (4 + ½)/20 and (15 + ½)/20, as 19 values in 2 bins.
    let index = PopulationStability.index([9, 10], [4, 15])
    let expected = (0.225 - 0.475) * log(0.225 / 0.475) + (0.775 - 0.525) * log(0.775 / 0.525)
    #expect(abs(index - expected) < 1e-12)
    #expect(abs(index - 0.28417) < 1e-5)
    #expect(PopulationStability.index([3, 0, 4], [3, 0, 4]) == 0)
    #expect(PopulationStability.index([10, 0], [0, 10]).isFinite)
  }

  @Test("drift fires when the recent values are others, and waits for enough of them")
  func drift() {
    let reference = Histogram(of: (0..<1000).map { Double($0) / 1000 })
    let test = PopulationStability(input: "observation/angle", reference: reference, window: 200)
    let same = (0..<200).map { Double($0) / 200 }
    #expect(!test.evaluate(same).hasFired)
    #expect(test.evaluate(same.map { 0.3 + 0.7 * $0 }).hasFired)
    #expect(
      test.evaluate(Array(same.dropLast()))
        == TriggerReading(value: nil, hasFired: false, samples: 199))
    #expect(test.evaluate(same.dropLast() + [.nan]).value == nil)
    // What was long ago does not count.
    #expect(!test.evaluate(Array(repeating: 5, count: 1000) + same).hasFired)
  }

  @Test("histograms bin by equal counts, choices by themselves")
  func histograms() throws {
    let even = Histogram(of: (1...10).map(Double.init), bins: 5)
    #expect(even.borders == [3, 5, 7, 9] && even.counts == [2, 2, 2, 2, 2])
    #expect(even.count([-100, 2.9, 3, 100, .nan, .infinity]) == [2, 1, 0, 0, 1])
    // Seven of ten values are the same, so some bins fall together.
    let skewed = Histogram(of: [0, 0, 0, 0, 0, 0, 0, 1, 2, 3], bins: 5)
    #expect(skewed.counts.reduce(0, +) == 10 && skewed.counts.allSatisfy { $0 > 0 })
    #expect(Histogram(of: []).counts == [0])
    let choices = Histogram(ofChoices: [0, 1, 1, 2, 2, 2], of: 4)
    #expect(choices.counts == [1, 2, 3, 0])

    for text in [
      #"{"borders":[2,1],"counts":[1,1,1]}"#, #"{"borders":[1],"counts":[1]}"#,
      #"{"borders":[1],"counts":[1,-1]}"#,
    ] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(Histogram.self, from: Data(text.utf8))
      }
    }
  }

  @Test("invalid observations are counted over the window")
  func invalid() {
    let test = InvalidInputRate(threshold: 0.25, window: 4)
    #expect(test.evaluate([true, true, false, false, false, true]).value == 0.25)
    #expect(!test.evaluate([true, true, false, false, false, true]).hasFired)
    #expect(test.evaluate([false, true, true, false]).hasFired)
    #expect(test.evaluate([]).value == nil)
  }

  @Test("a report is overdue after its days, not before, and never if there is none")
  func cadence() {
    let start = Date(timeIntervalSince1970: 1_000_000)
    let test = Cadence(days: 30)
    #expect(!test.evaluate(lastReport: start, at: start + 30 * 86_400).hasFired)
    let late = test.evaluate(lastReport: start, at: start + 30.5 * 86_400)
    #expect(late.hasFired && late.value == 30.5)
    #expect(!test.evaluate(lastReport: nil, at: start).hasFired)
  }

  private static let all = TriggerSet([
    .returnFalls(PageHinkley(tolerance: 1, threshold: 20, window: 50, action: .rollBack)),
    .inputDrifts(
      PopulationStability(
        input: "action", reference: Histogram(ofChoices: [0, 1], of: 2), window: 2)),
    .inputInvalid(InvalidInputRate(threshold: 0.01, window: 100)),
    .reportOverdue(Cadence(days: 7, action: .retrain)),
  ])

  @Test("a set comes back from its file")
  func codable() throws {
    let set = Self.all
    let content = set.content
    #expect(try TriggerSet(parsing: Array(content.utf8), path: "triggers.json") == set)
    #expect(content.contains(#""test" : "return-falls""#))
    #expect(
      set.triggers.map(\.name) == [
        "return-falls", "input-drifts/action", "input-invalid", "report-overdue",
      ])
    #expect(set.triggers.map(\.action) == [.rollBack, .freeze, .freeze, .retrain])
  }

  @Test("each trigger looks at its part of the evidence")
  func evidence() {
    let now = Date(timeIntervalSince1970: 2_000_000)
    let returns = [Double](repeating: 40, count: 20) + [Double](repeating: 0, count: 20)
    let evidence = TriggerEvidence(
      returns: returns,
      inputs: ["action": [0, 0, 0]], invalid: [true], lastReport: now - 8 * 86_400, now: now)
    let readings = Self.all.triggers.map { $0.evaluate(evidence) }
    #expect(readings.map(\.hasFired) == [true, true, true, true])
    let nothing = Self.all.triggers.map { $0.evaluate(TriggerEvidence(now: now)) }
    #expect(nothing.allSatisfy { $0.value == nil && !$0.hasFired })
  }

  @Test(
    "a file that holds no triggers is refused in a line",
    arguments: [
      ("{", "it is not JSON"),
      (#"{"triggers":[{"test":"return-falls"}]}"#, "\"tolerance\" is missing"),
      (#"{"triggers":[{"test":"gut-feeling"}]}"#, "triggers.0.test"),
      (
        #"{"triggers":[{"test":"report-overdue","threshold":-1,"action":"freeze"}]}"#,
        "the threshold of report-overdue is below 0"
      ),
      (
        #"{"triggers":[{"test":"input-invalid","threshold":0,"window":0,"action":"freeze"}]}"#,
        "the window of input-invalid is below 1"
      ),
    ])
  func refusals(content: String, reason: String) throws {
    let error = try #require(throws: ReportError.self) {
      try TriggerSet(parsing: Array(content.utf8), path: "triggers.json")
    }
    #expect("\(error)".hasPrefix("triggers.json: ") && "\(error)".contains(reason), "\(error)")
  }

  @Test("standard triggers suit the end of the run, whatever its beginning")
  func standard() throws {
    var returns = (0..<300).map(Double.init)
    for _ in 0..<50 { returns += [480, 490] }
    let set = TriggerSet.standard(returns: returns)
    let evidence = TriggerEvidence(returns: returns + Array(repeating: 485, count: 200))
    #expect(set.triggers.allSatisfy { !$0.evaluate(evidence).hasFired })
    let fallen = TriggerEvidence(returns: evidence.returns + Array(repeating: 400, count: 20))
    #expect(set.triggers[0].evaluate(fallen).hasFired)
    #expect(TriggerSet.standard(returns: []).triggers.count == 3)
  }
}
