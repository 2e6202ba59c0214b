import Reproductions
import Schooling
import Testing

@Suite("Reproductions")
struct ReproductionTests {
  @Test("every arm runs with every seed, whatever the number of workers")
  func workers() throws {
    let alone = try sample().run(.full)
    let together = try sample().run(.full, workers: 3)
    #expect(alone.measurements == together.measurements)
    #expect(alone.seeds == [0, 1, 2, 3, 4])
    #expect(alone.values(of: "score", arm: "method") == [1, 1.01, 1.02, 1.03, 1.04])
    #expect(try sample().run(.quick).seeds == [0, 1, 2])
  }

  @Test("the table's numbers are interquartile means over seeds")
  func interquartileMean() throws {
    let result = try sample().run(.full)
    let interval = try #require(result.interval(of: "score", arm: "method"))
    #expect(abs(interval.estimate - 1.02) < 1e-12)
    #expect(interval.low >= 1 && interval.high <= 1.04 && interval.low < interval.high)
    let curve = result.curve("score", arm: "baseline")
    #expect(curve.map(\.x) == [0, 1])
    #expect(abs(curve[1].estimate - 0.52) < 1e-12)
  }

  @Test("a reproduction holds, and fails with the broken arm in the method's place")
  func verdict() throws {
    let reproduction = sample()
    let result = try reproduction.run(.full)
    #expect(reproduction.verdict(on: result) == .holds)
    let broken = result.replacing("method", by: reproduction.broken)
    #expect(reproduction.verdict(on: broken) == .fails)
  }

  @Test("intervals that touch do not tell two arms apart")
  func overlap() throws {
    let result = try sample().run(.full)
    #expect(result.verdict(on: .above("score", of: "method", than: "baseline")) == .holds)
    #expect(
      result.verdict(on: .above("score", of: "method", than: "baseline", factor: 2)) == .fails)
    #expect(result.verdict(on: .above("score", of: "method", than: "method")) == .fails)
    #expect(result.verdict(on: .below("score", of: "baseline", than: "method")) == .holds)
    #expect(result.verdict(on: .atMost(0.4, "score", of: "baseline")) == .fails)
    #expect(
      result.verdict(on: .inSeeds(0.8, "score", of: "method", atLeast: 1.01)) == .holds)
    #expect(
      result.verdict(on: .inSeeds(0.81, "score", of: "method", atLeast: 1.01)) == .fails)
  }

  @Test("one seed or none never passes", arguments: [[], [7]] as [[UInt64]])
  func fewSeeds(seeds: [UInt64]) throws {
    let reproduction = sample()
    let result = try reproduction.run(.full, seeds: seeds)
    #expect(result.interval(of: "score", arm: "method") == nil)
    #expect(reproduction.verdict(on: result) == .undecided)
  }

  @Test("an arm's error ends the reproduction")
  func failure() throws {
    #expect(throws: Failure.self) { try sample(fails: "baseline").run(.full, workers: 2) }
  }

  @Test("the list holds 37 systems in the order of their numbers, by names of their own")
  func list() {
    #expect(PublishedSystem.all.map(\.number) == Array(1...37))
    #expect(Set(PublishedSystem.all.map(\.name)).count == 37)
    for system in PublishedSystem.all {
      guard let reproduction = system.reproduction else { continue }
      #expect(reproduction.seeds >= 5 && reproduction.quickSeeds >= 2, "\(system.name)")
      #expect(reproduction.arms.first?.role == .method, "\(system.name)")
      #expect(!reproduction.claims(.quick).isEmpty, "\(system.name)")
    }
  }
}
