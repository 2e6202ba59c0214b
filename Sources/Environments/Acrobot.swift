internal import RealModule
public import Tensors

/// Two links that hang from a fixed hinge, with a motor between them: swing the tip up.
///
/// This is Gymnasium's Acrobot-v1: links of 1 m and 1 kg, the book's equations of motion,
/// fourth-order Runge–Kutta steps of 0.2 s. An episode ends when the tip is more than a link's
/// length above the hinge; each step until then costs 1.
///
/// Source: Sutton (1996), "Generalization in reinforcement learning: successful examples using
/// sparse coarse coding"; Sutton and Barto (2018), example 11.3.
public struct Acrobot: Environment, Hashable, Codable {
  /// What moves: the first link's angle from hanging, the second's from the first's, in radians
  /// within -π...π, and their rates in radians per second.
  public struct State: Sendable, Hashable, Codable {
    public var angle1: Double
    public var angle2: Double
    public var velocity1: Double
    public var velocity2: Double

    public init(angle1: Double, angle2: Double, velocity1: Double, velocity2: Double) {
      self.angle1 = angle1
      self.angle2 = angle2
      self.velocity1 = velocity1
      self.velocity2 = velocity2
    }
  }

  /// The time that a step takes, in s.
  public static let timeStepSeconds = 0.2
  /// The highest speed of the first joint, in radians per second.
  public static let velocityLimit1 = 4 * Double.pi
  /// The highest speed of the second joint, in radians per second.
  public static let velocityLimit2 = 9 * Double.pi

  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int?

  public init(stepLimit: Int? = 500) {
    self.stepLimit = stepLimit
  }

  /// The cosine and the sine of both angles, and both velocities in radians per second.
  public var observationSpace: ObservationSpace {
    let limit1 = Float(Acrobot.velocityLimit1)
    let limit2 = Float(Acrobot.velocityLimit2)
    return ObservationSpace(
      .init("angles", [4], in: -1...1), .init("velocity1", [1], in: -limit1...limit1),
      .init("velocity2", [1], in: -limit2...limit2))
  }
  /// A torque of -1, 0 or 1 N·m between the links.
  public var actionSpace: ActionSpace { .discrete(3) }
  public var solvedReturn: Float? { -100 }

  /// Draws each of the four numbers uniformly from -0.1...0.1, in single precision.
  public func reset(using random: inout RandomStream) -> State {
    State(
      angle1: Double(random.uniform(-0.1...0.1) as Float),
      angle2: Double(random.uniform(-0.1...0.1) as Float),
      velocity1: Double(random.uniform(-0.1...0.1) as Float),
      velocity2: Double(random.uniform(-0.1...0.1) as Float))
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    Swings.withRoom { swings in
      swings[0] = Swing(from: state, torque: Double(action.index - 1))
      swings.step(1)
      state = swings[0].now
      let isUp = swings.isUp(0)
      return Outcome(reward: isUp ? 0 : -1, terminated: isUp)
    }
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let (sine1, cosine1) = Angles.sineAndCosine(state.angle1)
    let (sine2, cosine2) = Angles.sineAndCosine(state.angle2)
    observation[0] = Float(cosine1)
    observation[1] = Float(sine1)
    observation[2] = Float(cosine2)
    observation[3] = Float(sine2)
    observation[4] = Float(state.velocity1)
    observation[5] = Float(state.velocity2)
  }

  public func draw(_ state: State) -> Drawing? {
    var drawing = Drawing(x: -2.2...2.2, y: -2.2...2.2)
    let hinge = Drawing.Point(0, 0)
    let elbow = Drawing.Point(Double.sin(state.angle1), -Double.cos(state.angle1))
    let tip = Drawing.Point(
      elbow.x + Double.sin(state.angle1 + state.angle2),
      elbow.y - Double.cos(state.angle1 + state.angle2))
    drawing.add(.line(from: .init(-2.1, 1), to: .init(2.1, 1), color: .green))
    drawing.add(.line(from: hinge, to: elbow, width: 0.14, color: .blue))
    drawing.add(.line(from: elbow, to: tip, width: 0.14, color: .orange))
    drawing.add(.circle(center: hinge, radius: 0.14, color: .gray, filled: true))
    drawing.add(.circle(center: elbow, radius: 0.1, color: .gray, filled: true))
    return drawing
  }
}
