internal import Networks
internal import Tensors

/// What is to be predicted besides learning from rewards, so that a memory comes to hold what the
/// world does even where rewards are rare: from the memory after an observation and from the action
/// that was taken, the next observation and the reward.
///
///     L = L_PPO + w_x·error(x̂ₜ₊₁, xₜ₊₁) + w_r·½(r̂ₜ − rₜ)² + w_g·error(ĝₜ, gₜ)
///
/// The error of a symbol is its cross-entropy, that of a number half its square; of all elements the
/// mean counts. gₜ is what the task's expert is after, in symbols, the sum of whose cross-entropies
/// counts; it is predicted from the memory and from what is told and held alone, and the mean of both
/// errors counts. At the end of a try the next observation is the last one that was seen of it. Heads
/// that predict belong to learning alone: an agent is stored without them.
///
/// Sources: Jaderberg et al. (2016), arXiv:1611.05397; Shelhamer et al. (2016), arXiv:1612.07307.
/// Deviations: the former predicts the sign of the next reward, from single frames replayed so that
/// half are rewarded; the latter learns inverse dynamics and reconstruction. Here the next symbols
/// and the reward itself are predicted, on the policy's own steps.
public struct Prediction: Sendable {
  /// How far off predictions were; 0 of what is not predicted.
  public struct Errors: Sendable, Hashable {
    /// The mean over the next observation's elements: nats of a symbol, half the square of a number.
    public var observation: Float = 0
    /// Half the mean squared error of the reward, as scaled.
    public var reward: Float = 0
    /// The mean over the steps whose expert was after something: nats of all its symbols.
    public var aim: Float = 0
  }

  /// What follows each step.
  struct Transition {
    /// Rows of zeros with a 1, or vectors, `[N, actions]`.
    let actions: Tensor
    /// What followed, before any reset, `[N, elements]`.
    let following: Tensor
    /// `[N, 1]`.
    let rewards: Tensor
    let observationWeight: Float
    let rewardWeight: Float
  }

  /// nil if it is not predicted.
  var transition: Transition?
  /// What experts were after, `[N · symbols]`; empty if it is not predicted.
  var aims: [Int32] = []
  var aimWeight: Float = 0

  /// The weighted loss and the errors that it is made of; nil if nothing is predicted.
  func loss(
    of network: ActorCritic, _ weights: Weights, _ output: ActorCritic.Output
  ) -> (loss: Tensor, errors: Errors)? {
    guard let features = output.features else { return nil }
    var (loss, errors): (Tensor?, Errors) = (nil, Errors())
    if let transition, let predictor = network.predictor {
      let (observation, reward) = predictor.errors(
        weights, features: features, actions: transition.actions,
        following: transition.following, rewards: transition.rewards)
      loss = transition.observationWeight * observation + transition.rewardWeight * reward
      (errors.observation, errors.reward) = (observation.item, reward.item)
    }
    if !aims.isEmpty, let predictor = network.aimPredictor {
      let error = predictor.error(
        weights, meaning: output.meaning, features: features, aims: aims)
      loss = loss.map { $0 + aimWeight * error } ?? aimWeight * error
      errors.aim = error.item
    }
    return loss.map { ($0, errors) }
  }
}

extension PPO.Iteration {
  /// Adds the mean of the lanes' errors in one minibatch.
  mutating func add(_ errors: [Prediction.Errors], weight: Float) {
    for lane in errors {
      let share = weight / Float(errors.count)
      var sum = prediction ?? Prediction.Errors()
      sum.observation += share * lane.observation
      sum.reward += share * lane.reward
      sum.aim += share * lane.aim
      prediction = sum
    }
  }
}

extension Policy {
  /// The policy without heads that predict, which only learning has a use for.
  public var withoutPredictions: Policy {
    guard network.predictor != nil || network.aimPredictor != nil else { return self }
    var configuration = network.configuration
    configuration.predicts = false
    configuration.aimKinds = []
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
