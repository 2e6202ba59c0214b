public import Environments
public import Networks
public import Tensors

/// A reward that is learned by telling an expert's steps from a policy's.
///
///     D = exp f / (exp f + π(a|s))        f = g + γ·h(s′) − h(s)
///     L = − mean log D(expert) − mean log(1 − D(policy))
///
/// At the end g, if it sees the state only, is the expert's reward but for a constant, and h what the
/// dynamics made of it. As ``Form/imitation`` D is a network of its own and serves to copy the
/// expert, not to know its reward.
///
/// Sources: Fu et al. (2018), arXiv:1710.11248; Ho and Ermon (2016), arXiv:1606.03476, for
/// imitation.
public struct AdversarialReward: Sendable {
  /// What the discriminator looks at.
  public enum Form: String, Sendable, Hashable, Codable {
    /// g(s), with h.
    case stateOnly
    /// g(s, a), with h.
    case stateAction
    /// D(s, a) without a reward in it (GAIL).
    case imitation
  }

  public struct Configuration: Sendable, Hashable, Codable {
    public var form = Form.stateOnly
    /// The widths of the hidden layers of g and of h.
    public var hidden = [32, 32]
    public var activation = Activation.tanh
    /// γ in 0...1.
    public var discount: Float = 0.99
    /// The updates of a call of ``learn(expert:policy:acting:)``, and the steps of the expert and
    /// of the policy that each sees.
    public var updates = 20
    public var batch = 128
    /// α of Adam, above 0.
    public var learningRate: Float = 1e-3

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      guard (0...1).contains(discount) else {
        throw ConfigurationError("discount", discount, allowed: "0 to 1")
      }
      guard updates >= 1, batch >= 1 else {
        throw ConfigurationError("updates", updates, allowed: "1 or more, as batch")
      }
      guard learningRate > 0, learningRate.isFinite else {
        throw ConfigurationError("learningRate", learningRate, allowed: "above 0")
      }
    }
  }

  public let configuration: Configuration
  public private(set) var weights: Weights
  private let reward: [Linear]
  private let shaping: [Linear]
  private let actionSpace: ActionSpace
  private var optimizer: Adam
  private var random: RandomStream

  public init(
    _ configuration: Configuration, observing observations: ObservationSpace,
    acting actions: ActionSpace, using random: inout RandomStream
  ) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    actionSpace = actions
    var layout = WeightLayout()
    func stack(_ inputs: Int, _ name: String) -> [Linear] {
      let widths = [inputs] + configuration.hidden + [1]
      return (1..<widths.count).map { index in
        Linear(
          widths[index - 1], widths[index],
          activation: index == widths.count - 1 ? .identity : configuration.activation,
          named: "\(name)\(index)", in: &layout)
      }
    }
    let width = observations.count
    reward = stack(configuration.form == .stateOnly ? width : width + actions.count, "reward")
    shaping = stack(width, "shaping")
    weights = Weights(initializing: layout, using: &random)
    optimizer = Adam(count: layout.count)
    self.random = random.split("batches")
  }

  /// g, or what D is the sigmoid of for imitation, `[N]`.
  ///
  /// - Parameters:
  ///   - observations: `[N, observations]`.
  ///   - actions: one-hot choices, or a box's components, `[N, actions]`.
  public func rewards(_ observations: Tensor, _ actions: Tensor) -> Tensor {
    rewards(weights, observations, actions)
  }

  private func rewards(_ weights: Weights, _ observations: Tensor, _ actions: Tensor) -> Tensor {
    let input =
      configuration.form == .stateOnly
      ? observations : observations.concatenated(with: actions, along: 1)
    return reward.reduce(input) { $1(weights, $0) }.reshaped(to: [observations.shape[0]])
  }

  /// f, or what D is the sigmoid of for imitation, `[N]`; h is 0 where the task ended.
  public func shapedRewards(
    _ observations: Tensor, _ actions: Tensor, next: Tensor, lasting: Tensor
  ) -> Tensor {
    shapedRewards(weights, observations, actions, next: next, lasting: lasting)
  }

  private func shapedRewards(
    _ weights: Weights, _ observations: Tensor, _ actions: Tensor, next: Tensor, lasting: Tensor
  ) -> Tensor {
    let rewards = rewards(weights, observations, actions)
    guard configuration.form != .imitation else { return rewards }
    func shape(_ input: Tensor) -> Tensor {
      shaping.reduce(input) { $1(weights, $0) }.reshaped(to: [input.shape[0]])
    }
    return rewards + configuration.discount * (lasting * shape(next)) - shape(observations)
  }

  /// What a step is worth to a policy that learns to look like the expert: f, whose entropy term is
  /// the policy's own business, or −log(1 − D) for imitation.
  public func value(seen: [Float], action: Action, then: [Float]) -> Float {
    let actions = Tensor([1, actionSpace.count], actionFeatures(action))
    let value = shapedRewards(
      Tensor([1, seen.count], seen), actions, next: Tensor([1, then.count], then),
      lasting: .ones([1]))
    return configuration.form == .imitation ? value.softplus().item : value.item
  }

  /// g of a step alone, to be optimised elsewhere.
  public func transferredValue(seen: [Float], action: Action) -> Float {
    rewards(
      Tensor([1, seen.count], seen), Tensor([1, actionSpace.count], actionFeatures(action))
    ).item
  }

  private func actionFeatures(_ action: Action) -> [Float] {
    (0..<actionSpace.count).map {
      actionSpace.isDiscrete ? ($0 == action.index ? 1 : 0) : action[$0]
    }
  }

  /// Learns to tell an expert's steps from a policy's.
  ///
  /// - Parameters:
  ///   - expert: what the expert did.
  ///   - policy: what the policy and its predecessors did.
  ///   - acting: the policy as it is, whose log-probabilities D is made with.
  public mutating func learn(
    expert: Demonstrations, policy: Demonstrations, acting: Policy
  ) throws(TrainingError) {
    for update in 0..<configuration.updates {
      let good = steps(of: expert, acting)
      let bad = steps(of: policy, acting)
      let current = self
      let gradient = valueAndGradient(at: weights) { weights in
        // −log σ(z) = softplus(−z) and −log(1 − σ(z)) = softplus(z)
        (-current.logits(weights, good)).softplus().mean()
          + current.logits(weights, bad).softplus().mean()
      }.gradient
      let norm = optimizer.update(
        &weights, gradient: gradient, rate: configuration.learningRate, maximumNorm: 10)
      guard norm.isFinite else { throw .nonFiniteGradient(step: update) }
    }
  }
}

extension AdversarialReward {
  /// Some steps as tensors, with the logarithm of the policy's probability of each action.
  private struct Steps {
    let observations: Tensor
    let actions: Tensor
    let next: Tensor
    let lasting: Tensor
    let logProbabilities: Tensor
  }

  private func logits(_ weights: Weights, _ steps: Steps) -> Tensor {
    let values = shapedRewards(
      weights, steps.observations, steps.actions, next: steps.next, lasting: steps.lasting)
    return configuration.form == .imitation ? values : values - steps.logProbabilities
  }

  /// Draws a batch of steps.
  private mutating func steps(of seen: Demonstrations, _ policy: Policy) -> Steps {
    var rows = [Int32](repeating: 0, count: configuration.batch)
    random.fill(&rows, below: seen.count)
    let width = seen.observationSpace.count
    func gather(_ values: [Float], _ width: Int) -> Tensor {
      Tensor(
        [rows.count, width], rows.flatMap { values[Int($0) * width..<(Int($0) + 1) * width] })
    }
    let observations = gather(seen.observations, width)
    let choices = seen.choices.isEmpty ? [] : rows.map { seen.choices[Int($0)] }
    let actions =
      seen.choices.isEmpty
      ? gather(seen.vectors, actionSpace.count) : .oneHot(choices, count: actionSpace.count)
    let output = policy.network(policy.weights, observations).policy
    let logProbabilities =
      policy.network.logDeviation.map {
        DiagonalGaussian(mean: output, logDeviation: policy.weights[$0])
          .logProbability(of: actions)
      } ?? output.logProbability(of: choices)
    return Steps(
      observations: observations, actions: actions, next: gather(seen.nextObservations, width),
      lasting: Tensor(rows.map { seen.ends[Int($0)] == .terminated ? 0 : 1 }),
      logProbabilities: logProbabilities)
  }
}
