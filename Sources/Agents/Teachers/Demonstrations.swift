public import Environments

/// What a teacher was seen doing: episodes of observations, actions and rewards.
///
/// Stored as one safetensors file: the steps are its tensors, environment and spaces are JSON in
/// the file's metadata. See ``write(to:)`` and ``init(contentsOf:)``.
public struct Demonstrations: Sendable, Hashable {
  /// How a step went on.
  public enum End: UInt8, Sendable, Hashable, Codable {
    /// The episode goes on with the next step.
    case none = 0
    /// The task ended the episode.
    case terminated = 1
    /// A limit cut the episode.
    case truncated = 2
  }

  /// The environment's or the family's name.
  public let environment: String
  public let observationSpace: ObservationSpace
  public let actionSpace: ActionSpace
  /// What was acted on, `[N, observations]`, episode after episode in the order of time.
  public internal(set) var observations: [Float] = []
  /// What followed, before any reset, `[N, observations]`.
  public internal(set) var nextObservations: [Float] = []
  /// Actions of a discrete space, `[N]`; empty for a box.
  public internal(set) var choices: [Int32] = []
  /// Actions of a box, `[N, components]`; empty for a discrete space.
  public internal(set) var vectors: [Float] = []
  /// `[N]`.
  public internal(set) var rewards: [Float] = []
  /// `[N]`; the last step of the last episode has an end.
  public internal(set) var ends: [End] = []

  /// Makes demonstrations without a step.
  public init(
    of environment: String, observationSpace: ObservationSpace, actionSpace: ActionSpace
  ) {
    self.environment = environment
    self.observationSpace = observationSpace
    self.actionSpace = actionSpace
  }

  /// N, the number of steps.
  public var count: Int { rewards.count }

  /// The steps of each episode.
  public var episodes: [Range<Int>] {
    var (episodes, start): ([Range<Int>], Int) = ([], 0)
    for step in 0..<count where ends[step] != .none {
      episodes.append(start..<step + 1)
      start = step + 1
    }
    return episodes
  }

  /// The undiscounted return of each episode.
  public var returns: [Float] { episodes.map { rewards[$0].reduce(0, +) } }

  /// The steps of some episodes only, in their order.
  public func selecting(episodes numbers: [Int]) -> Demonstrations {
    var result = Demonstrations(
      of: environment, observationSpace: observationSpace, actionSpace: actionSpace)
    let (all, width) = (episodes, observationSpace.count)
    let components = actionSpace.isDiscrete ? 0 : actionSpace.count
    for steps in numbers.map({ all[$0] }) {
      let (low, high) = (steps.lowerBound, steps.upperBound)
      result.observations += observations[low * width..<high * width]
      result.nextObservations += nextObservations[low * width..<high * width]
      if components == 0 { result.choices += choices[steps] }
      result.vectors += vectors[low * components..<high * components]
      result.rewards += rewards[steps]
      result.ends += ends[steps]
    }
    return result
  }
}

extension Demonstrations {
  /// Records a teacher.
  ///
  /// - Parameters:
  ///   - environment: the environment's or the family's name.
  ///   - batch: where the teacher acts.
  ///   - episodesPerSlot: the number of episodes of each slot that are kept: its first ones, so
  ///     that short episodes are not met more often than long ones.
  ///   - act: writes the teacher's actions in all slots.
  /// - Throws: `EnvironmentError`, or whatever the teacher throws.
  public init(
    of environment: String, in batch: inout EnvironmentBatch, episodesPerSlot: Int,
    acting act: (inout EnvironmentBatch, inout ActionBatch) throws -> Void
  ) throws {
    precondition(episodesPerSlot > 0, "\(episodesPerSlot) episodes of each slot")
    let empty = Demonstrations(
      of: environment, observationSpace: batch.observationSpace, actionSpace: batch.actionSpace)
    self = empty
    var running = Array(repeating: empty, count: batch.slots)
    var kept = Array(repeating: empty, count: batch.slots)
    var left = Array(repeating: episodesPerSlot, count: batch.slots)
    var actions = ActionBatch(batch.actionSpace, slots: batch.slots)
    while left.contains(where: { $0 > 0 }) {
      try act(&batch, &actions)
      let before = batch.buffers
      try batch.step(actions)
      for slot in 0..<batch.slots where left[slot] > 0 {
        running[slot].append(slot, before, actions, batch.buffers)
        guard running[slot].ends.last != End.none else { continue }
        kept[slot].append(running[slot])
        running[slot] = empty
        left[slot] -= 1
      }
    }
    batch.buffers.finished.removeAll()
    for part in kept { append(part) }
  }

  /// Records the environments' own experts; nil if they have none.
  public init?(
    ofExpertsIn environment: String, in batch: inout EnvironmentBatch, episodesPerSlot: Int
  ) throws {
    var actions = ActionBatch(batch.actionSpace, slots: batch.slots)
    guard batch.writeExpertActions(to: &actions) else { return nil }
    try self.init(of: environment, in: &batch, episodesPerSlot: episodesPerSlot) {
      _ = $0.writeExpertActions(to: &$1)
    }
  }

  private mutating func append(_ other: Demonstrations) {
    observations += other.observations
    nextObservations += other.nextObservations
    choices += other.choices
    vectors += other.vectors
    rewards += other.rewards
    ends += other.ends
  }

  /// Appends the step that a slot made.
  private mutating func append(
    _ slot: Int, _ before: StepBuffers, _ actions: ActionBatch, _ after: StepBuffers
  ) {
    let width = observationSpace.count
    let row = slot * width..<(slot + 1) * width
    let end: End =
      after.terminated[slot] ? .terminated : after.truncated[slot] ? .truncated : .none
    observations += before.observations[row]
    nextObservations += end == .none ? after.observations[row] : after.finalObservations[row]
    if actionSpace.isDiscrete {
      choices.append(actions.indices[slot])
    } else {
      let components = actionSpace.count
      vectors += actions.components[slot * components..<(slot + 1) * components]
    }
    rewards.append(after.rewards[slot])
    ends.append(end)
  }
}
