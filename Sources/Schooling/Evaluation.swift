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
  /// Nil if the tasks have no level at which they count as solved.
  public var solvedAtTry: Solved?
  /// The tasks with the lowest returns on the last try, the lowest first; nil in evaluations by
  /// earlier versions.
  public var worstTasks: [WorstTask]?
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
    }
  }

  /// The number of tries that an evaluation plays, those of its controls included.
  public static func tryCount(on tasks: TaskSource, _ settings: Settings) -> Int {
    (tasks.hasExperts ? 5 : 4) * settings.tasks * settings.tries
  }

  /// Evaluates an agent on numbered tasks of a split, with its controls.
  ///
  /// - Parameter onProgress: called, on any thread, with the number of tries that were just played,
  ///   out of ``tryCount(on:_:)``.
  /// - Throws: `ConfigurationError` for a setting out of its range, ``AgentError`` if the agent
  ///   does not fit the tasks, or `EnvironmentError`.
  public init(
    _ agent: Agent, on tasks: TaskSource, _ settings: Settings,
    onProgress: @escaping @Sendable (_ tries: Int) -> Void = { _ in }
  ) throws {
    try settings.validate()
    try agent.check(actsIn: tasks)
    let kept = try agent.returns(on: tasks, settings, onProgress: onProgress)
    let wiped = try agent.returns(
      on: tasks, settings, memoryLasting: .try, onProgress: onProgress)
    let memoryless = try agent.returns(
      on: tasks, settings, memoryLasting: .step, onProgress: onProgress)
    let random = try randomReturns(
      on: tasks, settings, stepLimit: agent.card.trials.stepLimit, onProgress: onProgress)
    let expert = try expertReturns(
      on: tasks, settings, stepLimit: agent.card.trials.stepLimit, onProgress: onProgress)
    var stream = RandomStream(seed: settings.seed).split("intervals")
    self.agent = agent.card.name
    family = tasks.name
    split = settings.split.rawValue
    self.tasks = settings.tasks
    seed = settings.seed
    tries = attempts(kept, using: &stream)
    controls = Controls(
      memoryWiped: attempts(wiped, using: &stream),
      memoryless: attempts(memoryless, using: &stream), random: attempts(random, using: &stream),
      expert: expert.map { attempts($0, using: &stream) })
    gainFromMemory = interval(
      zip(kept, wiped).map { Double($0.last! - $1.last!) }, of: .mean, using: &stream)
    solvedAtTry = tasks.solvedReturn.map { level in
      Solved(
        kept.map { firstSolved($0, level) }, tries: settings.tries, using: &stream)
    }
    worstTasks = WorstTask.find(10, in: kept, of: tasks, settings)
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

/// Tasks are played in shares of this many slots; the share, not the number of threads, decides
/// the random streams.
private let share = 125

private struct Share: Sendable {
  let numbers: [Int]
  var returns: Returns = []
  var failure: EnvironmentError?
}

/// Plays tries on numbered tasks, in shares that threads take.
private func play(
  _ tasks: TaskSource, _ settings: Evaluation.Settings, trials: TrialSettings,
  onProgress: @Sendable (Int) -> Void,
  _ act: @Sendable (inout EnvironmentBatch, RandomStream) throws(EnvironmentError) -> Returns
) throws(EnvironmentError) -> Returns {
  var shares = stride(from: 0, to: settings.tasks, by: share).map {
    Share(numbers: Array($0..<min($0 + share, settings.tasks)))
  }
  let random = RandomStream(seed: settings.seed).split("evaluation")
  concurrentForEach(&shares, workers: settings.workers) { share, index in
    var batch = tasks.batch(
      tasks: share.numbers, of: settings.split, seed: settings.seed, trials: trials,
      random: random.split("starts").split(index))
    do throws(EnvironmentError) {
      share.returns = try act(&batch, random.split("actions").split(index))
      onProgress(share.numbers.count * settings.tries)
    } catch {
      share.failure = error
    }
  }
  for share in shares { if let failure = share.failure { throw failure } }
  return shares.flatMap(\.returns)
}

extension Agent {
  /// The returns of tries on numbered tasks, without changing any weights: `[tasks][tries]`.
  public func returns(
    on tasks: TaskSource, _ settings: Evaluation.Settings,
    memoryLasting span: Evaluation.MemorySpan = .task,
    onProgress: @escaping @Sendable (_ tries: Int) -> Void = { _ in }
  ) throws(EnvironmentError) -> Returns {
    var trials = card.trials
    trials.triesPerTask = settings.tries
    trials.wipesMemoryEachTry = span == .try
    let policy = policy
    return try play(tasks, settings, trials: trials, onProgress: onProgress) {
      batch, random throws(EnvironmentError) in
      var random = random
      let empty = policy.network.emptyMemory(batch.slots)
      var memory = empty
      return try batch.playTries { batch, actions in
        let decision = policy.decide(
          batch.buffers, memory: memory, greedy: settings.greedy, using: &random)
        memory = span == .step ? empty : decision.memory
        policy.write(decision, to: &actions)
      }
    }
  }
}

/// The returns of uniformly random actions on numbered tasks, `[tasks][tries]`.
///
/// - Parameter stepLimit: the steps after which a try is truncated, in place of the tasks' own.
public func randomReturns(
  on tasks: TaskSource, _ settings: Evaluation.Settings, stepLimit: Int? = nil,
  onProgress: @escaping @Sendable (_ tries: Int) -> Void = { _ in }
) throws(EnvironmentError) -> Returns {
  let trials = TrialSettings(triesPerTask: settings.tries, stepLimit: stepLimit)
  return try play(tasks, settings, trials: trials, onProgress: onProgress) {
    batch, random throws(EnvironmentError) in
    var random = random
    let space = batch.actionSpace
    return try batch.playTries { batch, actions in
      actions.drawUniformly(from: space, masks: batch.buffers.masks, using: &random)
    }
  }
}

/// The returns of the tasks' experts on numbered tasks, `[tasks][tries]`; nil if there are none.
///
/// - Parameter stepLimit: the steps after which a try is truncated, in place of the tasks' own.
public func expertReturns(
  on tasks: TaskSource, _ settings: Evaluation.Settings, stepLimit: Int? = nil,
  onProgress: @escaping @Sendable (_ tries: Int) -> Void = { _ in }
) throws(EnvironmentError) -> Returns? {
  guard tasks.hasExperts else { return nil }
  let trials = TrialSettings(triesPerTask: settings.tries, stepLimit: stepLimit)
  return try play(tasks, settings, trials: trials, onProgress: onProgress) {
    batch, _ throws(EnvironmentError) in
    try batch.playTries { batch, actions in _ = batch.writeExpertActions(to: &actions) }
  }
}

extension EnvironmentBatch {
  /// Plays every slot's tries on its first task and returns their returns, `[slots][tries]`.
  mutating func playTries(
    choosing choose: (inout EnvironmentBatch, inout ActionBatch) -> Void
  ) throws(EnvironmentError) -> Returns {
    var returns = Returns(repeating: [], count: slots)
    var actions = ActionBatch(actionSpace, slots: slots)
    var left = slots * trials.triesPerTask
    while left > 0 {
      choose(&self, &actions)
      try step(actions)
      for episode in buffers.finished where returns[episode.slot].count < trials.triesPerTask {
        returns[episode.slot].append(episode.undiscountedReturn)
        left -= 1
      }
      buffers.finished.removeAll(keepingCapacity: true)
    }
    return returns
  }
}
