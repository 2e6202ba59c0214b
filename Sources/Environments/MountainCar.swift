internal import RealModule
public import Tensors

/// A car in a valley with a motor too weak to climb out at once: rock it up the right hill.
///
/// This is Gymnasium's MountainCar-v0. The valley's height is sin 3x; an episode ends at x ≥ 0.5,
/// and each step costs 1.
///
/// Source: Moore (1990), "Efficient memory-based learning for robot control"; Sutton and Barto
/// (2018), example 10.1.
public struct MountainCar: Environment, Hashable, Codable {
  /// What moves: the position and its change per step; the valley's floor is near -0.52.
  public struct State: Sendable, Hashable, Codable {
    public var position: Double
    public var velocity: Double

    public init(position: Double, velocity: Double) {
      self.position = position
      self.velocity = velocity
    }
  }

  /// Where the car can be; at the left end it stops.
  public static let positions = -1.2...0.6
  /// The highest speed, per step.
  public static let velocityLimit = 0.07
  /// The position at which the car has arrived.
  public static let goal = 0.5

  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int?

  public init(stepLimit: Int? = 200) {
    self.stepLimit = stepLimit
  }

  /// The position and the velocity, as in ``State``.
  public var observationSpace: ObservationSpace {
    ObservationSpace(
      .init("position", [1], in: -1.2...0.6), .init("velocity", [1], in: -0.07...0.07))
  }
  /// 0 pushes to the left, 2 to the right, 1 not at all.
  public var actionSpace: ActionSpace { .discrete(3) }
  public var solvedReturn: Float? { -110 }

  /// Draws the position uniformly from -0.6 ... -0.4; the car stands still.
  public func reset(using random: inout RandomStream) -> State {
    State(position: random.uniform(-0.6 ... -0.4), velocity: 0)
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    let arrived = move(
      &state, action.index, Angles.sineAndCosine(3 * state.position).cosine)
    return Outcome(reward: -1, terminated: arrived)
  }

  /// Moves the state one step on, given the slope's share of the pull, cos 3x, and says whether the
  /// car has arrived.
  @inline(__always)
  func move(_ state: inout State, _ action: Int, _ slope: Double) -> Bool {
    let limit = MountainCar.velocityLimit
    let velocity = state.velocity + (Double(action - 1) * 0.001 + slope * -0.0025)
    state.velocity = min(max(velocity, -limit), limit)
    let (left, right) = (MountainCar.positions.lowerBound, MountainCar.positions.upperBound)
    state.position = min(max(state.position + state.velocity, left), right)
    if state.position == left && state.velocity < 0 { state.velocity = 0 }
    return state.position >= MountainCar.goal && state.velocity >= 0
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.position)
    observation[1] = Float(state.velocity)
  }

  public func draw(_ state: State) -> Drawing? {
    MountainCar.drawing(carAt: state.position, flagAt: MountainCar.goal)
  }

  /// A picture of the valley with the car and the flag at given positions.
  static func drawing(carAt position: Double, flagAt goal: Double) -> Drawing {
    func height(_ x: Double) -> Double { 0.45 * Double.sin(3 * x) }
    var drawing = Drawing(
      x: positions.lowerBound...positions.upperBound, y: -0.5...0.72)
    let pieces = 48
    let width = (positions.upperBound - positions.lowerBound) / Double(pieces)
    for piece in 0..<pieces {
      let left = positions.lowerBound + Double(piece) * width
      drawing.add(
        .line(
          from: .init(left, height(left)), to: .init(left + width, height(left + width)),
          color: .gray))
    }
    let foot = height(goal)
    drawing.add(.line(from: .init(goal, foot), to: .init(goal, foot + 0.24), color: .green))
    drawing.add(
      .rectangle(x: goal...goal + 0.09, y: foot + 0.16...foot + 0.24, color: .green, filled: true))
    // The car stands across the slope: body and wheels are turned with it.
    let slope = 1.35 * Double.cos(3 * position)
    let norm = (1 + slope * slope).squareRoot()
    let along = Drawing.Point(1 / norm, slope / norm)
    let up = Drawing.Point(-along.y, along.x)
    func onCar(_ forward: Double, _ above: Double) -> Drawing.Point {
      Drawing.Point(
        position + forward * along.x + above * up.x,
        height(position) + forward * along.y + above * up.y)
    }
    drawing.add(.line(from: onCar(-0.08, 0.1), to: onCar(0.08, 0.1), width: 0.06, color: .blue))
    drawing.add(.line(from: onCar(-0.04, 0.15), to: onCar(0.03, 0.15), width: 0.05, color: .blue))
    for wheel in [-0.055, 0.055] {
      drawing.add(.circle(center: onCar(wheel, 0.045), radius: 0.032, color: .ink, filled: true))
    }
    return drawing
  }
}
