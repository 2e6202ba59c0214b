internal import RealModule
public import Tensors

/// A point in the plane that has to go to a goal on the upper half of a circle around its start,
/// which it is not shown.
///
/// A step moves it by the action. With a dense reward a step costs the distance from the goal; with
/// a sparse one it costs the circle's radius until the point is within 0.8 of the goal, and the
/// distance from there on, so that only who gets close learns where the goal is.
///
/// Source of goals and rewards: Gupta et al. (2018), arXiv:1802.07245; there the body is a wheeled
/// robot.
public struct GoalArc: Environment, Hashable, Codable {
  /// Where the point is.
  public typealias State = SIMD2<Float>

  /// The goals' distance from the start.
  public static let radius: Float = 2
  /// How close the point must come for a sparse reward to tell the distance.
  public static let closeness: Float = 0.8
  /// How far a step moves the point in each direction at most.
  public static let reach: Float = 0.1

  /// The goal's direction, 0 (right) to π (left).
  public var angleRadians: Float
  public var isSparse: Bool
  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int?

  public init(angleRadians: Float, isSparse: Bool = false, stepLimit: Int? = 50) {
    self.angleRadians = angleRadians
    self.isSparse = isSparse
    self.stepLimit = stepLimit
  }

  /// Where the goal is.
  public var goal: SIMD2<Float> {
    GoalArc.radius * SIMD2(Float.cos(angleRadians), Float.sin(angleRadians))
  }

  /// The distance of a position from the goal.
  public func distance(from position: SIMD2<Float>) -> Float {
    let way = position - goal
    return (way.x * way.x + way.y * way.y).squareRoot()
  }

  public var observationSpace: ObservationSpace { ObservationSpace(.init("position", [2])) }

  /// How the point is moved.
  public var actionSpace: ActionSpace {
    let reach = GoalArc.reach
    return .box(low: [-reach, -reach], high: [reach, reach])
  }

  public func reset(using random: inout RandomStream) -> State { .zero }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    state += SIMD2(action[0], action[1])
    let distance = distance(from: state)
    return Outcome(reward: isSparse && distance > GoalArc.closeness ? -GoalArc.radius : -distance)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = state.x
    observation[1] = state.y
  }

  public func draw(_ state: State) -> Drawing? {
    var drawing = Drawing(x: -3...3, y: -3...3)
    let goal = Drawing.Point(Double(goal.x), Double(goal.y))
    drawing.add(.circle(center: goal, radius: Double(GoalArc.closeness), color: .gray))
    drawing.add(.circle(center: goal, radius: 0.08, color: .green, filled: true))
    drawing.add(
      .circle(center: .init(Double(state.x), Double(state.y)), radius: 0.06, filled: true))
    return drawing
  }

  /// Goes straight to the goal.
  public func makeExpert() -> (@Sendable (State) -> Action?)? {
    let (goal, reach) = (goal, GoalArc.reach)
    return { state in
      let way = goal - state
      return Action([min(max(way.x, -reach), reach), min(max(way.y, -reach), reach)])
    }
  }
}

/// Goals whose directions are uniform over the upper half circle, in both splits: a direction that
/// is drawn twice is as good as impossible.
public struct GoalArcFamily: TaskFamily {
  /// Whether the tasks' rewards are sparse.
  public var isSparse: Bool

  public init(isSparse: Bool = false) {
    self.isSparse = isSparse
  }

  public var name: String { "goal-arc" }

  public func task(_ split: Split, using random: inout RandomStream) -> GoalArc {
    GoalArc(angleRadians: random.uniform(0...Float.pi), isSparse: isSparse)
  }
}
