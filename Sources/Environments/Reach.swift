public import Tensors

/// A gripper that is to be moved to a point in space.
///
/// The kinematics of FetchReach: a step moves the gripper by 5 cm times the action in each
/// direction, and the goal lies up to 15 cm from the start. The reward of a step is 0 within 5 cm
/// of the goal and -1 elsewhere; the task never ends by itself. What FetchReach adds, an arm that
/// follows its gripper through free space a little late, is left out.
///
/// Source: Plappert et al. (2018), arXiv:1802.09464.
public struct Reach: Environment, Hashable, Codable {
  /// The places of gripper and goal, from the gripper's start, in units of 10 cm.
  public struct State: Sendable, Hashable, Codable {
    public var gripper: SIMD3<Float>
    public var goal: SIMD3<Float>

    public init(gripper: SIMD3<Float> = .zero, goal: SIMD3<Float>) {
      self.gripper = gripper
      self.goal = goal
    }
  }

  // All lengths in units of 10 cm, so that what a network sees is about 1.
  static let stepLength: Float = 0.5
  static let goalRange: ClosedRange<Float> = -1.5...1.5
  static let goalRadius: Float = 0.5
  /// How far the arm reaches in each direction.
  static let reach: Float = 3

  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int?

  public init(stepLimit: Int? = 50) {
    self.stepLimit = stepLimit
  }

  /// The places of gripper and goal, from the gripper's start, in units of 10 cm.
  public var observationSpace: ObservationSpace { Reach.space }
  private static let space = ObservationSpace(
    .init("achieved goal", [3], in: -Reach.reach...Reach.reach),
    .init("goal", [3], in: Reach.goalRange))
  /// The move in each direction, in units of 5 cm.
  public var actionSpace: ActionSpace { .box(low: [-1, -1, -1], high: [1, 1, 1]) }

  /// How a step is judged by any goal.
  public var goals: Goals { .within(Reach.goalRadius, in: observationSpace) }

  /// Draws the goal uniformly from a cube around the gripper.
  public func reset(using random: inout RandomStream) -> State {
    let range = Reach.goalRange
    return State(
      goal: [random.uniform(range), random.uniform(range), random.uniform(range)])
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    let move = SIMD3(action[0], action[1], action[2]).clamped(
      lowerBound: SIMD3(repeating: -1), upperBound: SIMD3(repeating: 1))
    state.gripper = (state.gripper + Reach.stepLength * move).clamped(
      lowerBound: SIMD3(repeating: -Reach.reach), upperBound: SIMD3(repeating: Reach.reach))
    let way = state.gripper - state.goal
    return Outcome(
      reward: (way * way).sum() <= Reach.goalRadius * Reach.goalRadius ? 0 : -1)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for axis in 0..<3 {
      observation[axis] = state.gripper[axis]
      observation[3 + axis] = state.goal[axis]
    }
  }

  /// Moves straight to the goal.
  public func makeExpert() -> (@Sendable (State) -> Action?)? {
    { state in
      let way = (state.goal - state.gripper) / Reach.stepLength
      return Action((0..<3).map { min(max(way[$0], -1), 1) })
    }
  }

  /// What is seen from above; the further up something is, the larger it is drawn.
  public func draw(_ state: State) -> Drawing? {
    let edge = Double(Reach.reach)
    var drawing = Drawing(x: -edge...edge, y: -edge...edge)
    for (place, color) in [(state.goal, Drawing.Color.green), (state.gripper, .ink)] {
      drawing.add(
        .circle(
          center: .init(Double(place.x), Double(place.y)),
          radius: 0.35 + 0.05 * Double(place.z), color: color, filled: color != .green))
    }
    return drawing
  }
}
