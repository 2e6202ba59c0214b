internal import Agents
public import Checkpoints
public import Environments

extension Training: Resumable {
  private struct State: Codable {
    var run: RunIdentity<Configuration>
    var learner: PPO.Snapshot.State
    var episodes: Int
    var solvedAtStep: Int?
    var solvedAtEpisode: Int?
    var recent: RecentMean
  }

  private var identity: RunIdentity<Configuration> {
    RunIdentity(
      kind: "training", tasks: environment, seed: seed, configuration: configuration)
  }

  public var replay: EnvironmentReplay? { learner.replay }

  public func checkpoint() throws -> Checkpoint {
    let snapshot = try learner.snapshot()
    return try Checkpoint(
      environmentStep: steps, tensors: snapshot.tensors,
      encoding: State(
        run: identity, learner: snapshot.state, episodes: episodes, solvedAtStep: solvedAtStep,
        solvedAtEpisode: solvedAtEpisode, recent: recent))
  }

  public mutating func restore(_ checkpoint: Checkpoint) throws(CheckpointError) {
    let state = try checkpoint.decodedState(as: State.self)
    try identity.check(state.run)
    guard state.episodes >= 0, state.recent.isSound(window: recent.window) else {
      throw .unfit(reason: "its recent returns are not those of a run")
    }
    var learner = learner
    try restoring {
      try learner.restore(PPO.Snapshot(tensors: checkpoint.tensors, state: state.learner))
    }
    guard learner.steps == checkpoint.environmentStep else {
      throw .unfit(reason: "it is of step \(learner.steps)")
    }
    self.learner = learner
    episodes = state.episodes
    solvedAtStep = state.solvedAtStep
    solvedAtEpisode = state.solvedAtEpisode
    recent = state.recent
  }
}
