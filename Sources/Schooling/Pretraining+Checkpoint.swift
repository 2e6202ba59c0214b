internal import Agents
public import Checkpoints
public import Environments

extension Pretraining: Resumable {
  private struct State: Codable {
    var run: RunIdentity<Configuration>
    var learner: PPO.Snapshot.State
    var episodes: [Int]
    var recent: [RecentMean]
  }

  private var identity: RunIdentity<Configuration> {
    RunIdentity(kind: "pretraining", tasks: family, seed: seed, configuration: configuration)
  }

  public var replay: EnvironmentReplay? { learner.replay }

  public func checkpoint() throws -> Checkpoint {
    let snapshot = try learner.snapshot()
    return try Checkpoint(
      environmentStep: steps, tensors: snapshot.tensors,
      encoding: State(
        run: identity, learner: snapshot.state, episodes: episodes, recent: recent))
  }

  public mutating func restore(_ checkpoint: Checkpoint) throws(CheckpointError) {
    let state = try checkpoint.decodedState(as: State.self)
    try identity.check(state.run)
    guard state.recent.count == recent.count, state.episodes.count == episodes.count,
      state.episodes.allSatisfy({ $0 >= 0 }),
      zip(state.recent, recent).allSatisfy({ $0.isSound(window: $1.window) })
    else { throw .unfit(reason: "its recent returns are not those of a run") }
    // The snapshot's tasks are those of its part.
    var other = self
    other.enterPart(at: checkpoint.environmentStep)
    var learner = other.learner
    try restoring {
      try learner.restore(PPO.Snapshot(tensors: checkpoint.tensors, state: state.learner))
    }
    guard learner.steps == checkpoint.environmentStep else {
      throw .unfit(reason: "it is of step \(learner.steps)")
    }
    self = other
    self.learner = learner
    episodes = state.episodes
    recent = state.recent
  }
}
