import Agents
import Environments
import Schooling
import Testing

@Suite("Readings of a run's metrics")
struct MetricReadingTests {
  private static let learning = [
    "loss/policy", "loss/value", "policy/entropyNats", "policy/divergenceNats",
    "policy/clippedShare", "gradient/norm",
  ]

  @Test("pretraining reads every try, and the last one as the return")
  func pretraining() throws {
    var configuration = Pretraining.Configuration(triesPerTask: 3, steps: 64)
    configuration.learner.slots = 8
    configuration.learner.rolloutSteps = 2
    configuration.learner.minibatches = 2
    configuration.learner.hidden = [8]
    configuration.learner.memory = 4
    var school = try Pretraining(on: .signs, configuration, seed: 1)
    // A try takes one step: after two of them no third try has ended.
    let first = try school.iterate()
    #expect(first.episodes == [8, 8, 0])
    #expect(
      first.readings.map(\.name) == ["return/try-1", "return/try-2", "episodes"] + Self.learning)
    let second = try school.iterate()
    #expect(second.episodes == [16, 8, 8])
    let readings = Dictionary(uniqueKeysWithValues: second.readings.map { ($0.name, $0.value) })
    #expect(readings["return"] == Double(second.returns[2]))
    #expect(readings["return/try-1"] == Double(second.returns[0]))
    #expect(readings["episodes"] == 32)
    #expect(readings["policy/entropyNats"] == Double(second.statistics.entropy))
    #expect(try #require(readings["gradient/norm"]) > 0)
  }

  @Test("training reads no return before the first episode has ended")
  func training() throws {
    var configuration = Training.Configuration(for: "pendulum")
    configuration.learner.rolloutSteps = 128
    configuration.steps = 10_000
    var training = try Training(
      on: EnvironmentCatalogue.environment(named: "pendulum").tasks, configuration, seed: 1)
    // An episode of pendulum takes 200 steps.
    #expect(try training.iterate().readings.map(\.name) == ["episodes"] + Self.learning)
    let second = try training.iterate()
    #expect(second.readings.map(\.name) == ["return", "episodes"] + Self.learning)
    #expect(second.readings[0].value == Double(second.meanReturn))
    #expect(second.readings.allSatisfy { $0.value.isFinite })
  }
}
