public import Environments
public import Networks
public import Tensors

/// Meta-learning of structured exploration: a policy that is told a latent vector z, drawn once a
/// try, learns to make different z do different things, and a new task is met by moving the
/// distribution of z only.
///
///     z ~ q(λᵢ) = N(μᵢ, σᵢ²)                     once a try
///     λ′ = λᵢ − a∘F⁻¹∇Lᵢ(λᵢ)                     Lᵢ = −mean(log q(z)·A) over the task's tries
///     θ ← TRPO step on tries with z ~ q(λ′)
///     λᵢ, a ← Adam on the same tries' loss of z, through λ′, and β·KL(q(λᵢ) ‖ N(0, 1))
///
/// A is a try's return, standardised over the task's tries. Each train task has its own λᵢ; a new
/// task starts from μ = 0, σ = 1.
///
/// Source: Gupta et al. (2018), arXiv:1802.07245. Deviations: the gradient of λ is that of z's own
/// density instead of the actions' (the same in expectation, with less noise, and with no second
/// derivatives of the network), and natural, F being q's Fisher matrix, so that a step is as long
/// for a narrow q as for a wide one; λ and a are learned by Adam, only θ by TRPO.
public struct MAESN: Sendable {
  /// How to learn.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The number of train tasks that have a λ of their own.
    public var trainTasks = 100
    /// The number of tasks that an iteration plays.
    public var tasks = 20
    /// The number of tries of each before the inner step, and again after it.
    public var tries = 20
    /// How long a try lasts at most.
    public var steps = 50
    /// The number of elements of z.
    public var latentCount = 2
    /// The widths of the policy's hidden layers.
    public var hidden = [64, 64]
    public var activation = Activation.tanh
    /// The standard deviation of the first policy, in units of half the box.
    public var deviation: Float = 1
    /// a at the start, for each of λ's elements.
    public var innerRate: Float = 3
    /// Whether λ is adapted before the policy learns; if not, a stays as it is.
    public var adaptsInTraining = true
    /// γ, per environment step.
    public var discount: Float = 0.99
    public var trustRegion = TrustRegion(divergenceLimit: 0.03)
    /// The steps of each task that Fisher products are taken over.
    public var fisherSteps = 100
    /// The step size of Adam for λ and a.
    public var latentRate: Float = 0.02
    /// β, the weight of the divergence from the prior.
    public var priorWeight: Float = 1

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      try checkSampling(
        tasks: tasks, tries: tries, steps: steps, hidden: hidden, deviation: deviation,
        discount: discount, fisherSteps: fisherSteps)
      try trustRegion.validate()
      guard (tasks...1_000_000).contains(trainTasks) else {
        throw ConfigurationError("trainTasks", trainTasks, allowed: "tasks (\(tasks)) to 1000000")
      }
      guard (1...1024).contains(latentCount) else {
        throw ConfigurationError("latentCount", latentCount, allowed: "1 to 1024")
      }
      guard innerRate >= 0, innerRate.isFinite else {
        throw ConfigurationError("innerRate", innerRate, allowed: "0 or more")
      }
      guard latentRate >= 0, latentRate.isFinite else {
        throw ConfigurationError("latentRate", latentRate, allowed: "0 or more")
      }
      guard priorWeight >= 0, priorWeight.isFinite else {
        throw ConfigurationError("priorWeight", priorWeight, allowed: "0 or more")
      }
    }
  }

  /// What an iteration brought.
  public struct Iteration: Sendable, Hashable {
    /// Environment steps so far.
    public var steps: Int
    /// The mean undiscounted returns of the tries before and after the inner step.
    public var meanReturns: [Float]
    /// The mean divergence between old and new policy, in nats.
    public var divergence: Float
  }

  public let configuration: Configuration
  /// A policy over observations that z is appended to.
  public let policy: GaussianPolicy
  /// θ, the policy's weights as learned so far.
  public private(set) var weights: Weights
  /// a, the length of an inner step for each element of λ, `[2 · latentCount]`.
  public var innerRates: Tensor { latents.values.slice(0..<width) }
  /// Environment steps so far, over all tries.
  public private(set) var steps = 0
  /// a, then λ of every train task.
  private var latents: Weights
  private var optimizer: Adam
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
      observationCount: source.observationSpace.count + configuration.latentCount,
      actionCount: source.actionSpace.count, hidden: configuration.hidden,
      activation: configuration.activation, deviation: configuration.deviation)
    weights = Weights(initializing: policy.layout, using: &random)
    var layout = WeightLayout()
    let width = 2 * configuration.latentCount
    _ = layout.add("rates", [width], .constant(configuration.innerRate))
    _ = layout.add("latents", [configuration.trainTasks, width], .constant(0))
    latents = Weights(initializing: layout, using: &random)
    optimizer = Adam(count: layout.count)
  }

  /// The number of elements of λ: means, then logarithms of deviations.
  private var width: Int { 2 * configuration.latentCount }

  /// Adapts to some of the train tasks and takes one step.
  ///
  /// - Throws: `EnvironmentError`; the learner is then not to be used any more.
  public mutating func iterate() throws(EnvironmentError) -> Iteration {
    var numbers = (0..<Int32(configuration.trainTasks)).map { $0 }
    random.shuffle(&numbers)
    let tasks = numbers.prefix(configuration.tasks).map { Int($0) }
    let before = tasks.map { latents.values.slice(width * ($0 + 1)..<width * ($0 + 2)) }
    let first = try play(tasks, before, phase: 0)
    let after = tasks.indices.map {
      configuration.adaptsInTraining
        ? adapted(before[$0], first.latents[$0], first.trajectories, task: $0) : before[$0]
    }
    let second = try play(tasks, after, phase: 1)
    iterations += 1
    steps += first.trajectories.stepCount + second.trajectories.stepCount
    improveLatents(tasks, first, second)
    let step = improvePolicy(second.trajectories)
    weights.values = step.weights
    return Iteration(
      steps: steps,
      meanReturns: [first.trajectories.meanReturn, second.trajectories.meanReturn],
      divergence: step.divergence)
  }

  /// Tries of some tasks and the z that each had, `[tries, latentCount]` a task.
  private typealias Play = (trajectories: Trajectories, latents: [Tensor])

  private mutating func play(
    _ tasks: [Int], _ latents: [Tensor], phase: Int
  ) throws(EnvironmentError) -> Play {
    var environments = source.batch(
      tries: configuration.tries, of: tasks, split: .train, seed: seed,
      random: random.split("environments").split(iterations).split(phase))
    return try play(&environments, latents, configuration.tries, using: &random)
  }

  private func play(
    _ environments: inout EnvironmentBatch, _ latents: [Tensor], _ tries: Int,
    using random: inout RandomStream
  ) throws(EnvironmentError) -> Play {
    var drawn: [Tensor] = []
    for latent in latents {
      let q = distribution(latent, rows: tries)
      drawn.append(q.sample(using: &random))
    }
    let (policy, weights) = (policy, weights)
    let trajectories = try Trajectories(
      in: &environments, tasks: latents.count, steps: configuration.steps,
      context: .concatenated(drawn), using: &random
    ) { policy(weights, $0) }
    return (trajectories, drawn)
  }

  /// q(λ), the same in each of some rows.
  private func distribution(_ latent: Tensor, rows: Int) -> DiagonalGaussian {
    let count = configuration.latentCount
    return DiagonalGaussian(
      mean: latent.slice(0..<count).reshaped(to: [1, count]).broadcast(to: [rows, count]),
      logDeviation: latent.slice(count..<2 * count))
  }

  /// −mean(log q(z)·A).
  private func loss(_ latent: Tensor, _ drawn: Tensor, _ advantages: Tensor) -> Tensor {
    -(distribution(latent, rows: drawn.shape[0]).logProbability(of: drawn) * advantages).mean()
  }

  private func advantages(_ trajectories: Trajectories, task: Int) -> Tensor {
    let tries = trajectories.tries
    return Tensor(
      standardized(Array(trajectories.returns[task * tries..<(task + 1) * tries])))
  }

  /// λ′.
  private func adapted(
    _ latent: Tensor, _ drawn: Tensor, _ trajectories: Trajectories, task: Int
  ) -> Tensor {
    let advantages = advantages(trajectories, task: task)
    return latent - innerRates * naturalGradient(latent, drawn, advantages)
  }

  /// F⁻¹∇L at λ; q's Fisher matrix F is 1/σ² for a mean and 2 for a deviation's logarithm.
  private func naturalGradient(
    _ latent: Tensor, _ drawn: Tensor, _ advantages: Tensor
  ) -> Tensor {
    let count = configuration.latentCount
    let variance = (2 * latent.slice(count..<2 * count)).exp()
    let inverse = variance.concatenated(with: Tensor(filling: [count], with: 0.5), along: 0)
    return inverse * gradient(at: latent) { loss($0, drawn, advantages) }
  }

  /// Moves a and the tasks' λ against the gradient of the loss of z after the inner step.
  private mutating func improveLatents(_ tasks: [Int], _ first: Play, _ second: Play) {
    let width = width
    let gradient = Tensors.gradient(at: latents.values) { values in
      let rates = values.slice(0..<width)
      var total = Tensor(0)
      for (index, task) in tasks.enumerated() {
        let latent = values.slice(width * (task + 1)..<width * (task + 2))
        let old = advantages(first.trajectories, task: index)
        let change = rates * naturalGradient(latent, first.latents[index], old)
        let end = configuration.adaptsInTraining ? latent - change : latent
        let new = advantages(second.trajectories, task: index)
        let prior = distribution(.zeros([width]), rows: 1)
        let divergence = distribution(latent, rows: 1).divergence(from: prior).sum()
        total =
          total + loss(end, second.latents[index], new)
          + configuration.priorWeight * divergence
      }
      return total / Float(tasks.count)
    }
    optimizer.update(&latents, gradient: gradient, rate: configuration.latentRate)
  }

  private mutating func improvePolicy(_ trajectories: Trajectories) -> TrustRegion.Step {
    let sample = PolicySample(
      joining: (0..<trajectories.tasks).map {
        trajectories.sample(task: $0, discount: configuration.discount)
      })
    return configuration.trustRegion.step(
      policy, from: weights, on: sample,
      fisherSteps: configuration.fisherSteps * trajectories.tasks, using: &random)
  }

  /// Adapts the prior of z to numbered tasks by inner steps, the policy unchanged.
  ///
  /// - Parameters:
  ///   - count: the number of inner steps.
  ///   - tries: the number of tries before each and after the last.
  ///   - source: tasks with the spaces of those that were learned from.
  /// - Returns: the tries on all tasks after 0, 1, ... steps.
  /// - Throws: `EnvironmentError`.
  public func adapt(
    to numbers: [Int], of split: Split, in source: TaskSource, steps count: Int, tries: Int,
    seed: UInt64
  ) throws(EnvironmentError) -> [Trajectories] {
    let random = RandomStream(seed: seed).split("adaptation")
    var actions = random.split("actions")
    var current = numbers.map { _ in Tensor.zeros([width]) }
    var result: [Trajectories] = []
    for phase in 0...count {
      var environments = source.batch(
        tries: tries, of: numbers, split: split, seed: seed, random: random.split(phase))
      let play = try play(&environments, current, tries, using: &actions)
      for task in numbers.indices where phase < count {
        current[task] = adapted(current[task], play.latents[task], play.trajectories, task: task)
      }
      result.append(play.trajectories)
    }
    return result
  }
}
