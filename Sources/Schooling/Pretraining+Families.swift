internal import Agents

extension Pretraining.Configuration {
  /// The settings that suit a family that Foal brings; those for cart-poles for any other.
  public static func suiting(_ family: String) -> Pretraining.Configuration {
    family.hasPrefix("playroom") ? .playroom : Pretraining.Configuration()
  }

  /// For playrooms: a larger network with a memory that lasts, and lessons before the tasks that it is
  /// about: first in reading, then in doing what is told.
  private static var playroom: Pretraining.Configuration {
    var settings = Pretraining.Configuration(triesPerTask: 4, steps: 24_000_000)
    settings.rememberedSegments = ["shapes", "colors", "grounds"]
    settings.expertWeight = 1
    settings.expertShare = 0.4
    settings.lastingExpertWeight = 0.1
    settings.drawsActions = true
    settings.reading = .init(family: "playroom-told", until: 0.0375)
    settings.preludes = [.init(family: "playroom-told", until: 0.3, triesPerTask: 1)]
    settings.learner.slots = 256
    settings.learner.lanes = 2
    settings.learner.rolloutSteps = 32
    settings.learner.epochs = 1
    settings.learner.minibatches = 32
    settings.learner.learningRate = 2e-3
    settings.learner.entropyCoefficient = 0.01
    settings.learner.rewardScale = 1
    settings.learner.hidden = [128]
    settings.learner.memory = 128
    settings.learner.memoryHorizon = 100
    settings.learner.contextWidth = 128
    settings.learner.symbolWidth = 16
    settings.learner.aimPredictionWeight = 0.3
    return settings
  }
}
