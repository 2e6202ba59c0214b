internal import Tensors

/// What is needed to see an environment break a promise again: one slot a few steps before, and the
/// actions since.
public struct EnvironmentReplay: Sendable, Hashable, Codable {
  /// The environment's or the family's name, and which of the two it is.
  public var environment: String
  public var kind = EnvironmentCatalogue.Entry.Kind.environment
  /// The seed of the run.
  public let seed: UInt64
  public let slot: Int
  /// The step of the batch that broke the promise.
  public let step: Int
  /// What was wrong, in one line.
  public let failure: String
  let trials: TrialSettings
  let start: EnvironmentBatch.Snapshot
  /// The slot's actions from the start on, one after the other; one of the two is empty.
  let choices: [Int32]
  let components: [Float]

  /// Takes down how a batch came to fail.
  ///
  /// - Parameters:
  ///   - start: the batch as it was some steps before.
  ///   - actions: the slot's action of a step, counted from there.
  /// - Returns: nil if a state cannot be written down.
  package init?(
    of error: EnvironmentError, since start: EnvironmentBatch, seed: UInt64,
    actions: (_ slot: Int, _ step: Int) -> Action
  ) {
    let (slot, step) = error.place
    guard let snapshot = try? start.snapshot(ofSlot: slot) else { return nil }
    environment = error.environment
    self.seed = seed
    self.slot = slot
    self.step = step
    failure = "\(error)"
    trials = start.trials
    self.start = snapshot
    let taken = (0...max(0, step - snapshot.stepsTaken)).map { actions(slot, $0) }
    let space = start.actionSpace
    choices = space.isDiscrete ? taken.map { Int32(clamping: $0.index) } : []
    components =
      space.isDiscrete ? [] : taken.flatMap { action in (0..<space.count).map { action[$0] } }
  }

  /// A step as it is played back.
  public struct Step: Sendable, Hashable {
    /// The step of the run's batch.
    public var number: Int
    /// The action: a choice, or the components of a vector.
    public var action: [Float]
    public var reward: Float
    /// What the agent saw after it.
    public var observation: [Float]
  }

  /// Plays it back.
  ///
  /// - Parameters:
  ///   - tasks: those of the environment or the family.
  ///   - onStep: called after each step, also after one that broke a promise.
  /// - Returns: what went wrong this time; nil if nothing did.
  /// - Throws: `SnapshotError` if the replay is not one of these tasks.
  public func play(
    on tasks: TaskSource, onStep: (Step) -> Void = { _ in }
  ) throws -> EnvironmentError? {
    let space = tasks.actionSpace
    let taken = space.isDiscrete ? choices.map { [Float($0)] } : components.chunks(of: space.count)
    guard trials.triesPerTask > 0, trials.stepLimit ?? 1 > 0, !taken.isEmpty,
      taken.allSatisfy({ $0.count == (space.isDiscrete ? 1 : space.count) })
    else { throw SnapshotError(description: "the replay's actions are not those of \(tasks.name)") }
    let random = RandomStream(seed: 0)
    var batch =
      start.levels == nil
      ? tasks.batch(slots: 1, trials: trials, random: random)
      : tasks.batch(levels: [Level(0)], seed: seed, trials: trials, random: random)
    try batch.restore(start)
    var actions = ActionBatch(space, slots: 1)
    for (index, action) in taken.enumerated() {
      if space.isDiscrete {
        actions.indices = [choices[index]]
      } else {
        actions.components = action
      }
      var failure: EnvironmentError?
      do { try batch.step(actions) } catch { failure = error }
      onStep(
        Step(
          number: step - taken.count + 1 + index, action: action, reward: batch.buffers.rewards[0],
          observation: batch.buffers.observations))
      if let failure { return failure }
    }
    return nil
  }
}

extension [Float] {
  /// The elements in groups of a size; the last may be smaller.
  fileprivate func chunks(of size: Int) -> [[Float]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
