public import Environments
public import Networks
public import Tensors

/// Model-agnostic meta-learning: weights from which a few policy gradient steps on a task's own
/// tries lead to a good policy for it.
///
///     φ = θ − α∇Lᵢ(θ)                      on the first tries of task i, vanilla policy gradient
///     θ ← TRPO step on mean over i of L′ᵢ(φ)    on tries by φ, the gradient through the first line
///
/// The chain rule through the inner step is written out: ∇θ = (I − αH)·∇φ, H·v by a gradient of a
/// gradient. The trust region limits the divergence between the adapted policies before and after
/// the step, whose Fisher matrix is (I − αH)·F(φ)·(I − αH).
///
/// Source: Finn et al. (2017), arXiv:1703.03400. Variants: first order (same paper), Reptile
/// (Nichol et al. 2018, arXiv:1803.02999), ANIL (Raghu et al. 2020, arXiv:1909.09157). Deviation:
/// Fisher products are taken over a random choice of the steps.
public struct MAML: Sendable {
  /// How the weights are meta-learned.
  public enum Variant: String, Sendable, Hashable, Codable, CaseIterable {
    /// The gradient through the inner steps.
    case secondOrder = "second-order"
    /// The inner steps are taken for granted: I − αH is replaced by I.
    case firstOrder = "first-order"
    /// Moves towards the adapted weights, without an outer loss.
    case reptile
    /// ANIL: second order, but inner steps change the last layer only.
    case head
  }

  /// How to learn.
  public struct Configuration: Sendable, Hashable, Codable {
    public var variant = Variant.secondOrder
    /// The number of tasks that an iteration plays.
    public var tasks = 20
    /// The number of tries of each before an inner step, and again after the last.
    public var tries = 20
    /// How long a try lasts at most.
    public var steps = 100
    /// The widths of the policy's hidden layers.
    public var hidden = [100, 100]
    public var activation = Activation.relu
    /// The standard deviation of the first policy, in units of half the box.
    public var deviation: Float = 1
    /// The number of inner steps, at least 1.
    public var innerSteps = 1
    /// α, the length of an inner step; 0 leaves the policy as it is.
    public var innerRate: Float = 0.5
    /// γ, per environment step.
    public var discount: Float = 0.99
    public var trustRegion = TrustRegion()
    /// The steps of each task that Fisher products are taken over.
    public var fisherSteps = 400
    /// The share of the way to the adapted weights that Reptile goes.
    public var reptileRate: Float = 0.5

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      try checkSampling(
        tasks: tasks, tries: tries, steps: steps, hidden: hidden, deviation: deviation,
        discount: discount, fisherSteps: fisherSteps)
      try trustRegion.validate()
      guard (1...100).contains(innerSteps) else {
        throw ConfigurationError("innerSteps", innerSteps, allowed: "1 to 100")
      }
      guard innerRate >= 0, innerRate.isFinite else {
        throw ConfigurationError("innerRate", innerRate, allowed: "0 or more")
      }
      guard reptileRate > 0, reptileRate <= 1 else {
        throw ConfigurationError("reptileRate", reptileRate, allowed: "above 0, 1 at most")
      }
    }
  }

  /// What an iteration brought.
  public struct Iteration: Sendable, Hashable {
    /// Environment steps so far.
    public var steps: Int
    /// The mean undiscounted returns of the tries before the first inner step, after it, and so on.
    public var meanReturns: [Float]
    /// The mean divergence between the adapted policies before and after, in nats; 0 for Reptile.
    public var divergence: Float
  }

  public let configuration: Configuration
  public let policy: GaussianPolicy
  /// The weights as meta-learned so far.
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

  /// How the weights are adapted to a task, here and when they are tested.
  public var innerStep: InnerStep {
    InnerStep(
      policy: policy, rate: configuration.innerRate,
      mask: configuration.variant == .head ? policy.headMask : nil)
  }

  /// Adapts the weights to new tasks and takes one step.
  ///
  /// - Throws: `EnvironmentError`; the learner is then not to be used any more.
  public mutating func iterate() throws(EnvironmentError) -> Iteration {
    let numbers = (0..<configuration.tasks).map { iterations * configuration.tasks + $0 }
    var paths = numbers.map { _ in AdaptationPath(start: weights.values) }
    var meanReturns: [Float] = []
    for phase in 0...configuration.innerSteps {
      var environments = source.batch(
        tries: configuration.tries, of: numbers, split: .train, seed: seed,
        random: random.split("environments").split(iterations).split(phase))
      let trajectories = try Trajectories(
        in: &environments, steps: configuration.steps, policy, paths.map(\.end), using: &random)
      steps += trajectories.stepCount
      meanReturns.append(trajectories.meanReturn)
      for task in numbers.indices {
        let sample = trajectories.sample(task: task, discount: configuration.discount)
        let isLast = phase == configuration.innerSteps && configuration.variant != .reptile
        if isLast {
          paths[task].test = sample
        } else {
          paths[task].add(sample, innerStep)
        }
      }
    }
    iterations += 1
    var iteration = Iteration(steps: steps, meanReturns: meanReturns, divergence: 0)
    if configuration.variant == .reptile {
      let mean = paths.dropFirst().reduce(paths[0].end) { $0 + $1.end } / Float(paths.count)
      weights.values = weights.values + configuration.reptileRate * (mean - weights.values)
    } else {
      let step = improve(paths)
      weights.values = step.weights
      iteration.divergence = step.divergence
    }
    return iteration
  }

  /// The outer step.
  private mutating func improve(_ paths: [AdaptationPath]) -> TrustRegion.Step {
    let (inner, isFirstOrder) = (innerStep, configuration.variant == .firstOrder)
    let objectives = paths.map { path in
      MetaObjective(
        path: path, inner: inner, isFirstOrder: isFirstOrder,
        fisherSteps: configuration.fisherSteps,
        using: &random)
    }
    let share = 1 / Float(objectives.count)
    var (loss, gradient) = (Float(0), Tensor.zeros(weights.values.shape))
    for objective in objectives {
      let (value, part) = objective.lossAndGradient()
      loss += share * value
      gradient = gradient + share * part
    }
    return configuration.trustRegion.step(
      from: weights.values, loss: loss, gradient: gradient,
      fisherProduct: { vector in
        objectives.reduce(.zeros(vector.shape)) { $0 + share * $1.fisherProduct(vector) }
      },
      evaluate: { weights in
        objectives.reduce((0, 0)) { sum, objective in
          let (loss, divergence) = objective.evaluate(weights)
          return (sum.0 + share * loss, sum.1 + share * divergence)
        }
      })
  }
}
