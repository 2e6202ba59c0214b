public import Environments
public import Networks
internal import Tensors

extension PPO {
  /// Makes a learner over the train split of some tasks, in the order of a curriculum.
  ///
  /// Without end and uniform, each slot draws its tasks by itself, and there is no curriculum.
  ///
  /// - Parameters:
  ///   - weights: where to start from; drawn if nil.
  ///   - seed: everything random follows from it, the numbered tasks included.
  ///   - reduction: how the lanes' gradients are summed.
  /// - Throws: ``ConfigurationError`` for a setting out of its range, or one that the tasks do not
  ///   allow.
  public init(
    _ configuration: Configuration, on tasks: TaskSource,
    _ settings: Curriculum.Configuration = Curriculum.Configuration(),
    trials: TrialSettings = TrialSettings(), weights: Weights? = nil, seed: UInt64,
    reduction: any LaneReduction = SharedMemoryReduction()
  ) throws {
    try configuration.validate()
    try settings.validate()
    guard !settings.isEndless else {
      try self.init(configuration, weights: weights, seed: seed, reduction: reduction) {
        tasks.batch(split: .train, slots: $0, trials: trials, random: $1)
      }
      return
    }
    let curriculum = try Curriculum(settings, for: tasks, slots: configuration.slots, seed: seed)
    var levels = curriculum.levels[...]
    try self.init(configuration, weights: weights, seed: seed, reduction: reduction) {
      slots, random in
      defer { levels = levels.dropFirst(slots) }
      return tasks.batch(
        levels: Array(levels.prefix(slots)), seed: seed, trials: trials, random: random)
    }
    self.curriculum = curriculum
  }

  /// Lets every slot meet other tasks, of the same observations and actions, from now on.
  ///
  /// - Parameters:
  ///   - part: the number of the part of a run in which they are met; the tasks follow from it and
  ///     the seed.
  package mutating func meet(_ tasks: TaskSource, trials: TrialSettings, part: Int) {
    precondition(curriculum == nil, "a curriculum chooses among the tasks that it was made for")
    let random = RandomStream(seed: seed).split("environments").split("part").split(part)
    for index in lanes.indices {
      let slots = lanes[index].environments.slots
      lanes[index].environments = tasks.batch(
        split: .train, slots: slots, trials: trials, random: random.split(index))
      lanes[index].memory = policy.network.emptyMemory(slots)
    }
  }

  /// Says which levels the slots meet during the next rollout.
  mutating func queueLevels() {
    guard curriculum != nil else { return }
    let steps = configuration.rolloutSteps
    let triesPerTask = lanes[0].environments.trials.triesPerTask
    // A try takes a step at least.
    let queues = curriculum?.decide(steps / triesPerTask + 1) ?? []
    let slots = configuration.slots / lanes.count
    for lane in lanes.indices {
      lanes[lane].environments.queueLevels(Array(queues[lane * slots..<(lane + 1) * slots]))
    }
  }

  /// Takes in what came of the levels of the last rollout, lane by lane.
  mutating func followLevels() -> CurriculumStatistics? {
    guard var curriculum else { return nil }
    // The only reference, so that its arrays are changed in place.
    self.curriculum = nil
    var statistics = CurriculumStatistics()
    for index in lanes.indices {
      let lane = lanes[index]
      let slots = lane.environments.slots
      curriculum.follow(
        advantages: lane.rollout.advantages, episodes: lane.finished, from: index * slots,
        slots: slots, triesPerTask: lane.environments.trials.triesPerTask, into: &statistics)
      lanes[index].environments.queueLevels(Array(repeating: [], count: slots))
    }
    curriculum.complete(&statistics)
    self.curriculum = curriculum
    return statistics
  }

  /// The curriculum as it was when a snapshot was taken, with what its lanes are at.
  func restoredCurriculum(
    _ state: Curriculum.State?, _ lanes: [Lane]
  ) throws(SnapshotError) -> Curriculum? {
    guard let curriculum, let state else {
      guard curriculum == nil, state == nil else {
        throw SnapshotError(
          description: state == nil
            ? "the snapshot has no curriculum, the learner has one"
            : "the snapshot has a curriculum, the learner has none")
      }
      return nil
    }
    let restored = try curriculum.restored(state)
    guard restored.levels == lanes.flatMap({ $0.environments.levels ?? [] }) else {
      throw SnapshotError(description: "the snapshot's slots are not at their curriculum's levels")
    }
    return restored
  }
}

extension Curriculum {
  /// All that changes in a curriculum from one rollout to the next.
  struct State: Sendable, Hashable, Codable {
    var random: RandomStream
    var entries: [LevelBuffer.Entry]
    var met: Int
    var plays: [Play]
  }

  /// Takes down all that changes; to be called between two rollouts.
  var state: State {
    State(random: random, entries: buffer.entries, met: buffer.met, plays: plays)
  }

  /// The curriculum as it was when its state was taken down.
  func restored(_ state: State) throws(SnapshotError) -> Curriculum {
    var restored = self
    let numbers = configuration.pool > 0 ? configuration.pool : Level.numbers
    let mostEdits = configuration.kind == .evolution ? configuration.maximumEdits : 0
    let levels = state.plays.map(\.choice.level) + state.entries.map(\.level)
    guard state.plays.count == plays.count, state.plays.allSatisfy(\.isSound),
      levels.allSatisfy({ $0.number < numbers && $0.edits.count <= mostEdits }),
      restored.buffer.restore(state.entries, met: state.met)
    else { throw SnapshotError(description: "the snapshot's curriculum is not this learner's") }
    restored.random = state.random
    restored.plays = state.plays
    return restored
  }
}
