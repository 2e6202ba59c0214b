internal import Agents

extension Pretraining.Configuration {
  /// The settings that suit a family that Foal brings; those for cart-poles for any other.
  public static func suiting(_ family: String) -> Pretraining.Configuration {
    family.hasPrefix("playroom") ? .playroom : Pretraining.Configuration()
  }

  /// For playrooms: a larger network, short rollouts and small minibatches, and at first the planner's
  /// advice and tasks without rules that matter.
  ///
  /// What words mean is found late and then all at once, after a number of updates rather than of
  /// steps; with the planner's advice after some hundred thousand steps instead of never.
  private static var playroom: Pretraining.Configuration {
    var settings = Pretraining.Configuration(triesPerTask: 4, steps: 20_000_000)
    settings.expertWeight = 1
    settings.expertShare = 0.8
    settings.drawsActions = true
    settings.preludes = [
      .init(family: "playroom-depth-0", until: 0.15), .init(family: "playroom-depth-1", until: 0.4),
    ]
    settings.learner.lanes = 2
    settings.learner.rolloutSteps = 16
    settings.learner.epochs = 1
    settings.learner.minibatches = 32
    settings.learner.learningRate = 2e-3
    settings.learner.entropyCoefficient = 0.01
    settings.learner.rewardScale = 1
    settings.learner.hidden = [128]
    settings.learner.memory = 128
    settings.learner.contextWidth = 128
    return settings
  }
}
