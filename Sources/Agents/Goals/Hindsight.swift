public import Environments

/// Hindsight experience replay: what was done is learned from as if what came of it had been wanted.
///
/// A step that a replay buffer samples keeps its goal with probability 1/(k + 1); otherwise it gets
/// one that was achieved in the same episode, and is judged by that. This is the same in
/// expectation as storing k more copies of each step, and takes no memory.
///
/// It works with any goal-conditioned environment and any learner that samples from a
/// ``ReplayBuffer``. Source: Andrychowicz et al. (2017), arXiv:1707.01495.
public struct Hindsight: Sendable {
  /// Which of the episode's achieved goals a step may get.
  public enum Strategy: String, Sendable, Hashable, Codable, CaseIterable {
    /// What was achieved by this step or a later one.
    case future
    /// What was achieved in the end, or so far if the episode goes on.
    case final
    /// What was achieved at any time of the episode.
    case episode
  }

  /// Where goals are in an observation, and how steps are judged by them.
  public let goals: Goals
  /// Which goals are put in.
  public let strategy: Strategy
  /// k, the number of steps with another goal for each step with its own, 0 or more.
  public let goalsPerStep: Int

  public init(_ goals: Goals, strategy: Strategy = .future, goalsPerStep: Int = 4) {
    precondition(goalsPerStep >= 0, "goalsPerStep must not be negative, got \(goalsPerStep)")
    self.goals = goals
    self.strategy = strategy
    self.goalsPerStep = goalsPerStep
  }

  /// The times at which the goal of a step's stand-in may have been achieved.
  ///
  /// - Parameters:
  ///   - time: when the step was taken.
  ///   - episode: the times of all steps of its episode that are still known.
  func times(of time: Int, in episode: ClosedRange<Int>) -> ClosedRange<Int> {
    switch strategy {
    case .future: time...episode.upperBound
    case .final: episode.upperBound...episode.upperBound
    case .episode: episode
    }
  }
}
