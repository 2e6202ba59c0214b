import Agents
import Tensors
import Testing

@Suite("Adversarial inverse reinforcement learning in tables")
struct TabularAIRLTests {
  /// A reward in state 0 of 6, learned from the soft-optimal policy.
  private func learned(_ form: TabularAIRL.Form) throws -> [Double] {
    var random = RandomStream(seed: 4)
    let process = KnownMDP.random(
      states: 6, actions: 3, rewards: (0..<18).map { $0 < 3 ? 1 : 0 }, using: &random)
    let expert = process.softmaxPolicy(process.softValues(discount: 0.8), temperature: 1)
    var configuration = TabularAIRL.Configuration()
    configuration.form = form
    configuration.discount = 0.8
    configuration.iterations = 1000
    var learner = try TabularAIRL(
      configuration, in: process, expert: expert, from: [0, 1, 0, 0, 0, 0])
    learner.run()
    if form != .unshaped {
      #expect(zip(learner.policy, expert).allSatisfy { abs($0 - $1) < 0.01 })
    }
    return learner.reward
  }

  @Test("of the state only, the reward comes back but for a constant")
  func stateOnly() throws {
    let reward = try learned(.stateOnly)
    #expect((1..<6).allSatisfy { abs(reward[0] - reward[3 * $0] - 1) < 0.1 })
  }

  @Test("of state and action, what comes back explains the expert and is not the reward")
  func stateAction() throws {
    let reward = try learned(.stateAction)
    #expect((1..<6).contains { abs(reward[0] - reward[3 * $0] - 1) > 0.3 })
  }

  @Test("without shaping the reward does not come back")
  func unshaped() throws {
    let reward = try learned(.unshaped)
    #expect((1..<6).allSatisfy { abs(reward[0] - reward[3 * $0] - 1) > 0.5 })
  }
}
