public import Agents
public import Environments
internal import Networks

/// Training from scratch on one environment, or on the train split of a family without a memory.
public struct Training: Sendable {
  /// The settings of a run.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Environment steps of the whole run, over all slots.
    public var steps = 300_000
    /// The learner.
    public var learner = PPO.Configuration()

    public init() {}

    /// Settings that are known to work for an environment of the catalogue, and the defaults for
    /// any other. MountainCar has none: random actions never reach its goal, so nothing is learned.
    public init(for environment: String) {
      learner.slots = 16
      learner.lanes = 2
      learner.rewardScale = 0.1
      switch environment {
      case "acrobot":
        learner.minibatches = 8
        steps = 500_000
      case "pendulum":
        learner.discount = 0.9
        learner.epochs = 10
        learner.minibatches = 8
        learner.entropyCoefficient = 0
      case "mountain-car-continuous":
        learner.rolloutSteps = 256
        learner.epochs = 10
        learner.minibatches = 8
        learner.entropyCoefficient = 0
        learner.noiseCorrelation = 0.95
      default:
        break
      }
    }
  }

  /// What a run reports after each rollout.
  public struct Progress: Sendable {
    /// Environment steps so far.
    public var steps: Int
    /// Finished episodes so far.
    public var episodes: Int
    /// The mean return of the last 100 episodes; 0 before the first.
    public var meanReturn: Float
    public var statistics: SurrogateStatistics
    /// The mean length of the gradients before clipping.
    public var gradientNorm: Float
    /// How far off predictions were; nil if nothing is predicted.
    public var prediction: Prediction.Errors?
  }

  public let configuration: Configuration
  public let environment: String
  public let seed: UInt64
  /// Finished episodes so far.
  public internal(set) var episodes = 0
  /// The step and the episode at which the mean return of the last 100 episodes first reached the
  /// environment's solved level; nil if it has not yet.
  public internal(set) var solvedAtStep: Int?
  public internal(set) var solvedAtEpisode: Int?
  var learner: PPO
  private let solvedReturn: Float?
  private let spaces: (observation: ObservationSpace, action: ActionSpace)
  var recent = RecentMean(window: 100)

  /// Prepares a run.
  ///
  /// - Throws: `ConfigurationError` for a setting out of its range.
  public init(
    on tasks: TaskSource, _ configuration: Configuration, seed: UInt64, workers: Int = 1
  ) throws {
    guard configuration.steps >= 1 else {
      throw ConfigurationError("steps", configuration.steps, allowed: "1 or more")
    }
    guard configuration.learner.aimPredictionWeight == 0 else {
      throw ConfigurationError(
        "aimPredictionWeight", configuration.learner.aimPredictionWeight,
        allowed: "0: no expert is asked while an agent is trained")
    }
    self.configuration = configuration
    self.seed = seed
    environment = tasks.name
    solvedReturn = tasks.solvedReturn
    spaces = (tasks.observationSpace, tasks.actionSpace)
    learner = try PPO(configuration.learner, seed: seed) { slots, random in
      tasks.batch(slots: slots, random: random)
    }
    learner.workers = workers
  }

  /// Environment steps so far.
  public var steps: Int { learner.steps }

  /// Whether the run has taken all its steps.
  public var isFinished: Bool { steps >= configuration.steps }

  /// The mean return of the last 100 episodes; 0 before the first.
  public var meanReturn: Float { recent.mean }

  /// Collects one rollout and learns from it.
  public mutating func iterate() throws -> Progress {
    let before = learner.steps
    let iteration = try learner.iterate(progress: Float(before) / Float(configuration.steps))
    for episode in iteration.episodes {
      episodes += 1
      recent.add(episode.undiscountedReturn)
      if let solvedReturn, solvedAtStep == nil, recent.isFull, recent.mean >= solvedReturn {
        solvedAtStep = iteration.steps
        solvedAtEpisode = episodes
      }
    }
    return Progress(
      steps: iteration.steps, episodes: episodes, meanReturn: recent.mean,
      statistics: iteration.statistics, gradientNorm: iteration.gradientNorm,
      prediction: iteration.prediction)
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
        name: name, family: environment, algorithm: "PPO, from scratch", seed: seed,
        steps: steps, network: policy.network.configuration, trials: TrialSettings(),
        observationSpace: spaces.observation, actionSpace: spaces.action,
        trainingReturns: [recent.mean]),
      policy: policy)
  }
}

/// The mean of the last values.
struct RecentMean: Sendable, Hashable, Codable {
  /// How many values count.
  let window: Int
  private var values: [Float] = []
  private var next = 0

  init(window: Int) { self.window = window }

  mutating func add(_ value: Float) {
    if values.count < window {
      values.append(value)
    } else {
      values[next] = value
      next = (next + 1) % window
    }
  }

  /// Whether it is one of a window that values were added to, as what was read from a file may not be.
  func isSound(window: Int) -> Bool {
    self.window == window && values.count <= window && values.allSatisfy(\.isFinite)
      && (0..<window).contains(next) && (next == 0 || values.count == window)
  }

  /// Whether there have been as many values as count.
  var isFull: Bool { values.count == window }

  /// 0 as long as there is no value.
  var mean: Float {
    values.isEmpty ? 0 : values.reduce(0, +) / Float(values.count)
  }
}
