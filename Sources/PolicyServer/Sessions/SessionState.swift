internal import Environments
internal import Policies
internal import Tensors

/// What a session remembers.
struct SessionState: Sendable {
  /// The policy's memory, `[memory]`.
  var memory: [Float]
  var random: RandomStream
  /// The number of the step that comes next.
  var nextStep = 0
  /// The number of the try, from 0.
  var trial = 0
  /// Whether the next step is the first of a try.
  var beginsTry = true
  /// Whether the try is over and the next is not begun.
  var isTryEnded = false
  /// The last action, as the history shows it; zeros at first.
  var lastAction: [Float]
  /// The last action's reward; nil while it is missing.
  var lastReward: Float? = 0
  /// The rewarded moment that the policy remembers; zeros for none.
  var moment: [Float]
  /// What the policy saw last.
  var lastSeen: [Float] = []
  /// The reply to the last step.
  var lastReply: StepReply?
  var lastUse = ContinuousClock.Instant.now

  /// Whether the steps of a try are kept.
  let keepsSteps: Bool
  /// The try so far.
  private var current = TryRecord(trial: 0)
  private var ended: TryRecord?

  /// The step that is being decided, with what chance will be after it.
  var pendingStep: Int?
  private var waiting: [Session.Reply] = []
  private var nextRandom: RandomStream

  init(_ version: PolicyVersion, random: RandomStream, keepsSteps: Bool) {
    self.keepsSteps = keepsSteps
    self.random = random
    nextRandom = random
    memory = Array(repeating: 0, count: version.memoryWidth)
    lastAction = Array(repeating: 0, count: version.layout.actionCount)
    moment = Array(repeating: 0, count: version.layout.momentCount)
  }

  /// What there is to say to a step before it is looked at: nil if it is the next.
  mutating func entry(
    of request: StepRequest, _ reply: () -> Session.Reply
  ) throws(APIError) -> Session.Entry? {
    if let pendingStep {
      guard pendingStep == request.step else {
        throw APIError(409, "step \(pendingStep) is being decided, got step \(request.step)")
      }
      waiting.append(reply())
      return .waits
    }
    if let lastReply, lastReply.step == request.step { return .replied(lastReply) }
    guard request.step == nextStep else {
      throw APIError(409, "the next step is \(nextStep), got \(request.step)")
    }
    guard !isTryEnded else {
      throw APIError(409, "try \(trial) has ended; a POST to trial begins the next")
    }
    return nil
  }

  /// Notes what the last action led to.
  ///
  /// - Parameter seen: what the environment shows now.
  mutating func takeOutcome(
    _ request: StepRequest, _ seen: [Float], _ layout: ObservationLayout
  ) throws(APIError) {
    if nextStep == 0, request.reward != nil || request.endsTry {
      throw APIError(400, "step 0 comes before any action: it has no reward and ends no try")
    }
    if let reward = request.reward {
      note(reward, ofStep: nextStep - 1)
      if reward > 0 { moment = layout.moment(seen, lastAction) }
    }
    guard lastReward != nil || request.endsTry || !layout.showsReward else {
      throw APIError(
        400, "reward: the policy sees the reward of its last action, which is missing")
    }
  }

  /// Notes a step's reward.
  mutating func note(_ reward: Float, ofStep number: Int) {
    if number == nextStep - 1 { lastReward = reward }
    current.note(reward, ofStep: number)
  }

  /// The try that has ended since this was last asked, where there is one.
  mutating func takeEndedTry() -> TryRecord? {
    defer { ended = nil }
    return ended
  }

  /// Ends the record of the try.
  mutating func closeRecord(_ ending: TryRecord.Ending) {
    current.ending = ending
    if current.count > 0 { ended = current }
    current = TryRecord(trial: trial + 1)
  }

  mutating func endTry(_ request: StepRequest, _ version: PolicyVersion) -> StepReply {
    isTryEnded = true
    closeRecord(request.terminated ? .terminated : .truncated)
    let reply = StepReply(step: nextStep, decision: nil, trial: trial, version: version.label)
    lastReply = reply
    nextStep += 1
    return reply
  }

  mutating func drawChances(_ version: PolicyVersion, greedy: Bool) -> [Float] {
    nextRandom = random
    if greedy { return Array(repeating: 0, count: version.chanceCount) }
    if version.isDiscrete { return [nextRandom.uniform()] }
    return (0..<version.chanceCount).map { _ in nextRandom.normal() }
  }

  /// What a policy sees of the past: the last action, its reward, whether a try begins.
  func history(_ layout: ObservationLayout) -> [Float] {
    guard layout.trials.showsHistory else { return [] }
    return moment + lastAction
      + [layout.trials.showsReward ? lastReward ?? 0 : 0, beginsTry ? 1 : 0]
  }

  mutating func settle(
    _ decision: StepDecision?, _ version: PolicyVersion
  ) -> Result<StepReply, APIError> {
    pendingStep = nil
    guard let decision else {
      return .failure(
        APIError(400, "observation: the policy gives numbers for it that are not finite"))
    }
    memory = decision.memory
    random = nextRandom
    lastAction = decision.action.history(version.layout.actionCount)
    lastReward = nil
    beginsTry = false
    let reply = StepReply(step: nextStep, decision: decision, trial: trial, version: version.label)
    current.append(
      TryRecord.Step(
        number: nextStep, observation: lastSeen, action: decision.action,
        logProbability: decision.logProbability, value: decision.value),
      isKept: keepsSteps)
    lastReply = reply
    nextStep += 1
    return .success(reply)
  }

  mutating func takeWaiting() -> [Session.Reply] {
    defer { waiting = [] }
    return waiting
  }

  mutating func beginTry(_ request: TrialRequest, _ version: PolicyVersion) throws(APIError) -> Int
  {
    guard pendingStep == nil else { throw APIError(409, "a step is being decided") }
    guard !(beginsTry && !isTryEnded) else { return trial }
    if let reward = request.reward { note(reward, ofStep: nextStep - 1) }
    if !isTryEnded { closeRecord(request.ending) }
    if version.layout.trials.wipesMemoryEachTry {
      memory = Array(repeating: 0, count: memory.count)
      lastAction = Array(repeating: 0, count: lastAction.count)
      lastReward = 0
      moment = Array(repeating: 0, count: moment.count)
    }
    trial += 1
    beginsTry = true
    isTryEnded = false
    return trial
  }
}
