public import Tensors

/// A point that is to get round a wall to a goal, in a plane; the opening is on one side or the
/// other.
///
/// A step moves the point by at most 0.1 along each axis and is rewarded with minus the distance to
/// the goal. Nothing tells the agent where the opening is.
///
/// Source: after the point maze of Fu et al. (2018), arXiv:1710.11248, section 7.2.
public struct PointMaze: Environment, Hashable, Codable {
  /// The side that the wall leaves open.
  public enum Opening: String, Sendable, Hashable, Codable, CaseIterable {
    case left, right
  }

  /// Where the point is, each in -1...1.
  public struct State: Sendable, Hashable, Codable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// The goal's place.
  public static let goal = (x: 0.0, y: 0.7)
  /// The distance between the middle and the wall's open end; the wall lies at y = 0.
  public static let wallEnd = 0.5
  /// The farthest that a step moves along an axis.
  public static let stride = 0.1

  public var opening: Opening
  public var stepLimit: Int?

  public init(opening: Opening = .right, stepLimit: Int? = 100) {
    self.opening = opening
    self.stepLimit = stepLimit
  }

  /// x and y.
  public var observationSpace: ObservationSpace {
    ObservationSpace(.init("place", [2], in: -1...1))
  }
  /// The way along x and along y, in units of ``stride``.
  public var actionSpace: ActionSpace { .box(low: [-1, -1], high: [1, 1]) }

  /// Draws a place below the wall, within 0.1 of (0, -0.7) along each axis.
  public func reset(using random: inout RandomStream) -> State {
    State(x: random.uniform(-0.1...0.1), y: random.uniform(-0.8 ... -0.6))
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    func moved(_ value: Double, _ way: Float) -> Double {
      min(max(value + PointMaze.stride * Double(min(max(way, -1), 1)), -1), 1)
    }
    let next = State(x: moved(state.x, action[0]), y: moved(state.y, action[1]))
    let crosses = (state.y < 0) != (next.y < 0)
    // Where the way crosses the line that the wall lies on.
    let share = crosses ? state.y / (state.y - next.y) : 0
    let crossing = state.x + share * (next.x - state.x)
    let isOpen =
      opening == .right ? crossing > PointMaze.wallEnd : crossing < -PointMaze.wallEnd
    state.x = next.x
    if !crosses || isOpen { state.y = next.y }
    return Outcome(reward: -Float(PointMaze.distance(state)))
  }

  /// The distance to the goal.
  public static func distance(_ state: State) -> Double {
    let (x, y) = (state.x - goal.x, state.y - goal.y)
    return (x * x + y * y).squareRoot()
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.x)
    observation[1] = Float(state.y)
  }

  /// Walks through the opening and to the goal.
  public func makeExpert() -> (@Sendable (State) -> Action?)? {
    let side = opening == .right ? 1.0 : -1.0
    return { state in
      let isBelow = state.y < 0
      // Along the wall first, until the way up is open.
      let isClear = state.x * side > PointMaze.wallEnd + 0.05
      let x = isBelow ? side * (PointMaze.wallEnd + 0.15) : PointMaze.goal.x
      let y = isBelow ? (isClear ? 0.2 : -0.1) : PointMaze.goal.y
      return Action([
        Float(min(max((x - state.x) / PointMaze.stride, -1), 1)),
        Float(min(max((y - state.y) / PointMaze.stride, -1), 1)),
      ])
    }
  }

  public func draw(_ state: State) -> Drawing? {
    var drawing = Drawing(x: -1.1...1.1, y: -1.1...1.1)
    drawing.add(.rectangle(x: -1...1, y: -1...1, color: .gray))
    let end = opening == .right ? PointMaze.wallEnd : -PointMaze.wallEnd
    let wall = opening == .right ? -1.0 : 1.0
    drawing.add(
      .line(from: .init(wall, 0), to: .init(end, 0), width: 0.05, color: .red))
    let goal = Drawing.Point(PointMaze.goal.x, PointMaze.goal.y)
    drawing.add(.circle(center: goal, radius: 0.1, color: .green, filled: true))
    drawing.add(.circle(center: .init(state.x, state.y), radius: 0.06, color: .blue, filled: true))
    return drawing
  }
}
