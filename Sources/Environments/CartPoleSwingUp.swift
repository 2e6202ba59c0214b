internal import RealModule
public import Tensors

/// A pole that hangs from a cart on a short track: swing it up and hold it there; only upright is
/// rewarded.
///
/// The pole's and the cart's equations are ``CartPole``'s with a force of any size up to a limit.
/// A step in which the pole's end is high, cos θ > 0.8, is worth 1, every other nothing; no step
/// ends the task, and the track's ends stop the cart.
///
/// Source: the sparse swing-up of Houthooft et al. (2016), arXiv:1605.09674, on Foal's own masses
/// and lengths. Rates are moved before places, so that a swinging pole gains no energy from the
/// integration.
public struct CartPoleSwingUp: Environment, Hashable, Codable {
  /// What moves: as a cart-pole's state, the angle from upright in radians, not wrapped.
  public typealias State = CartPole.State

  /// The distance from the track's middle at which the cart is stopped, in m.
  public static let positionLimit = 2.4
  /// The time that a step takes, in s.
  public static let timeStepSeconds = 0.04
  /// The cosine of the angle above which a step is rewarded.
  public static let rewardedCosine = 0.8

  /// The largest force, in N.
  public var forceLimit: Double
  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int?

  public init(forceLimit: Double = 3, stepLimit: Int? = 250) {
    self.forceLimit = forceLimit
    self.stepLimit = stepLimit
  }

  /// Position in m, velocity in m/s, cosine and sine of the angle, angular velocity in 1/s.
  public var observationSpace: ObservationSpace {
    ObservationSpace(
      .init("position", [1], in: -2.4...2.4), .init("velocity", [1]),
      .init("angle", [2], in: -1...1), .init("angularVelocity", [1]))
  }
  /// The force as a share of the largest, -1 to the left ... 1 to the right.
  public var actionSpace: ActionSpace { .box(low: [-1], high: [1]) }
  public var solvedReturn: Float? { stepLimit.map { 0.6 * Float($0) } }

  /// Draws all four numbers within 0.05 of a pole that hangs still in the track's middle.
  public func reset(using random: inout RandomStream) -> State {
    State(
      x: random.uniform(-0.05...0.05), xVelocity: random.uniform(-0.05...0.05),
      angle: .pi + random.uniform(-0.05...0.05), angularVelocity: random.uniform(-0.05...0.05))
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    let (sine, cosine) = Angles.sineAndCosine(state.angle)
    move(&state, action[0], sine, cosine)
    return Outcome(reward: CartPoleSwingUp.reward(Angles.sineAndCosine(state.angle).cosine))
  }

  @inline(__always)
  static func reward(_ cosine: Double) -> Float { cosine > rewardedCosine ? 1 : 0 }

  /// Moves the state one step on, given the sine and the cosine of its angle.
  @inline(__always)
  func move(_ state: inout State, _ action: Float, _ sine: Double, _ cosine: Double) {
    let (poleMass, halfLength, perMass) = (0.1, 0.5, 1 / 1.1)
    let force = Double(min(max(action, -1), 1)) * forceLimit
    let spin = state.angularVelocity * state.angularVelocity
    let drive = (force + poleMass * halfLength * spin * sine) * perMass
    let angularAcceleration =
      (9.8 * sine - cosine * drive)
      / (halfLength * (4.0 / 3.0 - poleMass * (cosine * cosine) * perMass))
    let acceleration = drive - poleMass * halfLength * angularAcceleration * cosine * perMass
    let (time, limit) = (CartPoleSwingUp.timeStepSeconds, CartPoleSwingUp.positionLimit)
    state.xVelocity += time * acceleration
    state.angularVelocity += time * angularAcceleration
    state.angle += time * state.angularVelocity
    state.x += time * state.xVelocity
    guard state.x.magnitude > limit else { return }
    state.x = state.x > 0 ? limit : -limit
    state.xVelocity = 0
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let (sine, cosine) = Angles.sineAndCosine(state.angle)
    CartPoleSwingUp.show(state, sine, cosine, in: &observation, at: 0)
  }

  /// Writes what is seen into a row that begins at an element.
  @inline(__always)
  static func show(
    _ state: State, _ sine: Double, _ cosine: Double, in observation: inout MutableSpan<Float>,
    at row: Int
  ) {
    observation[row] = Float(state.x)
    observation[row &+ 1] = Float(state.xVelocity)
    observation[row &+ 2] = min(max(Float(cosine), -1), 1)
    observation[row &+ 3] = min(max(Float(sine), -1), 1)
    observation[row &+ 4] = Float(state.angularVelocity)
  }

  public static func step(
    _ tasks: [CartPoleSwingUp], _ states: inout [State], _ actions: ActionBatch,
    using streams: inout [RandomStream], rewards: inout [Float], terminated: inout [Bool],
    observations: inout [Float]
  ) {
    let width = observations.count / states.count
    Angles.withRoom { angles in
      var states = states.mutableSpan
      var rewards = rewards.mutableSpan
      var terminated = terminated.mutableSpan
      var observations = observations.mutableSpan
      let (tasks, forces) = (tasks.span, actions.components.span)
      for start in stride(from: 0, to: tasks.count, by: Angles.capacity) {
        let slots = start..<min(start + Angles.capacity, tasks.count)
        for slot in slots { angles[slot - start] = states[slot].angle }
        angles.evaluate(slots.count)
        for slot in slots {
          var state = states[slot]
          let (sine, cosine) = (angles.sine(slot - start), angles.cosine(slot - start))
          tasks[slot].move(&state, forces[slot], sine, cosine)
          states[slot] = state
        }
        for slot in slots { angles[slot - start] = states[slot].angle }
        angles.evaluate(slots.count)
        for slot in slots {
          let (sine, cosine) = (angles.sine(slot - start), angles.cosine(slot - start))
          rewards[slot] = reward(cosine)
          terminated[slot] = false
          show(states[slot], sine, cosine, in: &observations, at: slot &* width)
        }
      }
    }
  }

  public func draw(_ state: State) -> Drawing? {
    let limit = CartPoleSwingUp.positionLimit
    var drawing = Drawing(x: -limit - 0.4...limit + 0.4, y: -1.3...1.3)
    let hinge = Drawing.Point(state.x, 0)
    let tip = Drawing.Point(
      hinge.x + Double.sin(state.angle), hinge.y + Double.cos(state.angle))
    drawing.add(.line(from: .init(-limit, -0.1), to: .init(limit, -0.1), color: .gray))
    drawing.add(
      .rectangle(x: state.x - 0.28...state.x + 0.28, y: -0.1...0.1, color: .blue, filled: true))
    drawing.add(.line(from: hinge, to: tip, width: 0.08, color: .orange))
    drawing.add(.circle(center: tip, radius: 0.07, color: .red, filled: true))
    return drawing
  }
}
