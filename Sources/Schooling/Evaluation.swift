public import Agents
public import Environments
internal import Networks
package import Tensors

/// How well an agent does on tasks it has not seen, try by try.
public struct Evaluation: Sendable, Hashable, Codable {
  /// What was measured of one try, over all tasks.
  public struct Attempt: Sendable, Hashable, Codable {
    /// The number of the try, from 1.
    public var `try`: Int
    /// The interquartile mean of the returns, with its 95 % interval.
    public var iqm: Double
    public var iqmLow: Double
    public var iqmHigh: Double
    /// The mean of the returns, with its 95 % interval.
    public var mean: Double
    public var low: Double
    public var high: Double
    /// The 20th percentile of the returns.
    public var p20: Double
  }

  /// What the agent is compared with, on the same tasks.
  public struct Controls: Sendable, Hashable, Codable {
    /// The same agent, its memory wiped before every try.
    public var memoryWiped: [Attempt]
    /// The same agent, its memory wiped before every step.
    public var memoryless: [Attempt]
    /// Uniformly random actions.
    public var random: [Attempt]
    /// The tasks' experts, who know the parameters: what is possible. Nil if there are none.
    public var expert: [Attempt]?
    /// The same who knows no more than the agent can, and seeks what is wanted: what is possible without
    /// being told more. Nil if nobody can tell how to seek, and in evaluations by earlier versions.
    public var seeker: [Attempt]?
    /// What learning on a task alone brings; nil if it was not asked for.
    public var learned: Learned?
  }

  /// What learning on each task alone brings, with a network of the agent's sizes and as many tries.
  public struct Learned: Sendable, Hashable, Codable {
    /// The number of tasks that were met so, the first of all.
    public var tasks: Int
    /// From the agent's weights.
    public var fineTuned: [Attempt]
    /// From fresh weights.
    public var fromScratch: [Attempt]
  }

  /// How long an agent's memory lasts.
  public enum MemorySpan: String, Sendable, Hashable, Codable, CaseIterable {
    case task, `try`, step
  }

  /// The number of the try in which a task was first solved.
  public struct Solved: Sendable, Hashable, Codable {
    /// The median over the tasks, with its 95 % interval; nil where it is more than the tries.
    public var median: Double?
    public var low: Double?
    public var high: Double?
    /// The number of tasks that were not solved in any try.
    public var unsolved: Int
  }

  public var agent: String
  public var family: String
  public var split: String
  /// The number of tasks.
  public var tasks: Int
  /// The number of the seed that names the tasks.
  public var seed: UInt64
  public var tries: [Attempt]
  public var controls: Controls
  /// How much higher the mean return of the last try is with memory than with memory wiped, task
  /// by task, with its 95 % interval; nil with one try or one task.
  public var gainFromMemory: Interval?
  /// How many times the mean return of the first try that of the last one is, with its 95 % interval over
  /// the tasks; nil with one try or one task, where returns can be negative or the first ones are all 0, and
  /// in evaluations by earlier versions.
  public var rise: Interval?
  /// Nil if the tasks have no level at which they count as solved.
  public var solvedAtTry: Solved?
  /// The tasks with the lowest returns on the last try, the lowest first; nil in evaluations by
  /// earlier versions.
  public var worstTasks: [WorstTask]?
  /// What the agent saw and did; nil in evaluations by earlier versions.
  public var experience: Experience?
}

/// The returns of tries on tasks, `[tasks][tries]`.
public typealias Returns = [[Float]]

extension Evaluation {
  /// How to evaluate.
  public struct Settings: Sendable, Hashable {
    /// The number of tasks, 1 or more.
    public var tasks = 1000
    /// The number of tries on each, 1 or more.
    public var tries = 3
    /// Names the tasks and all randomness.
    public var seed: UInt64 = 0
    public var split = Split.heldOut
    /// Whether the most probable action is taken instead of a drawn one.
    public var greedy = true
    /// The number of tasks on which learning from the agent's weights and from fresh ones is measured
    /// too, up to ``tasks``.
    public var learnedTasks = 0
    /// The number of threads.
    public var workers = 1

    public init(tasks: Int = 1000, tries: Int = 3) {
      self.tasks = tasks
      self.tries = tries
    }

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      guard tasks >= 1 else { throw ConfigurationError("tasks", tasks, allowed: "1 or more") }
      guard tries >= 1 else { throw ConfigurationError("tries", tries, allowed: "1 or more") }
      guard (0...tasks).contains(learnedTasks) else {
        throw ConfigurationError("learnedTasks", learnedTasks, allowed: "0 to \(tasks)")
      }
    }
  }

  /// The number of tries that an evaluation plays, those of its controls included.
  public static func tryCount(on tasks: TaskSource, _ settings: Settings) -> Int {
    let controls = (tasks.hasExperts ? 1 : 0) + (tasks.hasSeekers ? 1 : 0)
    return ((4 + controls) * settings.tasks + 2 * settings.learnedTasks) * settings.tries
  }

  /// What an evaluation saw, for those who ask more of it than its summary.
  public struct Evidence: Sendable {
    /// The return of the last try on each task.
    public var lastReturns: [Float]
    /// What the agent saw and did, the memory kept.
    public var sample: ExperienceSample
  }

  /// Evaluates an agent on numbered tasks of a split, with its controls.
  ///
  /// - Parameter onProgress: called, on any thread, with the number of tries that were just played,
  ///   out of ``tryCount(on:_:)``.
  /// - Throws: `ConfigurationError` for a setting out of its range, ``AgentError`` if the agent
  ///   does not fit the tasks, `EnvironmentError`, or what stopped a learner.
  public init(
    _ agent: Agent, on tasks: TaskSource, _ settings: Settings,
    onProgress: @escaping @Sendable (_ tries: Int) -> Void = { _ in }
  ) throws {
    self = try Self.measure(agent, on: tasks, settings, onProgress: onProgress).evaluation
  }

  /// Evaluates an agent as ``init(_:on:_:onProgress:)`` does, and returns what was seen, too.
  public static func measure(
    _ agent: Agent, on tasks: TaskSource, _ settings: Settings,
    onProgress: @escaping @Sendable (_ tries: Int) -> Void = { _ in }
  ) throws -> (evaluation: Evaluation, evidence: Evidence) {
    try settings.validate()
    try agent.check(actsIn: tasks)
    let (kept, sample) = try agent.play(
      on: tasks, settings, memoryLasting: .task, sampling: true, onProgress: onProgress)
    let wiped = try agent.returns(
      on: tasks, settings, memoryLasting: .try, onProgress: onProgress)
    let memoryless = try agent.returns(
      on: tasks, settings, memoryLasting: .step, onProgress: onProgress)
    let stepLimit = agent.card.trials.stepLimit
    let random = try randomReturns(
      on: tasks, settings, stepLimit: stepLimit, onProgress: onProgress)
    let expert = try expertReturns(
      on: tasks, settings, stepLimit: stepLimit, onProgress: onProgress)
    let seeker = try seekerReturns(
      on: tasks, settings, stepLimit: stepLimit, onProgress: onProgress)
    let learned = try learnedReturns(agent, on: tasks, settings, onProgress: onProgress)
    var stream = RandomStream(seed: settings.seed).split("intervals")
    let tries = attempts(kept, using: &stream)
    let controls = Controls(
      memoryWiped: attempts(wiped, using: &stream),
      memoryless: attempts(memoryless, using: &stream), random: attempts(random, using: &stream),
      expert: expert.map { attempts($0, using: &stream) },
      seeker: seeker.map { attempts($0, using: &stream) })
    var evaluation = Evaluation(
      agent: agent.card.name, family: tasks.name, split: settings.split.rawValue,
      tasks: settings.tasks, seed: settings.seed, tries: tries, controls: controls,
      gainFromMemory: interval(
        zip(kept, wiped).map { Double($0.last! - $1.last!) }, of: .mean, using: &stream),
      solvedAtTry: tasks.solvedReturn.map { level in
        Solved(kept.map { firstSolved($0, level) }, tries: settings.tries, using: &stream)
      },
      worstTasks: WorstTask.find(10, in: kept, of: tasks, settings),
      experience: Experience(sample))
    evaluation.rise = rise(of: kept, seed: settings.seed)
    evaluation.controls.learned = learned.map { fineTuned, fromScratch in
      Learned(
        tasks: fineTuned.count, fineTuned: attempts(fineTuned, using: &stream),
        fromScratch: attempts(fromScratch, using: &stream))
    }
    return (evaluation, Evidence(lastReturns: kept.map { $0.last! }, sample: sample))
  }

  private static func rise(of returns: Returns, seed: UInt64) -> Interval? {
    guard let tries = returns.first?.count, tries > 1, returns.allSatisfy({ $0.min()! >= 0 })
    else { return nil }
    var random = RandomStream(seed: seed).split("rise")
    return ratio(
      of: returns.map { Double($0[tries - 1]) }, to: returns.map { Double($0[0]) }, using: &random)
  }

  /// The returns of the agent fine-tuned and of its network from scratch; nil if they are not asked
  /// for.
  private static func learnedReturns(
    _ agent: Agent, on tasks: TaskSource, _ settings: Settings,
    onProgress: @escaping @Sendable (_ tries: Int) -> Void
  ) throws -> (fineTuned: Returns, fromScratch: Returns)? {
    guard settings.learnedTasks > 0 else { return nil }
    var meeting = Adaptation.Settings(suiting: agent.card.family)
    meeting.tries = settings.tries
    meeting.seed = settings.seed
    meeting.split = settings.split
    meeting.workers = settings.workers
    func returns(_ way: Way) throws -> Returns {
      try Adaptation.run(
        agent, on: tasks, numbers: Array(0..<settings.learnedTasks), way, meeting,
        onProgress: { onProgress(settings.tries) }
      ).map(\.returns)
    }
    return (try returns(.fineTuned), try returns(.fromScratch))
  }
}

/// The try, from 1, in which a return first reached a level; nil if none did.
package func firstSolved(_ returns: [Float], _ level: Float?) -> Int? {
  guard let level else { return nil }
  return returns.firstIndex { $0 >= level }.map { $0 + 1 }
}

extension Evaluation.Solved {
  /// Summarises first solved tries, nil for tasks that were not solved.
  package init(_ solved: [Int?], tries: Int, using random: inout RandomStream) {
    // A task not solved in the tries counts as solved in a later one: it can only raise the median.
    let values = solved.map { Double($0 ?? tries + 1) }
    let interval = interval(values, of: .quantile(0.5), using: &random)
    func shown(_ value: Double?) -> Double? {
      value.flatMap { $0 <= Double(tries) ? $0 : nil }
    }
    median = shown(interval?.estimate ?? values.first)
    low = shown(interval?.low)
    high = shown(interval?.high)
    unsolved = solved.filter { $0 == nil }.count
  }
}

/// An aggregate over tasks with its 95 % interval; nil for one task.
func interval(
  _ values: [Double], of aggregate: Aggregate, using random: inout RandomStream
) -> Interval? {
  guard let scores = try? Scores([values]) else { return nil }
  return scores.interval(
    of: aggregate, resampling: .tasks, repetitions: 2000, using: &random)
}

/// The ratio of the sums of two values over the same tasks, with its 95 % interval; nil where it has no
/// bound.
func ratio(
  of own: [Double], to other: [Double], using random: inout RandomStream
) -> Interval? {
  let ratio = try? Scores([own, other]).interval(
    resampling: .tasks, repetitions: 2000, using: &random
  ) { scores in
    let (own, other) = (scores.sum(ofRun: 0), scores.sum(ofRun: 1))
    return other > 0 ? own / other : .infinity
  }
  return ratio.flatMap { $0.high.isFinite ? $0 : nil }
}

extension Scores {
  fileprivate func sum(ofRun run: Int) -> Double {
    values[run * taskCount..<(run + 1) * taskCount].reduce(0, +)
  }
}

/// Summarises the returns of each try.
package func attempts(_ returns: Returns, using random: inout RandomStream) -> [Evaluation.Attempt]
{
  guard let tries = returns.first?.count else { return [] }
  return (0..<tries).map { attempt in
    let values = returns.map { Double($0[attempt]) }
    let scores = try? Scores([values])
    let iqm = interval(values, of: .interquartileMean, using: &random)
    let mean = interval(values, of: .mean, using: &random)
    let single = values[0]
    return Evaluation.Attempt(
      try: attempt + 1, iqm: iqm?.estimate ?? single, iqmLow: iqm?.low ?? single,
      iqmHigh: iqm?.high ?? single, mean: mean?.estimate ?? single, low: mean?.low ?? single,
      high: mean?.high ?? single, p20: scores?.quantile(0.2) ?? single)
  }
}
