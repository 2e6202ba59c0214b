/// Where the observations of a goal-conditioned environment show what has been achieved and what is
/// wanted, and what a step is worth that achieves the one when the other is wanted.
///
/// With it the same step can be judged by any goal, also by one that nobody had in mind when it was
/// taken.
public struct Goals: Sendable {
  /// The reward of a step and whether it ends the task, from what is achieved after it and the
  /// goal, `[goal.count]` each.
  public typealias Judge = @Sendable (_ achieved: Span<Float>, _ goal: Span<Float>) -> Outcome

  /// The elements of an observation that show what has been achieved.
  public let achieved: Range<Int>
  /// The elements of an observation that show the goal; as many.
  public let goal: Range<Int>
  /// Judges a step.
  public let outcome: Judge

  /// Finds the segments in an observation space by their names.
  ///
  /// Both must be there and have the same number of elements.
  public init(
    in space: ObservationSpace, achieved: String = "achieved goal", goal: String = "goal",
    outcome: @escaping Judge
  ) {
    guard let achievedRange = space.range(of: achieved), let goalRange = space.range(of: goal)
    else {
      preconditionFailure("\(space) has no segments \"\(achieved)\" and \"\(goal)\"")
    }
    precondition(
      achievedRange.count == goalRange.count,
      "\(achieved) has \(achievedRange.count) elements, \(goal) has \(goalRange.count)")
    self.achieved = achievedRange
    self.goal = goalRange
    self.outcome = outcome
  }

  /// Segments whose goal is reached within a distance: the reward of a step is 0 there and -1
  /// elsewhere, and no step ends the task.
  public static func within(_ distance: Float, in space: ObservationSpace) -> Goals {
    Goals(in: space) { achieved, goal in
      Outcome(reward: isWithin(distance, achieved, goal) ? 0 : -1)
    }
  }

  /// Whether two points lie no further apart than a distance.
  static func isWithin(_ distance: Float, _ first: Span<Float>, _ second: Span<Float>) -> Bool {
    var square: Float = 0
    for index in first.indices {
      let difference = first[index] - second[index]
      square += difference * difference
    }
    return square <= distance * distance
  }
}
