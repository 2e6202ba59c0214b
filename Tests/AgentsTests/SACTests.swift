import Agents
import Environments
import Networks
import Tensors
import Testing

@Suite("SAC")
struct SACTests {
  /// Small settings for a task of one step.
  private static var settings: SAC.Configuration {
    var settings = SAC.Configuration()
    settings.slots = 8
    settings.batch = 64
    settings.hidden = [32, 32]
    settings.randomSteps = 200
    settings.learningRate = 3e-3
    settings.temperature = 0.1
    return settings
  }

  @Test("the action that is best for what is seen is learned, as random as asked for")
  func learns() throws {
    var settings = SACTests.settings
    settings.targetEntropy = -4
    var learner = try SAC(settings, seed: 0) { Aim.batch($0, $1) }
    let tasks = Aim.batch(200, RandomStream(seed: 9))
    #expect(try meanFirstReward(tasks) { learner.act(on: $0, into: &$1) } < -0.2)
    for _ in 0..<1000 { _ = try learner.iterate() }
    #expect(try meanFirstReward(tasks) { learner.act(on: $0, into: &$1) } > -0.03)
    #expect(learner.temperature < 0.05)
  }

  @Test("the temperature rises while the policy is less random than asked for")
  func temperature() throws {
    func temperature(_ entropy: Float, learns: Bool = true) throws -> Float {
      var settings = SACTests.settings
      settings.targetEntropy = entropy
      settings.learnsTemperature = learns
      var learner = try SAC(settings, seed: 0) { Aim.batch($0, $1) }
      for _ in 0..<60 { _ = try learner.iterate() }
      return learner.temperature
    }
    // No policy on a box has more nats than the uniform one: 2 log 2.
    #expect(try temperature(3) > 0.101)
    #expect(try temperature(-10) < 0.099)
    #expect(try abs(temperature(3, learns: false) - 0.1) < 1e-6)
  }

  @Test("the number of threads changes nothing")
  func threads() throws {
    func weights(_ workers: Int) throws -> Tensor {
      var settings = SACTests.settings
      settings.lanes = 4
      var learner = try SAC(settings, seed: 0) { Aim.batch($0, $1) }
      learner.workers = workers
      for _ in 0..<40 { _ = try learner.iterate() }
      return learner.actorWeights.values
    }
    #expect(try weights(3) == weights(1))
  }

  @Test("settings out of their range are named")
  func validation() throws {
    var settings = SAC.Configuration()
    settings.temperature = 0
    let error = #expect(throws: ConfigurationError.self) { try settings.validate() }
    #expect(error?.setting == "temperature")
  }
}
