import Agents
import Environments
import Networks
import Tensors
import Testing

@Suite("TD3 and DDPG")
struct TD3Tests {
  /// Small settings for a task of one step.
  private static func settings(_ base: TD3.Configuration) -> TD3.Configuration {
    var settings = base
    settings.slots = 8
    settings.batch = 64
    settings.hidden = [32, 32]
    settings.randomSteps = 200
    settings.learningRate = 3e-3
    settings.smoothing = min(settings.smoothing, 0.1)
    return settings
  }

  @Test("the action that is best for what is seen is learned", arguments: [true, false])
  func learns(isTwin: Bool) throws {
    let settings = TD3Tests.settings(isTwin ? TD3.Configuration() : .ddpg)
    var learner = try TD3(settings, seed: 0) { Aim.batch($0, $1) }
    let tasks = Aim.batch(200, RandomStream(seed: 9))
    // Random actions lose 1.75 on average, the middle of the box 0.33.
    #expect(try meanFirstReward(tasks) { learner.act(on: $0, into: &$1) } < -0.2)
    for _ in 0..<1000 { _ = try learner.iterate() }
    #expect(try meanFirstReward(tasks) { learner.act(on: $0, into: &$1) } > -0.03)
  }

  @Test("hindsight makes a far goal reachable")
  func hindsight() throws {
    var settings = TD3.Configuration.ddpg
    settings.slots = 4
    settings.rolloutSteps = 50
    settings.updates = 60
    settings.batch = 64
    settings.hidden = [64, 64]
    settings.replay.discount = 0.98
    settings.explorationNoise = 0.2
    settings.randomShare = 0.3
    settings.targetRange = -50...0
    settings.targetShare = 0.05
    var learner = try TD3(settings, seed: 0, hindsight: Hindsight(Reach().goals)) {
      EnvironmentBatch(SingleTask(Reach(), named: "reach"), slots: $0, random: $1)
    }
    while learner.steps < 4000 { _ = try learner.iterate() }
    var environments = EnvironmentBatch(
      SingleTask(Reach(), named: "reach"), slots: 100, random: RandomStream(seed: 1))
    var actions = ActionBatch(environments.actionSpace, slots: 100)
    for _ in 0..<50 {
      learner.act(on: environments.buffers, into: &actions)
      try environments.step(actions)
    }
    #expect(environments.buffers.rewards.count { $0 == 0 } >= 95)
  }

  @Test("the number of threads changes nothing")
  func threads() throws {
    func weights(_ workers: Int) throws -> Tensor {
      var settings = TD3Tests.settings(TD3.Configuration())
      settings.lanes = 4
      var learner = try TD3(settings, seed: 0) { Aim.batch($0, $1) }
      learner.workers = workers
      for _ in 0..<40 { _ = try learner.iterate() }
      return learner.actorWeights.values
    }
    #expect(try weights(3) == weights(1))
  }

  @Test("discrete actions and settings out of their range are refused")
  func validation() throws {
    #expect(throws: ConfigurationError.self) {
      try TD3(TD3.Configuration(), seed: 0) {
        EnvironmentBatch(SingleTask(BitFlip(4), named: "bits"), slots: $0, random: $1)
      }
    }
    var settings = TD3.Configuration()
    settings.policyDelay = 0
    let error = #expect(throws: ConfigurationError.self) { try settings.validate() }
    #expect(error?.setting == "policyDelay")
  }
}
