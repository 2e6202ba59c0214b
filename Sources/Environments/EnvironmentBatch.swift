public import Tensors

/// How a batch presents tasks to an agent.
public struct TrialSettings: Sendable, Hashable, Codable {
  /// The number of tries (episodes) on a task before the next task is drawn.
  public var triesPerTask: Int
  /// Whether an observation ends with the last action, the last reward and whether a try began.
  public var showsHistory: Bool
  /// Whether the memory is wiped at the end of every try rather than of every task.
  public var wipesMemoryEachTry: Bool
  /// The steps after which a try is truncated, in place of the environment's own limit.
  public var stepLimit: Int?

  public init(
    triesPerTask: Int = 1, showsHistory: Bool = false, wipesMemoryEachTry: Bool = false,
    stepLimit: Int? = nil
  ) {
    precondition(triesPerTask > 0, "triesPerTask must be at least 1, got \(triesPerTask)")
    precondition(stepLimit ?? 1 > 0, "stepLimit must be at least 1, got \(stepLimit ?? 0)")
    self.triesPerTask = triesPerTask
    self.showsHistory = showsHistory
    self.wipesMemoryEachTry = wipesMemoryEachTry
    self.stepLimit = stepLimit
  }
}

/// The actions of all slots of a batch for one step.
public struct ActionBatch: Sendable, Hashable {
  /// The chosen actions of a discrete space, `[slots]`; empty for a box.
  public var indices: [Int32]
  /// The components of a box's actions, `[slots, components]`; empty for a discrete space.
  public var components: [Float]

  /// Makes the actions 0 for a number of slots.
  public init(_ space: ActionSpace, slots: Int) {
    indices = space.isDiscrete ? Array(repeating: 0, count: slots) : []
    components = space.isDiscrete ? [] : Array(repeating: 0, count: slots * space.count)
  }
}

/// A finished try.
public struct Episode: Sendable, Hashable, Codable {
  /// The slot that it ran in.
  public var slot: Int
  /// The number of the try on its task, from 0.
  public var attempt: Int
  /// The undiscounted sum of its rewards.
  public var undiscountedReturn: Float
  /// Its number of steps.
  public var length: Int
  /// Whether the task ended it; otherwise a limit cut it.
  public var terminated: Bool

  public init(slot: Int, attempt: Int, undiscountedReturn: Float, length: Int, terminated: Bool) {
    self.slot = slot
    self.attempt = attempt
    self.undiscountedReturn = undiscountedReturn
    self.length = length
    self.terminated = terminated
  }
}

/// What a step wrote: one row or element for each slot.
public struct StepBuffers: Sendable {
  /// What the agent sees now, `[slots, observationCount]`; after an end, of the next try.
  public var observations: [Float]
  /// What the agent saw last of a try that ended in this step, `[slots, observationCount]`.
  public var finalObservations: [Float]
  /// The rewards of the step, `[slots]`.
  public var rewards: [Float]
  /// Whether the task ended the try, `[slots]`.
  public var terminated: [Bool]
  /// Whether a limit cut the try, `[slots]`; never with `terminated`.
  public var truncated: [Bool]
  /// Whether the agent's memory must be wiped before it sees `observations`, `[slots]`.
  public var memoryWiped: [Bool]
  /// 1 for each allowed action, `[slots, actions]`; empty if the space is not masked.
  public var masks: [Float]
  /// The tries that have ended since the list was last emptied.
  public var finished: [Episode]
}

/// Many environments stepped in lockstep, each in its own slot, with ends, tries and new tasks
/// taken care of.
///
/// A slot plays ``TrialSettings/triesPerTask`` tries on a task, then draws the next task. A try
/// that ends is reset at once: `observations` then show the new try's start, and
/// `finalObservations` keep what was seen last.
public struct EnvironmentBatch: Sendable {
  /// The number of slots.
  public let slots: Int
  /// What the agent sees, with the history's segments if the settings ask for them.
  public let observationSpace: ObservationSpace
  /// What the agent can do.
  public let actionSpace: ActionSpace
  /// How tasks are presented.
  public let trials: TrialSettings
  /// What the last reset or step wrote.
  public var buffers: StepBuffers
  private var stepper: any SlotStepper

  /// Makes a batch that draws its tasks from a split of a family.
  @inlinable
  public init<Family: TaskFamily>(
    _ family: Family, split: Split = .train, slots: Int, trials: TrialSettings = TrialSettings(),
    random: RandomStream
  ) {
    self.init(named: family.name, slots: slots, trials: trials, random: random) { _, random in
      family.task(split, using: &random)
    }
  }

  /// Makes a batch with one task a slot, kept for good.
  @inlinable
  public init<Task: Environment>(
    tasks: [Task], named name: String, trials: TrialSettings = TrialSettings(),
    random: RandomStream
  ) {
    self.init(named: name, slots: tasks.count, trials: trials, random: random) { slot, _ in
      tasks[slot]
    }
  }

  /// Makes a batch that draws tasks from a function of the slot and the slot's random stream.
  @inlinable
  public init<Task: Environment>(
    named name: String, slots: Int, trials: TrialSettings, random: RandomStream,
    drawing task: @escaping @Sendable (Int, inout RandomStream) -> Task
  ) {
    precondition(slots > 0, "a batch needs at least one slot, got \(slots)")
    let stepper = Slots(name: name, count: slots, trials: trials, random: random, drawing: task)
    self.init(
      stepper: stepper, slots: slots, trials: trials, space: stepper.tasks[0].observationSpace,
      actionSpace: stepper.tasks[0].actionSpace)
  }

  @usableFromInline
  init(
    stepper: any SlotStepper, slots: Int, trials: TrialSettings, space: ObservationSpace,
    actionSpace: ActionSpace
  ) {
    self.slots = slots
    self.trials = trials
    self.actionSpace = actionSpace
    self.stepper = stepper
    observationSpace = EnvironmentBatch.observationSpace(space, actionSpace, trials)
    let elements = slots * observationSpace.count
    buffers = StepBuffers(
      observations: Array(repeating: 0, count: elements),
      finalObservations: Array(repeating: 0, count: elements),
      rewards: Array(repeating: 0, count: slots),
      terminated: Array(repeating: false, count: slots),
      truncated: Array(repeating: false, count: slots),
      memoryWiped: Array(repeating: true, count: slots),
      masks: actionSpace.isMasked ? Array(repeating: 1, count: slots * actionSpace.count) : [],
      finished: [])
    self.stepper.begin(writing: &buffers)
  }

  /// The observation space that an agent sees under given settings.
  public static func observationSpace(
    _ space: ObservationSpace, _ actionSpace: ActionSpace, _ trials: TrialSettings
  ) -> ObservationSpace {
    guard trials.showsHistory else { return space }
    return ObservationSpace(
      segments: space.segments + [
        .init("lastAction", [actionSpace.count]), .init("lastReward", [1]),
        .init("tryBegan", [1], in: 0...1),
      ])
  }

  /// Moves every slot one step on.
  ///
  /// - Parameter actions: one action a slot.
  /// - Throws: ``EnvironmentError`` if an action lies outside the space, or a reward or an
  ///   observation is not finite. The batch is not to be used after that.
  public mutating func step(_ actions: ActionBatch) throws(EnvironmentError) {
    try stepper.step(actions, writing: &buffers)
  }

  /// The task of a slot, as JSON-ready text for messages and reports.
  public func taskDescription(slot: Int) -> String { stepper.taskDescription(slot: slot) }
}

/// The part of a batch that knows the environments' type. One call moves all slots, so the
/// dispatch is paid once a batch step and the loop inside is specialised.
@usableFromInline
protocol SlotStepper: Sendable {
  mutating func begin(writing buffers: inout StepBuffers)
  mutating func step(_ actions: ActionBatch, writing buffers: inout StepBuffers)
    throws(EnvironmentError)
  func taskDescription(slot: Int) -> String
}

/// The slots of a batch of environments of one type.
@usableFromInline
struct Slots<Task: Environment>: SlotStepper {
  /// What a slot keeps besides its task and its environment's state.
  @usableFromInline
  struct Progress: Sendable {
    @usableFromInline var length = 0
    @usableFromInline var attempt = 0
    @usableFromInline var undiscountedReturn: Float = 0
    @usableFromInline var random: RandomStream

    @inlinable
    init(random: RandomStream) { self.random = random }
  }

  @usableFromInline let name: String
  @usableFromInline let trials: TrialSettings
  @usableFromInline let draw: @Sendable (Int, inout RandomStream) -> Task
  @usableFromInline var tasks: [Task] = []
  @usableFromInline var states: [Task.State] = []
  @usableFromInline var progress: [Progress] = []
  @usableFromInline var stepsTaken = 0
  /// Sizes that every step needs, taken once from the spaces.
  @usableFromInline let sensed: Int
  @usableFromInline let actionCount: Int
  @usableFromInline let isDiscrete: Bool
  @usableFromInline let isMasked: Bool
  @usableFromInline let limit: Int

  @inlinable
  init(
    name: String, count: Int, trials: TrialSettings, random: RandomStream,
    drawing draw: @escaping @Sendable (Int, inout RandomStream) -> Task
  ) {
    self.name = name
    self.trials = trials
    self.draw = draw
    for slot in 0..<count {
      var stream = random.split(slot)
      let task = draw(slot, &stream)
      states.append(task.reset(using: &stream))
      tasks.append(task)
      progress.append(Progress(random: stream))
    }
    sensed = tasks[0].observationSpace.count
    actionCount = tasks[0].actionSpace.count
    isDiscrete = tasks[0].actionSpace.isDiscrete
    isMasked = tasks[0].actionSpace.isMasked
    limit = trials.stepLimit ?? tasks[0].stepLimit ?? Int.max
  }

  /// The elements of one slot's observation.
  @inlinable var width: Int { sensed + (trials.showsHistory ? actionCount + 2 : 0) }

  @inlinable
  mutating func begin(writing buffers: inout StepBuffers) {
    for slot in 0..<tasks.count { observe(slot, began: true, &buffers) }
  }

  @inlinable
  mutating func step(_ actions: ActionBatch, writing buffers: inout StepBuffers)
    throws(EnvironmentError)
  {
    precondition(
      actions.indices.count == (isDiscrete ? tasks.count : 0)
        && actions.components.count == (isDiscrete ? 0 : tasks.count * actionCount),
      "\(tasks.count) slots need one action each, got \(actions.indices.count) indices and "
        + "\(actions.components.count) components")
    for slot in 0..<tasks.count {
      let action = try action(of: slot, in: actions)
      let outcome = tasks[slot].step(&states[slot], action, using: &progress[slot].random)
      guard outcome.reward.isFinite else {
        throw .nonFiniteReward(
          environment: name, slot: slot, step: stepsTaken, value: outcome.reward)
      }
      progress[slot].length += 1
      progress[slot].undiscountedReturn += outcome.reward
      let truncated = !outcome.terminated && progress[slot].length >= limit
      let ended = outcome.terminated || truncated
      buffers.rewards[slot] = outcome.reward
      buffers.terminated[slot] = outcome.terminated
      buffers.truncated[slot] = truncated
      buffers.memoryWiped[slot] = false
      observe(slot, began: false, action: action, reward: outcome.reward, &buffers)
      try check(slot, buffers)
      if ended { finish(slot, terminated: outcome.terminated, &buffers) }
    }
    stepsTaken += 1
  }

  @inlinable
  func action(of slot: Int, in actions: ActionBatch) throws(EnvironmentError) -> Action {
    if isDiscrete {
      let index = Int(actions.indices[slot])
      guard index >= 0 && index < actionCount else {
        throw .actionOutOfSpace(
          environment: name, slot: slot, step: stepsTaken, action: "\(index)",
          space: "0..<\(actionCount)")
      }
      return Action(index)
    }
    let components = actions.components[slot * actionCount..<(slot + 1) * actionCount]
    guard case .box(let low, let high) = tasks[slot].actionSpace,
      zip(components, zip(low, high)).allSatisfy({ $0 >= $1.0 && $0 <= $1.1 })
    else {
      throw .actionOutOfSpace(
        environment: name, slot: slot, step: stepsTaken, action: "\(Array(components))",
        space: "\(tasks[slot].actionSpace)")
    }
    return Action(components)
  }

  /// Keeps the last observation of a try that ended, then begins the next try or task.
  @inlinable
  mutating func finish(_ slot: Int, terminated: Bool, _ buffers: inout StepBuffers) {
    for element in slot * width..<(slot + 1) * width {
      buffers.finalObservations[element] = buffers.observations[element]
    }
    buffers.finished.append(
      Episode(
        slot: slot, attempt: progress[slot].attempt,
        undiscountedReturn: progress[slot].undiscountedReturn, length: progress[slot].length,
        terminated: terminated))
    progress[slot].attempt += 1
    progress[slot].length = 0
    progress[slot].undiscountedReturn = 0
    let taskEnded = progress[slot].attempt == trials.triesPerTask
    if taskEnded {
      progress[slot].attempt = 0
      tasks[slot] = draw(slot, &progress[slot].random)
    }
    buffers.memoryWiped[slot] = taskEnded || trials.wipesMemoryEachTry
    states[slot] = tasks[slot].reset(using: &progress[slot].random)
    if buffers.memoryWiped[slot] {
      observe(slot, began: true, &buffers)
    } else {
      // The memory goes on, so the new try's first observation still carries what ended the last.
      observeSensed(slot, &buffers)
      if trials.showsHistory { buffers.observations[(slot + 1) * width - 1] = 1 }
    }
  }

  @inlinable
  mutating func observe(
    _ slot: Int, began: Bool, action: Action? = nil, reward: Float = 0,
    _ buffers: inout StepBuffers
  ) {
    observeSensed(slot, &buffers)
    guard trials.showsHistory else { return }
    let start = slot * width + sensed
    for position in 0..<actionCount {
      var shown: Float = 0
      if let action {
        shown = isDiscrete ? (action.index == position ? 1 : 0) : action.components[position]
      }
      buffers.observations[start + position] = shown
    }
    buffers.observations[start + actionCount] = reward
    buffers.observations[start + actionCount + 1] = began ? 1 : 0
  }

  @inlinable
  mutating func observeSensed(_ slot: Int, _ buffers: inout StepBuffers) {
    buffers.observations.withMutableSpan(of: slot * width..<slot * width + sensed) {
      tasks[slot].observe(states[slot], into: &$0)
    }
    if isMasked {
      buffers.masks.withMutableSpan(of: slot * actionCount..<(slot + 1) * actionCount) {
        tasks[slot].mask(states[slot], into: &$0)
      }
    }
  }

  @inlinable
  func check(_ slot: Int, _ buffers: StepBuffers) throws(EnvironmentError) {
    for element in 0..<sensed where !buffers.observations[slot * width + element].isFinite {
      throw .nonFiniteObservation(
        environment: name, slot: slot, step: stepsTaken, element: element)
    }
  }

  @usableFromInline
  func taskDescription(slot: Int) -> String { "\(tasks[slot])" }
}
