public import Environments
public import Networks
public import Tensors

/// Trust region policy optimisation over tries of one environment or of many tasks: the natural
/// gradient by conjugate gradients, then a line search under a limit on how far the policy moves.
///
/// Source: Schulman et al. (2015), arXiv:1502.05477. Deviations: values are a ``LinearBaseline``
/// fitted to the same tries; Fisher products are taken over a random choice of the steps.
public struct TRPO: Sendable {
  /// How to learn.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The number of tasks that an iteration plays; 1 for a single environment.
    public var tasks = 1
    /// The number of tries of each.
    public var tries = 20
    /// How long a try lasts at most.
    public var steps = 100
    /// The widths of the policy's hidden layers.
    public var hidden = [64, 64]
    public var activation = Activation.tanh
    /// The standard deviation of the first policy, in units of half the box.
    public var deviation: Float = 1
    /// γ, per environment step.
    public var discount: Float = 0.99
    public var trustRegion = TrustRegion()
    /// The steps of each task that Fisher products are taken over.
    public var fisherSteps = 400

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      try checkSampling(
        tasks: tasks, tries: tries, steps: steps, hidden: hidden, deviation: deviation,
        discount: discount, fisherSteps: fisherSteps)
      try trustRegion.validate()
    }
  }

  /// What an iteration brought.
  public struct Iteration: Sendable, Hashable {
    /// Environment steps so far.
    public var steps: Int
    /// The mean undiscounted return of the tries.
    public var meanReturn: Float
    /// The mean divergence between old and new policy, in nats.
    public var divergence: Float
  }

  public let configuration: Configuration
  public let policy: GaussianPolicy
  /// The policy's weights as learned so far.
  public private(set) var weights: Weights
  /// Environment steps so far, over all tries.
  public private(set) var steps = 0
  private let source: TaskSource
  private let seed: UInt64
  private var random: RandomStream
  private var iterations = 0

  /// Makes a learner of tasks that act in a box.
  ///
  /// - Parameter seed: everything random follows from it.
  /// - Throws: ``ConfigurationError`` for a setting out of its range.
  public init(
    _ configuration: Configuration, on source: TaskSource, seed: UInt64
  ) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    self.source = source
    self.seed = seed
    random = RandomStream(seed: seed).split("learner")
    policy = GaussianPolicy(
      observationCount: source.observationSpace.count, actionCount: source.actionSpace.count,
      hidden: configuration.hidden, activation: configuration.activation,
      deviation: configuration.deviation)
    weights = Weights(initializing: policy.layout, using: &random)
  }

  /// Plays every task's tries and takes one step.
  ///
  /// - Throws: `EnvironmentError`; the learner is then not to be used any more.
  public mutating func iterate() throws(EnvironmentError) -> Iteration {
    let (policy, acting) = (policy, weights)
    let numbers = (0..<configuration.tasks).map { iterations * configuration.tasks + $0 }
    var environments = source.batch(
      tries: configuration.tries, of: numbers, split: .train, seed: seed,
      random: random.split("environments").split(iterations))
    iterations += 1
    let trajectories = try Trajectories(
      in: &environments, tasks: numbers.count, steps: configuration.steps, using: &random
    ) { policy(acting, $0) }
    steps += trajectories.stepCount
    let sample = PolicySample(
      joining: numbers.indices.map {
        trajectories.sample(task: $0, discount: configuration.discount)
      })
    let step = configuration.trustRegion.step(
      policy, from: weights, on: sample,
      fisherSteps: configuration.fisherSteps * configuration.tasks, using: &random)
    weights.values = step.weights
    return Iteration(
      steps: steps, meanReturn: trajectories.meanReturn, divergence: step.divergence)
  }
}

extension TrustRegion {
  /// Takes the step that a sample calls for, a policy's own.
  ///
  /// - Parameters:
  ///   - weights: those that the sample was drawn with.
  ///   - fisherSteps: the number of rows that Fisher products are taken over, drawn at random.
  public func step(
    _ policy: GaussianPolicy, from weights: Weights, on sample: PolicySample, fisherSteps: Int,
    using random: inout RandomStream
  ) -> Step {
    let acting = policy(weights, sample.observations)
    let some = sample.choosing(fisherSteps, using: &random)
    let (loss, gradient) = valueAndGradient(at: weights) {
      sample.surrogateLoss(policy, $0, acting: acting)
    }
    return step(
      from: weights.values, loss: loss.item, gradient: gradient,
      fisherProduct: { some.fisherProduct(policy, weights, $0) },
      evaluate: { values in
        let candidate = Weights(values, layout: weights.layout)
        return (
          sample.surrogateLoss(policy, candidate, acting: acting).item,
          sample.divergence(policy, candidate, acting: acting).item
        )
      })
  }
}

/// Checks the settings that algorithms share which learn from tries of several tasks.
func checkSampling(
  tasks: Int, tries: Int, steps: Int, hidden: [Int], deviation: Float, discount: Float,
  fisherSteps: Int
) throws(ConfigurationError) {
  func require(
    _ holds: Bool, _ setting: String, _ value: some Any, _ allowed: String
  ) throws(ConfigurationError) {
    if !holds { throw ConfigurationError(setting, value, allowed: allowed) }
  }
  try require((1...4096).contains(tasks), "tasks", tasks, "1 to 4096")
  try require((2...4096).contains(tries), "tries", tries, "2 to 4096")
  try require((1...100_000).contains(steps), "steps", steps, "1 to 100000")
  try require(
    hidden.count <= 16 && hidden.allSatisfy { (1...8192).contains($0) }, "hidden", hidden,
    "at most 16 widths of 1 to 8192")
  try require(deviation > 0 && deviation.isFinite, "deviation", deviation, "above 0")
  try require((0...1).contains(discount), "discount", discount, "0 to 1")
  try require(fisherSteps > 0, "fisherSteps", fisherSteps, "above 0")
}

extension TaskSource {
  /// Makes a batch in which several slots play each of some numbered tasks: slot `m · tries + k` is
  /// try k of the m-th.
  public func batch(
    tries: Int, of numbers: [Int], split: Split, seed: UInt64, random: RandomStream
  ) -> EnvironmentBatch {
    batch(
      tasks: numbers.flatMap { Array(repeating: $0, count: tries) }, of: split, seed: seed,
      trials: TrialSettings(), random: random)
  }
}
