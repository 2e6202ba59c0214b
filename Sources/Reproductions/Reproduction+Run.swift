internal import Dispatch
internal import Synchronization

extension Reproduction {
  /// How far a run is.
  public struct Progress: Sendable {
    /// Arms done, over all seeds.
    public let done: Int
    public let total: Int
    /// The arm that was done last, and its seed.
    public let arm: String
    public let seed: UInt64
  }

  /// Runs every arm with every seed, as many at a time as there are workers.
  ///
  /// What an arm measures depends on its seed only, not on the number of workers.
  ///
  /// - Parameters:
  ///   - seeds: the seeds; `0..<self.seeds` by default.
  ///   - workers: the number of threads, at least 1.
  ///   - onProgress: called after each arm, from any thread.
  /// - Throws: the first error of an arm.
  public func run(
    _ effort: Effort, seeds: [UInt64]? = nil, workers: Int = 1,
    onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) throws -> ReproductionResult {
    precondition(workers > 0, "a reproduction needs at least one worker, got \(workers)")
    let seeds = seeds ?? (0..<UInt64(effort(self.seeds, quick: quickSeeds))).map { $0 }
    let jobs = seeds.indices.flatMap { seed in arms.indices.map { (seed: seed, arm: $0) } }
    let state = Mutex(State(outcomes: Array(repeating: nil, count: jobs.count)))
    let clock = ContinuousClock()
    let start = clock.now
    DispatchQueue.concurrentPerform(iterations: min(workers, max(jobs.count, 1))) { _ in
      while let job = state.withLock({ $0.next(of: jobs.count) }) {
        let (seed, arm) = (seeds[jobs[job].seed], arms[jobs[job].arm])
        let outcome = Result { try arm.run(effort, seed) }
        let done = state.withLock { $0.finish(job, outcome) }
        onProgress(Progress(done: done, total: jobs.count, arm: arm.name, seed: seed))
      }
    }
    let outcomes = try state.withLock { $0.outcomes }.compactMap { try $0?.get() }
    var measurements: [String: [Measurements]] = [:]
    for (job, outcome) in zip(jobs, outcomes) {
      measurements[arms[job.arm].name, default: []].append(outcome)
    }
    let seconds = (clock.now - start) / .seconds(1)
    return ReproductionResult(
      effort: effort, seeds: seeds, measurements: measurements, seconds: seconds)
  }
}

/// What the workers share: which job is next, and what came of those that are done.
private struct State {
  var outcomes: [Result<Measurements, any Error>?]
  var begun = 0
  var done = 0
  var hasFailed = false

  /// The next job; nil if there is none, or one has failed.
  mutating func next(of count: Int) -> Int? {
    guard begun < count, !hasFailed else { return nil }
    begun += 1
    return begun - 1
  }

  /// Takes what came of a job and returns how many are done.
  mutating func finish(_ job: Int, _ outcome: Result<Measurements, any Error>) -> Int {
    outcomes[job] = outcome
    if case .failure = outcome { hasFailed = true }
    done += 1
    return done
  }
}
