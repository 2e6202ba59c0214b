public import Tensors

/// A point in the plane that has to go to a goal which it is not shown.
///
/// It starts at the origin. A step moves it by the action and costs its distance from the goal; the
/// task ends when both of its coordinates are closer than 0.01 to the goal's.
///
/// Source: Finn et al. (2017), arXiv:1703.03400, section 5.3.
public struct PointNavigation: Environment, Hashable, Codable {
  /// Where the point is.
  public typealias State = SIMD2<Float>

  /// How close each coordinate must come.
  public static let tolerance: Float = 0.01
  /// How far a step moves the point in each direction at most.
  public static let reach: Float = 0.1

  public var goalX: Float
  public var goalY: Float
  /// Whether the goal is part of the observation, for a yardstick that need not find it.
  public var showsGoal: Bool
  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int?

  public init(goalX: Float, goalY: Float, showsGoal: Bool = false, stepLimit: Int? = 100) {
    self.goalX = goalX
    self.goalY = goalY
    self.showsGoal = showsGoal
    self.stepLimit = stepLimit
  }

  /// The position, and the goal if it is shown.
  public var observationSpace: ObservationSpace {
    let position = ObservationSpace.Segment("position", [2])
    return showsGoal ? ObservationSpace(position, .init("goal", [2])) : ObservationSpace(position)
  }

  /// How the point is moved.
  public var actionSpace: ActionSpace {
    let reach = PointNavigation.reach
    return .box(low: [-reach, -reach], high: [reach, reach])
  }

  public func reset(using random: inout RandomStream) -> State { .zero }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    move(&state, by: SIMD2(action[0], action[1]))
  }

  @inline(__always)
  private func move(_ state: inout State, by action: SIMD2<Float>) -> Outcome {
    state += action
    let (x, y) = (state.x - goalX, state.y - goalY)
    let arrived = abs(x) < PointNavigation.tolerance && abs(y) < PointNavigation.tolerance
    return Outcome(reward: -(x * x + y * y).squareRoot(), terminated: arrived)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = state.x
    observation[1] = state.y
    guard showsGoal else { return }
    observation[2] = goalX
    observation[3] = goalY
  }

  public static func step(
    _ tasks: [PointNavigation], _ states: inout [State], _ actions: ActionBatch,
    using streams: inout [RandomStream], rewards: inout [Float], terminated: inout [Bool],
    observations: inout [Float]
  ) {
    let width = observations.count / states.count
    var states = states.mutableSpan
    var rewards = rewards.mutableSpan
    var terminated = terminated.mutableSpan
    var observations = observations.mutableSpan
    let (tasks, moves) = (tasks.span, actions.components.span)
    for slot in tasks.indices {
      var state = states[slot]
      let outcome = tasks[slot].move(&state, by: SIMD2(moves[2 * slot], moves[2 * slot + 1]))
      rewards[slot] = outcome.reward
      terminated[slot] = outcome.terminated
      states[slot] = state
      observations[slot * width] = state.x
      observations[slot * width + 1] = state.y
      guard tasks[slot].showsGoal else { continue }
      observations[slot * width + 2] = tasks[slot].goalX
      observations[slot * width + 3] = tasks[slot].goalY
    }
  }

  public func draw(_ state: State) -> Drawing? {
    var drawing = Drawing(x: -1...1, y: -1...1)
    drawing.add(
      .circle(
        center: .init(Double(goalX), Double(goalY)), radius: 0.03, color: .green, filled: true))
    drawing.add(
      .circle(center: .init(Double(state.x), Double(state.y)), radius: 0.02, filled: true))
    return drawing
  }

  /// Goes straight to the goal.
  public func makeExpert() -> (@Sendable (State) -> Action?)? {
    let reach = PointNavigation.reach
    return { state in
      let way = SIMD2(goalX, goalY) - state
      return Action([min(max(way.x, -reach), reach), min(max(way.y, -reach), reach)])
    }
  }
}

/// Point navigation to goals that are uniform in the square of side 1 around the start, in both
/// splits: a goal that is drawn twice is as good as impossible.
///
/// Source: Finn et al. (2017), arXiv:1703.03400, section 5.3.
public struct PointNavigationFamily: TaskFamily {
  /// Whether the tasks show their goals.
  public var showsGoal: Bool

  public init(showsGoal: Bool = false) {
    self.showsGoal = showsGoal
  }

  public var name: String { "point-navigation" }

  public func task(_ split: Split, using random: inout RandomStream) -> PointNavigation {
    PointNavigation(
      goalX: random.uniform(-0.5...0.5), goalY: random.uniform(-0.5...0.5), showsGoal: showsGoal)
  }
}
