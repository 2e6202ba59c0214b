/// What is seen of an episode between two steps.
public struct Frame: Sendable, Hashable {
  /// The number of the try on its task, from 0.
  public var attempt: Int
  /// The number of steps that the try has taken.
  public var step: Int
  /// The undiscounted sum of the try's rewards so far.
  public var undiscountedReturn: Float
  /// The returns of the tries before this one.
  public var returns: [Float] = []
  /// The picture of the state; `nil` if the environment cannot be drawn.
  public var drawing: Drawing?
}

extension EnvironmentBatch {
  /// Plays the tries of one task in the first slot and shows each state before it is acted on.
  ///
  /// - Parameters:
  ///   - choose: writes the actions of all slots, given the batch's buffers.
  ///   - show: shows a frame and says whether to go on.
  /// - Returns: the first slot's tries that came to an end; fewer than
  ///   ``TrialSettings/triesPerTask`` if `show` stopped them.
  /// - Throws: ``EnvironmentError``, or what `choose` and `show` throw.
  public mutating func watch(
    choosing choose: (StepBuffers, inout ActionBatch) throws -> Void,
    showing show: (Frame) throws -> Bool
  ) throws -> [Episode] {
    try watch(acting: { try choose($0.buffers, &$1) }, showing: show)
  }

  /// Plays the tries of one task in the first slot as the task's expert would, and shows each state
  /// before it is acted on; nothing if there is no expert.
  public mutating func watchExpert(
    noting note: (ActionBatch) -> Void = { _ in }, showing show: (Frame) throws -> Bool
  ) throws -> [Episode] {
    var actions = ActionBatch(actionSpace, slots: slots)
    guard writeExpertActions(to: &actions) else { return [] }
    return try watch(
      acting: { batch, actions in
        _ = batch.writeExpertActions(to: &actions)
        note(actions)
      }, showing: show)
  }

  private mutating func watch(
    acting act: (inout EnvironmentBatch, inout ActionBatch) throws -> Void,
    showing show: (Frame) throws -> Bool
  ) throws -> [Episode] {
    var actions = ActionBatch(actionSpace, slots: slots)
    var episodes: [Episode] = []
    var frame = Frame(attempt: 0, step: 0, undiscountedReturn: 0)
    while episodes.count < trials.triesPerTask {
      frame.drawing = drawing(slot: 0)
      guard try show(frame) else { break }
      try act(&self, &actions)
      try step(actions)
      frame.step += 1
      frame.undiscountedReturn += buffers.rewards[0]
      if let episode = buffers.finished.first(where: { $0.slot == 0 }) {
        episodes.append(episode)
        frame = Frame(
          attempt: episodes.count, step: 0, undiscountedReturn: 0,
          returns: episodes.map(\.undiscountedReturn))
      }
      buffers.finished.removeAll(keepingCapacity: true)
    }
    return episodes
  }
}
