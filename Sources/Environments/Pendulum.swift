internal import RealModule
public import Tensors

/// A pendulum with a motor too weak to lift it at once: swing it up and hold it there.
///
/// With the default parameters this is Gymnasium's Pendulum-v1. The reward of a step is
///
///     −(θ² + 0.1·θ̇² + 0.001·u²)        θ within −π...π, 0 upright
///
/// taken before the step moves, and an episode never terminates.
///
/// Source: Gymnasium, Pendulum-v1. Gymnasium names no solved level; -250 is Foal's choice.
public struct Pendulum: Environment, Hashable, Codable {
  /// What moves: the angle from upright in radians, not wrapped, and its rate per second.
  public struct State: Sendable, Hashable, Codable {
    public var angle: Double
    public var angularVelocity: Double

    public init(angle: Double, angularVelocity: Double) {
      self.angle = angle
      self.angularVelocity = angularVelocity
    }
  }

  /// The time that a step takes, in s.
  public static let timeStepSeconds = 0.05
  /// The highest angular speed, in radians per second.
  public static let velocityLimit = 8.0
  /// The largest torque, in N·m.
  public static let torqueLimit: Float = 2

  /// Gravity, in m/s².
  public var gravity: Double
  /// The pendulum's mass, in kg.
  public var mass: Double
  /// The pendulum's length, in m.
  public var length: Double
  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int?

  public init(
    gravity: Double = 10, mass: Double = 1, length: Double = 1, stepLimit: Int? = 200
  ) {
    self.gravity = gravity
    self.mass = mass
    self.length = length
    self.stepLimit = stepLimit
  }

  /// The cosine and the sine of the angle, and the angular velocity in radians per second.
  public var observationSpace: ObservationSpace {
    let limit = Float(Pendulum.velocityLimit)
    return ObservationSpace(
      .init("angle", [2], in: -1...1), .init("velocity", [1], in: -limit...limit))
  }
  /// The torque in N·m, counted in the direction in which the angle grows.
  public var actionSpace: ActionSpace {
    .box(low: [-Pendulum.torqueLimit], high: [Pendulum.torqueLimit])
  }
  public var solvedReturn: Float? { -250 }

  /// Draws the angle uniformly from -π...π and the velocity from -1...1.
  public func reset(using random: inout RandomStream) -> State {
    State(angle: random.uniform(-.pi ... .pi), angularVelocity: random.uniform(-1...1))
  }

  // The order of the operations is Gymnasium's, as is the single precision of what only the
  // torque goes into.
  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    Outcome(reward: move(&state, action[0], Angles.sineAndCosine(state.angle).sine))
  }

  /// Moves the state one step on, given the sine of its angle, and returns the reward.
  @inline(__always)
  func move(_ state: inout State, _ action: Float, _ sine: Double) -> Float {
    let torque = min(max(action, -Pendulum.torqueLimit), Pendulum.torqueLimit)
    let angle = Angles.wrapped(state.angle)
    let cost =
      angle * angle + 0.1 * (state.angularVelocity * state.angularVelocity)
      + Double(0.001 * (torque * torque))
    let push = Double(Float(3 / (mass * (length * length))) * torque)
    let velocity =
      state.angularVelocity
      + (3 * gravity / (2 * length) * sine + push) * Pendulum.timeStepSeconds
    state.angularVelocity = min(max(velocity, -Pendulum.velocityLimit), Pendulum.velocityLimit)
    state.angle += state.angularVelocity * Pendulum.timeStepSeconds
    return Float(-cost)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let (sine, cosine) = Angles.sineAndCosine(state.angle)
    observation[0] = Float(cosine)
    observation[1] = Float(sine)
    observation[2] = Float(state.angularVelocity)
  }

  public func draw(_ state: State) -> Drawing? {
    let reach = 1.25 * length
    var drawing = Drawing(x: -reach...reach, y: -reach...reach)
    // The angle grows counterclockwise, as in Gymnasium's pictures.
    let tip = Drawing.Point(
      -length * Double.sin(state.angle), length * Double.cos(state.angle))
    drawing.add(
      .line(from: .init(0, 1.12 * length), to: .init(0, 1.22 * length), color: .green))
    drawing.add(.line(from: .init(0, 0), to: tip, width: 0.14 * length, color: .red))
    drawing.add(.circle(center: tip, radius: 0.12 * length, color: .red, filled: true))
    drawing.add(.circle(center: .init(0, 0), radius: 0.1 * length, color: .gray, filled: true))
    return drawing
  }
}
