internal import Environments
internal import Networks
public import Tensors

/// Learns a policy that does what a teacher was seen doing, by the likelihood of its actions.
///
///     L = − mean log π(a|s) over the demonstrated steps
///
/// Source: Pomerleau (1989), "ALVINN: an autonomous land vehicle in a neural network".
public struct BehaviorCloning: Sendable, Hashable, Codable {
  /// The widths of the hidden layers.
  public var hidden = [64, 64]
  public var activation = Activation.tanh
  /// The number of updates, and of steps that each sees.
  public var updates = 1000
  public var batch = 64
  /// α of Adam, above 0; it falls to 0 over the updates.
  public var learningRate: Float = 1e-3

  public init() {}

  /// Checks every setting.
  public func validate() throws(ConfigurationError) {
    guard updates >= 1, batch >= 1 else {
      throw ConfigurationError("updates", updates, allowed: "1 or more, as batch")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ConfigurationError("learningRate", learningRate, allowed: "above 0")
    }
  }

  /// Learns from demonstrations, which must not be empty.
  ///
  /// - Throws: ``ConfigurationError``, or ``TrainingError`` if a gradient is not finite.
  public func policy(
    from demonstrations: Demonstrations, using random: inout RandomStream
  ) throws -> Policy {
    try validate()
    precondition(demonstrations.count > 0, "there is nothing to be learned from no step")
    let width = demonstrations.observationSpace.count
    let network = ActorCritic(
      ActorCritic.Configuration(
        observationCount: width, actions: .init(demonstrations.actionSpace), hidden: hidden,
        activation: activation))
    var weights = Weights(initializing: network.layout, using: &random)
    var optimizer = Adam(count: network.layout.count)
    let schedule = Schedule.linear(from: learningRate, to: 0)
    let observations = Tensor([demonstrations.count, width], demonstrations.observations)
    let vectors = demonstrations.actionVectors
    var rows = [Int32](repeating: 0, count: batch)
    for update in 0..<updates {
      random.fill(&rows, below: demonstrations.count)
      let (seen, chosen) = (observations.gathering(rows), vectors?.gathering(rows))
      let choices = chosen == nil ? rows.map { demonstrations.choices[Int($0)] } : []
      let gradient = valueAndGradient(at: weights) { weights in
        let output = network(weights, seen).policy
        guard let chosen, let logDeviation = network.logDeviation else {
          return output.crossEntropy(with: choices)
        }
        return -DiagonalGaussian(mean: output, logDeviation: weights[logDeviation])
          .logProbability(of: chosen).mean()
      }.gradient
      let norm = optimizer.update(
        &weights, gradient: gradient, rate: schedule.value(at: Float(update) / Float(updates)),
        maximumNorm: 10)
      guard norm.isFinite else { throw TrainingError.nonFiniteGradient(step: update) }
    }
    return Policy(
      network: network, weights: weights, actionSpace: demonstrations.actionSpace)
  }
}

extension Demonstrations {
  /// The actions of a box, `[N, components]`; nil for a discrete space.
  var actionVectors: Tensor? {
    actionSpace.isDiscrete ? nil : Tensor([count, actionSpace.count], vectors)
  }
}
