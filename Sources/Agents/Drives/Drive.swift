public import Environments
public import Tensors

/// A reward from inside: what a learner finds worth seeing, whatever the task pays.
///
/// A drive gives each transition a bonus and learns from the transitions, so that what has been
/// seen often enough is worth less and less. It scales its bonuses by itself and knows nothing of
/// the learner that collects them: ``PPO/drive`` takes any drive, ``DriveSum`` makes one of several,
/// and the two calls serve any other loop.
///
///     let bonuses = drive.bonuses(for: transitions)
///     drive.learn(from: transitions)
public protocol Drive: Sendable {
  /// Gives each transition its bonus as the drive stands, scaled and weighted, `[N]`.
  ///
  /// The model learns nothing here; only the running scale and random streams move on.
  mutating func bonuses(for transitions: Transitions) -> [Float]
  /// Learns from the transitions.
  mutating func learn(from transitions: Transitions)
  /// Takes down all that changes in the drive.
  func snapshot() -> DriveSnapshot
  /// Puts back what a snapshot of a drive that was made in the same way took down.
  ///
  /// - Throws: `SnapshotError` if the snapshot is of another kind of drive.
  mutating func restore(_ snapshot: DriveSnapshot) throws
}

/// N steps of any environments: what was seen, what was done, what was seen then.
public struct Transitions: Sendable {
  /// What was acted on, `[N, elements]`.
  public var observations: Tensor
  /// Actions of a discrete space, `[N]`; empty for a box.
  public var choices: [Int32]
  /// Actions of a box, `[N, components]`; nil for a discrete space.
  public var vectors: Tensor?
  /// What followed, before any reset, `[N, elements]`.
  public var nextObservations: Tensor
  /// Whether the task ended with the step, `[N]`.
  public var terminated: [Bool]

  /// Makes transitions; all parts must have as many rows.
  public init(
    observations: Tensor, choices: [Int32] = [], vectors: Tensor? = nil,
    nextObservations: Tensor, terminated: [Bool]
  ) {
    let actions = vectors?.shape[0] ?? choices.count
    precondition(
      observations.shape.rank == 2 && observations.shape == nextObservations.shape
        && actions == observations.shape[0] && terminated.count == actions,
      "transitions from \(observations.shape) to \(nextObservations.shape) with \(actions) actions "
        + "and \(terminated.count) ends")
    self.observations = observations
    self.choices = choices
    self.vectors = vectors
    self.nextObservations = nextObservations
    self.terminated = terminated
  }

  /// N.
  public var count: Int { observations.shape[0] }

  /// Some of the transitions, in the order of the rows.
  public func gathering(_ rows: [Int32]) -> Transitions {
    Transitions(
      observations: observations.gathering(rows),
      choices: choices.isEmpty ? [] : rows.map { choices[Int($0)] },
      vectors: vectors?.gathering(rows), nextObservations: nextObservations.gathering(rows),
      terminated: rows.map { terminated[Int($0)] })
  }

  /// The actions as a network's input: 1 at the choice, or a box's components, `[N, actions]`.
  ///
  /// - Parameter space: what the actions were chosen from.
  public func actionFeatures(_ space: ActionSpace) -> Tensor {
    let features = vectors ?? .oneHot(choices, count: space.count)
    precondition(
      space.isDiscrete == (vectors == nil) && features.shape[1] == space.count,
      "actions of shape \(features.shape) are not of the space \(space)")
    return features
  }
}

/// What a drive looks at: the spaces of the environments that its transitions come from.
public struct DriveSpaces: Sendable, Hashable {
  public var observation: ObservationSpace
  public var action: ActionSpace

  public init(observation: ObservationSpace, action: ActionSpace) {
    self.observation = observation
    self.action = action
  }

  /// The spaces of tasks, with the history's segments if the settings ask for them.
  public init(_ tasks: TaskSource, trials: TrialSettings = TrialSettings()) {
    observation = EnvironmentBatch.observationSpace(
      tasks.observationSpace, tasks.actionSpace, trials)
    action = tasks.actionSpace
  }
}
