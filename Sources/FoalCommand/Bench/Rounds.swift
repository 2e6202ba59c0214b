/// What a measurement gave in each of its rounds.
package struct Rounds: Sendable {
  /// One value a round, in the order of the rounds; infinite where there was none to be had.
  package private(set) var values: [Double] = []

  package init(_ values: [Double] = []) { self.values = values }

  package mutating func append(_ value: Double) { values.append(value) }

  /// The middle value, or the mean of the two in the middle.
  package var median: Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
    return high.isFinite ? (low + high) / 2 : high
  }

  package var least: Double { values.min() ?? .nan }
  package var most: Double { values.max() ?? .nan }

  /// The quotients of two measurements that took turns. Their median is steadier than the quotient
  /// of the medians: what slows a machine down for a while slows both halves of a round.
  package static func / (dividends: Rounds, divisors: Rounds) -> Rounds {
    Rounds(zip(dividends.values, divisors.values).map { $0 / $1 })
  }

  /// The values, each changed in the same way.
  package func map(_ change: (Double) -> Double) -> Rounds { Rounds(values.map(change)) }
}

extension Rounds: Encodable {
  private enum Key: String, CodingKey { case median, least, most, rounds }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(median, forKey: .median)
    try container.encode(least, forKey: .least)
    try container.encode(most, forKey: .most)
    try container.encode(values.count, forKey: .rounds)
  }
}

/// Calls the body until so many seconds have passed.
///
/// The clock is read after 1, 2, 4, ... calls, so that reading it costs nothing beside short ones.
/// - Returns: the seconds that one call took, on average.
func secondsPerCall(for seconds: Double, _ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  var (calls, batch) = (0, 1)
  while true {
    for _ in 0..<batch { try body() }
    calls += batch
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    if elapsed >= seconds { return elapsed / Double(calls) }
    // Half of what is left at most, so that the last batch does not take much longer than asked.
    let left = (seconds - elapsed) / (elapsed / Double(calls))
    batch = max(1, min(2 * batch, Int(left / 2)))
  }
}
