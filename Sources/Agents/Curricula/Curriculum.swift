public import Environments
internal import RealModule
internal import Tensors

/// Decides which training task each slot of a learner meets next.
///
/// A task is a ``Level``: a number, and the edits made to it. Levels are decided between rollouts,
/// slot by slot, enough for each slot to reach the rollout's end; what came of them is gathered
/// afterwards in the same order. So what is chosen depends on no thread.
///
/// Sources: prioritised level replay, Jiang et al. (2021), arXiv:2010.03934; learnability, Rutherford
/// et al. (2024), arXiv:2408.15099; evolution, Parker-Holder et al. (2022), arXiv:2203.01302.
/// Deviations: whatever is met is also learned from, new and edited levels too; a level's score is
/// that of the last time it was met, over all tries on it; during a rollout no level comes back twice
/// before all others have, for one after the other its score would have changed by then.
public struct Curriculum: Sendable {
  /// How a level came to be met.
  enum Origin: String, Sendable, Hashable, Codable {
    case fresh, replayed, edited
  }

  /// A level that was decided on.
  struct Choice: Sendable, Hashable, Codable {
    var level: Level
    var origin: Origin
  }

  /// What has come so far of the level that a slot is at.
  struct Play: Sendable, Hashable, Codable {
    var choice: Choice
    /// The sum of the steps' scores, and how many steps there were.
    var score = 0.0
    var steps = 0
    var successes = 0
    var tries = 0
    /// The steps of the try that has not ended.
    var length = 0

    init(_ choice: Choice) { self.choice = choice }

    var isSound: Bool {
      choice.level.isSound && score.isFinite && steps >= 0 && tries >= 0
        && (0...tries).contains(successes) && length >= 0
    }
  }

  public let configuration: Configuration
  /// The levels that can be taken again.
  public package(set) var buffer: LevelBuffer
  /// The return from which a try counts as solved; nil if nobody knows.
  let successReturn: Float?
  var random: RandomStream
  /// What each slot is at.
  var plays: [Play] = []
  /// What each slot meets next during the rollout.
  private var queues: [[Choice]] = []

  /// Makes a curriculum over the train split of some tasks.
  ///
  /// - Throws: ``ConfigurationError`` for a setting out of its range, or one that the tasks do not
  ///   allow.
  public init(_ configuration: Configuration, for tasks: TaskSource, slots: Int, seed: UInt64)
    throws(ConfigurationError)
  {
    try configuration.validate()
    guard configuration.kind != .evolution || tasks.isEditable else {
      throw ConfigurationError(
        "curriculum", configuration.kind.rawValue,
        allowed: "uniform, replay and learnability: tasks of \(tasks.name) cannot be edited")
    }
    successReturn = configuration.successReturn ?? tasks.solvedReturn
    guard configuration.kind != .learnability || successReturn != nil else {
      throw ConfigurationError(
        "successReturn", "none",
        allowed: "a return: the tasks of \(tasks.name) do not say when they are solved")
    }
    self.configuration = configuration
    buffer = LevelBuffer(configuration)
    random = RandomStream(seed: seed).split("curriculum")
    var table = Table(buffer, configuration)
    for _ in 0..<slots { plays.append(Play(choose(&table))) }
    queues = Array(repeating: [], count: slots)
  }

  /// The level that each slot is at.
  public var levels: [Level] { plays.map(\.choice.level) }

  /// Decides what the slots meet during the next rollout.
  ///
  /// No level of the buffer is taken twice before all have been.
  /// - Parameter count: how many levels a slot can come to the end of.
  /// - Returns: a list for each slot.
  public mutating func decide(_ count: Int) -> [[Level]] {
    var table = Table(buffer, configuration)
    for slot in queues.indices { queues[slot].removeAll(keepingCapacity: true) }
    // First what every slot meets next, for most of what comes later is never met.
    for _ in 0..<count {
      for slot in queues.indices { queues[slot].append(choose(&table)) }
    }
    return queues.map { $0.map(\.level) }
  }

  // MARK: Choosing

  /// What choices are made by until more is known.
  private struct Table {
    /// How often each level of the buffer is to be taken; empty if none is.
    var shares: [Double] = []
    /// The places of those that have not been taken, the next one last.
    var left: [Int] = []
    /// The numbers that are not drawn, for they can be taken; ascending.
    var numbers: [Int]
    /// How many numbers there are to draw.
    var fresh: Int

    init(_ buffer: LevelBuffer, _ configuration: Configuration) {
      numbers = buffer.numbers
      let pool = configuration.pool > 0 ? configuration.pool : Level.numbers
      fresh = pool - numbers.count
      if fresh == 0 || buffer.isFilled { shares = buffer.shares }
    }

    /// The place of the next level to be taken.
    mutating func next(using random: inout RandomStream) -> Int {
      if left.isEmpty { left = LevelPriorities.order(shares, using: &random).reversed() }
      return left.removeLast()
    }
  }

  private mutating func choose(_ table: inout Table) -> Choice {
    guard !table.shares.isEmpty,
      table.fresh == 0 || random.uniform() < configuration.replayShare
    else {
      let drawn = random.integer(below: table.fresh)
      return Choice(level: Level(Self.number(drawn, without: table.numbers)), origin: .fresh)
    }
    var level = buffer.entries[table.next(using: &random)].level
    guard configuration.kind == .evolution, level.edits.count < configuration.maximumEdits,
      random.uniform() < configuration.editShare
    else { return Choice(level: level, origin: .replayed) }
    level.edits.append(random.nextWord())
    return Choice(level: level, origin: .edited)
  }

  /// The n-th number, from 0, that is not among some ascending ones.
  package static func number(_ n: Int, without numbers: [Int]) -> Int {
    // Before the i-th of them there are numbers[i] - i others.
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] - middle > n { high = middle } else { low = middle + 1 }
    }
    return n + low
  }

  // MARK: What came of it

  /// Takes in what came of the levels in some slots during a rollout.
  ///
  /// - Parameters:
  ///   - advantages: `[T, B]`, of the slots' steps.
  ///   - episodes: the tries that ended, in the order of time; their slots are counted from the
  ///     first of these.
  ///   - first: the first of the B slots.
  ///   - triesPerTask: the tries on a level.
  ///   - statistics: what is added to.
  package mutating func follow(
    advantages: [Float], episodes: [Episode], from first: Int, slots: Int, triesPerTask: Int,
    into statistics: inout CurriculumStatistics
  ) {
    let steps = advantages.count / slots
    var bySlot: [[Episode]] = Array(repeating: [], count: slots)
    for episode in episodes { bySlot[episode.slot].append(episode) }
    for slot in 0..<slots {
      var play = plays[first + slot]
      var (step, waiting) = (0, queues[first + slot][...])
      for episode in bySlot[slot] {
        let end = min(steps, step + episode.length - play.length)
        play.add(advantages, of: slot, slots, step..<end, configuration.score)
        step = end
        play.length = 0
        play.tries += 1
        if let successReturn, episode.undiscountedReturn >= successReturn { play.successes += 1 }
        guard episode.attempt == triesPerTask - 1 else { continue }
        finish(play, &statistics)
        play = Play(waiting.popFirst() ?? play.choice)
      }
      play.add(advantages, of: slot, slots, step..<steps, configuration.score)
      play.length += steps - step
      plays[first + slot] = play
      queues[first + slot] = []
    }
  }

  private mutating func finish(_ play: Play, _ statistics: inout CurriculumStatistics) {
    let score = play.score / Double(max(1, play.steps))
    buffer.take(
      play.choice.level, score: score, successes: play.successes, tries: play.tries)
    statistics.add(play, score: score)
  }

  /// What is known besides what the rollout brought.
  package func complete(_ statistics: inout CurriculumStatistics) {
    statistics.knowsSuccess = successReturn != nil
    statistics.bufferedLevels = buffer.entries.count
    statistics.entropyNats = -buffer.shares.reduce(0) { sum, share in
      sum + (share > 0 ? share * Double.log(share) : 0)
    }
  }
}

extension Curriculum.Play {
  /// Adds the scores of some steps of a slot.
  mutating func add(
    _ advantages: [Float], of slot: Int, _ slots: Int, _ range: Range<Int>,
    _ measure: Curriculum.Score
  ) {
    for step in range {
      let advantage = Double(advantages[step * slots + slot])
      score += measure == .valueLoss ? advantage.magnitude : max(advantage, 0)
    }
    steps += range.count
  }
}
