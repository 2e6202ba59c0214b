internal import RealModule
public import Tensors

/// The car in the valley with a motor whose force is chosen freely and has to be paid for.
///
/// This is Gymnasium's MountainCarContinuous-v0: arriving at x ≥ 0.45 is worth 100, and a step
/// costs 0.1 times its force squared.
///
/// Source: Gymnasium, MountainCarContinuous-v0, after Moore (1990).
public struct MountainCarContinuous: Environment, Hashable, Codable {
  /// What moves.
  public struct State: Sendable, Hashable, Codable {
    /// The position; the valley's floor is near -0.52.
    public var position: Double
    /// The position's change per step.
    public var velocity: Double
    /// Whether a step was taken. The start is kept in double precision; from the first step on
    /// the state is rounded to single precision and moved in it, as the reference does.
    public var hasMoved: Bool

    public init(position: Double, velocity: Double, hasMoved: Bool = false) {
      self.position = position
      self.velocity = velocity
      self.hasMoved = hasMoved
    }
  }

  /// The position at which the car has arrived.
  public static let goal = 0.45

  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int?
  /// Whether arriving is worth 1 and force costs nothing, so that only the goal says anything.
  ///
  /// Source: the sparse car of Houthooft et al. (2016), arXiv:1605.09674.
  public var isSparse: Bool

  public init(stepLimit: Int? = 999, isSparse: Bool = false) {
    self.stepLimit = stepLimit
    self.isSparse = isSparse
  }

  /// The position and the velocity, as in ``State``.
  public var observationSpace: ObservationSpace { MountainCar().observationSpace }
  /// The force, -1 to the left ... 1 to the right.
  public var actionSpace: ActionSpace { .box(low: [-1], high: [1]) }
  public var solvedReturn: Float? { isSparse ? 0.9 : 90 }

  /// Draws the position uniformly from -0.6 ... -0.4; the car stands still.
  public func reset(using random: inout RandomStream) -> State {
    State(position: random.uniform(-0.6 ... -0.4), velocity: 0)
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    move(&state, action[0], Angles.sineAndCosine(MountainCarContinuous.angle(state)).cosine)
  }

  /// What the slope's share of the pull is the cosine of, 3x, in the precision of the state.
  @inline(__always)
  static func angle(_ state: State) -> Double {
    state.hasMoved ? Double(3 * Float(state.position)) : 3 * state.position
  }

  /// Moves the state one step on, given the slope's share of the pull, cos 3x.
  @inline(__always)
  func move(_ state: inout State, _ action: Float, _ slope: Double) -> Outcome {
    let force = min(max(action, -1), 1) * 0.0015 - Float(0.0025 * slope)
    let arrived: Bool
    if state.hasMoved {
      var (position, velocity) = (Float(state.position), Float(state.velocity))
      arrived = move(&position, &velocity, by: force)
      (state.position, state.velocity) = (Double(position), Double(velocity))
    } else {
      arrived = move(&state.position, &state.velocity, by: Double(force))
      state.position = Double(Float(state.position))
      state.velocity = Double(Float(state.velocity))
      state.hasMoved = true
    }
    if isSparse { return Outcome(reward: arrived ? 1 : 0, terminated: arrived) }
    let cost = Double(action) * Double(action) * 0.1
    return Outcome(reward: Float((arrived ? 100 : 0) - cost), terminated: arrived)
  }

  /// Moves the car and says whether it arrived, in the precision of its arguments.
  @inline(__always)
  private func move<Scalar: BinaryFloatingPoint & ExpressibleByFloatLiteral>(
    _ position: inout Scalar, _ velocity: inout Scalar, by acceleration: Scalar
  ) -> Bool {
    let (left, right, limit) = (-1.2 as Scalar, 0.6 as Scalar, 0.07 as Scalar)
    velocity = min(max(velocity + acceleration, -limit), limit)
    position = min(max(position + velocity, left), right)
    if position == left && velocity < 0 { velocity = 0 }
    return position >= 0.45 && velocity >= 0
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.position)
    observation[1] = Float(state.velocity)
  }

  public func draw(_ state: State) -> Drawing? {
    MountainCar.drawing(carAt: state.position, flagAt: MountainCarContinuous.goal)
  }
}
