import Agents
import Environments
import Networks
import Tensors
import Testing

@Suite("Drives")
struct DriveTests {
  private func mean(_ values: [Float]) -> Float { values.reduce(0, +) / Float(values.count) }

  @Test(
    "the bonus falls where a drive has been and stays where it has not",
    arguments: [DriveSample.curiosity, .distillation, .surprisal, .raw])
  func novelty(sample: DriveSample) throws {
    var drive = try sample.make(corridorSpaces, 1)
    var random = RandomStream(seed: 2)
    for _ in 0..<150 {
      let seen = corridorSteps(from: 0..<10, count: 256, using: &random)
      _ = drive.bonuses(for: seen)
      drive.learn(from: seen)
    }
    // One batch, so that both halves have the same scale.
    let seen = corridorSteps(from: 1..<9, count: 256, using: &random)
    let new = corridorSteps(from: 15..<28, count: 256, using: &random)
    let both = Transitions(
      observations: seen.observations.concatenated(with: new.observations),
      choices: seen.choices + new.choices,
      nextObservations: seen.nextObservations.concatenated(with: new.nextObservations),
      terminated: seen.terminated + new.terminated)
    let bonuses = drive.bonuses(for: both)
    let (known, unknown) = (mean(Array(bonuses[..<256])), mean(Array(bonuses[256...])))
    #expect(unknown > 3 * max(known, 0) && unknown > 0, "\(known), \(unknown)")
  }

  @Test("learning progress is there while something is learned, and gone when it is known")
  func progress() throws {
    var configuration = LearningProgress.Configuration()
    configuration.normalization = .none
    configuration.dynamics.fit.minibatch = 64
    var drive = try LearningProgress(configuration, for: corridorSpaces, seed: 1)
    var random = RandomStream(seed: 2)
    var means: [Float] = []
    for _ in 0..<300 {
      let steps = corridorSteps(from: 0..<10, count: 256, using: &random)
      means.append(mean(drive.bonuses(for: steps)))
      drive.learn(from: steps)
    }
    #expect(means[0] == 0)
    #expect(means.max()! > 5)
    #expect(mean(Array(means.suffix(20))) < 0.1 * means.max()!)
  }

  /// The mean return of the last 100 tries in the corridor.
  private func corridor(
    _ sample: DriveSample?, weight: Float, seed: UInt64
  ) throws -> Float {
    var configuration = PPO.Configuration()
    configuration.slots = 16
    configuration.lanes = 1
    configuration.rolloutSteps = 120
    configuration.hidden = [32, 32]
    configuration.trunk = .shared
    configuration.annealsLearningRate = false
    configuration.rewardScale = 10
    var learner = try PPO(configuration, seed: seed) { slots, random in
      EnvironmentBatch(SingleTask(Corridor(), named: "corridor"), slots: slots, random: random)
    }
    learner.drive = try sample.map { DriveSum([(try $0.make(corridorSpaces, 4), weight)]) }
    var returns: [Float] = []
    for _ in 0..<52 {
      returns += try learner.iterate(progress: 0).episodes.map(\.undiscountedReturn)
    }
    return mean(returns.suffix(100))
  }

  /// How many of six seeds get to the end in more than four of five tries.
  private func arrivals(_ sample: DriveSample?, weight: Float) throws -> Int {
    try (0..<6).count { try corridor(sample, weight: weight, seed: $0) > 0.8 }
  }

  @Test(
    "only a driven learner mostly gets to the end of a corridor without signs",
    arguments: [
      (DriveSample.curiosity, 0.1), (.distillation, 0.1), (.surprisal, 0.03), (.progress, 0.03),
    ] as [(DriveSample, Float)])
  func sparse(sample: DriveSample, weight: Float) throws {
    #expect(try arrivals(sample, weight: weight) >= 4)
  }

  @Test("without a drive, or with one that says nothing, the learner mostly stays at the start")
  func controls() throws {
    #expect(try arrivals(nil, weight: 0) <= 2)
    #expect(try arrivals(.random, weight: 0.1) <= 2)
  }

  @Test("a sum of drives gives the weighted sum of their bonuses")
  func sum() throws {
    var random = RandomStream(seed: 2)
    let steps = corridorSteps(from: 0..<10, count: 64, using: &random)
    var first = try ForwardCuriosity(for: corridorSpaces, seed: 1)
    var second = try RandomBonus(seed: 5)
    var both = DriveSum([(first, 0.5), (second, 2)])
    let (one, two) = (first.bonuses(for: steps), second.bonuses(for: steps))
    let sum = both.bonuses(for: steps)
    for index in sum.indices {
      #expect(abs(sum[index] - 0.5 * one[index] - 2 * two[index]) < 1e-5)
    }
  }

  @Test("an inverse model refuses a box by name, in one line")
  func box() throws {
    let spaces = DriveSpaces(
      observation: Pendulum().observationSpace, action: Pendulum().actionSpace)
    let error = #expect(throws: ConfigurationError.self) {
      try ForwardCuriosity(for: spaces, seed: 1)
    }
    #expect(
      error?.description
        == "the action space is -2.0...2.0; allowed: a discrete one, for the inverse model")
    _ = try Surprisal(for: spaces, seed: 1)
  }

  @Test("settings out of their range are named")
  func validation() {
    func setting(_ make: () throws -> any Drive) -> String? {
      #expect(throws: ConfigurationError.self) { _ = try make() }?.setting
    }
    var curiosity = ForwardCuriosity.Configuration()
    curiosity.forwardShare = 1.5
    #expect(
      setting { try ForwardCuriosity(curiosity, for: corridorSpaces, seed: 1) } == "forwardShare")
    var distillation = RandomNetworkDistillation.Configuration()
    distillation.features = 0
    #expect(
      setting { try RandomNetworkDistillation(distillation, for: corridorSpaces, seed: 1) }
        == "features")
    var progress = LearningProgress.Configuration()
    progress.updates = 0
    #expect(setting { try LearningProgress(progress, for: corridorSpaces, seed: 1) } == "updates")
    var surprisal = Surprisal.Configuration()
    surprisal.dynamics.fit.minibatch = 0
    #expect(setting { try Surprisal(surprisal, for: corridorSpaces, seed: 1) } == "minibatch")
    var raw = RawPrediction.Configuration()
    raw.fit.learningRate = .nan
    #expect(setting { try RawPrediction(raw, for: corridorSpaces, seed: 1) } == "learningRate")
    #expect(setting { try RandomBonus(weight: -1, seed: 1) } == "weight")
  }

  @Test("a restored drive goes on as the one it was taken down from", arguments: DriveSample.all)
  func snapshots(sample: DriveSample) throws {
    var drive = try sample.make(corridorSpaces, 1)
    var random = RandomStream(seed: 2)
    let batches = (0..<4).map { _ in corridorSteps(from: 0..<20, count: 64, using: &random) }
    for batch in batches[..<2] {
      _ = drive.bonuses(for: batch)
      drive.learn(from: batch)
    }
    var other = try sample.make(corridorSpaces, 7)
    try other.restore(drive.snapshot())
    for batch in batches[2...] {
      #expect(drive.bonuses(for: batch) == other.bonuses(for: batch))
      drive.learn(from: batch)
      other.learn(from: batch)
    }
    #expect(throws: SnapshotError.self) { try other.restore(DriveSnapshot()) }
  }
}
