internal import Foundation
internal import Policies
internal import Synchronization
internal import Tensors

/// One agent meeting one task: the memory of a policy over steps and tries, and the policy's
/// version, which stays the same for the whole session.
///
/// Steps are counted over all tries, from 0. Each is decided once; asked again, the last one is
/// answered as it was.
final class Session: Sendable {
  let id: String
  let version: PolicyVersion
  let settings: SessionSettings
  /// The elements of an observation that the session fixes: its goal and its instruction.
  let fixed: [(range: Range<Int>, values: [Float])]
  private let observer: SessionObserver
  private let state: Mutex<SessionState>

  typealias Reply = @Sendable (Result<StepReply, APIError>) -> Void

  init(
    id: String, version: PolicyVersion, settings: SessionSettings, observer: SessionObserver
  ) throws(APIError) {
    self.id = id
    self.observer = observer
    self.version = version
    self.settings = settings
    fixed = try settings.fixedElements(of: version)
    state = Mutex(
      SessionState(
        version, random: RandomStream(seed: settings.seed).split("session"),
        keepsSteps: observer.feedback != nil))
  }

  /// What is to be done for a step.
  enum Entry {
    /// It is answered already.
    case replied(StepReply)
    /// It is one of the rows now: ``finish(_:)`` is to be called with what is decided.
    case entered
    /// Another request asked for it first; the reply comes when that one is decided.
    case waits
  }

  /// Takes a step in: checks it, and puts a row for it behind others.
  /// - Parameter reply: makes what is called later if the entry is ``Entry/waits``.
  func enter(
    _ request: StepRequest, into rows: inout Policy.Rows, reply: () -> Reply
  ) throws(APIError) -> Entry {
    let seen = try version.layout.environmentPart(request.observation, fixed: fixed)
    let mask = try request.mask(for: version)
    let (entry, ended) = try state.withLock { (state) throws(APIError) in
      (try enter(request, seen, mask, &state, &rows, reply), state.takeEndedTry())
    }
    if let ended { observer.note(ended, of: self) }
    return entry
  }

  private func enter(
    _ request: StepRequest, _ seen: [Float], _ mask: [Float], _ state: inout SessionState,
    _ rows: inout Policy.Rows, _ reply: () -> Reply
  ) throws(APIError) -> Entry {
    state.lastUse = .now
    if let entry = try state.entry(of: request, reply) { return entry }
    try state.takeOutcome(request, seen, version.layout)
    if request.endsTry { return .replied(state.endTry(request, version)) }
    let chances = state.drawChances(version, greedy: settings.deterministic)
    state.lastSeen = seen + state.history(version.layout)
    rows.observations += state.lastSeen
    rows.memory += state.memory
    rows.masks += mask
    rows.chances += chances
    rows.greedy.append(settings.deterministic)
    state.pendingStep = request.step
    return .entered
  }

  /// Notes what was decided for the step that was entered, and tells those who wait for it too.
  /// - Parameter decision: nil if the policy gave numbers that are not finite.
  func finish(_ decision: StepDecision?) -> Result<StepReply, APIError> {
    let (result, waiting, seen) = state.withLock { state in
      (state.settle(decision, version), state.takeWaiting(), state.lastSeen)
    }
    if let decision { observer.note(seen, decision.action, version) }
    for reply in waiting { reply(result) }
    return result
  }

  /// Begins a new try; the memory lasts, unless the policy was made for tries without one.
  ///
  /// Asked again before the try's first step, it is the same try.
  /// - Returns: the number of the try, from 0.
  func beginTry(_ request: TrialRequest) throws(APIError) -> Int {
    let (trial, ended) = try state.withLock { (state) throws(APIError) in
      state.lastUse = .now
      return (try state.beginTry(request, version), state.takeEndedTry())
    }
    if let ended { observer.note(ended, of: self) }
    return trial
  }

  /// Notes the try that the session ends in.
  func close() {
    let ended = state.withLock { state in
      state.closeRecord(.open)
      return state.takeEndedTry()
    }
    if let ended { observer.note(ended, of: self) }
  }

  /// Takes a reward that came apart from a step.
  func note(_ feedback: Feedback) throws(APIError) {
    try state.withLock { (state) throws(APIError) in
      state.lastUse = .now
      guard feedback.step < state.nextStep else {
        throw APIError(
          409, "step \(feedback.step) is not decided yet; the next step is \(state.nextStep)")
      }
      guard state.pendingStep == nil else { throw APIError(409, "a step is being decided") }
      state.note(feedback.reward, ofStep: feedback.step)
    }
  }

  /// What the session holds now, as it can be put into another.
  func snapshot() throws(APIError) -> SessionSnapshot {
    try state.withLock { (state) throws(APIError) in
      state.lastUse = .now
      guard state.pendingStep == nil else { throw APIError(409, "a step is being decided") }
      return SessionSnapshot(state, version)
    }
  }

  /// Takes over what another session held.
  func restore(_ snapshot: SessionSnapshot) throws(APIError) {
    try snapshot.check(for: version)
    try state.withLock { (state) throws(APIError) in
      guard state.pendingStep == nil else { throw APIError(409, "a step is being decided") }
      snapshot.write(to: &state)
      state.lastUse = .now
    }
  }

  /// Whether nothing was asked of the session for longer than it lives.
  func isExpired(at now: ContinuousClock.Instant) -> Bool {
    state.withLock { $0.pendingStep == nil && now - $0.lastUse > .seconds(settings.timeToLive) }
  }
}
