internal import Environments

/// What levels were met during a rollout, and what came of them.
///
/// All but the last two are of the levels that were come to the end of.
public struct CurriculumStatistics: Sendable, Hashable {
  /// How many levels were come to the end of.
  public internal(set) var levels = 0
  /// Whether it is known when a try counts as solved.
  public internal(set) var knowsSuccess = false
  /// How many levels the buffer has, and the entropy of what is taken from it: its exponential is
  /// how many levels that spreads over.
  public internal(set) var bufferedLevels = 0
  public internal(set) var entropyNats = 0.0
  private var replayed = 0
  private var edited = 0
  private var edits = 0
  private var score = 0.0
  private var successRate = 0.0
  private var solved = 0
  private var unsolved = 0

  /// The share of levels that came from the buffer as they were, and of those that were edited anew.
  public var replayedShare: Double { share(replayed) }
  public var editedShare: Double { share(edited) }
  /// The mean number of edits of a level.
  public var meanEdits: Double { share(edits) }
  /// The mean score of a level.
  public var meanScore: Double { mean(score) }
  /// The mean share of tries that were solved.
  public var meanSuccessRate: Double { mean(successRate) }
  /// The share of levels of which every try was solved, and of which none was. The others are those
  /// on which there is most to learn.
  public var solvedShare: Double { share(solved) }
  public var unsolvedShare: Double { share(unsolved) }

  package init() {}

  /// Counts a level that was come to the end of.
  mutating func add(_ play: Curriculum.Play, score: Double) {
    levels += 1
    if play.choice.origin == .replayed { replayed += 1 }
    if play.choice.origin == .edited { edited += 1 }
    edits += play.choice.level.edits.count
    self.score += score
    successRate += Double(play.successes) / Double(max(1, play.tries))
    if play.successes == play.tries { solved += 1 }
    if play.successes == 0 { unsolved += 1 }
  }

  private func share(_ count: Int) -> Double { mean(Double(count)) }
  private func mean(_ sum: Double) -> Double { sum / Double(max(1, levels)) }
}
