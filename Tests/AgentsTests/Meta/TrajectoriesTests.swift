import Agents
import Environments
import Networks
import Tensors
import Testing

@Suite("Trajectories")
struct TrajectoriesTests {
  /// Two tries of each of two goals, always moved by half the box to the right.
  private func trajectories() throws -> Trajectories {
    let tasks = [0.1, 0.1, 0.2, 0.2].map { PointNavigation(goalX: $0, goalY: 0) }
    var environments = EnvironmentBatch(
      tasks: tasks, named: "points", random: RandomStream(seed: 0))
    var random = RandomStream(seed: 0)
    return try Trajectories(in: &environments, tasks: 2, steps: 3, using: &random) { seen in
      DiagonalGaussian(
        mean: Tensor([4, 2], [0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0]),
        logDeviation: Tensor([-30, -30]))
    }
  }

  @Test("a vector is in units of half the box, and a try ends with its task")
  func ends() throws {
    let played = try trajectories()
    #expect(played.tries == 2 && played.lengths == [2, 2, 3, 3] && played.stepCount == 10)
    let expected: [Float] = [-0.05, -0.05, -0.3, -0.3]
    #expect(zip(played.returns, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(abs(played.finalObservations[0] - 0.1) < 1e-6)
    #expect(abs(played.finalObservations[4] - 0.15) < 1e-6)
    #expect(abs(played.finalRewards[2] + 0.05) < 1e-6)
    #expect(abs(played.meanReturn(task: 1) + 0.3) < 1e-5)
  }

  @Test("a sample holds the rows of its task, without those after the end")
  func sample() throws {
    let sample = try trajectories().sample(task: 0, discount: 1)
    #expect(sample.observations.shape == [4, 2] && sample.vectors.shape == [4, 2])
    #expect(sample.observations.elements.map { ($0 * 100).rounded() } == [0, 0, 0, 0, 5, 0, 5, 0])
  }

  @Test("with a context a policy sees it after the observation")
  func context() throws {
    var environments = EnvironmentBatch(
      tasks: [PointNavigation(goalX: 0.3, goalY: 0)], named: "point",
      random: RandomStream(seed: 0))
    var random = RandomStream(seed: 0)
    let played = try Trajectories(
      in: &environments, tasks: 1, steps: 2, context: Tensor([1, 1], [7]), using: &random
    ) { seen in
      DiagonalGaussian(mean: .zeros([1, 2]), logDeviation: .zeros([2]))
    }
    let sample = played.sample(task: 0, discount: 0.9)
    #expect(sample.observations.shape == [2, 3])
    #expect(sample.observations[0, 2] == 7 && sample.observations[1, 2] == 7)
  }
}
