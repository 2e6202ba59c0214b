public import Tensors
internal import VectorKernels

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
  mutating func writeExpertActions(
    to actions: inout ActionBatch, silent: inout [Bool]
  ) -> Bool
  var aimKinds: [Int] { get }
  func writeAims(to aims: inout [Int32], at start: Int, of asked: [Bool])
  func knowsAim(slot: Int) -> Bool
  func exploration(slot: Int) -> (action: Action, aim: [Int32])?
  var currentLevels: [Level]? { get }
  mutating func queueLevels(_ queues: [[Level]])
  func snapshot(_ buffers: StepBuffers, of slots: Range<Int>) throws -> EnvironmentBatch.Snapshot
  mutating func restore(_ snapshot: EnvironmentBatch.Snapshot, _ buffers: inout StepBuffers) throws
}

/// The slots of a batch of environments of one type.
@usableFromInline
struct Slots<Task: Environment>: SlotStepper {
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
  /// What is met next where that is not drawn; nil where it is.
  @usableFromInline var levels: LevelSlots<Task>?
  @usableFromInline var tasks: [Task] = []
  @usableFromInline var states: [Task.State] = []
  /// The tasks' experts, made when they are first asked for.
  @usableFromInline var experts: [(@Sendable (Task.State) -> Action?)?] = []
  /// Each slot's random stream.
  @usableFromInline var streams: [RandomStream] = []
  /// Each slot's stream as it was before the slot's task was drawn: what to draw it from again.
  @usableFromInline var origins: [RandomStream] = []
  /// The steps of each slot's try so far, and the number at which it is truncated.
  @usableFromInline var lengths: [Int] = []
  @usableFromInline var limits: [Int] = []
  /// The number of each slot's try on its task, and the rewards of the try so far.
  @usableFromInline var attempts: [Int] = []
  @usableFromInline var returns: [Float] = []
  /// Whether a try on each slot's task that is still remembered has ended with rewards.
  @usableFromInline var wasRewarded: [Bool] = []
  @usableFromInline var stepsTaken = 0
  /// Sizes that every step needs, taken once from the spaces.
  @usableFromInline let sensed: Int
  /// The elements that are remembered of a rewarded moment, and how many that are with its action.
  @usableFromInline let remembered: [Range<Int>]
  @usableFromInline let momentCount: Int
  @usableFromInline let actionCount: Int
  @usableFromInline let isDiscrete: Bool
  @usableFromInline let isMasked: Bool
  /// The bounds of a box's components; empty for a discrete space.
  @usableFromInline let low: [Float]
  @usableFromInline let high: [Float]
  /// The lowest and the highest value of each observed element of some slots, so many that there is
  /// a vector to compare at once; empty if the space states no bounds.
  @usableFromInline let lowest: [Float]
  @usableFromInline let highest: [Float]

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
      origins.append(stream)
      let task = draw(slot, &stream)
      states.append(task.reset(using: &stream))
      tasks.append(task)
      streams.append(stream)
      limits.append(trials.stepLimit ?? task.stepLimit ?? Int.max)
    }
    lengths = Array(repeating: 0, count: count)
    attempts = Array(repeating: 0, count: count)
    returns = Array(repeating: 0, count: count)
    wasRewarded = Array(repeating: false, count: count)
    sensed = tasks[0].observationSpace.count
    let sensedSpace = tasks[0].observationSpace
    remembered = sensedSpace.ranges(of: trials.rememberedSegments)
    momentCount = trials.moment(of: sensedSpace, acting: tasks[0].actionSpace)
      .reduce(0) { $0 + $1.count }
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
    (lowest, highest) = EnvironmentBatch.observationSpace(
      tasks[0].observationSpace, space, trials
    ).finiteBounds(atLeast: 256)
  }

  /// The elements of one slot's observation.
  @inlinable var width: Int { sensed + (trials.showsHistory ? momentCount + actionCount + 2 : 0) }

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

  @usableFromInline
  var currentLevels: [Level]? { levels?.current }

  @usableFromInline
  mutating func queueLevels(_ queues: [[Level]]) { levels?.queue(queues) }

  @inlinable
  func drawing(slot: Int) -> Drawing? { tasks[slot].draw(states[slot]) }

  @usableFromInline
  mutating func writeExpertActions(
    to actions: inout ActionBatch, silent: inout [Bool]
  ) -> Bool {
    if experts.isEmpty { experts = tasks.map { $0.makeExpert() } }
    for slot in 0..<tasks.count {
      guard let expert = experts[slot] else { return false }
      if silent[slot] { continue }
      guard let action = expert(states[slot]) else {
        silent[slot] = true
        continue
      }
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

  @usableFromInline
  var aimKinds: [Int] { tasks[0].aimKinds }

  @usableFromInline
  func writeAims(to aims: inout [Int32], at start: Int, of asked: [Bool]) {
    let width = aimKinds.count
    for slot in tasks.indices where asked[slot] {
      let row = start + slot * width
      aims.withMutableSpan(of: row..<row + width) {
        tasks[slot].aim(in: states[slot], into: &$0)
      }
    }
  }

  @usableFromInline
  func knowsAim(slot: Int) -> Bool {
    tasks[slot].knowsAim(in: states[slot], rewarded: wasRewarded[slot])
  }

  @usableFromInline
  func exploration(slot: Int) -> (action: Action, aim: [Int32])? {
    // What was rewarded is known; to find out more would be for its own sake.
    guard !wasRewarded[slot] else { return nil }
    var aim = [Int32](repeating: 0, count: aimKinds.count)
    var span = aim.mutableSpan
    let action = tasks[slot].exploration(in: states[slot], into: &span)
    return action.map { ($0, aim) }
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
    // The first observations were written when the batch was made, which cannot throw.
    if stepsTaken == 0 { try checkObservations(buffers) }
    try check(actions, buffers.masks)
    move(actions, &buffers)
    try checkRewards(buffers)
    let someEnded = countStep(
      rewards: buffers.rewards, terminated: buffers.terminated, limits: limits, lengths: &lengths,
      returns: &returns, truncated: &buffers.truncated, wiped: &buffers.memoryWiped)
    if isMasked {
      for slot in 0..<tasks.count { showMask(slot, &buffers) }
    }
    if trials.showsHistory {
      for slot in 0..<tasks.count { showHistory(slot, actions, &buffers) }
    }
    try checkObservations(buffers)
    if someEnded {
      for slot in 0..<tasks.count where buffers.terminated[slot] || buffers.truncated[slot] {
        finish(slot, &buffers)
      }
      try checkObservations(buffers)
    }
    stepsTaken += 1
  }

  /// Lets the environments move and show what they see.
  @inlinable @inline(__always)
  mutating func move(_ actions: ActionBatch, _ buffers: inout StepBuffers) {
    Task.step(
      tasks, &states, actions, using: &streams, rewards: &buffers.rewards,
      terminated: &buffers.terminated, observations: &buffers.observations)
  }

  /// Refuses actions that the space does not have or a mask does not allow.
  @inlinable @inline(__always)
  func check(_ actions: ActionBatch, _ masks: [Float]) throws(EnvironmentError) {
    if isDiscrete {
      for slot in 0..<tasks.count {
        let index = Int(actions.indices[slot])
        guard index >= 0 && index < actionCount && isAllowed(index, slot, masks) else {
          throw actionError(slot, "\(index)", masks)
        }
      }
    } else {
      for slot in 0..<tasks.count {
        for component in 0..<actionCount {
          let value = actions.components[slot * actionCount + component]
          guard value >= low[component] && value <= high[component] && value.isFinite else {
            let all = actions.components[slot * actionCount..<(slot + 1) * actionCount]
            throw actionError(slot, "\(Array(all))", masks)
          }
        }
      }
    }
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
        slot: slot, attempt: attempts[slot], undiscountedReturn: returns[slot],
        length: lengths[slot], terminated: buffers.terminated[slot]))
    attempts[slot] += 1
    lengths[slot] = 0
    if returns[slot] > 0 { wasRewarded[slot] = true }
    returns[slot] = 0
    let taskEnded = attempts[slot] == trials.triesPerTask
    if taskEnded {
      attempts[slot] = 0
      origins[slot] = streams[slot]
      tasks[slot] = nextTask(slot)
      if !experts.isEmpty { experts[slot] = tasks[slot].makeExpert() }
      limits[slot] = trials.stepLimit ?? tasks[slot].stepLimit ?? Int.max
    }
    buffers.memoryWiped[slot] = taskEnded || trials.wipesMemoryEachTry
    if buffers.memoryWiped[slot] { wasRewarded[slot] = false }
    var state = tasks[slot].reset(using: &streams[slot])
    if !buffers.memoryWiped[slot] { tasks[slot].carryOver(from: states[slot], to: &state) }
    states[slot] = state
    if buffers.memoryWiped[slot] {
      observeStart(slot, &buffers)
    } else {
      // The memory goes on, so the new try's first observation still carries what ended the last.
      observe(slot, &buffers)
      if trials.showsHistory { buffers.observations[(slot + 1) * width - 1] = 1 }
    }
  }

  @inlinable
  mutating func nextTask(_ slot: Int) -> Task {
    if let task = levels?.next(slot) { return task }
    return draw(slot, &streams[slot])
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
    if isMasked { showMask(slot, &buffers) }
  }

  /// Writes which actions a slot's state allows.
  @inlinable @inline(__always)
  mutating func showMask(_ slot: Int, _ buffers: inout StepBuffers) {
    buffers.masks.withMutableSpan(of: slot * actionCount..<(slot + 1) * actionCount) {
      tasks[slot].mask(states[slot], into: &$0)
    }
  }

  /// Writes the history's segments after a step: last action, last reward, no new try.
  @inlinable
  func showHistory(_ slot: Int, _ actions: ActionBatch, _ buffers: inout StepBuffers) {
    let start = slot * width + sensed + momentCount
    for position in 0..<actionCount {
      buffers.observations[start + position] =
        isDiscrete
        ? (actions.indices[slot] == position ? 1 : 0)
        : actions.components[slot * actionCount + position]
    }
    if momentCount > 0, buffers.rewards[slot] > 0 { remember(slot, &buffers) }
    buffers.observations[start + actionCount] = trials.showsReward ? buffers.rewards[slot] : 0
    buffers.observations[start + actionCount + 1] = 0
  }

  /// Keeps what is seen now as the rewarded moment, with the action that led to it.
  @usableFromInline
  func remember(_ slot: Int, _ buffers: inout StepBuffers) {
    let row = slot * width
    var place = row + sensed
    for range in remembered {
      for element in range {
        buffers.observations[place] = buffers.observations[row + element]
        place += 1
      }
    }
    for position in 0..<actionCount {
      buffers.observations[place + position] = buffers.observations[place + actionCount + position]
    }
  }

  @inlinable @inline(__always)
  func checkRewards(_ buffers: StepBuffers) throws(EnvironmentError) {
    guard let slot = firstNotFinite(buffers.rewards) else { return }
    throw .nonFiniteReward(
      environment: name, slot: slot, step: stepsTaken, value: buffers.rewards[slot])
  }

  @inlinable @inline(__always)
  func checkObservations(_ buffers: StepBuffers) throws(EnvironmentError) {
    let found =
      lowest.isEmpty
      ? firstNotFinite(buffers.observations)
      : firstOutside(buffers.observations, lowest, highest)
    if let found { throw observationError(found, buffers.observations[found]) }
  }

  @usableFromInline
  func observationError(_ position: Int, _ value: Float) -> EnvironmentError {
    let (slot, element) = (position / width, position % width)
    guard value.isFinite else {
      return .nonFiniteObservation(
        environment: name, slot: slot, step: stepsTaken, element: element)
    }
    return .observationOutOfSpace(
      environment: name, slot: slot, step: stepsTaken, element: element, value: value,
      space: "\(tasks[slot].observationSpace)")
  }
}

/// The position of the first value that is infinite or not a number.
@usableFromInline
func firstNotFinite(_ values: [Float]) -> Int? {
  // One more in the exponent reaches the sign's bit only from there: a pass without a branch.
  var carries: UInt32 = 0
  for value in values { carries |= (value.bitPattern & 0x7fff_ffff) &+ 0x0080_0000 }
  if carries < 0x8000_0000 { return nil }
  return values.indices.first { !values[$0].isFinite }
}

/// The position of the first value that is not a number or lies outside its bounds, which are finite
/// and begin again behind the last.
@usableFromInline
func firstOutside(_ values: [Float], _ lowest: [Float], _ highest: [Float]) -> Int? {
  precondition(
    !lowest.isEmpty && highest.count == lowest.count,
    "\(lowest.count) lowest values need as many highest ones, got \(highest.count)")
  let start = foal_first_outside(values.count, lowest.count, values, lowest, highest)
  return (start..<values.count).first {
    let bound = ($0 - start) % lowest.count
    return !(values[$0] >= lowest[bound] && values[$0] <= highest[bound])
  }
}

/// Counts a step and its rewards, and tells whether a try ended with it.
@usableFromInline
func countStep(
  rewards: [Float], terminated: [Bool], limits: [Int], lengths: inout [Int],
  returns: inout [Float], truncated: inout [Bool], wiped: inout [Bool]
) -> Bool {
  let (limits, rewards, terminated) = (limits.span, rewards.span, terminated.span)
  var lengths = lengths.mutableSpan
  var returns = returns.mutableSpan
  var truncated = truncated.mutableSpan
  var wiped = wiped.mutableSpan
  var someEnded = false
  for slot in limits.indices {
    lengths[slot] &+= 1
    returns[slot] += rewards[slot]
    let ended = terminated[slot]
    let cut = lengths[slot] >= limits[slot] && !ended
    truncated[slot] = cut
    wiped[slot] = false
    someEnded = someEnded || ended || cut
  }
  return someEnded
}
