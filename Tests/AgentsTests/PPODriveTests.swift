import Agents
import Environments
import Networks
import Tensors
import Testing

/// Gives the first element of what followed, and keeps what it was shown.
private struct Recorder: Drive {
  var seen: [Transitions] = []

  mutating func bonuses(for transitions: Transitions) -> [Float] {
    (0..<transitions.count).map { transitions.nextObservations[$0, 0] }
  }
  mutating func learn(from transitions: Transitions) { seen.append(transitions) }
  func snapshot() -> DriveSnapshot { DriveSnapshot() }
  mutating func restore(_ snapshot: DriveSnapshot) throws {}
}

@Suite("PPO with a drive")
struct PPODriveTests {
  private static func configuration() -> PPO.Configuration {
    var configuration = PPO.Configuration()
    configuration.slots = 12
    configuration.lanes = 3
    configuration.rolloutSteps = 16
    configuration.minibatches = 2
    configuration.hidden = [8]
    return configuration
  }

  private func learner(isContinuous: Bool = false, workers: Int = 1) throws -> PPO {
    var learner = try PPO(Self.configuration(), seed: 1) { slots, random in
      EnvironmentBatch(
        tasks: Array(repeating: Echo(isContinuous: isContinuous), count: slots), named: "echo",
        random: random)
    }
    learner.workers = workers
    return learner
  }

  private func drive(isContinuous: Bool) throws -> any Drive {
    let spaces = DriveSpaces(
      observation: Echo().observationSpace, action: Echo(isContinuous: isContinuous).actionSpace)
    return DriveSum([
      (try Surprisal(for: spaces, seed: 2), 0.1), (try RandomBonus(seed: 3), 0.1),
    ])
  }

  @Test("a drive sees what followed each step before any reset, and whether it was an end")
  func transitions() throws {
    var learner = try PPO(Self.configuration(), seed: 1) { slots, _ in
      Counting(stepLimit: 3).batch(slots: slots)
    }
    learner.drive = Recorder()
    let iteration = try learner.iterate(progress: 0)
    let seen = try #require((learner.drive as? Recorder)?.seen.first)
    #expect(seen.count == 192)
    for row in 0..<seen.count {
      #expect(seen.nextObservations[row, 0] == seen.observations[row, 0] + 10)
      #expect(seen.terminated[row] == (seen.choices[row] == 1))
    }
    let mean = seen.nextObservations.mean().item
    #expect(abs(iteration.bonus - mean) < 1e-3 && mean > 10)
  }

  @Test("the weights do not depend on the number of threads", arguments: [false, true])
  func reproducible(isContinuous: Bool) throws {
    func weights(_ workers: Int, driven: Bool = true) throws -> [Float] {
      var learner = try learner(isContinuous: isContinuous, workers: workers)
      if driven { learner.drive = try drive(isContinuous: isContinuous) }
      for _ in 0..<3 { _ = try learner.iterate(progress: 0) }
      return learner.policy.weights.values.elements
    }
    let one = try weights(1)
    #expect(try weights(2) == one)
    #expect(try weights(3) == one)
    #expect(try weights(1, driven: false) != one)
  }

  @Test("a drive that gives nothing changes nothing, and one can be taken away again")
  func nothing() throws {
    var (plain, driven) = (try learner(), try learner())
    driven.drive = try RandomBonus(weight: 0, seed: 1)
    for round in 0..<4 {
      if round == 2 { driven.drive = nil }
      _ = try plain.iterate(progress: 0)
      _ = try driven.iterate(progress: 0)
    }
    #expect(driven.policy.weights.values == plain.policy.weights.values)
  }

  @Test("a learner restored with its drive goes on to the same weights")
  func resume() throws {
    var whole = try learner()
    whole.drive = try drive(isContinuous: false)
    for _ in 0..<2 { _ = try whole.iterate(progress: 0) }
    let snapshot = try whole.snapshot()
    var resumed = try learner()
    resumed.drive = try drive(isContinuous: false)
    try resumed.restore(snapshot)
    for _ in 0..<2 {
      _ = try whole.iterate(progress: 0)
      _ = try resumed.iterate(progress: 0)
    }
    #expect(resumed.policy.weights.values == whole.policy.weights.values)
    var bare = try learner()
    let error = #expect(throws: SnapshotError.self) { try bare.restore(snapshot) }
    #expect(error?.description == "the snapshot has a drive, the learner has none")
    #expect(throws: SnapshotError.self) { try resumed.restore(bare.snapshot()) }
  }

  @Test("a bonus that is not a number stops the run before it reaches the weights")
  func badBonus() throws {
    struct Bad: Drive {
      func bonuses(for transitions: Transitions) -> [Float] {
        Array(repeating: .nan, count: transitions.count)
      }
      func learn(from transitions: Transitions) {}
      func snapshot() -> DriveSnapshot { DriveSnapshot() }
      func restore(_ snapshot: DriveSnapshot) throws {}
    }
    var learner = try learner()
    learner.drive = Bad()
    let weights = learner.policy.weights.values
    #expect(throws: TrainingError.nonFiniteBonus(step: 192)) {
      try learner.iterate(progress: 0)
    }
    #expect(learner.policy.weights.values == weights)
  }
}
