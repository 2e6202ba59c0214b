import Environments
import Foundation
import Tensors
import Testing

/// The fixtures are made by Scripts/record-gymnasium.py, which also describes their layout.
struct GymnasiumTests {
  /// A row of a fixture.
  struct Row {
    let kind: Int
    let action: Double
    let reward: Double
    let state: [Double]
  }

  static func rows(_ name: String, stateCount: Int) throws -> [Row] {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "f64", subdirectory: "Fixtures"))
    let bytes = [UInt8](try Data(contentsOf: url))
    let numbers = stride(from: 0, to: bytes.count, by: 8).map { start in
      Double(
        bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) })
    }
    let width = 3 + stateCount
    return stride(from: 0, to: numbers.count, by: width).map { start in
      Row(
        kind: Int(numbers[start]), action: numbers[start + 1], reward: numbers[start + 2],
        state: Array(numbers[start + 3..<start + width]))
    }
  }

  /// The largest differences of a state from the recorded one.
  ///
  /// Sines are rounded differently here and there, by a unit in the last place. A falling pole and
  /// a double pendulum are chaotic: they make any rounding grow without end, as it would between two
  /// machines of the reference. How much an episode has amplified its roundings so far is told by a
  /// twin that makes the same moves and is pushed up by one unit in the last place at the start and
  /// after each step. What differs by more than a thousand times the twin's largest distance so far
  /// is no rounding.
  struct Differences {
    /// Of whole episodes with nothing put right, as a share of what the twin allows.
    var overEpisodes = 0.0
    /// Of stretches of 50 steps, each from the recorded state.
    var overStretches = 0.0
    /// Of single steps, each from the recorded state.
    var overSteps = 0.0
  }

  /// Plays the recorded actions.
  ///
  /// - Parameters:
  ///   - start: makes a state of recorded numbers, given the number of steps taken before.
  ///   - reading: takes those numbers out of a state.
  static func differences<Task: Environment>(
    _ task: Task, _ name: String, from start: ([Double], Int) -> Task.State,
    reading: (Task.State) -> [Double]
  ) throws -> Differences {
    let rows = try rows(name, stateCount: reading(start([0, 0, 0, 0], 0)).count)
    var random = RandomStream(seed: 0)
    var state = start(rows[0].state, 0)
    var stretch = state
    var twin = start(rows[0].state.map(\.nextUp), 0)
    var divergence = 0.0
    var differences = Differences()
    var (steps, length) = (0, 0)
    for (previous, row) in zip(rows, rows.dropFirst()) {
      if row.kind == 0 {
        state = start(row.state, 0)
        stretch = state
        twin = start(row.state.map(\.nextUp), 0)
        divergence = 0
        length = 0
        continue
      }
      let action =
        task.actionSpace.isDiscrete ? Action(Int(row.action)) : Action([Float(row.action)])
      var single = start(previous.state, length)
      _ = task.step(&single, action, using: &random)
      let outcome = task.step(&stretch, action, using: &random)
      _ = task.step(&state, action, using: &random)
      _ = task.step(&twin, action, using: &random)
      steps += 1
      length += 1
      twin = start(reading(twin).map(\.nextUp), length)
      #expect(outcome.terminated == (row.kind == 2))
      #expect((length == task.stepLimit && !outcome.terminated) == (row.kind == 3))
      #expect(abs(outcome.reward - Float(row.reward)) <= abs(Float(row.reward)).ulp)
      func distance(_ state: Task.State, from other: [Double]? = nil) -> Double {
        zip(reading(state), other ?? row.state).map { abs($0 - $1) }.max() ?? 0
      }
      divergence = max(divergence, distance(twin, from: reading(state)))
      differences.overEpisodes = max(
        differences.overEpisodes, distance(state) / (1e-13 + 1000 * divergence))
      differences.overStretches = max(differences.overStretches, distance(stretch))
      if length % 50 == 0 { stretch = start(row.state, length) }
      differences.overSteps = max(differences.overSteps, distance(single))
    }
    #expect(steps == 10_000)
    return differences
  }

  static func differences(_ cartPole: CartPole) throws -> Differences {
    try differences(
      cartPole, "CartPole-v1",
      from: { state, _ in
        CartPole.State(
          x: state[0], xVelocity: state[1], angle: state[2], angularVelocity: state[3])
      },
      reading: { [$0.x, $0.xVelocity, $0.angle, $0.angularVelocity] })
  }

  @Test func cartPoleMovesAsTheReference() throws {
    let differences = try GymnasiumTests.differences(CartPole.gymnasium)
    #expect(differences.overSteps < 1e-14)
    #expect(differences.overStretches < 1e-12)
    #expect(differences.overEpisodes <= 1)
  }

  @Test(arguments: [1 + 1e-9, 1 - 1e-9])
  func aTrifleMoreOrLessGravityIsNoRounding(factor: Double) throws {
    let differences = try GymnasiumTests.differences(CartPole(gravity: 9.8 * factor))
    #expect(differences.overEpisodes > 1)
  }

  @Test func acrobotMovesAsTheReference() throws {
    let differences = try GymnasiumTests.differences(
      Acrobot(), "Acrobot-v1",
      from: { state, _ in
        Acrobot.State(
          angle1: state[0], angle2: state[1], velocity1: state[2], velocity2: state[3])
      },
      reading: { [$0.angle1, $0.angle2, $0.velocity1, $0.velocity2] })
    #expect(differences.overSteps < 1e-13)
    #expect(differences.overStretches < 1e-9)
    #expect(differences.overEpisodes <= 1)
  }

  @Test func mountainCarMovesAsTheReference() throws {
    let differences = try GymnasiumTests.differences(
      MountainCar(), "MountainCar-v0",
      from: { state, _ in MountainCar.State(position: state[0], velocity: state[1]) },
      reading: { [$0.position, $0.velocity] })
    #expect(differences.overSteps < 1e-15)
    #expect(differences.overStretches < 1e-12)
    #expect(differences.overEpisodes <= 1)
  }

  @Test func continuousMountainCarMovesAsTheReference() throws {
    let differences = try GymnasiumTests.differences(
      MountainCarContinuous(), "MountainCarContinuous-v0",
      from: { state, length in
        MountainCarContinuous.State(
          position: state[0], velocity: state[1], hasMoved: length > 0)
      },
      reading: { [$0.position, $0.velocity] })
    #expect(differences.overSteps < 1e-12)
    #expect(differences.overStretches < 1e-9)
    #expect(differences.overEpisodes <= 1)
  }

  @Test func pendulumMovesAsTheReference() throws {
    let differences = try GymnasiumTests.differences(
      Pendulum(), "Pendulum-v1",
      from: { state, _ in Pendulum.State(angle: state[0], angularVelocity: state[1]) },
      reading: { [$0.angle, $0.angularVelocity] })
    #expect(differences.overSteps < 1e-13)
    #expect(differences.overStretches < 1e-12)
    #expect(differences.overEpisodes <= 1)
  }

  @Test func anglesAreSeenAsCosineAndSine() {
    func seen<Task: Environment>(_ task: Task, _ state: Task.State) -> [Float] {
      var elements = Array(repeating: Float.nan, count: task.observationSpace.count)
      elements.withMutableSpan(of: 0..<elements.count) { task.observe(state, into: &$0) }
      return elements
    }
    let arms = Acrobot.State(angle1: 0.5, angle2: -1, velocity1: 2, velocity2: -3)
    #expect(
      seen(Acrobot(), arms) == [0.87758255, 0.47942555, 0.5403023, -0.84147096, 2, -3])
    let pendulum = Pendulum.State(angle: 0.5 + 4 * .pi, angularVelocity: -8)
    #expect(seen(Pendulum(), pendulum) == [0.87758255, 0.47942555, -8])
  }
}
