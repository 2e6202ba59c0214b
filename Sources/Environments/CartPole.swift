internal import RealModule
public import Tensors

/// A pole hinged on a cart that a force of constant size pushes left or right: keep it upright.
///
/// With the default parameters this is Gymnasium's CartPole-v1, state for state but for rounding.
/// The parameters are what ``CartPoleFamily`` varies.
///
///     u  = (F − b·ẋ + m·l·θ̇²·sin θ) / (M + m)
///     θ̈ = (g·sin θ − cos θ·u) / (l·(4/3 − m·cos² θ / (M + m)))
///     ẍ = u − m·l·θ̈·cos θ / (M + m)
///
/// integrated by explicit Euler steps of 0.02 s. An episode ends at |x| > 2.4 m or |θ| > 12°; every
/// step, the last one too, is rewarded with 1.
///
/// Source: Barto, Sutton and Anderson (1983), "Neuronlike adaptive elements that can solve
/// difficult learning control problems"; equations as corrected by Florian (2007).
public struct CartPole: Environment, Hashable, Codable {
  /// What moves: position in m, angle in radians from upright, and their rates per second.
  public struct State: Sendable, Hashable, Codable {
    public var x: Double
    public var xVelocity: Double
    public var angle: Double
    public var angularVelocity: Double

    public init(x: Double, xVelocity: Double, angle: Double, angularVelocity: Double) {
      self.x = x
      self.xVelocity = xVelocity
      self.angle = angle
      self.angularVelocity = angularVelocity
    }
  }

  /// The environment with Gymnasium's parameters.
  public static let gymnasium = CartPole()
  /// The time that a step takes, in s.
  public static let timeStepSeconds = 0.02
  /// The distance from the track's middle at which an episode ends, in m.
  public static let positionLimit = 2.4
  /// The angle from upright at which an episode ends, in radians.
  public static let angleLimitRadians = 12 * 2 * Double.pi / 360

  /// Gravity, in m/s².
  public var gravity: Double
  /// The cart's mass, in kg.
  public var cartMass: Double
  /// The pole's mass, in kg.
  public var poleMass: Double
  /// Half the pole's length, in m.
  public var halfLength: Double
  /// The size of the force, in N.
  public var forceMagnitude: Double
  /// The viscous friction between cart and track, in N·s/m.
  public var friction: Double
  /// +1 if action 1 pushes to the right, -1 if it pushes to the left.
  public var actionSign: Double
  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int?

  public init(
    gravity: Double = 9.8, cartMass: Double = 1, poleMass: Double = 0.1, halfLength: Double = 0.5,
    forceMagnitude: Double = 10, friction: Double = 0, actionSign: Double = 1,
    stepLimit: Int? = 500
  ) {
    self.gravity = gravity
    self.cartMass = cartMass
    self.poleMass = poleMass
    self.halfLength = halfLength
    self.forceMagnitude = forceMagnitude
    self.friction = friction
    self.actionSign = actionSign
    self.stepLimit = stepLimit
  }

  /// Position, velocity, angle and angular velocity, in the units of ``State``.
  public var observationSpace: ObservationSpace { ObservationSpace(.init("state", [4])) }
  /// 0 pushes one way, 1 the other.
  public var actionSpace: ActionSpace { .discrete(2) }
  /// 95 % of the most that the step limit allows: 475 of 500.
  public var solvedReturn: Float? { stepLimit.map { Float($0 * 19) / 20 } }

  /// Draws each of the four numbers uniformly from -0.05...0.05.
  public func reset(using random: inout RandomStream) -> State {
    State(
      x: random.uniform(-0.05...0.05), xVelocity: random.uniform(-0.05...0.05),
      angle: random.uniform(-0.05...0.05), angularVelocity: random.uniform(-0.05...0.05))
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    let (sine, cosine) = Angles.sineAndCosine(state.angle)
    move(&state, action.index, sine, cosine)
    return Outcome(reward: 1, terminated: CartPole.hasFallen(state))
  }

  /// Moves the state one step on, given the sine and the cosine of its angle.
  @inline(__always)
  func move(_ state: inout State, _ action: Int, _ sine: Double, _ cosine: Double) {
    let push = (action == 1 ? forceMagnitude : -forceMagnitude) * actionSign
    let force = push - friction * state.xVelocity
    let perMass = 1 / (poleMass + cartMass)
    let poleMoment = poleMass * halfLength
    let drive =
      (force + poleMoment * (state.angularVelocity * state.angularVelocity) * sine) * perMass
    let angularAcceleration =
      (gravity * sine - cosine * drive)
      / (halfLength * (4.0 / 3.0 - poleMass * (cosine * cosine) * perMass))
    let acceleration = drive - poleMoment * angularAcceleration * cosine * perMass

    let time = CartPole.timeStepSeconds
    state.x += time * state.xVelocity
    state.xVelocity += time * acceleration
    state.angle += time * state.angularVelocity
    state.angularVelocity += time * angularAcceleration
  }

  /// Whether the cart has left the track or the pole has fallen.
  @inline(__always)
  static func hasFallen(_ state: State) -> Bool {
    abs(state.x) > positionLimit || abs(state.angle) > angleLimitRadians
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.x)
    observation[1] = Float(state.xVelocity)
    observation[2] = Float(state.angle)
    observation[3] = Float(state.angularVelocity)
  }

  public func draw(_ state: State) -> Drawing? {
    let limit = CartPole.positionLimit
    let length = 2 * halfLength
    var drawing = Drawing(x: -limit - 0.2...limit + 0.2, y: -0.45...max(1.2, length + 0.35))
    let hinge = Drawing.Point(state.x, 0.13)
    let tip = Drawing.Point(
      hinge.x + length * Double.sin(state.angle), hinge.y + length * Double.cos(state.angle))
    drawing.add(.line(from: .init(-limit, -0.22), to: .init(limit, -0.22), color: .gray))
    for end in [-limit, limit] {
      drawing.add(.line(from: .init(end, -0.3), to: .init(end, -0.02), color: .red))
    }
    drawing.add(
      .rectangle(x: state.x - 0.28...state.x + 0.28, y: -0.08...0.13, color: .blue, filled: true))
    for wheel in [-0.16, 0.16] {
      let axle = Drawing.Point(state.x + wheel, -0.15)
      drawing.add(.circle(center: axle, radius: 0.07, color: .gray, filled: true))
    }
    drawing.add(.line(from: hinge, to: tip, width: 0.07, color: .orange))
    drawing.add(.circle(center: hinge, radius: 0.05, color: .ink, filled: true))
    return drawing
  }
}
