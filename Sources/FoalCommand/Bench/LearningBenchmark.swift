internal import Agents
internal import Environments
internal import Networks

/// PPO end to end on CartPole-v1, acting and learning, in one of the settings that speed is reported
/// for.
enum LearningBenchmark: String, CaseIterable, Sendable, Encodable {
  /// The common setting: 64 environments, rollouts of 128 steps, 4 epochs of 4 minibatches, actor
  /// and critic apart with 64x64 tanh each.
  case ppo
  /// The setting for throughput: one hidden layer of 128, 4,096 environments, rollouts of 64 steps,
  /// one epoch of 8 minibatches of 32,768 steps.
  case ppoWide = "ppo-wide"
  /// The same with a gated recurrent unit of 128 after the hidden layer.
  case ppoRecurrent = "ppo-recurrent"

  /// The learner's settings.
  /// - Parameters:
  ///   - lanes: a power of two, 64 at most.
  ///   - isQuick: whether the last two settings take an eighth of the environments, and with them
  ///     of the batch, so that a rollout and its updates are over soon.
  func configuration(lanes: Int, isQuick: Bool) -> PPO.Configuration {
    var configuration = PPO.Configuration()
    configuration.lanes = lanes
    configuration.learningRate = 2.5e-4
    configuration.annealsLearningRate = false
    guard self != .ppo else { return configuration }
    configuration.slots = isQuick ? 512 : 4096
    configuration.rolloutSteps = 64
    configuration.epochs = 1
    configuration.minibatches = 8
    configuration.hidden = [128]
    configuration.trunk = .shared
    configuration.memory = self == .ppoRecurrent ? 128 : 0
    return configuration
  }

  /// A learner that has made its first rollout and updates.
  func learner(lanes: Int, isQuick: Bool, seed: UInt64) throws -> PPO {
    let tasks = try EnvironmentCatalogue.environment(named: "CartPole-v1").tasks
    var learner = try PPO(configuration(lanes: lanes, isQuick: isQuick), seed: seed) {
      slots, random in tasks.batch(slots: slots, random: random)
    }
    _ = try learner.iterate(progress: 0)
    return learner
  }
}

extension PPO {
  /// Learns on for so many seconds and returns the environment steps a second.
  mutating func stepsPerSecond(workers: Int, for seconds: Double) throws -> Double {
    self.workers = workers
    let before = steps
    let start = ContinuousClock.now
    var elapsed = 0.0
    repeat {
      _ = try iterate(progress: 0)
      elapsed = (ContinuousClock.now - start) / .seconds(1)
    } while elapsed < seconds
    return Double(steps - before) / elapsed
  }
}

/// How fast a setting is with one worker and with all, taking turns on one learner.
struct LearningSpeed: Sendable {
  let benchmark: LearningBenchmark
  let configuration: PPO.Configuration
  let workers: Int
  /// Environment steps a second.
  private(set) var oneWorker = Rounds()
  private(set) var allWorkers = Rounds()

  /// How many times as fast all workers are as one; nil if there is but one.
  var speedup: Double? { workers > 1 ? (allWorkers / oneWorker).median : nil }

  /// Measures every setting.
  static func results(_ run: BenchRun) throws -> [LearningSpeed] {
    let all = LearningBenchmark.allCases
    return try run.section("PPO", measurements: all.count * run.rounds) { progress in
      try all.map { try LearningSpeed($0, run, progress) }
    }
  }

  private init(
    _ benchmark: LearningBenchmark, _ run: BenchRun, _ progress: BenchProgress
  ) throws {
    self.benchmark = benchmark
    workers = run.workers
    configuration = benchmark.configuration(lanes: run.lanes, isQuick: run.isQuick)
    var learner = try benchmark.learner(lanes: run.lanes, isQuick: run.isQuick, seed: 0)
    let seconds = run.choose(1, quick: 0.1)
    for _ in 0..<run.rounds {
      oneWorker.append(try learner.stepsPerSecond(workers: 1, for: seconds))
      try run.checkInterrupt()
      if workers > 1 {
        allWorkers.append(try learner.stepsPerSecond(workers: workers, for: seconds))
      }
      try progress.measured()
    }
  }
}

extension LearningSpeed: Encodable {
  private enum Key: String, CodingKey {
    case benchmark, environments, rolloutSteps, epochs, minibatches, lanes, workers
    case oneWorker, allWorkers, speedup
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(benchmark, forKey: .benchmark)
    try container.encode(configuration.slots, forKey: .environments)
    try container.encode(configuration.rolloutSteps, forKey: .rolloutSteps)
    try container.encode(configuration.epochs, forKey: .epochs)
    try container.encode(configuration.minibatches, forKey: .minibatches)
    try container.encode(configuration.lanes, forKey: .lanes)
    try container.encode(workers, forKey: .workers)
    try container.encode(oneWorker, forKey: .oneWorker)
    try container.encode(workers > 1 ? allWorkers : nil, forKey: .allWorkers)
    try container.encode(speedup, forKey: .speedup)
  }
}
