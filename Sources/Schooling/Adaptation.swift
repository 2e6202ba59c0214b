public import Agents
public import Environments
internal import Networks
internal import Tensors

/// How an agent meets a task that it has never seen.
public enum Way: String, Sendable, Hashable, Codable, CaseIterable {
  /// The pretrained agent, its memory kept over the tries; no weight changes.
  case inContext
  /// The pretrained weights, changed by reinforcement learning on the task alone; the memory is
  /// wiped before every try.
  case fineTuned
  /// The same network with fresh weights, changed in the same way.
  case fromScratch
}

/// One task met in one way, try by try.
public struct Adaptation: Sendable, Hashable, Codable {
  /// The number of the task in its split.
  public var task: Int
  /// The return of each try.
  public var returns: [Float]
  /// The steps of each try.
  public var lengths: [Int]
  /// The try, from 1, in which the task was first solved; nil if in none.
  public var solvedAtTry: Int?
}

extension Adaptation {
  /// How tasks are met.
  public struct Settings: Sendable {
    /// The largest number of tries.
    public var tries = 10
    /// The number of tries after which a task that is solved is left; nil to play all tries.
    public var leavesSolvedAfter: Int?
    public var split = Split.heldOut
    /// Names the tasks and all randomness.
    public var seed: UInt64 = 0
    /// The number of threads.
    public var workers = 1
    /// The learner of the ways that change weights. It acts in one environment: one slot, one lane.
    /// Its network is the agent's, whatever is set here.
    public var learner: PPO.Configuration = {
      var learner = PPO.Configuration()
      learner.slots = 1
      learner.lanes = 1
      learner.rolloutSteps = 128
      learner.epochs = 10
      learner.minibatches = 1
      learner.rewardScale = 0.02
      learner.maximumGradientNorm = 1
      learner.annealsLearningRate = false
      return learner
    }()
    /// The learning rate and the epochs of fine-tuning; from scratch they are the learner's own.
    /// Each way has what serves it best: what is there already is lost by large steps.
    public var fineTuningRate: Float = 3e-4
    public var fineTuningEpochs = 4

    public init() {}

    /// Makes settings whose rewards are scaled as in the pretraining on a family.
    public init(suiting family: String) {
      learner.rewardScale = Pretraining.Configuration.suiting(family).learner.rewardScale
    }
  }

  /// Meets numbered tasks in one way; the same tasks, tries and network whatever the way.
  ///
  /// - Parameters:
  ///   - onTry: called, on any thread, with a task's number and each of its tries.
  ///   - onProgress: called, on any thread, when a task is done.
  /// - Throws: `ConfigurationError` for a setting out of its range, ``AgentError`` if the agent
  ///   does not fit the tasks, or what stopped a learner.
  public static func run(
    _ agent: Agent, on tasks: TaskSource, numbers: [Int], _ way: Way, _ settings: Settings,
    onTry: @escaping @Sendable (_ task: Int, _ episode: Episode) -> Void = { _, _ in },
    onProgress: @escaping @Sendable () -> Void = {}
  ) throws -> [Adaptation] {
    guard settings.tries >= 1 else {
      throw ConfigurationError("tries", settings.tries, allowed: "1 or more")
    }
    guard settings.learner.slots == 1 else {
      throw ConfigurationError(
        "slots", settings.learner.slots, allowed: "1: a task is met in one environment")
    }
    try agent.check(actsIn: tasks)
    var meetings = numbers.map { Meeting(number: $0, onTry: onTry) }
    concurrentForEach(&meetings, workers: settings.workers) { meeting, _ in
      do {
        switch way {
        case .inContext: try meeting.act(agent, on: tasks, settings)
        case .fineTuned:
          try meeting.learn(agent, startingFrom: agent.policy.weights, on: tasks, settings)
        case .fromScratch: try meeting.learn(agent, startingFrom: nil, on: tasks, settings)
        }
      } catch {
        meeting.failure = error
      }
      onProgress()
    }
    for meeting in meetings { if let failure = meeting.failure { throw failure } }
    return meetings.map {
      Adaptation(
        task: $0.number, returns: $0.returns, lengths: $0.lengths,
        solvedAtTry: firstSolved($0.returns, tasks.solvedReturn))
    }
  }
}

/// One task while it is met.
private struct Meeting: Sendable {
  let number: Int
  var returns: [Float] = []
  var lengths: [Int] = []
  var failure: (any Error)?

  private let onTry: @Sendable (Int, Episode) -> Void

  init(number: Int, onTry: @escaping @Sendable (Int, Episode) -> Void) {
    self.number = number
    self.onTry = onTry
  }

  /// Notes the return of a try.
  private mutating func add(_ episode: Episode) {
    returns.append(episode.undiscountedReturn)
    lengths.append(episode.length)
    onTry(number, episode)
  }

  private func random(_ settings: Adaptation.Settings) -> RandomStream {
    RandomStream(seed: settings.seed).split("adaptation").split(number)
  }

  private func isDone(_ tasks: TaskSource, _ settings: Adaptation.Settings) -> Bool {
    if returns.count >= settings.tries { return true }
    guard let least = settings.leavesSolvedAfter, returns.count >= least else { return false }
    return firstSolved(returns, tasks.solvedReturn) != nil
  }

  private func batch(
    _ agent: Agent, _ tasks: TaskSource, _ settings: Adaptation.Settings, wipes: Bool
  ) -> EnvironmentBatch {
    var trials = agent.card.trials
    trials.triesPerTask = settings.tries + 1
    trials.wipesMemoryEachTry = wipes
    return tasks.batch(
      tasks: [number], of: settings.split, seed: settings.seed, trials: trials,
      random: random(settings).split("starts"))
  }

  /// Acts without learning.
  mutating func act(_ agent: Agent, on tasks: TaskSource, _ settings: Adaptation.Settings) throws {
    var batch = batch(agent, tasks, settings, wipes: false)
    var random = random(settings).split("actions")
    var memory = agent.policy.network.emptyMemory(1)
    var actions = ActionBatch(batch.actionSpace, slots: 1)
    while !isDone(tasks, settings) {
      let decision = agent.policy.decide(
        batch.buffers, memory: memory, greedy: agent.isGreedy, using: &random)
      memory = decision.memory
      agent.policy.write(decision, to: &actions)
      try batch.step(actions)
      for episode in batch.buffers.finished { add(episode) }
      batch.buffers.finished.removeAll(keepingCapacity: true)
    }
  }

  /// Acts and learns from it.
  mutating func learn(
    _ agent: Agent, startingFrom weights: Weights?, on tasks: TaskSource,
    _ settings: Adaptation.Settings
  ) throws {
    var configuration = settings.learner
    configuration.adoptSizes(of: agent.card.network)
    if weights != nil {
      configuration.learningRate = settings.fineTuningRate
      configuration.epochs = settings.fineTuningEpochs
    }
    var stream = random(settings).split("learner")
    let batch = batch(agent, tasks, settings, wipes: true)
    var learner = try PPO(configuration, weights: weights, seed: stream.next()) { _, _ in batch }
    while !isDone(tasks, settings) {
      let iteration = try learner.iterate(progress: 0)
      for episode in iteration.episodes where !isDone(tasks, settings) {
        add(episode)
      }
    }
  }
}

/// Three ways to meet the same tasks, side by side.
public struct Comparison: Sendable, Hashable, Codable {
  /// One way.
  public struct Row: Sendable, Hashable, Codable {
    public var way: Way
    /// The returns of the first tries over all tasks.
    public var tries: [Evaluation.Attempt]
    public var solvedAtTry: Evaluation.Solved
    /// The largest number of tries that a task was given.
    public var budget: Int
  }

  public var agent: String
  public var family: String
  /// The number of tasks.
  public var tasks: Int
  public var seed: UInt64
  public var ways: [Row]

  /// Meets numbered tasks in each way.
  ///
  /// - Parameters:
  ///   - shownTries: the number of tries whose returns are summarised; each task is given at
  ///     least as many.
  ///   - onProgress: called, on any thread, when a task is done in one way.
  public init(
    _ agent: Agent, on tasks: TaskSource, numbers: [Int], ways: [Way] = Way.allCases,
    shownTries: Int, _ settings: Adaptation.Settings,
    onProgress: @escaping @Sendable () -> Void = {}
  ) throws {
    self.agent = agent.card.name
    family = tasks.name
    self.tasks = numbers.count
    seed = settings.seed
    self.ways = try ways.map { way in
      var settings = settings
      settings.leavesSolvedAfter = settings.leavesSolvedAfter.map { max($0, shownTries) }
      settings.tries = max(settings.tries, shownTries)
      let met = try Adaptation.run(
        agent, on: tasks, numbers: numbers, way, settings, onProgress: onProgress)
      var random = RandomStream(seed: settings.seed).split("intervals").split(way.rawValue)
      let returns = met.map { Array($0.returns.prefix(shownTries)) }
      return Row(
        way: way, tries: attempts(returns, using: &random),
        solvedAtTry: Evaluation.Solved(
          met.map(\.solvedAtTry), tries: settings.tries, using: &random),
        budget: settings.tries)
    }
  }
}
