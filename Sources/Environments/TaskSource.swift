public import Tensors

/// Tasks to draw from, whatever the type of their environments.
///
/// Numbered tasks are the same for everybody who names the same split, seed and number, so that
/// several agents can be compared on them.
public struct TaskSource: Sendable {
  /// The family's or the environment's name.
  public let name: String
  /// One of the tasks, to ask for spaces and limits.
  public let sample: any Environment
  private let draw: @Sendable (Split, _ slots: Int, TrialSettings, RandomStream) -> EnvironmentBatch
  private let pick:
    @Sendable (Split, _ seed: UInt64, _ numbers: [Int], TrialSettings, RandomStream) ->
      EnvironmentBatch
  private let place:
    @Sendable ([Level], _ seed: UInt64, TrialSettings, RandomStream) -> EnvironmentBatch
  /// Whether the tasks of the train split can be edited; see ``EditableFamily``.
  public let isEditable: Bool

  /// Tasks of a family.
  ///
  /// - Parameter first: a task to stand in the place of the held-out split's number 0, such as a
  ///   well-known one that others report on; nil for the family's own.
  @inlinable
  public init<Family: TaskFamily>(_ family: Family, heldOutFirst first: Family.Task? = nil) {
    var random = RandomStream(seed: 0)
    self.init(
      name: family.name, sample: family.task(.train, using: &random),
      draw: { split, slots, trials, random in
        EnvironmentBatch(family, split: split, slots: slots, trials: trials, random: random)
      },
      pick: { split, seed, numbers, trials, random in
        let stream = RandomStream(seed: seed).split("tasks").split(split.rawValue)
        let tasks = numbers.map { number in
          if let first, number == 0, split == .heldOut { return first }
          var random = stream.split(number)
          return family.task(split, using: &random)
        }
        return EnvironmentBatch(
          tasks: tasks, named: family.name, trials: trials, random: random)
      },
      place: { levels, seed, trials, random in
        let split = Split.train
        let stream = RandomStream(seed: seed).split("tasks").split(split.rawValue)
        return EnvironmentBatch(
          levels: levels, named: family.name, trials: trials, random: random
        ) { family.task(of: $0, from: stream) }
      },
      isEditable: family.isEditable)
  }

  /// One environment: all tasks are the same.
  @inlinable
  public init(_ environment: some Environment, named name: String) {
    self.init(SingleTask(environment, named: name))
  }

  @usableFromInline
  init(
    name: String, sample: any Environment,
    draw:
      @escaping @Sendable (Split, Int, TrialSettings, RandomStream) -> EnvironmentBatch,
    pick:
      @escaping @Sendable (Split, UInt64, [Int], TrialSettings, RandomStream) -> EnvironmentBatch,
    place:
      @escaping @Sendable ([Level], UInt64, TrialSettings, RandomStream) -> EnvironmentBatch,
    isEditable: Bool
  ) {
    self.name = name
    self.sample = sample
    self.draw = draw
    self.pick = pick
    self.place = place
    self.isEditable = isEditable
  }

  /// What the agent sees.
  public var observationSpace: ObservationSpace { sample.observationSpace }
  /// What the agent can do.
  public var actionSpace: ActionSpace { sample.actionSpace }
  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int? { sample.stepLimit }
  /// Whether the tasks come with experts, who know their parameters.
  public var hasExperts: Bool { TaskSource.hasExpert(sample) }

  private static func hasExpert(_ environment: some Environment) -> Bool {
    environment.makeExpert() != nil
  }

  /// Whether the tasks come with experts, and somebody can tell how to find out what these know.
  public var hasSeekers: Bool { hasExperts && TaskSource.hasSeeker(sample) }

  private static func hasSeeker(_ environment: some Environment) -> Bool {
    var random = RandomStream(seed: 0)
    var aim = [Int32](repeating: 0, count: environment.aimKinds.count)
    var span = aim.mutableSpan
    return environment.exploration(in: environment.reset(using: &random), into: &span) != nil
  }

  /// The return at which an episode counts as solved; `nil` if there is no such level.
  public var solvedReturn: Float? { sample.solvedReturn }

  /// Makes a batch whose slots draw one task of a split after the other.
  public func batch(
    split: Split = .train, slots: Int, trials: TrialSettings = TrialSettings(),
    random: RandomStream
  ) -> EnvironmentBatch {
    draw(split, slots, trials, random)
  }

  /// Makes a batch with one numbered task a slot, kept for good.
  ///
  /// - Parameters:
  ///   - numbers: which tasks of the split, each 0 or more.
  ///   - seed: names the sequence of tasks.
  ///   - random: the stream of starts and noise.
  public func batch(
    tasks numbers: [Int], of split: Split, seed: UInt64, trials: TrialSettings,
    random: RandomStream
  ) -> EnvironmentBatch {
    pick(split, seed, numbers, trials, random)
  }

  /// Makes a batch of the train split whose slots meet levels: one each at first, then those of
  /// ``EnvironmentBatch/queueLevels(_:)``.
  ///
  /// - Parameters:
  ///   - seed: names the sequence of tasks, as for numbered ones.
  ///   - random: the stream of starts and noise.
  public func batch(
    levels: [Level], seed: UInt64, trials: TrialSettings = TrialSettings(), random: RandomStream
  ) -> EnvironmentBatch {
    place(levels, seed, trials, random)
  }
}
