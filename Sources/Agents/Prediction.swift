internal import Networks
internal import Tensors

/// What is to be predicted besides learning from rewards, so that a memory comes to hold what the
/// world does even where rewards are rare: from the memory after an observation and from the action
/// that was taken, the next observation and the reward.
///
///     L = L_PPO + w_x·error(x̂ₜ₊₁, xₜ₊₁) + w_r·½(r̂ₜ − rₜ)²
///
/// The error of a symbol is its cross-entropy, that of a number half its square; of all elements the
/// mean counts. At the end of a try the next observation is the last one that was seen of it. Heads
/// that predict belong to learning alone: an agent is stored without them.
///
/// Sources: Jaderberg et al. (2016), arXiv:1611.05397; Shelhamer et al. (2016), arXiv:1612.07307.
/// Deviations: the former predicts the sign of the next reward, from single frames replayed so that
/// half are rewarded; the latter learns inverse dynamics and reconstruction. Here the next symbols
/// and the reward itself are predicted, on the policy's own steps.
public struct Prediction: Sendable {
  /// How far off predictions were.
  public struct Errors: Sendable, Hashable {
    /// The mean over the next observation's elements: nats of a symbol, half the square of a number.
    public var observation: Float
    /// Half the mean squared error of the reward, as scaled.
    public var reward: Float
  }

  /// Rows of zeros with a 1, or vectors, `[N, actions]`.
  let actions: Tensor
  /// What followed, before any reset, `[N, elements]`.
  let following: Tensor
  /// `[N, 1]`.
  let rewards: Tensor
  let observationWeight: Float
  let rewardWeight: Float

  /// The weighted loss and the errors that it is made of.
  ///
  /// - Parameter features: the memory after each observation, `[N, memory]`.
  func loss(
    of predictor: TransitionPredictor, _ weights: Weights, features: Tensor
  ) -> (loss: Tensor, errors: Errors) {
    let (observation, reward) = predictor.errors(
      weights, features: features, actions: actions, following: following, rewards: rewards)
    return (
      observationWeight * observation + rewardWeight * reward,
      Errors(observation: observation.item, reward: reward.item)
    )
  }
}

extension PPO.Iteration {
  /// Adds the mean of the lanes' errors in one minibatch.
  mutating func add(_ errors: [Prediction.Errors], weight: Float) {
    for lane in errors {
      let share = weight / Float(errors.count)
      var sum = prediction ?? Prediction.Errors(observation: 0, reward: 0)
      sum.observation += share * lane.observation
      sum.reward += share * lane.reward
      prediction = sum
    }
  }
}

extension Policy {
  /// The policy without heads that predict, which only learning has a use for.
  public var withoutPredictions: Policy {
    guard network.predictor != nil else { return self }
    var configuration = network.configuration
    configuration.predicts = false
    let plain = ActorCritic(configuration)
    return Policy(
      network: plain,
      weights: Weights(weights.values.slice(0..<plain.layout.count), layout: plain.layout),
      actionSpace: actionSpace)
  }
}

extension Weights {
  /// Given weights with these for the heads that predict, if those are of a network without.
  func adopting(_ given: Weights?) -> Weights {
    guard let given else { return self }
    let (known, all) = (given.layout.parameters, layout.parameters)
    guard known.count < all.count, Array(all[..<known.count]) == known else { return given }
    let rest = values.slice(given.layout.count..<layout.count)
    return Weights(given.values.concatenated(with: rest), layout: layout)
  }
}

extension Tensor {
  /// Rows of zeros with a 1 at a choice, `[choices, count]`.
  static func choices(_ choices: [Int32], of count: Int) -> Tensor {
    Tensor(Shape(choices.count, count)) { output in
      for index in output.indices { output[index] = 0 }
      for (row, choice) in choices.enumerated() { output[row * count + Int(choice)] = 1 }
    }
  }
}
