public import Foundation
public import Records
public import Schooling

/// All that a Reward Report is made from: the facts of a run, what it measured and what was measured
/// of it. A plain value, so that anything that knows a run can be reported.
public struct ReportSource: Sendable, Hashable, Codable {
  /// The run that is reported, first, and runs that differ from it in their seeds only.
  public var runs: [RunFacts]
  /// The run's settings.
  public var configuration: [Setting]
  /// What the run was on; nil if it is not known.
  public var environment: EnvironmentFacts?
  /// What the runs measured of themselves while they learned.
  public var curves: [Curve]
  /// What was measured of the run's agents, oldest first.
  public var evaluations: [EvaluationFacts]
  /// The parts that the reward is the sum of; none if the environment gives it as one number.
  public var rewardTerms: [RewardTerm]
  /// The files that the run kept, oldest first.
  public var checkpoints: [RunCheckpoint]
  /// What happened during the run, oldest first.
  public var events: [RunEvent]
  /// The agent's triggers, with what they last found.
  public var triggers: [TriggerState]
  /// What was changed and why, oldest first.
  public var changelog: [ChangelogEntry]

  /// Makes a source.
  public init(
    runs: [RunFacts], configuration: [Setting] = [], environment: EnvironmentFacts? = nil,
    curves: [Curve] = [], evaluations: [EvaluationFacts] = [], rewardTerms: [RewardTerm] = [],
    checkpoints: [RunCheckpoint] = [], events: [RunEvent] = [], triggers: [TriggerState] = [],
    changelog: [ChangelogEntry] = []
  ) {
    precondition(!runs.isEmpty, "a report needs a run")
    self.runs = runs
    self.configuration = configuration
    self.environment = environment
    self.curves = curves
    self.evaluations = evaluations
    self.rewardTerms = rewardTerms
    self.checkpoints = checkpoints
    self.events = events
    self.triggers = triggers
    self.changelog = changelog
  }
}

extension ReportSource {
  /// What is known of a run as a whole.
  public struct RunFacts: Sendable, Hashable, Codable {
    /// The name by which the store knows it.
    public var name: String
    /// The command that made it: `pretrain`.
    public var command: String
    /// The family, environment or task that it is about.
    public var task: String
    /// The algorithm, in words: `PPO, in context`.
    public var algorithm: String
    /// The seed of all its randomness.
    public var seed: UInt64
    /// Whether it runs, finished, was stopped or failed.
    public var state: String
    /// When it began.
    public var started: Date
    /// When it ended; nil while it runs.
    public var ended: Date?
    /// The version of Foal that made it.
    public var foalVersion: String
    /// The seconds that it worked.
    public var wallSeconds: Double
    /// The environment steps that it took, over all slots.
    public var steps: Int

    /// Makes the facts of a run.
    public init(
      name: String, command: String, task: String, algorithm: String, seed: UInt64, state: String,
      started: Date, ended: Date?, foalVersion: String, wallSeconds: Double, steps: Int
    ) {
      self.name = name
      self.command = command
      self.task = task
      self.algorithm = algorithm
      self.seed = seed
      self.state = state
      self.started = started
      self.ended = ended
      self.foalVersion = foalVersion
      self.wallSeconds = wallSeconds
      self.steps = steps
    }
  }

  /// One setting by its path: `learner.slots` is `512`.
  public struct Setting: Sendable, Hashable, Codable {
    /// The setting's path in the run's configuration.
    public var name: String
    /// Its value as text.
    public var value: String

    /// Makes a setting.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What is known of the environment or family that a run was on.
  public struct EnvironmentFacts: Sendable, Hashable, Codable {
    /// What the task is, in one line.
    public var summary: String
    /// Whether it is a family of tasks.
    public var isFamily: Bool
    /// Where it comes from.
    public var origin: String
    /// What an agent sees, in words.
    public var observations: String
    /// What an agent can do, in words.
    public var actions: String
    /// The steps after which a try is cut; nil for no limit.
    public var stepLimit: Int?
    /// The return at which a try counts as solved; nil if there is no such level.
    public var solvedReturn: Double?
    /// The mean return of random actions.
    public var randomReturn: Double
    /// The return that counts as score 1.
    public var referenceReturn: Double

    /// Makes the facts of an environment.
    public init(
      summary: String, isFamily: Bool, origin: String, observations: String, actions: String,
      stepLimit: Int?, solvedReturn: Double?, randomReturn: Double, referenceReturn: Double
    ) {
      self.summary = summary
      self.isFamily = isFamily
      self.origin = origin
      self.observations = observations
      self.actions = actions
      self.stepLimit = stepLimit
      self.solvedReturn = solvedReturn
      self.randomReturn = randomReturn
      self.referenceReturn = referenceReturn
    }
  }

  /// A metric over the steps of a run, for each seed.
  public struct Curve: Sendable, Hashable, Codable {
    /// The metric's name in the store: `return/try-1`.
    public var metric: String
    /// What it was measured with each seed.
    public var series: [SeedSeries]

    /// Makes a curve.
    public init(_ metric: String, _ series: [SeedSeries]) {
      self.metric = metric
      self.series = series
    }
  }

  /// A metric over the steps of one run.
  public struct SeedSeries: Sendable, Hashable, Codable {
    /// The run's seed.
    public var seed: UInt64
    /// The environment steps at which it was measured, ascending.
    public var steps: [Double]
    /// What was measured.
    public var values: [Double]

    /// Makes a series of as many values as steps.
    public init(seed: UInt64, steps: [Double], values: [Double]) {
      precondition(
        steps.count == values.count, "\(steps.count) steps and \(values.count) values")
      self.seed = seed
      self.steps = steps
      self.values = values
    }
  }

  /// An evaluation, and which bytes it is of.
  public struct EvaluationFacts: Sendable, Hashable, Codable {
    /// The run that measured it.
    public var run: String
    /// The SHA-256 of the agent's file.
    public var checkpoint: String
    /// When it was measured.
    public var date: Date
    /// What was measured.
    public var evaluation: Evaluation

    /// Makes the facts of an evaluation.
    public init(run: String, checkpoint: String, date: Date, evaluation: Evaluation) {
      self.run = run
      self.checkpoint = checkpoint
      self.date = date
      self.evaluation = evaluation
    }
  }

  /// A part of the reward.
  public struct RewardTerm: Sendable, Hashable, Codable {
    /// The term's name: `control cost`.
    public var name: String
    /// What it adds to the return of a try, over the last tries of each seed.
    public var mean: Double
    /// The 95 % interval over seeds; nil for one seed.
    public var low: Double?
    /// The upper end of that interval.
    public var high: Double?

    /// Makes a term.
    public init(_ name: String, mean: Double, low: Double? = nil, high: Double? = nil) {
      self.name = name
      self.mean = mean
      self.low = low
      self.high = high
    }
  }

  /// A trigger with what it last found.
  public struct TriggerState: Sendable, Hashable, Codable {
    /// The trigger.
    public var trigger: Trigger
    /// What it found when the source was made.
    public var reading: TriggerReading
    /// When it last fired; nil if never.
    public var lastFired: Date?

    /// Makes a state.
    public init(_ trigger: Trigger, reading: TriggerReading, lastFired: Date? = nil) {
      self.trigger = trigger
      self.reading = reading
      self.lastFired = lastFired
    }
  }
}

extension ReportSource.EvaluationFacts {
  /// Whether all tasks of the evaluation are the same one.
  var isOneTask: Bool {
    evaluation.worstTasks.map { $0.allSatisfy { $0.ranks.allSatisfy { $0 == nil } } } ?? false
  }
}

extension ReportSource {
  /// The run that is reported.
  public var run: RunFacts { runs[0] }

  /// The seeds of all runs, ascending.
  public var seeds: [UInt64] { runs.map(\.seed).sorted() }

  /// The agent's file that was written last; nil if none was.
  public var lastAgent: RunCheckpoint? { checkpoints.last { $0.kind == .agent } }

  /// The evaluation that the report is about: the last of the last agent, else the last.
  public var mainEvaluation: EvaluationFacts? {
    evaluations.last { $0.checkpoint == lastAgent?.sha256 } ?? evaluations.last
  }
}
