import Foal
import Testing

/// Shows a cue, 1 or -1, in the first step only; the choice in the last step must match it.
private struct Recall: Environment {
  struct State: Codable {
    var cue: Float
    var step = 0
  }

  /// The number of steps; only the last one is rewarded.
  static let length = 5
  let observationSpace = ObservationSpace(.init("cue", [1]), .init("isLast", [1]))
  let actionSpace = ActionSpace.discrete(2)

  func reset(using random: inout RandomStream) -> State {
    State(cue: random.integer(below: 2) == 0 ? 1 : -1)
  }

  func step(_ state: inout State, _ action: Action, using random: inout RandomStream) -> Outcome {
    state.step += 1
    guard state.step == Recall.length else { return Outcome(reward: 0) }
    return Outcome(reward: (action.index == 1) == (state.cue > 0) ? 1 : 0, terminated: true)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = state.step == 0 ? state.cue : 0
    observation[1] = state.step == Recall.length - 1 ? 1 : 0
  }
}

@Suite("Learning", .serialized)
struct LearningTests {
  @Test("PPO solves the cart-pole")
  func cartPole() throws {
    let entry = try EnvironmentCatalogue.environment(named: "cartpole")
    var training = try Training(on: entry.tasks, .init(for: "cartpole"), seed: 1, workers: 2)
    while !training.isFinished && training.solvedAtStep == nil { _ = try training.iterate() }
    // The mean of 100 episodes reached 475 of 500.
    #expect(training.solvedAtStep != nil)
  }

  @Test("PPO gets better at swinging up a pendulum")
  func pendulum() throws {
    let entry = try EnvironmentCatalogue.environment(named: "pendulum")
    var configuration = Training.Configuration(for: "pendulum")
    configuration.steps = 120_000
    var training = try Training(on: entry.tasks, configuration, seed: 1, workers: 2)
    try training.run()
    // Doing nothing and acting at random give about -1,200.
    #expect(training.meanReturn > -600)
  }

  /// The mean return of the last 100 episodes, with a memory of so many cells.
  private func recall(memory: Int) throws -> Float {
    var configuration = Training.Configuration()
    configuration.steps = 80_000
    configuration.learner.slots = 32
    configuration.learner.lanes = 2
    configuration.learner.rolloutSteps = 40
    configuration.learner.learningRate = 3e-3
    configuration.learner.hidden = [16]
    configuration.learner.memory = memory
    configuration.learner.trunk = .shared
    var training = try Training(
      on: TaskSource(Recall(), named: "recall"), configuration, seed: 1, workers: 2)
    try training.run()
    return training.meanReturn
  }

  @Test("with a memory a cue is remembered; without one nothing can beat a coin")
  func memory() throws {
    #expect(try recall(memory: 16) > 0.95)
    // A fair coin's mean over 100 throws, five standard deviations up.
    #expect(try recall(memory: 0) < 0.75)
  }

  @Test("an agent pretrained on cart-poles does far better on new ones than chance")
  func pretraining() throws {
    let family = TaskSource(CartPoleFamily())
    var configuration = Pretraining.Configuration(triesPerTask: 3, steps: 600_000)
    configuration.learner.slots = 64
    configuration.learner.rolloutSteps = 64
    configuration.learner.memory = 32
    configuration.learner.hidden = [32]
    var school = try Pretraining(on: family, configuration, seed: 1, workers: 2)
    try school.run()
    var settings = Evaluation.Settings(tasks: 100, tries: 3)
    settings.workers = 2
    let evaluation = try Evaluation(school.agent(named: "foal"), on: family, settings)
    #expect(evaluation.tries[2].low > 2 * evaluation.controls.random[2].high)
  }
}
