internal import Agents
internal import Environments

/// What is measured of Foal and of a peer in turns.
enum PeerBenchmark: String, CaseIterable, Sendable, Encodable {
  /// PPO end to end, as ``LearningBenchmark`` has it, on all cores.
  case ppo
  case ppoWide = "ppo-wide"
  case ppoRecurrent = "ppo-recurrent"
  /// PPO with a memory in rooms of 9x9, as ``PlayroomBenchmark`` has it, on all cores.
  case ppoPlayroom = "ppo-playroom"
  /// Updates off policy, as ``OffPolicyBenchmark`` has them, on one core and on all.
  case sac, dqn
  /// Environment steps with random actions on one core, without the drawing of them.
  case cartpoleSteps = "cartpole-steps"
  case minigridSteps = "minigrid-steps"
  /// CartPole-v1 from scratch until it is solved, on all cores.
  case cartpoleSolved = "cartpole-solved"

  /// The threads that either side gets, of so many, in each comparison.
  func threads(of workers: Int) -> [Int] {
    switch self {
    case .cartpoleSteps, .minigridSteps: [1]
    case .sac, .dqn: workers > 1 ? [1, workers] : [1]
    default: [workers]
    }
  }

  /// The environment of a benchmark of steps; nil if Foal has none, or the benchmark is another.
  var environment: EnvironmentCatalogue.Entry? {
    let prefix = self == .cartpoleSteps ? "cartpole" : self == .minigridSteps ? "minigrid" : nil
    return prefix.flatMap { prefix in
      EnvironmentCatalogue.all.first { $0.names.contains { $0.lowercased().hasPrefix(prefix) } }
    }
  }
}

/// Foal and a peer on one benchmark.
struct PeerComparison: Sendable {
  let peer: String
  let benchmark: PeerBenchmark
  let threads: Int
  /// The threads that the peer made use of, by its own account.
  private(set) var peerThreads = 0
  private(set) var version = ""
  /// Steps a second, updates for `sac` and `dqn`; of `cartpole-solved` seconds until solved, infinite for a run that was not.
  private(set) var foal = Rounds()
  private(set) var other = Rounds()
  /// What the peer spent on compilation besides.
  private(set) var compileSeconds = Rounds()

  /// Whether less is better.
  var countsSeconds: Bool { benchmark == .cartpoleSolved }
  /// How many times as fast as the peer Foal is.
  var ratio: Double { (countsSeconds ? other / foal : foal / other).median }

  /// Lets Foal and the peer take turns.
  /// - Throws: ``PeerScripts/Skipped`` if the peer gives no measurement.
  init(
    _ benchmark: PeerBenchmark, threads: Int, _ script: PeerScripts.Script,
    _ scripts: PeerScripts, _ run: BenchRun, _ progress: BenchProgress
  ) throws {
    self.benchmark = benchmark
    self.threads = threads
    peer = script.peer
    var foal = try FoalSide(benchmark, run, threads: threads)
    for round in 0..<run.rounds {
      progress.measuring("\(benchmark.rawValue), \(peer)")
      let own = try foal.measure(seed: round)
      let measurement: PeerMeasurement
      do {
        measurement = try scripts.measure(
          benchmark.rawValue, by: script, threads: threads, seed: round)
      } catch {
        try run.checkInterrupt()
        try progress.measured(run.rounds - round)
        throw error
      }
      self.foal.append(own)
      other.append(
        countsSeconds
          ? measurement.solved == true ? measurement.secondsToSolve ?? .infinity : .infinity
          : measurement.stepsPerSecond)
      compileSeconds.append(measurement.compileSeconds)
      version = measurement.version
      peerThreads = measurement.threads
      try progress.measured()
    }
  }
}

/// Foal's side of a benchmark.
private struct FoalSide {
  private let benchmark: PeerBenchmark
  private let run: BenchRun
  private let threads: Int
  private var learner: PPO?
  private var offPolicy: OffPolicyLearner?

  init(_ benchmark: PeerBenchmark, _ run: BenchRun, threads: Int) throws {
    self.benchmark = benchmark
    self.run = run
    self.threads = threads
    // Always of full size, as the peers' is.
    learner =
      benchmark == .ppoPlayroom
      ? try PlayroomBenchmark.peersLearner(lanes: run.lanes)
      : try LearningBenchmark(rawValue: benchmark.rawValue)?
        .learner(lanes: run.lanes, isQuick: false, seed: 0)
    offPolicy = try OffPolicyBenchmark(rawValue: benchmark.rawValue)?.learner(seed: 0)
  }

  mutating func measure(seed: Int) throws -> Double {
    if benchmark == .cartpoleSolved {
      let solving = try SolvedBenchmark.run(
        seed: UInt64(seed), workers: threads, check: { try run.checkInterrupt() })
      return solving.solved ? solving.seconds : .infinity
    }
    let (seconds, threads) = (run.choose(2, quick: 0.1), threads)
    if let environment = benchmark.environment {
      return try StepSpeed(
        environment.tasks, slots: EnvironmentBenchmark.slots, seconds: seconds
      ).stepsPerSecondWithoutDrawing
    }
    if let rate = try offPolicy?.updatesPerSecond(workers: threads, for: seconds) { return rate }
    guard var learner = learner.take() else { return .nan }
    defer { self.learner = learner }
    return try learner.stepsPerSecond(workers: threads, for: seconds)
  }
}

/// All comparisons with all peers.
struct PeerComparisons: Sendable, Encodable {
  private(set) var comparisons: [PeerComparison] = []
  /// What could not be compared.
  private(set) var skipped: [PeerScripts.Skipped]

  /// Measures.
  /// - Parameter wanted: what is measured; everything if nil.
  init(_ scripts: PeerScripts, _ wanted: Set<PeerBenchmark>?, _ run: BenchRun) throws {
    skipped = scripts.skipped
    var pairs: [(benchmark: PeerBenchmark, threads: Int, script: PeerScripts.Script)] = []
    for benchmark in PeerBenchmark.allCases where wanted?.contains(benchmark) ?? true {
      for script in scripts.scripts where script.benchmarks.contains(benchmark.rawValue) {
        guard benchmark != .minigridSteps || benchmark.environment != nil else {
          skipped.append(
            .init(
              peer: script.peer, benchmark: benchmark.rawValue,
              reason: "Foal has no such environment"))
          continue
        }
        pairs += benchmark.threads(of: run.workers).map { (benchmark, $0, script) }
      }
    }
    for script in scripts.scripts where wanted == nil {
      for name in script.benchmarks where PeerBenchmark(rawValue: name) == nil {
        skipped.append(
          .init(peer: script.peer, benchmark: name, reason: "Foal knows no such benchmark"))
      }
    }
    try run.section("peers", measurements: pairs.count * run.rounds) { progress in
      for (benchmark, threads, script) in pairs {
        do {
          comparisons.append(
            try PeerComparison(
              benchmark, threads: threads, script, scripts, run, progress))
        } catch let reason as PeerScripts.Skipped {
          skipped.append(reason)
        }
      }
    }
  }
}

extension PeerComparison: Encodable {
  private enum Key: String, CodingKey {
    case peer, version, benchmark, threads, peerThreads, foalStepsPerSecond, peerStepsPerSecond
    case foalSecondsToSolve, peerSecondsToSolve, compileSeconds, ratio
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(peer, forKey: .peer)
    try container.encode(version, forKey: .version)
    try container.encode(benchmark, forKey: .benchmark)
    try container.encode(threads, forKey: .threads)
    try container.encode(peerThreads, forKey: .peerThreads)
    try container.encode(countsSeconds ? nil : foal, forKey: .foalStepsPerSecond)
    try container.encode(countsSeconds ? nil : other, forKey: .peerStepsPerSecond)
    try container.encode(countsSeconds ? foal : nil, forKey: .foalSecondsToSolve)
    try container.encode(countsSeconds ? other : nil, forKey: .peerSecondsToSolve)
    try container.encode(compileSeconds, forKey: .compileSeconds)
    try container.encode(ratio, forKey: .ratio)
  }
}
