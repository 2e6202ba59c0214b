internal import Agents
public import Environments
internal import Networks
internal import Tensors

/// Tasks are played in shares of this many slots; the share, not the number of threads, decides
/// the random streams.
private let share = 125

private struct Share: Sendable {
  let numbers: [Int]
  var returns: Returns = []
  var sample: ExperienceSample?
  var failure: EnvironmentError?
}

/// Plays tries on numbered tasks, in shares that threads take.
/// - Parameter sampledSteps: the most steps of each share that are kept in a sample.
private func play(
  _ tasks: TaskSource, _ settings: Evaluation.Settings, trials: TrialSettings,
  sampledSteps: Int = 0, onProgress: @Sendable (Int) -> Void,
  _ act:
    @Sendable (
      inout EnvironmentBatch, inout ExperienceSample?, RandomStream
    ) throws(EnvironmentError) -> Returns
) throws(EnvironmentError) -> [Share] {
  var shares = stride(from: 0, to: settings.tasks, by: share).map {
    Share(numbers: Array($0..<min($0 + share, settings.tasks)))
  }
  let random = RandomStream(seed: settings.seed).split("evaluation")
  concurrentForEach(&shares, workers: settings.workers) { share, index in
    var batch = tasks.batch(
      tasks: share.numbers, of: settings.split, seed: settings.seed, trials: trials,
      random: random.split("starts").split(index))
    if sampledSteps > 0 {
      share.sample = ExperienceSample(
        of: batch.observationSpace, batch.actionSpace, capacity: sampledSteps,
        random: random.split("sample").split(index))
    }
    do throws(EnvironmentError) {
      share.returns = try act(&batch, &share.sample, random.split("actions").split(index))
      onProgress(share.numbers.count * settings.tries)
    } catch {
      share.failure = error
    }
  }
  for share in shares { if let failure = share.failure { throw failure } }
  return shares
}

extension Agent {
  /// The returns of tries on numbered tasks, without changing any weights: `[tasks][tries]`.
  public func returns(
    on tasks: TaskSource, _ settings: Evaluation.Settings,
    memoryLasting span: Evaluation.MemorySpan = .task,
    onProgress: @escaping @Sendable (_ tries: Int) -> Void = { _ in }
  ) throws(EnvironmentError) -> Returns {
    try play(
      on: tasks, settings, memoryLasting: span, sampling: false, onProgress: onProgress
    ).returns
  }

  /// The returns of tries on numbered tasks, `[tasks][tries]`, and a sample of what was seen and done;
  /// an empty one if it is not asked for.
  func play(
    on tasks: TaskSource, _ settings: Evaluation.Settings,
    memoryLasting span: Evaluation.MemorySpan, sampling: Bool,
    onProgress: @escaping @Sendable (_ tries: Int) -> Void
  ) throws(EnvironmentError) -> (returns: Returns, sample: ExperienceSample) {
    var trials = card.trials
    trials.triesPerTask = settings.tries
    // What stays in sight over tries is a memory too, and ends with each try if the other one does.
    trials.wipesMemoryEachTry = span != .task
    let policy = policy
    let shareCount = (settings.tasks + share - 1) / share
    let sampledSteps = sampling ? max(32, Experience.sampledSteps / shareCount) : 0
    let shares = try Schooling.play(
      tasks, settings, trials: trials, sampledSteps: sampledSteps, onProgress: onProgress
    ) { batch, sample, random throws(EnvironmentError) in
      var random = random
      let empty = policy.network.emptyMemory(batch.slots)
      var memory = empty
      return try batch.playTries(sampling: &sample) { batch, actions in
        let decision = policy.decide(
          batch.buffers, memory: memory, greedy: settings.greedy, using: &random)
        memory = span == .step ? empty : decision.memory
        policy.write(decision, to: &actions)
      }
    }
    let samples = shares.compactMap(\.sample)
    var sample = ExperienceSample(
      of: card.observationSpace, card.actionSpace,
      capacity: max(1, samples.reduce(0) { $0 + $1.count }), random: RandomStream(seed: 0))
    for other in samples { sample.append(other) }
    return (shares.flatMap(\.returns), sample)
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
    batch, sample, random throws(EnvironmentError) in
    var random = random
    let space = batch.actionSpace
    return try batch.playTries(sampling: &sample) { batch, actions in
      actions.drawUniformly(from: space, masks: batch.buffers.masks, using: &random)
    }
  }.flatMap(\.returns)
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
    batch, sample, _ throws(EnvironmentError) in
    try batch.playTries(sampling: &sample) { batch, actions in
      _ = batch.writeExpertActions(to: &actions)
    }
  }.flatMap(\.returns)
}

/// The returns of those who know no more than an agent can, `[tasks][tries]`: the tasks' experts where what
/// they are after is told, was rewarded or was seen at work, and until then whoever seeks what is wanted.
/// Nil if nobody can tell how to seek.
///
/// - Parameter stepLimit: the steps after which a try is truncated, in place of the tasks' own.
public func seekerReturns(
  on tasks: TaskSource, _ settings: Evaluation.Settings, stepLimit: Int? = nil,
  onProgress: @escaping @Sendable (_ tries: Int) -> Void = { _ in }
) throws(EnvironmentError) -> Returns? {
  guard tasks.hasSeekers else { return nil }
  let trials = TrialSettings(triesPerTask: settings.tries, stepLimit: stepLimit)
  return try play(tasks, settings, trials: trials, onProgress: onProgress) {
    batch, sample, random throws(EnvironmentError) in
    var random = random
    var silent = [Bool](repeating: false, count: batch.slots)
    var aims: [Int32] = []
    return try batch.playTries(sampling: &sample) { batch, actions in
      // Who knows no way and nothing to try does anything.
      actions.drawUniformly(from: batch.actionSpace, masks: batch.buffers.masks, using: &random)
      _ = batch.writeAdvice(to: &actions, aims: &aims, silent: &silent)
    }
  }.flatMap(\.returns)
}

extension EnvironmentBatch {
  /// Plays every slot's tries on its first task and returns their returns, `[slots][tries]`.
  /// - Parameter sample: what the steps of these tries are offered to, if it is not nil.
  mutating func playTries(
    sampling sample: inout ExperienceSample?,
    choosing choose: (inout EnvironmentBatch, inout ActionBatch) -> Void
  ) throws(EnvironmentError) -> Returns {
    var returns = Returns(repeating: [], count: slots)
    var actions = ActionBatch(actionSpace, slots: slots)
    var left = slots * trials.triesPerTask
    while left > 0 {
      choose(&self, &actions)
      sample?.take(buffers, actions) { returns[$0].count >= trials.triesPerTask }
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
