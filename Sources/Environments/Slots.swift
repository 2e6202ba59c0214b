public import Tensors

/// The part of a batch that knows the environments' type. One call moves all slots, so the
/// dispatch is paid once a batch step.
@usableFromInline
protocol SlotStepper: Sendable {
  mutating func begin(writing buffers: inout StepBuffers)
  mutating func step(_ actions: ActionBatch, writing buffers: inout StepBuffers)
    throws(EnvironmentError)
  func taskDescription(slot: Int) -> String
  func taskParameters(slot: Int) -> [TaskParameter]
  func drawing(slot: Int) -> Drawing?
  mutating func writeExpertActions(to actions: inout ActionBatch) -> Bool
}

/// The slots of a batch of environments of one type.
@usableFromInline
struct Slots<Task: Environment>: SlotStepper {
  /// What a slot keeps besides its task and its environment's state.
  @usableFromInline
  struct Progress: Sendable {
    @usableFromInline var length = 0
    @usableFromInline var limit: Int
    @usableFromInline var attempt = 0
    @usableFromInline var undiscountedReturn: Float = 0
    @usableFromInline var random: RandomStream

    @inlinable
    init(random: RandomStream, limit: Int) {
      self.random = random
      self.limit = limit
    }
  }

  /// The type of ``stepAll(_:writing:)``.
  @usableFromInline typealias Loop =
    @Sendable (inout Slots<Task>, ActionBatch, inout StepBuffers) throws(EnvironmentError) -> Void

  @usableFromInline let name: String
  @usableFromInline let trials: TrialSettings
  @usableFromInline let draw: @Sendable (Int, inout RandomStream) -> Task
  /// The step loop. Protocol conformances of generic types are not specialised, so a call of
  /// `stepAll` through ``SlotStepper`` would look up every operation of the environment while it
  /// runs. A closure that is made where `Task` is known is specialised.
  @usableFromInline let loop: Loop
  @usableFromInline var tasks: [Task] = []
  @usableFromInline var states: [Task.State] = []
  /// The tasks' experts, made when they are first asked for.
  @usableFromInline var experts: [(@Sendable (Task.State) -> Action)?] = []
  @usableFromInline var progress: [Progress] = []
  @usableFromInline var stepsTaken = 0
  /// Sizes that every step needs, taken once from the spaces.
  @usableFromInline let sensed: Int
  @usableFromInline let actionCount: Int
  @usableFromInline let isDiscrete: Bool
  @usableFromInline let isMasked: Bool
  /// The bounds of a box's components; empty for a discrete space.
  @usableFromInline let low: [Float]
  @usableFromInline let high: [Float]

  @inlinable
  init(
    name: String, count: Int, trials: TrialSettings, random: RandomStream,
    drawing draw: @escaping @Sendable (Int, inout RandomStream) -> Task
  ) {
    self.name = name
    self.trials = trials
    self.draw = draw
    loop = { slots, actions, buffers throws(EnvironmentError) in
      try slots.stepAll(actions, writing: &buffers)
    }
    for slot in 0..<count {
      var stream = random.split(slot)
      let task = draw(slot, &stream)
      states.append(task.reset(using: &stream))
      tasks.append(task)
      progress.append(
        Progress(random: stream, limit: trials.stepLimit ?? task.stepLimit ?? Int.max))
    }
    sensed = tasks[0].observationSpace.count
    let space = tasks[0].actionSpace
    actionCount = space.count
    isDiscrete = space.isDiscrete
    isMasked = space.isMasked
    if case .box(let low, let high) = space {
      self.low = low
      self.high = high
    } else {
      low = []
      high = []
    }
  }

  /// The elements of one slot's observation.
  @inlinable var width: Int { sensed + (trials.showsHistory ? actionCount + 2 : 0) }

  @inlinable
  mutating func begin(writing buffers: inout StepBuffers) {
    for slot in 0..<tasks.count { observeStart(slot, &buffers) }
  }

  @inlinable
  mutating func step(_ actions: ActionBatch, writing buffers: inout StepBuffers)
    throws(EnvironmentError)
  {
    try loop(&self, actions, &buffers)
  }

  @usableFromInline
  func taskDescription(slot: Int) -> String { "\(tasks[slot])" }

  @usableFromInline
  func taskParameters(slot: Int) -> [TaskParameter] { TaskParameter.all(of: tasks[slot]) }

  @inlinable
  func drawing(slot: Int) -> Drawing? { tasks[slot].draw(states[slot]) }

  @usableFromInline
  mutating func writeExpertActions(to actions: inout ActionBatch) -> Bool {
    if experts.isEmpty { experts = tasks.map { $0.makeExpert() } }
    for slot in 0..<tasks.count {
      guard let expert = experts[slot] else { return false }
      let action = expert(states[slot])
      if isDiscrete {
        actions.indices[slot] = Int32(action.index)
      } else {
        for position in 0..<actionCount {
          actions.components[slot * actionCount + position] = action[position]
        }
      }
    }
    return true
  }

  /// Moves all slots one step on, then renews those whose try ended.
  @inlinable
  mutating func stepAll(_ actions: ActionBatch, writing buffers: inout StepBuffers)
    throws(EnvironmentError)
  {
    precondition(
      actions.indices.count == (isDiscrete ? tasks.count : 0)
        && actions.components.count == (isDiscrete ? 0 : tasks.count * actionCount),
      "\(tasks.count) slots need one action each, got \(actions.indices.count) indices and "
        + "\(actions.components.count) components")
    if stepsTaken == 0 {
      // The first observations were written when the batch was made, which cannot throw.
      for slot in 0..<tasks.count { try check(slot, buffers) }
    }
    for slot in 0..<tasks.count {
      let action = try action(of: slot, in: actions, masks: buffers.masks)
      let outcome = tasks[slot].step(&states[slot], action, using: &progress[slot].random)
      guard outcome.reward.isFinite else {
        throw .nonFiniteReward(
          environment: name, slot: slot, step: stepsTaken, value: outcome.reward)
      }
      progress[slot].length += 1
      progress[slot].undiscountedReturn += outcome.reward
      let atLimit = progress[slot].length >= progress[slot].limit
      buffers.rewards[slot] = outcome.reward
      buffers.terminated[slot] = outcome.terminated
      buffers.truncated[slot] = atLimit && !outcome.terminated
      buffers.memoryWiped[slot] = false
      observe(slot, &buffers)
      if trials.showsHistory { showHistory(slot, action, outcome.reward, &buffers) }
      try check(slot, buffers)
    }
    for slot in 0..<tasks.count where buffers.terminated[slot] || buffers.truncated[slot] {
      finish(slot, &buffers)
      try check(slot, buffers)
    }
    stepsTaken += 1
  }

  /// Takes a slot's action out of the batch's if the space has it and the mask allows it.
  @inlinable @inline(__always)
  func action(of slot: Int, in actions: ActionBatch, masks: [Float]) throws(EnvironmentError)
    -> Action
  {
    if isDiscrete {
      let index = Int(actions.indices[slot])
      guard index >= 0 && index < actionCount && isAllowed(index, slot, masks) else {
        throw actionError(slot, "\(index)", masks)
      }
      return Action(index)
    }
    var action = Action(0)
    for component in 0..<actionCount {
      let value = actions.components[slot * actionCount + component]
      guard value >= low[component] && value <= high[component] && value.isFinite else {
        let all = actions.components[slot * actionCount..<(slot + 1) * actionCount]
        throw actionError(slot, "\(Array(all))", masks)
      }
      action.components[component] = value
    }
    return action
  }

  @inlinable @inline(__always)
  func isAllowed(_ index: Int, _ slot: Int, _ masks: [Float]) -> Bool {
    !isMasked || masks[slot * actionCount + index] != 0
  }

  @usableFromInline
  func actionError(_ slot: Int, _ action: String, _ masks: [Float]) -> EnvironmentError {
    let allowed =
      isDiscrete
      ? "\((0..<actionCount).filter { isAllowed($0, slot, masks) })"
      : "\(tasks[slot].actionSpace)"
    return .actionOutOfSpace(
      environment: name, slot: slot, step: stepsTaken, action: action, space: allowed)
  }

  /// Keeps the last observation of a try that ended, then begins the next try or task.
  @inlinable
  mutating func finish(_ slot: Int, _ buffers: inout StepBuffers) {
    for element in slot * width..<(slot + 1) * width {
      buffers.finalObservations[element] = buffers.observations[element]
    }
    buffers.finished.append(
      Episode(
        slot: slot, attempt: progress[slot].attempt,
        undiscountedReturn: progress[slot].undiscountedReturn, length: progress[slot].length,
        terminated: buffers.terminated[slot]))
    progress[slot].attempt += 1
    progress[slot].length = 0
    progress[slot].undiscountedReturn = 0
    let taskEnded = progress[slot].attempt == trials.triesPerTask
    if taskEnded {
      progress[slot].attempt = 0
      tasks[slot] = draw(slot, &progress[slot].random)
      if !experts.isEmpty { experts[slot] = tasks[slot].makeExpert() }
      progress[slot].limit = trials.stepLimit ?? tasks[slot].stepLimit ?? Int.max
    }
    buffers.memoryWiped[slot] = taskEnded || trials.wipesMemoryEachTry
    states[slot] = tasks[slot].reset(using: &progress[slot].random)
    if buffers.memoryWiped[slot] {
      observeStart(slot, &buffers)
    } else {
      // The memory goes on, so the new try's first observation still carries what ended the last.
      observe(slot, &buffers)
      if trials.showsHistory { buffers.observations[(slot + 1) * width - 1] = 1 }
    }
  }

  /// Writes the observation that a wiped memory begins with.
  @inlinable
  mutating func observeStart(_ slot: Int, _ buffers: inout StepBuffers) {
    observe(slot, &buffers)
    guard trials.showsHistory else { return }
    for element in slot * width + sensed..<(slot + 1) * width { buffers.observations[element] = 0 }
    buffers.observations[(slot + 1) * width - 1] = 1
  }

  /// Writes what the environment shows of a slot's state.
  @inlinable @inline(__always)
  mutating func observe(_ slot: Int, _ buffers: inout StepBuffers) {
    buffers.observations.withMutableSpan(of: slot * width..<slot * width + sensed) {
      tasks[slot].observe(states[slot], into: &$0)
    }
    guard isMasked else { return }
    buffers.masks.withMutableSpan(of: slot * actionCount..<(slot + 1) * actionCount) {
      tasks[slot].mask(states[slot], into: &$0)
    }
  }

  /// Writes the history's segments after a step: last action, last reward, no new try.
  @inlinable
  func showHistory(
    _ slot: Int, _ action: Action, _ reward: Float, _ buffers: inout StepBuffers
  ) {
    let start = slot * width + sensed
    for position in 0..<actionCount {
      buffers.observations[start + position] =
        isDiscrete ? (action.index == position ? 1 : 0) : action.components[position]
    }
    buffers.observations[start + actionCount] = reward
    buffers.observations[start + actionCount + 1] = 0
  }

  @inlinable @inline(__always)
  func check(_ slot: Int, _ buffers: StepBuffers) throws(EnvironmentError) {
    for element in 0..<sensed where !buffers.observations[slot * width + element].isFinite {
      throw .nonFiniteObservation(
        environment: name, slot: slot, step: stepsTaken, element: element)
    }
  }
}
