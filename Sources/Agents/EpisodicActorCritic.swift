public import Environments
public import Networks
public import Tensors

/// An actor-critic that makes one update after each episode, from the whole episode.
///
///     Gₜ = Σ γᵏ·rₜ₊ₖ, standardised over the episode
///     L = Σₜ −log π(aₜ|sₜ)·(Gₜ − v(sₜ)) + Σₜ huber(Gₜ − v(sₜ))
///
/// Policy and value share one hidden layer. As in the source, the gradient of the first term flows
/// through v(sₜ) too.
///
/// Source: TensorFlow's tutorial "Playing CartPole with the actor-critic method", with Keras'
/// initial weights and Adam.
public struct EpisodicActorCritic: Sendable {
  public struct Configuration: Sendable, Hashable, Codable {
    /// The width of the hidden layer.
    public var hidden = 128
    /// γ in 0...1.
    public var discount: Float = 0.99
    /// α of Adam, above 0.
    public var learningRate: Float = 0.01

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      guard hidden >= 1 else { throw ConfigurationError("hidden", hidden, allowed: "1 or more") }
      guard (0...1).contains(discount) else {
        throw ConfigurationError("discount", discount, allowed: "0 to 1")
      }
      guard learningRate > 0, learningRate.isFinite else {
        throw ConfigurationError("learningRate", learningRate, allowed: "above 0")
      }
    }
  }

  /// What happened in an episode of T steps.
  public struct Experience: Sendable {
    /// `[T, observations]`.
    public var observations: [Float] = []
    /// `[T]`.
    public var actions: [Int32] = []
    /// `[T]`.
    public var rewards: [Float] = []

    public init() {}

    /// The undiscounted sum of the rewards.
    public var undiscountedReturn: Float { rewards.reduce(0, +) }
  }

  public let configuration: Configuration
  public private(set) var weights: Weights
  private var optimizer: Adam
  private let observations: Int
  private let actions: Int
  private let common: Linear
  private let actor: Linear
  private let critic: Linear

  /// Makes a learner for an environment of discrete actions.
  public init(
    _ configuration: Configuration, observing: ObservationSpace, acting: ActionSpace,
    using random: inout RandomStream
  ) throws(ConfigurationError) {
    try configuration.validate()
    precondition(acting.isDiscrete, "this learner needs discrete actions, got \(acting)")
    self.configuration = configuration
    (observations, actions) = (observing.count, acting.count)
    var layout = WeightLayout()
    common = Linear(
      observations, configuration.hidden, activation: .relu, initializer: .glorotUniform,
      named: "common", in: &layout)
    actor = Linear(
      configuration.hidden, actions, initializer: .glorotUniform, named: "actor", in: &layout)
    critic = Linear(
      configuration.hidden, 1, initializer: .glorotUniform, named: "critic", in: &layout)
    weights = Weights(initializing: layout, using: &random)
    optimizer = Adam(count: layout.count, epsilon: 1e-7)
  }

  /// Plays one episode, to its end or to the environment's limit.
  public func play(_ environment: some Environment, using random: inout RandomStream) -> Experience
  {
    var experience = Experience()
    var state = environment.reset(using: &random)
    var observation = [Float](repeating: 0, count: observations)
    for _ in 0..<(environment.stepLimit ?? .max) {
      observation.withMutableSpan(of: 0..<observations) { environment.observe(state, into: &$0) }
      let hidden = common(weights, Tensor([1, observations], observation))
      let choice = Categorical(logits: actor(weights, hidden)).sample(using: &random)[0]
      let outcome = environment.step(&state, Action(Int(choice)), using: &random)
      experience.observations += observation
      experience.actions.append(choice)
      experience.rewards.append(outcome.reward)
      if outcome.terminated { break }
    }
    return experience
  }

  /// The discounted sums of what follows each step, brought to mean 0 and variance 1, `[T]`.
  package static func standardizedReturns(_ rewards: [Float], discount: Float) -> [Float] {
    var returns = rewards
    for step in rewards.indices.dropLast().reversed() {
      returns[step] += discount * returns[step + 1]
    }
    let mean = returns.reduce(0, +) / Float(returns.count)
    let variance = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(returns.count)
    return returns.map { ($0 - mean) / (variance.squareRoot() + Float.ulpOfOne) }
  }

  /// Makes one update from an episode.
  public mutating func learn(_ experience: Experience) throws(TrainingError) {
    let count = experience.rewards.count
    let observed = Tensor([count, observations], experience.observations)
    let returns = Tensor(
      EpisodicActorCritic.standardizedReturns(
        experience.rewards, discount: configuration.discount))
    let (common, actor, critic) = (common, actor, critic)
    let gradient = valueAndGradient(at: weights) { weights in
      let hidden = common(weights, observed)
      let logProbabilities = actor(weights, hidden).logProbability(of: experience.actions)
      let advantages = returns - critic(weights, hidden).reshaped(to: [count])
      // huber(d) = c·|d| − c²/2 with c = min(|d|, 1)
      let size = advantages.absolute()
      let cut = size.clamped(to: 0...1)
      return (cut * size - 0.5 * cut.squared() - logProbabilities * advantages).sum()
    }.gradient
    let norm = optimizer.update(&weights, gradient: gradient, rate: configuration.learningRate)
    guard norm.isFinite else { throw .nonFiniteGradient(step: count) }
  }

  /// Plays one episode and learns from it; returns its undiscounted return.
  public mutating func train(
    on environment: some Environment, using random: inout RandomStream
  ) throws(TrainingError) -> Float {
    let experience = play(environment, using: &random)
    try learn(experience)
    return experience.undiscountedReturn
  }
}
