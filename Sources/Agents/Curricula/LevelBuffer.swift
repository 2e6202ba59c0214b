public import Environments

/// The levels that are worth coming back to, and what came of them.
public struct LevelBuffer: Sendable, Hashable {
  /// What is known of a level.
  public struct Entry: Sendable, Hashable, Codable {
    public var level: Level
    /// The score when it was last met.
    public var score: Double
    /// How many tries were solved and how many there were; earlier ones count less.
    public var successes: Double
    public var tries: Double
    /// How many levels had been met, of all, when it was met last.
    public var lastMet: Int

    /// The share of tries that are solved, as if one more had been and one more had not: of few
    /// tries little is known.
    public var successRate: Double { (successes + 1) / (tries + 2) }

    var isSound: Bool {
      level.isSound && score.isFinite && successes >= 0 && successes <= tries && tries.isFinite
        && lastMet >= 0
    }
  }

  /// The most levels.
  let capacity: Int
  let configuration: Curriculum.Configuration
  /// The levels in the order in which they came; one that comes for one that goes takes its place.
  public private(set) var entries: [Entry] = []
  /// How many levels have been met.
  public private(set) var met = 0
  private var places: [Level: Int] = [:]

  package init(_ configuration: Curriculum.Configuration) {
    self.configuration = configuration
    capacity = configuration.capacity
  }

  /// Whether levels can be taken.
  var isFilled: Bool {
    !entries.isEmpty && Float(entries.count) >= configuration.minimumFill * Float(capacity)
  }

  /// Takes in what came of a level. If there is no room, the level that is worth least goes, which
  /// may be this one.
  package mutating func take(_ level: Level, score: Double, successes: Int, tries: Int) {
    met += 1
    guard capacity > 0 else { return }
    var entry = Entry(
      level: level, score: score, successes: Double(successes), tries: Double(tries), lastMet: met)
    if let place = places[level] {
      let kept = Double(configuration.successMemory)
      entry.successes += kept * entries[place].successes
      entry.tries += kept * entries[place].tries
      entries[place] = entry
    } else if entries.count < capacity {
      places[level] = entries.count
      entries.append(entry)
    } else if let least = entries.indices.min(by: { worth(entries[$0]) < worth(entries[$1]) }),
      worth(entries[least]) < worth(entry)
    {
      places[entries[least].level] = nil
      places[level] = least
      entries[least] = entry
    }
  }

  private func worth(_ entry: Entry) -> Double {
    configuration.kind == .learnability
      ? LevelPriorities.learnability(entry.successRate) : entry.score
  }

  /// How often each level is to be taken.
  public var shares: [Double] {
    let priorities =
      configuration.kind == .learnability
      ? LevelPriorities.learnable(entries.map(\.successRate))
      : LevelPriorities.ranked(
        entries.map(\.score), temperature: Double(configuration.temperature))
    return LevelPriorities.mixed(
      priorities, LevelPriorities.stale(entries.map { met - $0.lastMet }),
      share: Double(configuration.staleness))
  }

  /// The numbers of the levels without edits, ascending.
  var numbers: [Int] {
    entries.lazy.filter { $0.level.edits.isEmpty }.map(\.level.number).sorted()
  }

  /// Puts back what was taken down; false if it does not fit, and nothing is changed then.
  mutating func restore(_ entries: [Entry], met: Int) -> Bool {
    let places = Dictionary(
      entries.enumerated().map { ($1.level, $0) }, uniquingKeysWith: { first, _ in first })
    guard entries.count <= capacity, places.count == entries.count, met >= 0,
      entries.allSatisfy({ $0.isSound && $0.lastMet <= met })
    else { return false }
    (self.entries, self.met, self.places) = (entries, met, places)
    return true
  }
}
