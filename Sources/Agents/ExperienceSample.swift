public import Environments
internal import RealModule
package import Tensors

/// What an agent saw and did, by a sample of its steps.
///
/// A step is kept with the same chance as any other, however many there are: the steps that replace
/// others in a full sample are drawn from a random stream of its own, so that sampling changes
/// nothing of what is sampled.
///
/// Source: Li (1994), "Reservoir-sampling algorithms of time complexity O(n(1 + log(N/n)))",
/// doi:10.1145/198429.198435, algorithm L.
public struct ExperienceSample: Sendable {
  /// What the agent saw.
  public let observationSpace: ObservationSpace
  /// What it could do.
  public let actionSpace: ActionSpace
  /// The most steps that are kept.
  public let capacity: Int
  /// What was seen in each step that is kept, `[count, observationSpace.count]`.
  public private(set) var observations: [Float] = []
  /// What was done in it: `[count]` choices of a discrete space, or `[count, components]`.
  public private(set) var actions: [Float] = []
  /// The number of steps that are kept.
  public private(set) var count = 0
  /// The number of steps that were offered.
  public private(set) var seen = 0
  /// The number of the step that is kept next, once the sample is full.
  private var next = 0
  private var weight = 1.0
  private var random: RandomStream

  /// Makes an empty sample.
  package init(
    of observationSpace: ObservationSpace, _ actionSpace: ActionSpace, capacity: Int,
    random: RandomStream
  ) {
    precondition(capacity >= 1, "a sample of \(capacity) steps is none")
    self.observationSpace = observationSpace
    self.actionSpace = actionSpace
    self.capacity = capacity
    self.random = random
  }

  /// The numbers that an action is written as.
  private var actionWidth: Int { actionSpace.isDiscrete ? 1 : actionSpace.count }

  /// Where the next step that is offered is kept; nil if it is not.
  private mutating func place() -> Int? {
    defer { seen += 1 }
    if count < capacity {
      count += 1
      if count == capacity { drawNext(after: seen) }
      return count - 1
    }
    guard seen == next else { return nil }
    drawNext(after: seen)
    return random.integer(below: capacity)
  }

  private mutating func drawNext(after step: Int) {
    weight *= .exp(.log(random.uniform(0.0...1.0)) / Double(capacity))
    let skipped = Double.log(random.uniform(0.0...1.0)) / .log(onePlus: -weight)
    next = step + 1 + (skipped < 1e15 ? Int(skipped) : 1 << 50)
  }

  /// Offers a step of a batch: what each slot is about to act on and its action.
  /// - Parameter isLeftOut: whether a slot's step does not count.
  package mutating func take(
    _ buffers: StepBuffers, _ actions: ActionBatch, leavingOut isLeftOut: (_ slot: Int) -> Bool
  ) {
    let width = observationSpace.count
    for slot in buffers.rewards.indices where !isLeftOut(slot) {
      guard let place = place() else { continue }
      write(
        buffers.observations[slot * width..<(slot + 1) * width],
        actionSpace.isDiscrete
          ? [Float(actions.indices[slot])]
          : actions.components[slot * actionWidth..<(slot + 1) * actionWidth],
        at: place)
    }
  }

  /// Adds a step, if there is room for it.
  package mutating func append(_ observation: ArraySlice<Float>, _ action: ArraySlice<Float>) {
    if let place = place() { write(observation, action, at: place) }
  }

  private mutating func write(
    _ observation: ArraySlice<Float>, _ action: ArraySlice<Float>, at place: Int
  ) {
    let (width, actionWidth) = (observationSpace.count, actionWidth)
    if place * width == observations.count {
      observations += observation
      actions += action
    } else {
      observations.replaceSubrange(place * width..<(place + 1) * width, with: observation)
      actions.replaceSubrange(place * actionWidth..<(place + 1) * actionWidth, with: action)
    }
  }

  /// Adds the steps of another sample of the same agent, which must have room here.
  package mutating func append(_ other: ExperienceSample) {
    precondition(
      count + other.count <= capacity,
      "\(other.count) more steps do not fit a sample of \(capacity)")
    observations += other.observations
    actions += other.actions
    count += other.count
    seen += other.seen
  }
}

extension PPO {
  /// What the agent saw and did in the last rollout; nothing before the first.
  /// - Parameter capacity: the most steps that are drawn from it, 1 or more.
  public func experience(steps capacity: Int) -> ExperienceSample? {
    guard steps > 0, let first = lanes.first else { return nil }
    var sample = ExperienceSample(
      of: first.environments.observationSpace, first.environments.actionSpace,
      capacity: capacity, random: RandomStream(seed: 0))
    var random = RandomStream(seed: UInt64(steps)).split("experience")
    let share = max(1, capacity / lanes.count)
    for lane in lanes {
      let rollout = lane.rollout
      let rows = rollout.steps * rollout.slots
      for row in 0..<min(share, rows) {
        let row = rows <= share ? row : random.integer(below: rows)
        let (step, slot) = row.quotientAndRemainder(dividingBy: rollout.slots)
        sample.append(
          rollout.observations[row * rollout.width..<(row + 1) * rollout.width],
          rollout.actionNumbers(slot, step, in: sample.actionSpace))
      }
    }
    return sample
  }
}
