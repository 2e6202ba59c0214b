public import Tensors

extension Acrobot {
  /// One acrobot within a Runge–Kutta step.
  struct Swing {
    /// The state at the step's start, and after it.
    var now: State
    /// Where the next slope is taken.
    var probe: State
    /// The weighted sum of the slopes so far.
    var slope = State(angle1: 0, angle2: 0, velocity1: 0, velocity2: 0)
    var torque: Double

    init(from state: State, torque: Double) {
      now = state
      probe = state
      self.torque = torque
    }
  }

  /// Room for some acrobots that move together.
  struct Swings {
    /// The most that there is room for; so few that they lie on the stack.
    static let capacity = 8
    private let base: UnsafeMutablePointer<Swing>
    /// Of each acrobot: the first angle, the second, their sum.
    private let angles: Angles

    /// Calls a function with room for acrobots.
    @inline(__always)
    static func withRoom<Result>(_ body: (Swings) -> Result) -> Result {
      Angles.withRoom { angles in
        withUnsafeTemporaryAllocation(of: Swing.self, capacity: capacity) { room in
          body(Swings(base: room.baseAddress.unsafelyUnwrapped, angles: angles))
        }
      }
    }

    @inline(__always)
    subscript(index: Int) -> Swing {
      get { base[index] }
      nonmutating set { base[index] = newValue }
    }

    /// One fourth-order Runge–Kutta step of the first acrobots; angles come back into -π...π and
    /// speeds to their limits. The angles' sines and cosines are then those of the end.
    func step(_ count: Int) {
      let time = Acrobot.timeStepSeconds
      addSlopes(count, weight: 1, next: time / 2)
      addSlopes(count, weight: 2, next: time / 2)
      addSlopes(count, weight: 2, next: time)
      addSlopes(count, weight: 1, next: 0)
      let (limit1, limit2) = (Acrobot.velocityLimit1, Acrobot.velocityLimit2)
      for index in 0..<count {
        var end = Acrobot.move(base[index].now, time / 6, along: base[index].slope)
        end.angle1 = Angles.wrapped(end.angle1)
        end.angle2 = Angles.wrapped(end.angle2)
        end.velocity1 = min(max(end.velocity1, -limit1), limit1)
        end.velocity2 = min(max(end.velocity2, -limit2), limit2)
        base[index].now = end
        base[index].probe = end
      }
      evaluateAngles(count)
    }

    /// Adds the slopes at the probes, then sets the next probes.
    private func addSlopes(_ count: Int, weight: Double, next time: Double) {
      evaluateAngles(count)
      for index in 0..<count {
        let slope = Acrobot.derivative(
          base[index].probe, base[index].torque, sine1: angles.sine(3 * index),
          sine2: angles.sine(3 * index + 1), cosine2: angles.cosine(3 * index + 1),
          sineOfSum: angles.sine(3 * index + 2))
        base[index].slope = Acrobot.move(base[index].slope, weight, along: slope)
        base[index].probe = Acrobot.move(base[index].now, time, along: slope)
      }
    }

    private func evaluateAngles(_ count: Int) {
      for index in 0..<count {
        let probe = base[index].probe
        angles[3 * index] = probe.angle1
        angles[3 * index + 1] = probe.angle2
        angles[3 * index + 2] = probe.angle1 + probe.angle2
      }
      angles.evaluate(3 * count)
    }

    /// Whether the tip is more than a link's length above the hinge.
    @inline(__always)
    func isUp(_ index: Int) -> Bool {
      -angles.cosine(3 * index) - angles.cosine(3 * index + 2) > 1
    }

    /// Writes what is seen of an acrobot after a step.
    @inline(__always)
    func observe(_ index: Int, into observations: inout MutableSpan<Float>, at row: Int) {
      observations[row] = Float(angles.cosine(3 * index))
      observations[row + 1] = Float(angles.sine(3 * index))
      observations[row + 2] = Float(angles.cosine(3 * index + 1))
      observations[row + 3] = Float(angles.sine(3 * index + 1))
      observations[row + 4] = Float(base[index].now.velocity1)
      observations[row + 5] = Float(base[index].now.velocity2)
    }
  }

  /// The rates of change of angles and velocities. Lengths and masses are 1, the links' centres of
  /// mass lie at 0.5 and their moments of inertia are 1; products with 1 are left out.
  @inline(__always)
  static func derivative(
    _ state: State, _ torque: Double, sine1: Double, sine2: Double, cosine2: Double,
    sineOfSum: Double
  ) -> State {
    let gravity = 9.8
    let (velocity1, velocity2) = (state.velocity1, state.velocity2)
    let inertia1 = 3.5 + cosine2
    let inertia2 = 1.25 + 0.5 * cosine2
    let pull2 = 0.5 * gravity * sineOfSum
    let pull1 =
      -0.5 * (velocity2 * velocity2) * sine2 - velocity2 * velocity1 * sine2
      + 1.5 * gravity * sine1 + pull2
    let share = inertia2 / inertia1
    let acceleration2 =
      (torque + share * pull1 - 0.5 * (velocity1 * velocity1) * sine2 - pull2)
      / (1.25 - inertia2 * share)
    let acceleration1 = -(inertia2 * acceleration2 + pull1) / inertia1
    return State(
      angle1: velocity1, angle2: velocity2, velocity1: acceleration1, velocity2: acceleration2)
  }

  /// The state a time later, at constant rates of change.
  @inline(__always)
  static func move(_ state: State, _ time: Double, along slope: State) -> State {
    State(
      angle1: state.angle1 + time * slope.angle1, angle2: state.angle2 + time * slope.angle2,
      velocity1: state.velocity1 + time * slope.velocity1,
      velocity2: state.velocity2 + time * slope.velocity2)
  }

  public static func step(
    _ tasks: [Acrobot], _ states: inout [State], _ actions: ActionBatch,
    using streams: inout [RandomStream], rewards: inout [Float], terminated: inout [Bool],
    observations: inout [Float]
  ) {
    let width = observations.count / states.count
    Swings.withRoom { swings in
      var states = states.mutableSpan
      var rewards = rewards.mutableSpan
      var terminated = terminated.mutableSpan
      var observations = observations.mutableSpan
      let indices = actions.indices.span
      for start in stride(from: 0, to: tasks.count, by: Swings.capacity) {
        let slots = start..<min(start + Swings.capacity, tasks.count)
        for slot in slots {
          swings[slot - start] = Swing(from: states[slot], torque: Double(indices[slot] - 1))
        }
        swings.step(slots.count)
        for slot in slots {
          states[slot] = swings[slot - start].now
          let isUp = swings.isUp(slot - start)
          rewards[slot] = isUp ? 0 : -1
          terminated[slot] = isUp
          swings.observe(slot - start, into: &observations, at: slot * width)
        }
      }
    }
  }
}
