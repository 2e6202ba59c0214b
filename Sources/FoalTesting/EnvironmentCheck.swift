public import Environments
internal import Foundation
internal import Tensors

/// Checks that an environment keeps the promises that ``Environment`` makes.
///
/// Random allowed actions are played; it is checked that
/// - every element of an observation is written, finite and within its segment's bounds;
/// - rewards are finite;
/// - the same seed gives the same observations, rewards and ends;
/// - a copied state, and a state that was saved as JSON and read back, go on as the original does;
/// - masks hold 0 and 1 only and leave at least one action;
/// - in an ``EnvironmentBatch``, the step limit truncates, never together with a termination, the
///   last observation of a try is kept, and actions outside the space are rejected.
///
/// - Parameters:
///   - environment: the environment to check.
///   - steps: the number of steps to play, at least 1.
///   - seed: the seed of starts and actions.
/// - Throws: ``EnvironmentCheckFailure`` with everything that was found.
public func checkEnvironment(
  _ environment: some Environment, steps: Int = 1000, seed: UInt64 = 0
) throws(EnvironmentCheckFailure) {
  precondition(steps > 0, "a check needs at least one step, got \(steps)")
  var check = EnvironmentCheck(environment, steps: steps, seed: seed)
  check.checkSpaces()
  if check.findings.isEmpty {
    check.play()
    check.checkRepeatability()
    check.checkSnapshots()
  }
  // A batch refuses numbers that are not finite, so it could show nothing more.
  if check.findings.isEmpty { check.checkInBatch() }
  if !check.findings.isEmpty {
    throw EnvironmentCheckFailure(
      environment: "\(type(of: environment))", seed: seed, findings: check.findings)
  }
}

/// What an environment's check found.
public struct EnvironmentCheckFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// A promise that was broken.
  public enum Finding: Sendable, Hashable {
    /// The spaces have no elements, too many, or bounds the wrong way round.
    case badSpace(String)
    /// An element of the observation keeps what was in the buffer before.
    case elementNotWritten(element: Int, step: Int)
    /// An element of the observation is not finite.
    case observationNotFinite(element: Int, step: Int)
    /// An element of the observation lies outside its segment's bounds.
    case observationOutOfBounds(element: Int, step: Int, value: Float, segment: String)
    /// A reward is not finite.
    case rewardNotFinite(step: Int)
    /// A mask holds something else than 0 and 1.
    case maskNotBinary(step: Int)
    /// A mask allows no action.
    case nothingAllowed(step: Int)
    /// The same seed and actions led elsewhere.
    case notRepeatable(step: Int)
    /// A copy of the state went on differently.
    case snapshotDiffers(step: Int)
    /// A state that was saved as JSON and read back went on differently.
    case savedStateDiffers(step: Int)
    /// The state could not be saved as JSON or not be read back.
    case stateNotSaved(String)
    /// A batch did not truncate an episode at the step limit, or truncated and terminated at once.
    case limitNotKept(step: Int)
    /// A batch lost the last observation of a try.
    case finalObservationLost(step: Int)
    /// A batch took an action outside the space.
    case badActionTaken(String)
    /// A batch refused to go on.
    case batchFailed(EnvironmentError)
  }

  /// The environment's type.
  public let environment: String
  /// The seed that shows the findings again.
  public let seed: UInt64
  /// What was found, each kind at its first step only.
  public let findings: [Finding]

  public var description: String {
    "\(environment), seed \(seed): " + findings.map { "\($0)" }.joined(separator: "; ")
  }
}

/// The running check of one environment.
private struct EnvironmentCheck<Task: Environment> {
  typealias Finding = EnvironmentCheckFailure.Finding

  /// What a step showed, as bits, so that it can be compared exactly.
  struct Sight: Hashable {
    var observation: [UInt32]
    var reward: UInt32
    var terminated: Bool
  }

  let task: Task
  let steps: Int
  let seed: UInt64
  let space: ObservationSpace
  let actionSpace: ActionSpace
  var findings: [Finding] = []

  init(_ task: Task, steps: Int, seed: UInt64) {
    self.task = task
    self.steps = steps
    self.seed = seed
    space = task.observationSpace
    actionSpace = task.actionSpace
  }

  mutating func checkSpaces() {
    if space.count == 0 { findings.append(.badSpace("the observation has no elements")) }
    if actionSpace.count == 0 { findings.append(.badSpace("there are no actions")) }
    guard case .box(let low, let high) = actionSpace else { return }
    if low.count != high.count || zip(low, high).contains(where: { !($0 <= $1) }) {
      findings.append(.badSpace("the box has no bounds low...high for each component"))
    }
    if low.count > Action.maximumComponents {
      findings.append(.badSpace("the box has more than \(Action.maximumComponents) components"))
    }
  }

  /// Looks at every observation, reward and mask of some episodes.
  mutating func play() {
    var random = RandomStream(seed: seed)
    var state = task.reset(using: &random)
    var length = 0
    var known = Set<String>()
    var found: [Finding] = []
    func note(_ kind: String, _ finding: Finding) {
      if known.insert(kind).inserted { found.append(finding) }
    }
    for step in 0..<steps {
      let (zeros, ones) = (observation(of: state, over: 0), observation(of: state, over: 1))
      for element in zeros.indices where zeros[element].bitPattern != ones[element].bitPattern {
        note("written \(element)", .elementNotWritten(element: element, step: step))
      }
      var start = 0
      for segment in space.segments {
        for element in start..<start + segment.count {
          let value = ones[element]
          if !value.isFinite {
            note("finite", .observationNotFinite(element: element, step: step))
          } else if !segment.bounds.contains(value) {
            note(
              "bounds",
              .observationOutOfBounds(
                element: element, step: step, value: value, segment: segment.name))
          }
        }
        start += segment.count
      }
      let allowed = mask(of: state)
      if allowed.contains(where: { $0 != 0 && $0 != 1 }) {
        note("binary", .maskNotBinary(step: step))
      }
      if actionSpace.isMasked && !allowed.contains(where: { $0 != 0 }) {
        note("allowed", .nothingAllowed(step: step))
        break
      }
      let outcome = task.step(&state, action(in: state, using: &random), using: &random)
      if !outcome.reward.isFinite { note("reward", .rewardNotFinite(step: step)) }
      length += 1
      if outcome.terminated || length == task.stepLimit {
        state = task.reset(using: &random)
        length = 0
      }
    }
    findings += found
  }

  /// Plays twice from the same seed.
  mutating func checkRepeatability() {
    var streams = (RandomStream(seed: seed), RandomStream(seed: seed))
    let states = (task.reset(using: &streams.0), task.reset(using: &streams.1))
    let first = trajectory(from: states.0, using: streams.0, steps: steps)
    let second = trajectory(from: states.1, using: streams.1, steps: steps)
    if let step = zip(first, second).enumerated().first(where: { $1.0 != $1.1 })?.offset {
      findings.append(.notRepeatable(step: step))
    }
  }

  /// Goes on from copies and from saved states at ten places of an episode.
  mutating func checkSnapshots() {
    let isRepeatable = !findings.contains { if case .notRepeatable = $0 { true } else { false } }
    guard isRepeatable else { return }
    var random = RandomStream(seed: seed)
    var state = task.reset(using: &random)
    let stride = max(steps / 10, 1)
    for step in 0..<steps {
      if step % stride == 0 {
        let snapshot = state
        let original = trajectory(from: state, using: random, steps: stride)
        if trajectory(from: snapshot, using: random, steps: stride) != original {
          findings.append(.snapshotDiffers(step: step))
          return
        }
        do {
          let saved = try JSONEncoder().encode([state])
          let read = try JSONDecoder().decode([Task.State].self, from: saved)[0]
          if trajectory(from: read, using: random, steps: stride) != original {
            findings.append(.savedStateDiffers(step: step))
            return
          }
        } catch {
          findings.append(.stateNotSaved("\(error)"))
          return
        }
      }
      let outcome = task.step(&state, action(in: state, using: &random), using: &random)
      if outcome.terminated { state = task.reset(using: &random) }
    }
  }

  /// Plays one slot of a batch beside the bare environment.
  mutating func checkInBatch() {
    // A limit of 7 is met by nearly every environment within a few steps.
    let limit = min(task.stepLimit ?? 7, 7)
    var batch = EnvironmentBatch(
      tasks: [task], named: "\(Task.self)", trials: TrialSettings(stepLimit: limit),
      random: RandomStream(seed: seed))
    var random = RandomStream(seed: seed).split("actions")
    var actions = ActionBatch(actionSpace, slots: 1)
    var stream = RandomStream(seed: seed).split(0)
    var state = task.reset(using: &stream)
    var length = 0
    for step in 0..<min(steps, 100) {
      actions.drawUniformly(from: actionSpace, masks: batch.buffers.masks, using: &random)
      let action =
        actionSpace.isDiscrete ? Action(Int(actions.indices[0])) : Action(actions.components)
      do { try batch.step(actions) } catch {
        findings.append(.batchFailed(error))
        return
      }
      let outcome = task.step(&state, action, using: &stream)
      length += 1
      let last = observation(of: state, over: 0)
      let (terminated, truncated) = (batch.buffers.terminated[0], batch.buffers.truncated[0])
      if terminated != outcome.terminated
        || truncated != (length == limit && !outcome.terminated)
      {
        findings.append(.limitNotKept(step: step))
        return
      }
      if terminated || truncated {
        if batch.buffers.finalObservations != last {
          findings.append(.finalObservationLost(step: step))
          return
        }
        state = task.reset(using: &stream)
        length = 0
      }
    }
    checkBadActions(batch)
  }

  private mutating func checkBadActions(_ batch: EnvironmentBatch) {
    var bad: [ActionBatch] = []
    var actions = ActionBatch(actionSpace, slots: 1)
    switch actionSpace {
    case .discrete(let count, _):
      for index in [-1, count] {
        actions.indices = [Int32(index)]
        bad.append(actions)
      }
    case .box(let low, let high):
      for value in [low[0].nextDown, high[0].nextUp, .nan] where !(value.isInfinite) {
        actions.components = low.map { max($0, -Float.greatestFiniteMagnitude) }
        actions.components[0] = value
        bad.append(actions)
      }
    }
    for actions in bad {
      var copy = batch
      do {
        try copy.step(actions)
        findings.append(.badActionTaken("\(actions)"))
      } catch {
        guard case .actionOutOfSpace = error else {
          findings.append(.batchFailed(error))
          return
        }
      }
    }
  }

  private func observation(of state: Task.State, over value: Float) -> [Float] {
    var elements = Array(repeating: value, count: space.count)
    elements.withMutableSpan(of: 0..<space.count) { task.observe(state, into: &$0) }
    return elements
  }

  private func mask(of state: Task.State) -> [Float] {
    guard actionSpace.isMasked else { return [] }
    var allowed = Array(repeating: Float(1), count: actionSpace.count)
    allowed.withMutableSpan(of: 0..<actionSpace.count) { task.mask(state, into: &$0) }
    return allowed
  }

  private func action(in state: Task.State, using random: inout RandomStream) -> Action {
    let masks = mask(of: state)
    // A mask that allows nothing is found by `play`; here it must not stop the check.
    guard masks.isEmpty || masks.contains(where: { $0 != 0 }) else { return Action(0) }
    var actions = ActionBatch(actionSpace, slots: 1)
    actions.drawUniformly(from: actionSpace, masks: masks, using: &random)
    return actionSpace.isDiscrete ? Action(Int(actions.indices[0])) : Action(actions.components)
  }

  private func trajectory(
    from start: Task.State, using stream: RandomStream, steps: Int
  ) -> [Sight] {
    var (state, random) = (start, stream)
    return (0..<steps).map { _ in
      let seen = observation(of: state, over: 0).map(\.bitPattern)
      let outcome = task.step(&state, action(in: state, using: &random), using: &random)
      if outcome.terminated { state = task.reset(using: &random) }
      return Sight(
        observation: seen, reward: outcome.reward.bitPattern, terminated: outcome.terminated)
    }
  }
}
