public import Environments
internal import RealModule
public import Tensors

/// Ways to play the two-step task that were not learned over many episodes: yardsticks for agents
/// that were.
public enum TwoStepStrategy: Sendable, Hashable {
  /// Knows the task's probabilities, keeps the probability that A is the good place by Bayes' rule
  /// and chooses the likelier place. As both places tell equally much, no policy earns more.
  ///
  ///     b ← P(r | A good)·b / P(r)      b ← b·(1 − swap) + (1 − b)·swap
  case bayesian
  /// Credits the first choice with the reward, whatever lay between: SARSA with λ = 1.
  ///
  ///     Q(a) ← Q(a) + α·(r − Q(a))      π(a) ∝ exp(β·Q(a))
  ///
  /// Source: Daw et al. (2011), doi:10.1016/j.neuron.2011.02.027.
  case modelFree(learningRate: Float, inverseTemperature: Float)

  /// Plays one episode and returns its trials.
  public func play(_ task: TwoStepTask, using random: inout RandomStream) -> [TwoStepTrial] {
    var state = task.reset(using: &random)
    var player = Player(strategy: self, task: task)
    return (0..<task.trials).map { _ in
      let choice = player.choose(using: &random)
      _ = task.step(&state, Action(choice), using: &random)
      let place = state.stage - 1
      let isRewarded = task.step(&state, Action(0), using: &random).reward > 0
      let trial = TwoStepTrial(choice: choice, place: place, isRewarded: isRewarded)
      player.learn(from: trial)
      return trial
    }
  }

  /// What is known within an episode.
  private struct Player {
    let strategy: TwoStepStrategy
    let task: TwoStepTask
    /// b, the probability that A is the good place.
    var belief: Float = 0.5
    /// Q of the two choices.
    var values: [Float] = [0, 0]

    init(strategy: TwoStepStrategy, task: TwoStepTask) {
      self.strategy = strategy
      self.task = task
    }

    func choose(using random: inout RandomStream) -> Int {
      switch strategy {
      case .bayesian:
        return belief == 0.5 ? random.integer(below: 2) : belief > 0.5 ? 0 : 1
      case .modelFree(_, let inverseTemperature):
        let advantage = inverseTemperature * (values[1] - values[0])
        return random.uniform() < 1 / (1 + Float.exp(advantage)) ? 0 : 1
      }
    }

    mutating func learn(from trial: TwoStepTrial) {
      switch strategy {
      case .bayesian:
        let agrees = (trial.place == 0) == trial.isRewarded
        let likelihood = agrees ? task.rewardProbability : 1 - task.rewardProbability
        let joint = likelihood * belief
        belief = joint / (joint + (1 - likelihood) * (1 - belief))
        belief += task.swapProbability * (1 - 2 * belief)
      case .modelFree(let learningRate, _):
        let error = (trial.isRewarded ? 1 : 0) - values[trial.choice]
        values[trial.choice] += learningRate * error
      }
    }
  }
}
