import Agents
import Environments
import Tensors
import Testing

@Suite("Meta-parameters")
struct MetaParameterTunerTests {
  /// Rewards that are highest at a discount of 0.8: one for every step.
  private func tuned(noise: Double, from initial: Double) throws -> Double {
    var configuration = MetaParameterTuner.Configuration()
    configuration.holdSteps = 20
    configuration.midTermSteps = 5
    configuration.longTermSteps = 100
    configuration.noise = noise
    var tuner = try MetaParameterTuner([.discount(initial)], configuration)
    var random = RandomStream(seed: 0)
    for _ in 0..<40_000 {
      tuner.add(Float(-abs(tuner.values[0] - 0.8)), using: &random)
    }
    return tuner.settings[0]
  }

  @Test("a setting moves to where rewards are high, from either side")
  func finds() throws {
    #expect(abs(try tuned(noise: 0.4, from: 0.1) - 0.8) < 0.1)
    #expect(abs(try tuned(noise: 0.4, from: 0.98) - 0.8) < 0.1)
  }

  @Test("without noise nothing moves")
  func still() throws {
    #expect(abs(try tuned(noise: 0, from: 0.1) - 0.1) < 1e-9)
  }

  @Test("settings stay within their bounds")
  func bounds() throws {
    var configuration = MetaParameterTuner.Configuration()
    (configuration.holdSteps, configuration.noise, configuration.rate) = (1, 10, 10)
    var tuner = try MetaParameterTuner(
      [.stepSize(0.1), .inverseTemperature(1), .discount(0.5)], configuration)
    var random = RandomStream(seed: 1)
    for _ in 0..<1000 {
      tuner.add(random.normal(), using: &random)
      for (value, parameter) in zip(tuner.values, tuner.parameters) {
        #expect(parameter.bounds.contains(value))
      }
    }
  }

  @Test("SARSA's table moves by the step size towards reward and next value")
  func sarsa() {
    var learner = SARSA(states: 2, actions: 2, stepSize: 0.5, discount: 0.5)
    learner.learn(state: 1, action: 0, reward: 4, next: nil)
    learner.learn(state: 0, action: 1, reward: 1, next: (1, 0))
    #expect(learner.values == [0, 1, 2, 0])
  }

  @Test("SARSA draws actions by the softmax of their values")
  func softmax() {
    var learner = SARSA(states: 1, actions: 2, stepSize: 1, inverseTemperature: 2)
    learner.learn(state: 0, action: 1, reward: 0.549_306, next: nil)
    var random = RandomStream(seed: 2)
    let second = (0..<10_000).reduce(0) { sum, _ in
      sum + learner.action(in: 0, using: &random)
    }
    // exp(2 · 0.5493) = 3: one of four draws is the first action.
    #expect(abs(Double(second) / 10_000 - 0.75) < 0.02)
  }
}
