import Agents
import Environments
import Tensors
import Testing

@Suite("Priorities of levels")
struct LevelPrioritiesTests {
  private func expect(_ shares: [Double], _ expected: [Double]) {
    #expect(shares.count == expected.count)
    for (share, expected) in zip(shares, expected) { #expect(abs(share - expected) < 1e-12) }
  }

  @Test("a level of rank r is taken in proportion to (1 / r)^(1 / β)")
  func ranks() {
    // Ranks 3, 1, 2.
    expect(LevelPriorities.ranked([1, 3, 2], temperature: 1), [2.0 / 11, 6.0 / 11, 3.0 / 11])
    expect(LevelPriorities.ranked([1, 3, 2], temperature: 0.5), [4.0 / 49, 36.0 / 49, 9.0 / 49])
    expect(LevelPriorities.ranked([-5, 1e9], temperature: 0.1), [1.0 / 1025, 1024.0 / 1025])
    // Of equals the earlier ranks higher.
    expect(LevelPriorities.ranked([7, 7], temperature: 1), [2.0 / 3, 1.0 / 3])
    expect(LevelPriorities.ranked([], temperature: 1), [])
  }

  @Test("learnability is the share of solved tries times that of the others")
  func learnability() {
    expect(LevelPriorities.learnable([0.5, 0.25, 1]), [4.0 / 7, 3.0 / 7, 0])
    expect(LevelPriorities.learnable([0, 1]), [0.5, 0.5])
  }

  @Test("staleness is in proportion to age, and even if all are new")
  func staleness() {
    expect(LevelPriorities.stale([0, 1, 3]), [0, 0.25, 0.75])
    expect(LevelPriorities.stale([0, 0]), [0.5, 0.5])
  }

  @Test("an order has its first by the shares and its second by those that are left")
  func order() {
    var random = RandomStream(seed: 1)
    let orders = (0..<20_000).map { _ in
      LevelPriorities.order([0.5, 0.3, 0.2, 0], using: &random)
    }
    func share(_ start: [Int]) -> Double {
      Double(orders.count { $0.starts(with: start) }) / 20_000
    }
    #expect(orders.allSatisfy { $0.count == 4 && $0[3] == 3 })
    for (first, expected) in [0.5, 0.3, 0.2].enumerated() {
      #expect(abs(share([first]) - expected) < 0.015)
    }
    #expect(abs(share([0, 1]) - 0.5 * 0.3 / 0.5) < 0.015)
    #expect(abs(share([2, 0]) - 0.2 * 0.5 / 0.8) < 0.015)
  }

  @Test("replay mixes rank and staleness")
  func replay() {
    var configuration = Curriculum.Configuration(.replay)
    configuration.temperature = 1
    configuration.staleness = 0.25
    var buffer = LevelBuffer(configuration)
    for (number, score) in [1.0, 3, 2].enumerated() {
      buffer.take(Level(number), score: score, successes: 0, tries: 1)
    }
    expect(
      buffer.shares,
      [0.75 * 2 / 11 + 0.25 * 2 / 3, 0.75 * 6 / 11 + 0.25 / 3, 0.75 * 3 / 11])
    // Met once more, the first has the score of that time and is new.
    buffer.take(Level(0), score: 9, successes: 0, tries: 1)
    expect(
      buffer.shares,
      [0.75 * 6 / 11, 0.75 * 3 / 11 + 0.25 * 2 / 3, 0.75 * 2 / 11 + 0.25 / 3])
  }

  @Test("learnability counts earlier tries less, and one more of each kind")
  func successRates() {
    var configuration = Curriculum.Configuration(.learnability)
    configuration.successMemory = 0.5
    configuration.staleness = 0
    var buffer = LevelBuffer(configuration)
    buffer.take(Level(0), score: 0, successes: 0, tries: 2)
    buffer.take(Level(1), score: 0, successes: 1, tries: 2)
    buffer.take(Level(0), score: 0, successes: 2, tries: 2)
    // Two solved of three that count, and two of two.
    expect(buffer.entries.map(\.successRate), [3.0 / 5, 2.0 / 4])
    expect(buffer.shares, [0.24 / 0.49, 0.25 / 0.49])
  }

  @Test("a full buffer gives up what is worth least, which may be what comes")
  func full() {
    var configuration = Curriculum.Configuration(.replay)
    configuration.bufferSize = 2
    var buffer = LevelBuffer(configuration)
    for (number, score) in [2.0, 5, 1, 3].enumerated() {
      buffer.take(Level(number), score: score, successes: 0, tries: 1)
    }
    #expect(buffer.entries.map(\.level.number) == [3, 1])
    #expect(buffer.met == 4)
  }
}
