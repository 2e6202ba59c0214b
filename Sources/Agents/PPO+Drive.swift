internal import Environments
internal import Tensors

extension PPO {
  /// Makes the lanes keep what followed each step if there is a drive or it is predicted, and only
  /// then.
  mutating func keepTransitions() {
    let keeps = drive != nil || configuration.predicts
    for index in lanes.indices where lanes[index].rollout.terminated.isEmpty == keeps {
      let rollout = lanes[index].rollout
      lanes[index].rollout.nextObservations = keeps ? rollout.observations : []
      lanes[index].rollout.terminated = keeps ? rollout.done : []
    }
  }

  /// Adds the drive's bonuses to the rewards, lets it learn, and estimates advantages.
  ///
  /// - Returns: the mean bonus; 0 without a drive.
  mutating func addBonuses() throws -> Float {
    guard var drive else { return 0 }
    // The only reference, so that the drive's arrays are changed in place.
    self.drive = nil
    let transitions = transitions
    let bonuses = drive.bonuses(for: transitions)
    drive.learn(from: transitions)
    self.drive = drive
    precondition(
      bonuses.count == transitions.count,
      "a drive gave \(bonuses.count) bonuses for \(transitions.count) transitions")
    let mean = bonuses.reduce(0, +) / Float(bonuses.count)
    guard bonuses.allSatisfy(\.isFinite) else {
      throw TrainingError.nonFiniteBonus(step: steps)
    }
    let count = bonuses.count / lanes.count
    let configuration = configuration
    concurrentForEach(&lanes, workers: workers) { lane, index in
      lane.estimate(configuration, bonuses: bonuses[index * count..<(index + 1) * count])
    }
    return mean
  }

  /// What the last rollout's steps did, lane by lane, each in the order of time.
  private var transitions: Transitions {
    let rollouts = lanes.map(\.rollout)
    let count = rollouts[0].steps * rollouts[0].slots
    func joined(_ width: Int, _ part: (Rollout) -> [Float]) -> Tensor {
      Tensor.concatenated(rollouts.map { Tensor(Shape(count, width), part($0)) })
    }
    let (width, space) = (rollouts[0].width, policy.actionSpace)
    var vectors: Tensor?
    if case .box(let low, let high) = space {
      let components = low.count
      vectors = joined(components) { rollout in
        rollout.vectors.enumerated().map { index, value in
          min(max(value, low[index % components]), high[index % components])
        }
      }
    }
    return Transitions(
      observations: joined(width) { $0.observations }, choices: rollouts.flatMap(\.choices),
      vectors: vectors, nextObservations: joined(width) { $0.nextObservations },
      terminated: rollouts.flatMap(\.terminated))
  }

  /// The drive as it was when a snapshot was taken.
  func restoredDrive(
    _ state: DriveSnapshot.State?, _ reader: inout TensorReader
  ) throws -> (any Drive)? {
    guard (state == nil) == (drive == nil) else {
      throw SnapshotError(
        description: state == nil
          ? "the snapshot has no drive, the learner has one"
          : "the snapshot has a drive, the learner has none")
    }
    guard let state, var drive else { return nil }
    try drive.restore(
      DriveSnapshot(tensors: try reader.takeAll(after: "drive"), state: state))
    return drive
  }
}
