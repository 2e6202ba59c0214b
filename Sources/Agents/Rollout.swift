package import Environments
internal import Networks
package import Tensors

/// What happened in T steps of B slots, in the order of time: element `t · B + b`.
package struct Rollout: Sendable {
  package let steps: Int
  package let slots: Int
  /// The elements of an observation, and the components of a box's action or choices of a mask.
  package let width: Int
  package let actionCount: Int

  package var observations: [Float]
  /// Actions of a discrete space; empty for a box.
  package var choices: [Int32]
  /// Actions of a box before they were moved into it; empty for a discrete space.
  package var vectors: [Float]
  /// 1 for each allowed action; empty if the space is not masked.
  package var masks: [Float]
  package var logProbabilities: [Float]
  package var values: [Float]
  /// The value of what followed a step: of the last observation where a limit cut the try, and 0
  /// where it terminated.
  package var nextValues: [Float]
  package var rewards: [Float]
  /// Whether the return ended with the step.
  package var done: [Bool]
  /// Whether the return runs on over the tries between two wipes of the memory.
  package var returnsSpanTries = false
  /// What followed each step, before any reset, and whether the task ended with it; empty if neither
  /// a drive nor predictions ask for them.
  package var nextObservations: [Float] = []
  package var terminated: [Bool] = []
  /// The scaled rewards without bonuses; empty if nothing is predicted.
  package var predictedRewards: [Float] = []
  /// What the task's expert would have done in place of each step, or, where it was after something that
  /// the agent cannot know, someone who has to find that out; -1 where nothing is said. Empty if nobody is
  /// asked.
  package var expertChoices: [Int32] = []
  /// What that was for, `[T · B, symbols]`, -1 where nothing is said; empty if nobody is asked.
  package var expertAims: [Int32] = []
  /// The slots whose expert has given up for the rest of the try, or of the rollout.
  private var silent: [Bool] = []
  /// 1 where a step started from the memory, 0 where it was wiped first.
  package var keep: [Float]
  /// The memory before the first step, `[B, memoryCount]`.
  package var initialMemory: Tensor?
  package var advantages: [Float]
  package var returns: [Float]
  /// The slots whose try a limit cut in this step.
  private var cut: [Int32] = []
  private var decision = Policy.Decision(logProbabilities: [], values: [])

  package init(steps: Int, environments: EnvironmentBatch) {
    self.steps = steps
    slots = environments.slots
    width = environments.observationSpace.count
    let space = environments.actionSpace
    actionCount = space.count
    let count = steps * slots
    observations = Array(repeating: 0, count: count * width)
    choices = space.isDiscrete ? Array(repeating: 0, count: count) : []
    vectors = space.isDiscrete ? [] : Array(repeating: 0, count: count * space.count)
    masks = space.isMasked ? Array(repeating: 1, count: count * space.count) : []
    logProbabilities = Array(repeating: 0, count: count)
    values = Array(repeating: 0, count: count)
    nextValues = Array(repeating: 0, count: count)
    rewards = Array(repeating: 0, count: count)
    done = Array(repeating: false, count: count)
    keep = Array(repeating: 1, count: count)
    advantages = Array(repeating: 0, count: count)
    returns = Array(repeating: 0, count: count)
  }

  /// Acts for T steps and fills the rollout.
  ///
  /// - Parameters:
  ///   - memory: the memory before the first step; afterwards, that before the next one.
  ///   - noise: what a box's actions are explored with; nil for a discrete space.
  package mutating func collect(
    _ policy: Policy, _ environments: inout EnvironmentBatch, memory: inout Tensor?,
    noise: inout CorrelatedNoise?, actions: inout ActionBatch, using random: inout RandomStream
  ) throws(EnvironmentError) {
    initialMemory = memory
    // Weights have changed since the last rollout.
    decision.reading = Reading()
    for step in 0..<steps {
      let start = step * slots
      remember(environments.buffers, at: step)
      askExpert(&environments, into: &actions, at: step)
      policy.decide(
        environments.buffers, memory: memory, greedy: false, using: &random,
        noise: noise?.next(using: &random), into: &decision)
      memory = decision.memory
      if step > 0 { fillNextValues(at: step - 1, from: decision.values) }
      for slot in 0..<slots {
        values[start + slot] = decision.values[slot]
        logProbabilities[start + slot] = decision.logProbabilities[slot]
      }
      if choices.isEmpty {
        vectors.replaceSubrange(
          start * actionCount..<(start + slots) * actionCount, with: decision.vectors)
      } else {
        choices.replaceSubrange(start..<start + slots, with: decision.choices)
      }
      policy.write(decision, to: &actions)
      try environments.step(actions)
      recordOutcome(environments.buffers, at: step)
      bootstrapTruncated(policy, environments.buffers, memory: memory, at: step)
    }
    policy.decide(
      environments.buffers, memory: memory, greedy: true, using: &random, into: &decision)
    (decision.memory, decision.reading) = (nil, nil)
    fillNextValues(at: steps - 1, from: decision.values)
  }

  /// The action that a slot took in a step, vectors moved into the box.
  func action(_ slot: Int, _ step: Int, in space: ActionSpace) -> Action {
    let row = step * slots + slot
    guard case .box(let low, let high) = space else { return Action(Int(choices[row])) }
    return Action(
      low.indices.map { min(max(vectors[row * low.count + $0], low[$0]), high[$0]) })
  }

  /// The action that a slot took in a step as numbers, vectors moved into the box.
  func actionNumbers(_ slot: Int, _ step: Int, in space: ActionSpace) -> ArraySlice<Float> {
    let row = step * slots + slot
    guard case .box(let low, let high) = space else { return [Float(choices[row])] }
    return low.indices.map { min(max(vectors[row * low.count + $0], low[$0]), high[$0]) }[...]
  }

  /// Writes what the agent is about to act on.
  private mutating func remember(_ buffers: StepBuffers, at step: Int) {
    let start = step * slots
    observations.replaceSubrange(
      start * width..<(start + slots) * width, with: buffers.observations)
    if !masks.isEmpty {
      masks.replaceSubrange(
        start * actionCount..<(start + slots) * actionCount, with: buffers.masks)
    }
    for slot in 0..<slots { keep[start + slot] = buffers.memoryWiped[slot] ? 0 : 1 }
  }

  /// Writes what the task's expert would do now.
  ///
  /// - Parameter actions: overwritten.
  private mutating func askExpert(
    _ environments: inout EnvironmentBatch, into actions: inout ActionBatch, at step: Int
  ) {
    guard !expertChoices.isEmpty else { return }
    if step == 0 { silent = Array(repeating: false, count: slots) }
    let isSaid = environments.writeAdvice(
      to: &actions, aims: &expertAims, at: step * (expertAims.count / steps), silent: &silent)
    for slot in 0..<slots {
      expertChoices[step * slots + slot] = isSaid[slot] ? actions.indices[slot] : -1
    }
  }

  private mutating func recordOutcome(_ buffers: StepBuffers, at step: Int) {
    let start = step * slots
    for slot in 0..<slots {
      rewards[start + slot] = buffers.rewards[slot]
      let tryEnded = buffers.terminated[slot] || buffers.truncated[slot]
      done[start + slot] = returnsSpanTries ? buffers.memoryWiped[slot] : tryEnded
      nextValues[start + slot] = 0
    }
    if !nextObservations.isEmpty { rememberNext(buffers, at: step) }
  }

  /// Writes what followed a step.
  private mutating func rememberNext(_ buffers: StepBuffers, at step: Int) {
    let start = step * slots
    nextObservations.replaceSubrange(
      start * width..<(start + slots) * width, with: buffers.observations)
    for slot in 0..<slots {
      terminated[start + slot] = buffers.terminated[slot]
      guard buffers.terminated[slot] || buffers.truncated[slot] else { continue }
      for element in 0..<width {
        nextObservations[(start + slot) * width + element] =
          buffers.finalObservations[slot * width + element]
      }
    }
  }

  /// The value of what followed is that of the next step's observation, where the return runs on.
  private mutating func fillNextValues(at step: Int, from values: [Float]) {
    let start = step * slots
    for slot in 0..<slots where !done[start + slot] { nextValues[start + slot] = values[slot] }
  }

  /// A try that a limit cut would have gone on: its value is that of the last thing seen.
  private mutating func bootstrapTruncated(
    _ policy: Policy, _ buffers: StepBuffers, memory: Tensor?, at step: Int
  ) {
    guard !returnsSpanTries && buffers.truncated.contains(true) else { return }
    cut.removeAll(keepingCapacity: true)
    for slot in 0..<slots where buffers.truncated[slot] { cut.append(Int32(slot)) }
    let seen = Tensor(Shape(slots, width), buffers.finalObservations).gathering(cut)
    let values = policy.network(
      policy.weights, seen, memory: memory?.gathering(cut), keep: .ones(Shape(1, cut.count))
    ).values
    for (row, slot) in cut.enumerated() {
      nextValues[step * slots + Int(slot)] = values.span[row]
    }
  }

  /// Computes advantages and returns, once the rewards are scaled and any bonuses added, `[T, B]`.
  package mutating func estimate(
    discount: Float, lambda: Float, rewardScale: Float, bonuses: ArraySlice<Float> = []
  ) {
    if rewardScale != 1 {
      for index in rewards.indices { rewards[index] *= rewardScale }
    }
    if !predictedRewards.isEmpty { predictedRewards = rewards }
    for (index, bonus) in zip(rewards.indices, bonuses) { rewards[index] += bonus }
    generalizedAdvantages(
      rewards: rewards, values: values, nextValues: nextValues, done: done, batch: slots,
      discount: discount, lambda: lambda, into: &advantages)
    for index in returns.indices { returns[index] = advantages[index] + values[index] }
  }
}
