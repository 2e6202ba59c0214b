internal import Environments
internal import Schooling

/// CartPole-v1 from scratch until the mean return of 100 episodes in a row is 475, with the settings
/// of `foal train`.
struct SolvedBenchmark: Sendable {
  /// One run.
  struct Run: Sendable, Encodable {
    var seed: UInt64
    /// Whether it got there within the steps of `foal train`.
    var solved: Bool
    /// Environment steps and seconds, until then or until the run was over.
    var steps: Int
    var seconds: Double
  }

  let workers: Int
  private(set) var runs: [Run] = []

  /// Seconds and steps until solved, infinite for a run that was not.
  var seconds: Rounds { rounds(\.seconds) }
  var steps: Rounds { rounds { Double($0.steps) } }
  var solvedCount: Int { runs.count(where: \.solved) }

  /// Runs every seed, from 0 on.
  init(_ run: BenchRun) throws {
    workers = run.workers
    let seeds = UInt64(run.choose(10, quick: 2))
    runs = try run.section("CartPole-v1", measurements: Int(seeds)) { progress in
      try (0..<seeds).map { seed in
        let result = try Self.run(
          seed: seed, workers: run.workers, check: { try run.checkInterrupt() })
        try progress.measured()
        return result
      }
    }
  }

  /// Trains from a seed.
  static func run(seed: UInt64, workers: Int, check: () throws -> Void) throws -> Run {
    let entry = try EnvironmentCatalogue.environment(named: "CartPole-v1")
    let start = ContinuousClock.now
    var training = try Training(
      on: entry.tasks, Training.Configuration(for: entry.name), seed: seed, workers: workers)
    while !training.isFinished, training.solvedAtStep == nil {
      _ = try training.iterate()
      try check()
    }
    return Run(
      seed: seed, solved: training.solvedAtStep != nil,
      steps: training.solvedAtStep ?? training.steps,
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  private func rounds(_ value: (Run) -> Double) -> Rounds {
    var rounds = Rounds()
    for run in runs { rounds.append(run.solved ? value(run) : .infinity) }
    return rounds
  }
}

extension SolvedBenchmark: Encodable {
  private enum Key: String, CodingKey {
    case environment, meanReturn, episodes, workers, seeds, solved, seconds, steps, runs
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode("CartPole-v1", forKey: .environment)
    try container.encode(475, forKey: .meanReturn)
    try container.encode(100, forKey: .episodes)
    try container.encode(workers, forKey: .workers)
    try container.encode(runs.count, forKey: .seeds)
    try container.encode(solvedCount, forKey: .solved)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(steps, forKey: .steps)
    try container.encode(runs, forKey: .runs)
  }
}
