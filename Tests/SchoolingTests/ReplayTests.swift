import Agents
import Environments
import Schooling
import Tensors
import Testing

/// Counts its steps and breaks a promise at one of them.
struct Breaking: Environment {
  enum Promise: CaseIterable { case reward, finiteness, bounds }

  var promise: Promise
  let stepLimit: Int? = 1000
  let observationSpace = ObservationSpace(.init("free", [1]), .init("count", [1], in: 0...1000))
  let actionSpace = ActionSpace.discrete(2)

  func reset(using random: inout RandomStream) -> [Int] { [0, 0] }

  func step(_ state: inout [Int], _ action: Action, using random: inout RandomStream) -> Outcome {
    // What it comes to depends on all actions.
    state = [state[0] + 1, state[1] + action.index]
    return Outcome(reward: promise == .reward && state[1] >= 20 ? .infinity : 1)
  }

  func observe(_ state: [Int], into observation: inout MutableSpan<Float>) {
    let isBroken = state[1] >= 20
    observation[0] = isBroken && promise == .finiteness ? .nan : -1e30
    observation[1] = isBroken && promise == .bounds ? 1001 : Float(state[0])
  }
}

@Suite("Replays of broken promises")
struct ReplayTests {
  @Test(
    "a broken promise names the environment and ends the run, and its replay breaks it again",
    arguments: Breaking.Promise.allCases)
  func replays(promise: Breaking.Promise) throws {
    let tasks = TaskSource(Breaking(promise: promise), named: "breaking")
    var configuration = Training.Configuration()
    configuration.learner.slots = 8
    configuration.learner.lanes = 2
    configuration.learner.rolloutSteps = 8
    var run = try Training(on: tasks, configuration, seed: 9)
    let error = try #require(
      throws: EnvironmentError.self, performing: { try run.run { _ in } })
    #expect(error.environment == "breaking" && "\(error)".hasPrefix("breaking returned"))
    let replay = try #require(run.replay)
    #expect(replay.seed == 9 && replay.failure == "\(error)" && replay.step == error.place.step)
    var numbers: [Int] = []
    let again = try #require(try replay.play(on: tasks) { numbers.append($0.number) })
    #expect(again.place.step == error.place.step)
    #expect(numbers.last == replay.step && numbers.count <= 8)
    #expect(throws: SnapshotError.self) {
      try replay.play(on: EnvironmentCatalogue.environment(named: "pendulum").tasks)
    }
    // Elsewhere nothing is wrong.
    let other: Breaking.Promise = promise == .reward ? .bounds : .reward
    let elsewhere = try replay.play(on: TaskSource(Breaking(promise: other), named: "other"))
    #expect(elsewhere == nil || "\(elsewhere!)" != "\(again)")
  }
}
