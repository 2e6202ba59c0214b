import Foundation
import Schooling
import Tensors
import Testing

@Suite("Statistics")
struct StatisticsTests {
  /// Values of the reference implementation; Scripts/record-rliable.py made them.
  struct Reference: Decodable {
    var first: Scores
    var second: Scores
    var aggregates: [String: Interval]
    var probabilityOfImprovement: Interval
    var thresholds: [Double]
    var profile: [Double]
    var profileLow: [Double]
    var profileHigh: [Double]
  }

  static let reference: Reference = {
    do {
      let folder = try #require(Bundle.module.resourceURL)
      return try JSONDecoder().decode(
        Reference.self, from: Data(contentsOf: folder.appending(path: "Fixtures/rliable.json")))
    } catch {
      fatalError("the fixture does not load: \(error)")
    }
  }()

  static let aggregates: [(String, Aggregate)] = [
    ("mean", .mean), ("median", .median), ("interquartileMean", .interquartileMean),
    ("optimalityGap", .optimalityGap(target: 1)), ("percentile20", .quantile(0.2)),
  ]

  @Test("small matrices have known aggregates")
  func knownAggregates() throws {
    let first = try Scores([[1, 2], [2, 2], [1, 1], [2, 1]])
    #expect(first.interquartileMean() == 1.5)
    #expect(first.median() == 1.5)
    #expect(first.mean() == 1.5)
    let second = try Scores([[1, 1], [2, 2], [3, 3]])
    #expect(second.interquartileMean() == 2)
    #expect(abs(first.probabilityOfImprovement(over: second) - 1.0 / 3) < 1e-15)
    #expect(abs(second.probabilityOfImprovement(over: first) - 2.0 / 3) < 1e-15)
    #expect(first.probabilityOfImprovement(over: first) == 0.5)
    #expect(second.optimalityGap(target: 2) == 2 - 5.0 / 3)
    let profile = second.performanceProfile(at: [0, 1, 2, 2.5, 3])
    let expected: [Double] = [1, 4 / 6, 2 / 6, 2 / 6, 0]
    #expect(profile == expected)
  }

  @Test("the interquartile mean cuts whole scores only", arguments: 1...9)
  func cut(count: Int) throws {
    let scores = try Scores((0..<count).map { [Double($0 * $0)] })
    let kept = (count / 4)..<(count - count / 4)
    let sum = kept.reduce(0) { $0 + $1 * $1 }
    let expected = Double(sum) / Double(kept.count)
    #expect(abs(scores.interquartileMean() - expected) < 1e-12)
  }

  @Test("quantiles are linear between neighbours")
  func quantiles() throws {
    let scores = try Scores([[4, 1, 3, 2]])
    #expect(scores.quantile(0) == 1)
    #expect(scores.quantile(1) == 4)
    #expect(abs(scores.quantile(0.2) - 1.6) < 1e-15)
    #expect(try Scores([[5]]).quantile(0.2) == 5)
  }

  @Test("aggregates equal the reference implementation's", arguments: aggregates)
  func referenceAggregates(name: String, aggregate: Aggregate) throws {
    let expected = try #require(Self.reference.aggregates[name])
    #expect(abs(Self.reference.first.value(of: aggregate) - expected.estimate) < 1e-12)
  }

  @Test("intervals agree with the reference implementation's", arguments: aggregates)
  func referenceIntervals(name: String, aggregate: Aggregate) throws {
    let expected = try #require(Self.reference.aggregates[name])
    var random = RandomStream(seed: 1)
    let found = try #require(Self.reference.first.interval(of: aggregate, using: &random))
    #expect(abs(found.estimate - expected.estimate) < 1e-12)
    #expect(abs(found.low - expected.low) < 0.01)
    #expect(abs(found.high - expected.high) < 0.01)
  }

  @Test("comparisons and profiles agree with the reference implementation's")
  func referenceComparisons() throws {
    let reference = Self.reference
    var random = RandomStream(seed: 2)
    let expected = reference.probabilityOfImprovement
    let found = try #require(
      reference.first.probabilityOfImprovementInterval(
        over: reference.second, repetitions: 5_000, using: &random))
    #expect(abs(found.estimate - expected.estimate) < 1e-12)
    #expect(abs(found.low - expected.low) < 0.01)
    #expect(abs(found.high - expected.high) < 0.01)

    let profile = reference.first.performanceProfile(at: reference.thresholds)
    let bands = try #require(
      reference.first.performanceProfileIntervals(at: reference.thresholds, using: &random))
    for index in profile.indices {
      #expect(abs(profile[index] - reference.profile[index]) < 1e-12)
      #expect(bands[index].estimate == profile[index])
      // A share of 160 scores moves by 1/160 at a time; the ends may differ by two such moves.
      #expect(abs(bands[index].low - reference.profileLow[index]) < 0.013)
      #expect(abs(bands[index].high - reference.profileHigh[index]) < 0.013)
    }
  }

  @Test("a closure and an aggregate give one interval", arguments: Resampling.allCases)
  func closures(resampling: Resampling) throws {
    for (_, aggregate) in Self.aggregates {
      var (first, second) = (RandomStream(seed: 3), RandomStream(seed: 3))
      let scores = Self.reference.first
      let fast = try #require(
        scores.interval(of: aggregate, resampling: resampling, repetitions: 200, using: &first))
      let slow = try #require(
        scores.interval(resampling: resampling, repetitions: 200, using: &second) {
          $0.value(of: aggregate)
        })
      #expect(abs(fast.low - slow.low) < 1e-12)
      #expect(abs(fast.high - slow.high) < 1e-12)
      #expect(fast.low <= fast.estimate && fast.estimate <= fast.high)
      #expect(first == second)
    }
  }

  @Test("resampling leaves alone what it should")
  func resampling() throws {
    var random = RandomStream(seed: 4)
    // Within a task all runs agree: only drawing tasks again changes the mean.
    let byTask = try Scores([[0, 1, 2], [0, 1, 2]])
    // Within a run all tasks agree: drawing tasks again changes nothing.
    let byRun = try Scores([[0, 0, 0], [1, 1, 1], [2, 2, 2]])
    for (scores, fixed) in [
      (byTask, [Resampling.runsWithinTasks, .wholeRuns]), (byRun, [.tasks]),
    ] {
      for resampling in Resampling.allCases {
        let interval = try #require(
          scores.interval(of: .mean, resampling: resampling, repetitions: 500, using: &random))
        #expect((interval.low == interval.high) == fixed.contains(resampling), "\(resampling)")
      }
    }
    // Whole runs move together, so their mean varies more than that of runs drawn task by task.
    let together = try #require(
      byRun.interval(of: .mean, resampling: .wholeRuns, repetitions: 2_000, using: &random))
    let apart = try #require(byRun.interval(of: .mean, repetitions: 2_000, using: &random))
    #expect(together.high - together.low > apart.high - apart.low)
  }

  @Test("one of what is resampled gives no interval")
  func single() throws {
    var random = RandomStream(seed: 5)
    let oneRun = try Scores([[1, 2, 3]])
    #expect(oneRun.interval(of: .mean, using: &random) == nil)
    #expect(oneRun.interval(of: .median, using: &random) == nil)
    #expect(oneRun.interval(of: .mean, resampling: .wholeRuns, using: &random) == nil)
    #expect(oneRun.performanceProfileIntervals(at: [1], using: &random) == nil)
    #expect(oneRun.probabilityOfImprovementInterval(over: oneRun, using: &random) == nil)
    #expect(oneRun.interval(of: .mean, resampling: .tasks, using: &random) != nil)
    let oneTask = try Scores([[1], [2]])
    #expect(oneTask.interval(of: .mean, resampling: .tasks, using: &random) == nil)
    #expect(oneTask.interval(of: .mean, using: &random) != nil)
  }

  @Test("fewer than five runs are too few")
  func tooFewRuns() throws {
    #expect(try Scores([[1], [1], [1], [1]]).isTooFewRuns)
    #expect(try !Scores([[1], [1], [1], [1], [1]]).isTooFewRuns)
  }

  @Test("what is not a matrix of finite numbers is refused")
  func refusals() throws {
    #expect(throws: StatisticsError.noScores) { try Scores([]) }
    #expect(throws: StatisticsError.noScores) { try Scores([[], []]) }
    #expect(throws: StatisticsError.raggedRow(run: 1, expected: 2, found: 1)) {
      try Scores([[1, 2], [1]])
    }
    #expect(throws: StatisticsError.notFinite(run: 1, task: 0)) { try Scores([[1], [.nan]]) }
    #expect(throws: StatisticsError.notFinite(run: 0, task: 1)) { try Scores([[1, .infinity]]) }
    #expect(throws: StatisticsError.self) {
      try JSONDecoder().decode(Scores.self, from: Data("[[1,2],[3]]".utf8))
    }
    let scores = try Scores([[1, 2], [3, 4]])
    #expect(String(decoding: try JSONEncoder().encode(scores), as: UTF8.self) == "[[1,2],[3,4]]")
    #expect(scores[1, 0] == 3)
  }

  @Test("95 % intervals of the interquartile mean hold the truth nearly that often")
  func coverage() throws {
    var random = RandomStream(seed: 6)
    func experiment(runs: Int) throws -> Scores {
      try Scores(
        (0..<runs).map { _ in
          (0..<10).map { Double($0) / 10 + 0.5 * Double(random.normal()) }
        })
    }
    let truth = try experiment(runs: 40_000).interquartileMean()
    var hits = 0
    for _ in 0..<1_000 {
      let scores = try experiment(runs: 5)
      let interval = try #require(
        scores.interval(of: .interquartileMean, repetitions: 1_000, using: &random))
      if interval.low <= truth && truth <= interval.high { hits += 1 }
    }
    #expect(900...970 ~= hits)
  }
}
