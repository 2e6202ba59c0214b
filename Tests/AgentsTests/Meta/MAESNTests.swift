import Agents
import Environments
import Tensors
import Testing

@Suite("MAESN")
struct MAESNTests {
  private func configuration() -> MAESN.Configuration {
    var configuration = MAESN.Configuration()
    configuration.trainTasks = 20
    configuration.tasks = 20
    configuration.hidden = [32, 32]
    configuration.steps = 40
    configuration.trustRegion = TrustRegion(divergenceLimit: 0.05, iterations: 5)
    configuration.fisherSteps = 40
    return configuration
  }

  /// The share of tries that end near a new goal, before and after two moves of the latent.
  private func success(_ learner: MAESN) throws -> [Float] {
    try learner.adapt(
      to: Array(0..<20), of: .heldOut, in: TaskSource(GoalArcFamily(isSparse: true)), steps: 2,
      tries: 30, seed: 3
    ).map { tries in
      Float(tries.finalRewards.count { $0 > -GoalArc.radius }) / Float(tries.returns.count)
    }
  }

  @Test("what the latent vector means is learned, and moving it finds goals by sparse rewards")
  func learns() throws {
    var learner = try MAESN(configuration(), on: TaskSource(GoalArcFamily()), seed: 1)
    for _ in 0..<25 { _ = try learner.iterate() }
    let shares = try success(learner)
    #expect(shares[0] < 0.35)
    #expect(shares[2] > 0.45 && shares[2] > 1.7 * shares[0])
  }

  @Test("step sizes are learned if there is an inner step to take")
  func stepSizes() throws {
    var settings = configuration()
    for adapts in [true, false] {
      settings.adaptsInTraining = adapts
      var learner = try MAESN(settings, on: TaskSource(GoalArcFamily()), seed: 1)
      let first = learner.innerRates.elements
      #expect(first == [3, 3, 3, 3])
      _ = try learner.iterate()
      #expect((learner.innerRates.elements != first) == adapts)
    }
  }

  @Test("settings out of their range are refused")
  func validation() {
    var settings = configuration()
    settings.trainTasks = 19
    #expect(throws: ConfigurationError.self) { try settings.validate() }
    settings = configuration()
    settings.latentCount = 0
    #expect(throws: ConfigurationError.self) { try settings.validate() }
  }
}
