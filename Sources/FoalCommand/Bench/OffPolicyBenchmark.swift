internal import Agents
internal import Environments

/// Learning off policy, acting included, in one of the settings that speed is reported for.
enum OffPolicyBenchmark: String, CaseIterable, Sendable, Encodable {
  /// SAC on Pendulum-v1: actor and two critics of 256x256, batches of 256, an update a step.
  case sac
  /// DQN on CartPole-v1: a network of 256x256, batches of 64, 128 updates every 256 steps.
  case dqn

  /// What is measured, in words.
  var title: String {
    switch self {
    case .sac: "SAC on Pendulum-v1, batch 256"
    case .dqn: "DQN on CartPole-v1, batch 64"
    }
  }

  /// A learner that has begun to learn.
  func learner(seed: UInt64) throws -> OffPolicyLearner {
    var learner: OffPolicyLearner
    switch self {
    case .sac:
      let tasks = try EnvironmentCatalogue.environment(named: "Pendulum-v1").tasks
      learner = .sac(
        try SAC(SAC.Configuration(), seed: seed) { tasks.batch(slots: $0, random: $1) })
    case .dqn:
      var settings = DQN.Configuration()
      settings.slots = 1
      settings.rolloutSteps = 256
      settings.updates = 128
      settings.hidden = [256, 256]
      settings.lanes = 2
      settings.isDouble = false
      settings.targetInterval = 10
      let tasks = try EnvironmentCatalogue.environment(named: "CartPole-v1").tasks
      learner = .dqn(try DQN(settings, seed: seed) { tasks.batch(slots: $0, random: $1) })
    }
    while try learner.iterate() == 0 {}
    return learner
  }
}

/// A learner of either kind.
enum OffPolicyLearner: Sendable {
  case sac(SAC)
  case dqn(DQN)

  /// Acts and learns, and returns the number of updates.
  mutating func iterate(workers: Int = 1) throws -> Int {
    // Taken out and put back, so that nothing of the learner is copied.
    switch self {
    case .sac(var sac):
      self = .none
      defer { self = .sac(sac) }
      sac.workers = workers
      return try sac.iterate().updates
    case .dqn(var dqn):
      self = .none
      defer { self = .dqn(dqn) }
      dqn.workers = workers
      return try dqn.iterate(progress: 0.5).updates
    case .none: return 0
    }
  }

  /// What stands in the place of a learner that is at work.
  case none

  /// Learns on for so many seconds and returns the updates a second.
  mutating func updatesPerSecond(workers: Int, for seconds: Double) throws -> Double {
    let start = ContinuousClock.now
    var (updates, elapsed) = (0, 0.0)
    repeat {
      updates += try iterate(workers: workers)
      elapsed = (ContinuousClock.now - start) / .seconds(1)
    } while elapsed < seconds
    return Double(updates) / elapsed
  }
}

/// How fast a setting is with one worker and with all, taking turns on one learner.
struct OffPolicySpeed: Sendable {
  let benchmark: OffPolicyBenchmark
  let workers: Int
  /// Updates a second.
  private(set) var oneWorker = Rounds()
  private(set) var allWorkers = Rounds()

  /// How many times as fast all workers are as one; nil if there is but one.
  var speedup: Double? { workers > 1 ? (allWorkers / oneWorker).median : nil }

  /// Measures every setting.
  static func results(_ run: BenchRun) throws -> [OffPolicySpeed] {
    let all = OffPolicyBenchmark.allCases
    return try run.section("off-policy", measurements: all.count * run.rounds) { progress in
      try all.map { try OffPolicySpeed($0, run, progress) }
    }
  }

  private init(
    _ benchmark: OffPolicyBenchmark, _ run: BenchRun, _ progress: BenchProgress
  ) throws {
    self.benchmark = benchmark
    workers = run.workers
    progress.measuring(benchmark.rawValue)
    var learner = try benchmark.learner(seed: 0)
    let seconds = run.choose(1, quick: 0.1)
    for _ in 0..<run.rounds {
      oneWorker.append(try learner.updatesPerSecond(workers: 1, for: seconds))
      try run.checkInterrupt()
      if workers > 1 {
        allWorkers.append(try learner.updatesPerSecond(workers: workers, for: seconds))
      }
      try progress.measured()
    }
  }
}

extension OffPolicySpeed: Encodable {
  private enum Key: String, CodingKey { case benchmark, workers, oneWorker, allWorkers, speedup }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(benchmark, forKey: .benchmark)
    try container.encode(workers, forKey: .workers)
    try container.encode(oneWorker, forKey: .oneWorker)
    try container.encode(workers > 1 ? allWorkers : nil, forKey: .allWorkers)
    try container.encode(speedup, forKey: .speedup)
  }
}
