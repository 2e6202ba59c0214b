public import Agents
public import Environments
internal import Networks

/// Pretraining in context: one agent with a memory learns from very many tasks, several tries on
/// each, its memory kept over the tries and wiped between tasks. What it learns is to find out
/// what a task is like while it acts, so that it meets a new task without changing a weight.
///
/// Source: Duan et al. (2016), "RL²", arXiv:1611.02779. Deviation: unless the learner's
/// `PPO.Configuration.returnsSpanTries` is set, a try's end is an end for the return, so that what
/// is learned in one try is not traded against what is earned in the next.
public struct Pretraining: Sendable {
  /// The settings of a run.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Tries on a task before the next one is drawn.
    public var triesPerTask = 3
    /// Whether the memory is wiped at the end of every try: what pretraining is without it.
    public var wipesMemoryEachTry = false
    /// Planes of the grid that is seen which stay in sight as they were when a try was last rewarded; see
    /// `TrialSettings.rememberedSegments`. Empty for none.
    public var rememberedSegments: [String] = []
    /// How much it counts at first what the tasks' experts would have done, 0 or more, and the share
    /// of the run, above 0, over which that falls to what it counts from then on. See
    /// `Teaching.Expert`.
    public var expertWeight: Float = 0
    public var expertShare: Float = 0.5
    public var lastingExpertWeight: Float = 0
    /// Whether the agent is to act by drawing from its policy once it is raised, too.
    public var drawsActions = false
    /// Environment steps of the whole run, over all slots.
    public var steps = 32_000_000
    /// Tasks that are read before anything is done: what is told of each, beside what its expert is
    /// after at first; each counts as a step. nil for none. See `PPO.read`.
    public var reading: Prelude?
    /// Easier tasks that are met first, the easiest first; of use only where every task is drawn anew.
    public var preludes: [Prelude] = []
    /// Which tasks are met: by default each is drawn anew from the whole train split.
    public var curriculum = Curriculum.Configuration()
    /// The learner.
    public var learner: PPO.Configuration = {
      var learner = PPO.Configuration()
      learner.slots = 512
      learner.lanes = 2
      learner.rolloutSteps = 64
      learner.epochs = 3
      learner.minibatches = 4
      learner.entropyCoefficient = 0.003
      learner.rewardScale = 0.02
      learner.trunk = .shared
      learner.memory = 64
      return learner
    }()

    public init() {}

    /// Makes settings whose learner is the default one.
    public init(triesPerTask: Int, steps: Int) {
      self.triesPerTask = triesPerTask
      self.steps = steps
    }

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      guard triesPerTask >= 1 else {
        throw ConfigurationError("triesPerTask", triesPerTask, allowed: "1 or more")
      }
      guard steps >= 1 else { throw ConfigurationError("steps", steps, allowed: "1 or more") }
      guard learner.memory >= 1 else {
        throw ConfigurationError(
          "memory", learner.memory, allowed: "1 or more: pretraining in context needs a memory")
      }
      guard expertWeight >= 0, expertWeight.isFinite else {
        throw ConfigurationError("expertWeight", expertWeight, allowed: "0 or more")
      }
      guard lastingExpertWeight >= 0, lastingExpertWeight <= expertWeight else {
        throw ConfigurationError(
          "lastingExpertWeight", lastingExpertWeight,
          allowed: "0 to the expertWeight of \(expertWeight)")
      }
      guard expertShare > 0, expertShare <= 1 else {
        throw ConfigurationError("expertShare", expertShare, allowed: "above 0, at most 1")
      }
      var begun: Float = 0
      for prelude in (reading.map { [$0] } ?? []) + preludes {
        guard prelude.until > begun, prelude.until < 1 else {
          throw ConfigurationError(
            "preludes", prelude.until,
            allowed: "ends that rise, that of the reading first, above 0 and below 1")
        }
        begun = prelude.until
        guard (1...triesPerTask).contains(prelude.triesPerTask ?? 1) else {
          throw ConfigurationError(
            "preludes", prelude.triesPerTask ?? 1, allowed: "1 to \(triesPerTask) tries on a task")
        }
      }
      guard learner.aimPredictionWeight == 0 || expertWeight > 0 || reading != nil else {
        throw ConfigurationError(
          "aimPredictionWeight", learner.aimPredictionWeight,
          allowed: "0, if expertWeight is 0: what nobody is asked cannot be predicted")
      }
      guard reading == nil || learner.aimPredictionWeight > 0 else {
        throw ConfigurationError(
          "aimPredictionWeight", learner.aimPredictionWeight,
          allowed: "above 0, if there is a reading")
      }
      try curriculum.validate()
      try learner.validate()
    }

    /// Whether a run is still reading after so many steps.
    func reads(at steps: Int) -> Bool {
      reading.map { Float(steps) / Float(self.steps) < $0.until } ?? false
    }

    /// The number of the prelude that a run is in after so many steps; the number of preludes once
    /// they are over.
    func part(at steps: Int) -> Int {
      guard curriculum.isEndless else { return preludes.count }
      let done = Float(steps) / Float(self.steps)
      return preludes.firstIndex { done < $0.until } ?? preludes.count
    }

    /// How tries make up the tasks of a part.
    package func trials(of part: Int) -> TrialSettings {
      var trials = TrialSettings(
        triesPerTask: part < preludes.count
          ? preludes[part].triesPerTask ?? triesPerTask : triesPerTask,
        showsHistory: true, wipesMemoryEachTry: wipesMemoryEachTry)
      trials.rememberedSegments = rememberedSegments
      return trials
    }

    /// What experts have to say; nil if that does not count.
    var teaching: Teaching? {
      expertWeight > 0
        ? Teaching(
          expert: .init(
            coefficient: .linear(from: expertWeight, to: lastingExpertWeight), over: expertShare))
        : nil
    }
  }

  /// A first part of a run, on tasks that are easier than those it is about.
  ///
  /// What is said of a task has to be understood before it can be of use; where hardly a task is
  /// solved that takes long.
  public struct Prelude: Sendable, Hashable, Codable {
    /// The name of a family with the same observations and actions.
    public var family: String
    /// The share of the run at whose end the part ends: above 0, below 1.
    public var until: Float
    /// Tries on a task before the next one is drawn, where they are fewer than later on.
    public var triesPerTask: Int?

    public init(family: String, until: Float, triesPerTask: Int? = nil) {
      self.family = family
      self.until = until
      self.triesPerTask = triesPerTask
    }
  }

  /// What a run reports after each rollout.
  public struct Progress: Sendable {
    /// Environment steps so far.
    public var steps: Int
    /// The mean return of each try over the recent tries.
    public var returns: [Float]
    /// The finished episodes so far, by the number of the try.
    public var episodes: [Int]
    public var statistics: SurrogateStatistics
    /// The mean length of the gradients before clipping.
    public var gradientNorm: Float
    /// What levels were met; nil where tasks are drawn without end.
    public var curriculum: CurriculumStatistics?
    /// How far off predictions were; nil if nothing is predicted.
    public var prediction: Prediction.Errors?
  }

  public let configuration: Configuration
  /// The family's name.
  public let family: String
  public let seed: UInt64
  var learner: PPO
  /// The tasks that are read; nil for none.
  private let texts: TaskSource?
  /// The tasks of each prelude, and behind them those that the run is about.
  private let parts: [TaskSource]
  /// The number of the part that the run is in.
  private var part: Int
  private let trials: TrialSettings
  private let spaces: (observation: ObservationSpace, action: ActionSpace)
  var recent: [RecentMean]
  var episodes: [Int]

  /// Prepares a run over the train split of a family.
  ///
  /// - Throws: `ConfigurationError` for a setting out of its range.
  public init(
    on tasks: TaskSource, _ configuration: Configuration = Configuration(), seed: UInt64,
    workers: Int = 1
  ) throws {
    try configuration.validate()
    guard configuration.expertWeight == 0 || tasks.hasExperts && tasks.actionSpace.isDiscrete else {
      throw ConfigurationError(
        "expertWeight", configuration.expertWeight,
        allowed: "0: the tasks have no expert whose choices could be imitated")
    }
    let planes = tasks.observationSpace.firstGrid
    guard planes.starts(with: configuration.rememberedSegments) else {
      throw ConfigurationError(
        "rememberedSegments", configuration.rememberedSegments.joined(separator: ","),
        allowed: planes.isEmpty
          ? "none: no grid is seen" : "the first of \(planes.joined(separator: ",")), or none")
    }
    self.configuration = configuration
    self.seed = seed
    family = tasks.name
    trials = configuration.trials(of: configuration.preludes.count)
    spaces = (
      EnvironmentBatch.observationSpace(tasks.observationSpace, tasks.actionSpace, trials),
      tasks.actionSpace
    )
    func source(_ prelude: Prelude) throws -> TaskSource {
      let source = try EnvironmentCatalogue.family(named: prelude.family).tasks
      guard source.observationSpace == tasks.observationSpace,
        source.actionSpace == tasks.actionSpace
      else {
        throw ConfigurationError(
          "preludes", prelude.family, allowed: "families of what \(tasks.name) shows and allows")
      }
      return source
    }
    texts = try configuration.reading.map(source)
    parts = try configuration.preludes.map(source) + [tasks]
    part = configuration.part(at: 0)
    learner = try PPO(
      configuration.learner, on: parts[part], configuration.curriculum,
      trials: configuration.trials(of: part), seed: seed)
    let network = learner.policy.network.configuration
    guard texts == nil || !network.aimKinds.isEmpty && !network.parts.isEmpty else {
      throw ConfigurationError(
        "reading", tasks.name,
        allowed: "tasks that tell something, with experts who are after something")
    }
    let weight = configuration.learner.aimPredictionWeight
    guard weight == 0 || !network.aimKinds.isEmpty else {
      throw ConfigurationError(
        "aimPredictionWeight", weight, allowed: "0: no expert says what it is after")
    }
    learner.workers = workers
    learner.teaching = configuration.teaching
    recent = Array(repeating: RecentMean(window: 200), count: configuration.triesPerTask)
    episodes = Array(repeating: 0, count: configuration.triesPerTask)
  }

  /// Environment steps so far.
  public var steps: Int { learner.steps }

  /// Whether the run has taken all its steps.
  public var isFinished: Bool { steps >= configuration.steps }

  /// Which tasks are met; nil where they are drawn without end.
  public var curriculum: Curriculum? { learner.curriculum }

  /// The mean return of each try over the recent tries.
  public var returns: [Float] { recent.map(\.mean) }

  /// Reads some tasks, or collects one rollout, and learns from it.
  public mutating func iterate() throws -> Progress {
    let iteration = try advance()
    for episode in iteration.episodes {
      recent[episode.attempt].add(episode.undiscountedReturn)
      episodes[episode.attempt] += 1
    }
    enterPart(at: steps)
    return Progress(
      steps: iteration.steps, returns: recent.map(\.mean), episodes: episodes,
      statistics: iteration.statistics, gradientNorm: iteration.gradientNorm,
      curriculum: iteration.curriculum, prediction: iteration.prediction)
  }

  /// Lets the learner meet the tasks of the part that a run is in after so many steps.
  mutating func enterPart(at steps: Int) {
    let next = configuration.part(at: steps)
    guard next != part else { return }
    part = next
    learner.meet(parts[part], trials: configuration.trials(of: part), part: part)
  }

  /// Reads some tasks, or collects one rollout.
  private mutating func advance() throws -> PPO.Iteration {
    let progress = Float(steps) / Float(configuration.steps)
    guard let texts, let reading = configuration.reading, configuration.reads(at: steps) else {
      return try learner.iterate(progress: progress)
    }
    defer { if !configuration.reads(at: steps) { learner.endReading() } }
    return try learner.read(texts, trials: trials, progress: progress / reading.until)
  }

  /// Learns until the run has taken all its steps.
  ///
  /// - Parameter onProgress: called after each rollout.
  public mutating func run(onProgress: (Progress) -> Void = { _ in }) throws {
    while !isFinished { onProgress(try iterate()) }
  }

  /// The agent as trained so far.
  public func agent(named name: String) -> Agent {
    let policy = learner.policy.withoutPredictions
    return Agent(
      card: Agent.Card(
        name: name, family: family, algorithm: "PPO, in context", seed: seed, steps: steps,
        network: policy.network.configuration, trials: trials,
        observationSpace: spaces.observation, actionSpace: spaces.action,
        trainingReturns: recent.map(\.mean), drawsActions: configuration.drawsActions ? true : nil),
      policy: policy)
  }
}
