public import Tensors

/// How a batch presents tasks to an agent.
public struct TrialSettings: Sendable, Hashable, Codable {
  /// The number of tries (episodes) on a task before the next task is drawn.
  public var triesPerTask: Int
  /// Whether an observation ends with the last action, the last reward and whether a try began.
  public var showsHistory: Bool
  /// Whether the history shows the last reward; otherwise a 0 stands in its place.
  public var showsReward = true
  /// Whether the memory is wiped at the end of every try rather than of every task.
  public var wipesMemoryEachTry: Bool
  /// The segments of an observation that the history shows as they were when a reward was last above 0,
  /// beside the action that brought it; none if empty.
  public var rememberedSegments: [String] = []
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

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    triesPerTask = try container.decode(Int.self, forKey: .triesPerTask)
    showsHistory = try container.decode(Bool.self, forKey: .showsHistory)
    // Files of earlier versions do not say: rewards were always shown.
    showsReward = try container.decodeIfPresent(Bool.self, forKey: .showsReward) ?? true
    wipesMemoryEachTry = try container.decode(Bool.self, forKey: .wipesMemoryEachTry)
    rememberedSegments =
      try container.decodeIfPresent([String].self, forKey: .rememberedSegments) ?? []
    stepLimit = try container.decodeIfPresent(Int.self, forKey: .stepLimit)
  }
}

extension TrialSettings {
  /// The segments of the moment that is remembered.
  @usableFromInline
  func moment(
    of space: ObservationSpace, acting actionSpace: ActionSpace
  ) -> [ObservationSpace.Segment] {
    guard showsHistory, !rememberedSegments.isEmpty else { return [] }
    let remembered = space.segments.filter { rememberedSegments.contains($0.name) }
    let action = ObservationSpace.Segment("action", [actionSpace.count])
    return (remembered + [action]).map {
      var segment = $0
      segment.name = "rewarded." + segment.name
      segment.isRemembered = true
      return segment
    }
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
public struct StepBuffers: Sendable, Hashable {
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
  var stepper: any SlotStepper

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
    let moment = trials.moment(of: space, acting: actionSpace)
    return ObservationSpace(
      segments: space.segments + moment + [
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

  /// Writes what the tasks' experts would do now; where one knows no way any more, the action stays
  /// as it is.
  ///
  /// - Returns: false if the tasks have no expert; the actions are then arbitrary.
  public mutating func writeExpertActions(to actions: inout ActionBatch) -> Bool {
    var silent = [Bool](repeating: false, count: slots)
    return writeExpertActions(to: &actions, silent: &silent)
  }

  /// Writes what the tasks' experts would do now.
  ///
  /// - Parameter silent: the slots whose experts are not asked, `[slots]`; afterwards also those whose
  ///   expert knows no way any more. Their actions stay as they are.
  /// - Returns: false if the tasks have no expert; the actions are then arbitrary.
  package mutating func writeExpertActions(
    to actions: inout ActionBatch, silent: inout [Bool]
  ) -> Bool {
    stepper.writeExpertActions(to: &actions, silent: &silent)
  }

  /// How many codes each symbol of an expert's aim can be; empty if experts tell only what they do.
  package var aimKinds: [Int] { stepper.aimKinds }

  /// Writes what the tasks' experts are after now, `[slots, aimKinds.count]`.
  ///
  /// - Parameters:
  ///   - start: where in the array the first slot's aim begins.
  ///   - asked: whether a slot's expert is asked: it must know a way. Else what stands there stays.
  package func writeAims(to aims: inout [Int32], at start: Int = 0, of asked: [Bool]) {
    stepper.writeAims(to: &aims, at: start, of: asked)
  }

  /// Whether an agent can know by now what a slot's expert is after.
  package func knowsAim(slot: Int) -> Bool { stepper.knowsAim(slot: slot) }

  /// What someone would do in a slot who has to find out what is wanted, and what for; `nil` where there
  /// is nothing to be said.
  package func exploration(slot: Int) -> (action: Action, aim: [Int32])? {
    stepper.exploration(slot: slot)
  }

  /// Writes what those would do now who know no more than an agent can: a slot's expert where the agent can
  /// know what that is after, else who seeks what is wanted. Where neither has anything to say, the action
  /// stays as it is.
  ///
  /// - Parameters:
  ///   - aims: what they are after, `[slots, aimKinds.count]`; -1 where nothing is said. Empty if that is not
  ///     asked for.
  ///   - start: where in the array the first slot's aim begins.
  ///   - silent: the slots whose experts knew no way any more in the try that is being played, `[slots]`.
  /// - Returns: whether something is said, `[slots]`.
  package mutating func writeAdvice(
    to actions: inout ActionBatch, aims: inout [Int32], at start: Int = 0, silent: inout [Bool]
  ) -> [Bool] {
    for slot in 0..<slots where buffers.terminated[slot] || buffers.truncated[slot] {
      silent[slot] = false
    }
    let asked = (0..<slots).map { !silent[$0] && knowsAim(slot: $0) }
    var saysNothing = asked.map { !$0 }
    let isThere = writeExpertActions(to: &actions, silent: &saysNothing)
    precondition(isThere, "the tasks have no expert to ask")
    for slot in 0..<slots where asked[slot] && saysNothing[slot] { silent[slot] = true }
    var isSaid = saysNothing.map { !$0 }
    let width = aimKinds.count
    if !aims.isEmpty {
      for index in start..<start + slots * width { aims[index] = -1 }
      writeAims(to: &aims, at: start, of: isSaid)
    }
    for slot in 0..<slots where !silent[slot] && !asked[slot] {
      guard let advice = exploration(slot: slot) else { continue }
      actions.indices[slot] = Int32(advice.action.index)
      isSaid[slot] = true
      if aims.isEmpty { continue }
      let row = start + slot * width
      aims.replaceSubrange(row..<row + width, with: advice.aim)
    }
    return isSaid
  }

  /// The task of a slot, as text for messages and reports.
  public func taskDescription(slot: Int) -> String { stepper.taskDescription(slot: slot) }

  /// The numbers that tell a slot's task from others of its type.
  public func taskParameters(slot: Int) -> [TaskParameter] { stepper.taskParameters(slot: slot) }

  /// A picture of what a slot's environment looks like now; `nil` if it cannot be drawn.
  public func drawing(slot: Int) -> Drawing? { stepper.drawing(slot: slot) }
}
