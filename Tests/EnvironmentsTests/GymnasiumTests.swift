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

  /// Plays the recorded actions from the recorded starts and returns the largest difference of a
  /// state, with nothing put right within an episode.
  static func largestDifference<Task: Environment>(
    _ task: Task, _ name: String, from start: ([Double]) -> Task.State,
    reading: (Task.State) -> [Double]
  ) throws -> Double {
    let rows = try rows(name, stateCount: reading(start([0, 0, 0, 0])).count)
    var random = RandomStream(seed: 0)
    var state = start(rows[0].state)
    var (steps, length, largest) = (0, 0, 0.0)
    for row in rows {
      if row.kind == 0 {
        state = start(row.state)
        length = 0
        continue
      }
      let action =
        task.actionSpace.isDiscrete ? Action(Int(row.action)) : Action([Float(row.action)])
      let outcome = task.step(&state, action, using: &random)
      steps += 1
      length += 1
      #expect(outcome.terminated == (row.kind == 2))
      #expect((length == task.stepLimit && !outcome.terminated) == (row.kind == 3))
      #expect(abs(outcome.reward - Float(row.reward)) <= abs(Float(row.reward)).ulp)
      for (mine, theirs) in zip(reading(state), row.state) {
        largest = max(largest, abs(mine - theirs))
      }
    }
    #expect(steps == 10_000)
    return largest
  }

  @Test func cartPoleMovesAsTheReference() throws {
    let difference = try GymnasiumTests.largestDifference(
      CartPole.gymnasium, "CartPole-v1",
      from: { CartPole.State(x: $0[0], xVelocity: $0[1], angle: $0[2], angularVelocity: $0[3]) },
      reading: { [$0.x, $0.xVelocity, $0.angle, $0.angularVelocity] })
    #expect(difference < 1e-12)
  }

  @Test func acrobotMovesAsTheReference() throws {
    let difference = try GymnasiumTests.largestDifference(
      Acrobot(), "Acrobot-v1",
      from: { Acrobot.State(angle1: $0[0], angle2: $0[1], velocity1: $0[2], velocity2: $0[3]) },
      reading: { [$0.angle1, $0.angle2, $0.velocity1, $0.velocity2] })
    #expect(difference < 1e-9)
  }

  @Test func mountainCarMovesAsTheReference() throws {
    let difference = try GymnasiumTests.largestDifference(
      MountainCar(), "MountainCar-v0",
      from: { MountainCar.State(position: $0[0], velocity: $0[1]) },
      reading: { [$0.position, $0.velocity] })
    #expect(difference < 1e-12)
  }

  @Test func continuousMountainCarMovesAsTheReference() throws {
    let difference = try GymnasiumTests.largestDifference(
      MountainCarContinuous(), "MountainCarContinuous-v0",
      from: { MountainCarContinuous.State(position: $0[0], velocity: $0[1]) },
      reading: { [$0.position, $0.velocity] })
    #expect(difference < 1e-9)
  }

  @Test func pendulumMovesAsTheReference() throws {
    let difference = try GymnasiumTests.largestDifference(
      Pendulum(), "Pendulum-v1", from: { Pendulum.State(angle: $0[0], angularVelocity: $0[1]) },
      reading: { [$0.angle, $0.angularVelocity] })
    #expect(difference < 1e-9)
  }
}
