import Agents
import Environments
import Networks
import Testing

@Suite("TRPO")
struct TRPOTests {
  private func learner(divergenceLimit: Float = 0.05) throws -> TRPO {
    var configuration = TRPO.Configuration()
    configuration.steps = 30
    configuration.hidden = [16]
    configuration.trustRegion.divergenceLimit = divergenceLimit
    let point = PointNavigation(goalX: 0.4, goalY: -0.3, stepLimit: 30)
    return try TRPO(configuration, on: TaskSource(point, named: "point"), seed: 1)
  }

  @Test("it learns to go to a goal")
  func learns() throws {
    var learner = try learner()
    let first = try learner.iterate()
    var last = first
    for _ in 0..<50 { last = try learner.iterate() }
    // Standing still is worth -15, going straight -0.9.
    #expect(first.meanReturn < -12)
    #expect(last.meanReturn > -4)
  }

  @Test("no step goes beyond the limit, and the same seed takes the same steps")
  func limit() throws {
    var (one, two) = (try learner(divergenceLimit: 0.003), try learner(divergenceLimit: 0.003))
    for _ in 0..<5 {
      let iteration = try one.iterate()
      #expect(iteration.divergence <= 0.003)
      #expect(try two.iterate() == iteration)
    }
    #expect(one.weights.values == two.weights.values)
  }
}
