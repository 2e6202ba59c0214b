import Agents
import Environments
import Tensors
import Testing

@Suite("Episodic actor-critic")
struct EpisodicActorCriticTests {
  @Test("returns are discounted and brought to mean 0 and variance 1")
  func returns() {
    let returns = EpisodicActorCritic.standardizedReturns([1, 2, 4], discount: 0.5)
    // Returns 3, 4, 4: mean 11/3, variance 2/9.
    for (value, expected) in zip(returns, [-1.414_21, 0.707_11, 0.707_11] as [Float]) {
      #expect(abs(value - expected) < 1e-3)
    }
    #expect(EpisodicActorCritic.standardizedReturns([5], discount: 0.9) == [0])
  }

  @Test("a cart-pole is balanced longer and longer")
  func learns() throws {
    var random = RandomStream(seed: 0)
    let cart = CartPole(stepLimit: 100)
    var learner = try EpisodicActorCritic(
      EpisodicActorCritic.Configuration(), observing: cart.observationSpace,
      acting: cart.actionSpace, using: &random)
    let returns = try (0..<250).map { _ in try learner.train(on: cart, using: &random) }
    let (first, last) = (returns.prefix(30).reduce(0, +) / 30, returns.suffix(30).reduce(0, +) / 30)
    #expect(first < 40 && last > 60)
  }
}
