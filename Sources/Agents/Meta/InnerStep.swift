public import Environments
public import Networks
public import Tensors

/// A vanilla policy gradient step on one task's tries.
///
///     φ = θ − α·m∘∇L(θ)
public struct InnerStep: Sendable {
  public var policy: GaussianPolicy
  /// α, 0 or more.
  public var rate: Float
  /// m: 1 where a weight is adapted and 0 elsewhere, `[weights]`; nil if all are.
  public var mask: Tensor?

  public init(policy: GaussianPolicy, rate: Float, mask: Tensor? = nil) {
    self.policy = policy
    self.rate = rate
    self.mask = mask
  }

  /// The weights after the step, `[weights]`.
  public func callAsFunction(_ weights: Tensor, _ sample: PolicySample) -> Tensor {
    guard rate != 0 else { return weights }
    let gradient = gradient(at: weights) { loss($0, sample) }
    return weights - rate * masked(gradient)
  }

  /// L at some weights.
  private func loss(_ weights: Tensor, _ sample: PolicySample) -> Tensor {
    sample.scoreLoss(policy, Weights(weights, layout: policy.layout))
  }

  private func masked(_ vector: Tensor) -> Tensor { mask.map { $0 * vector } ?? vector }

  /// The derivative of the weights after the step in a direction: (I − α·m∘H)·v.
  func pushforward(_ vector: Tensor, at weights: Tensor, _ sample: PolicySample) -> Tensor {
    guard rate != 0 else { return vector }
    return vector - rate * masked(hessianProduct(at: weights, vector) { loss($0, sample) })
  }

  /// The gradient with respect to the weights before the step, given that with respect to those
  /// after it: (I − αH·m∘)·v.
  func pullback(_ vector: Tensor, at weights: Tensor, _ sample: PolicySample) -> Tensor {
    guard rate != 0 else { return vector }
    return vector - rate * hessianProduct(at: weights, masked(vector)) { loss($0, sample) }
  }
}

/// A task's inner steps, one after the other, and the tries that test their end.
struct AdaptationPath: Sendable {
  /// The weights before each inner step and after the last.
  var points: [Tensor]
  /// What each inner step was taken on.
  var samples: [PolicySample] = []
  /// Tries by the weights after the last step.
  var test: PolicySample?

  init(start: Tensor) {
    points = [start]
  }

  var end: Tensor { points[points.count - 1] }

  /// Takes a step.
  mutating func add(_ sample: PolicySample, _ step: InnerStep) {
    points.append(step(end, sample))
    samples.append(sample)
  }
}

/// The loss of one task's adapted policy as a function of the weights that it was adapted from.
struct MetaObjective {
  private let path: AdaptationPath
  private let inner: InnerStep
  private let isFirstOrder: Bool
  private let test: PolicySample
  private let acting: DiagonalGaussian
  /// Some rows of each sample, for Fisher products.
  private let someSamples: [PolicySample]
  private let someTest: PolicySample

  init(
    path: AdaptationPath, inner: InnerStep, isFirstOrder: Bool, fisherSteps: Int,
    using random: inout RandomStream
  ) {
    guard let test = path.test else { preconditionFailure("an adapted policy was not tested") }
    self.path = path
    self.inner = inner
    self.isFirstOrder = isFirstOrder
    self.test = test
    acting = inner.policy(Weights(path.end, layout: inner.policy.layout), test.observations)
    someSamples = path.samples.map { $0.choosing(fisherSteps, using: &random) }
    someTest = test.choosing(fisherSteps, using: &random)
  }

  private func weights(_ values: Tensor) -> Weights { Weights(values, layout: inner.policy.layout) }

  func lossAndGradient() -> (loss: Float, gradient: Tensor) {
    let (loss, gradient) = valueAndGradient(at: path.end) {
      test.surrogateLoss(inner.policy, weights($0), acting: acting)
    }
    return (loss.item, pullback(gradient, path.samples))
  }

  /// Jᵀ·v for the Jacobian J of the inner steps.
  private func pullback(_ vector: Tensor, _ samples: [PolicySample]) -> Tensor {
    guard !isFirstOrder else { return vector }
    return zip(path.points, samples).reversed().reduce(vector) {
      inner.pullback($0, at: $1.0, $1.1)
    }
  }

  /// Jᵀ·F·J·v.
  func fisherProduct(_ vector: Tensor) -> Tensor {
    let image =
      isFirstOrder
      ? vector
      : zip(path.points, someSamples).reduce(vector) { inner.pushforward($0, at: $1.0, $1.1) }
    return pullback(someTest.fisherProduct(inner.policy, weights(path.end), image), someSamples)
  }

  /// The loss and the divergence from the adapted policy that acted, for other weights at the start.
  func evaluate(_ start: Tensor) -> (loss: Float, divergence: Float) {
    let end = weights(path.samples.reduce(start) { inner($0, $1) })
    return (
      test.surrogateLoss(inner.policy, end, acting: acting).item,
      test.divergence(inner.policy, end, acting: acting).item
    )
  }
}

extension Trajectories {
  /// Plays one try in every slot, task m by the m-th weights.
  init(
    in environments: inout EnvironmentBatch, steps: Int, _ policy: GaussianPolicy,
    _ weights: [Tensor], using random: inout RandomStream
  ) throws(EnvironmentError) {
    let tries = environments.slots / weights.count
    let all = weights.map { Weights($0, layout: policy.layout) }
    let deviations = Tensor.concatenated(
      all.map {
        $0[policy.logDeviation].reshaped(to: [1, policy.actionCount])
          .broadcast(to: [tries, policy.actionCount])
      })
    try self.init(in: &environments, tasks: weights.count, steps: steps, using: &random) { seen in
      let means = all.indices.map {
        policy.mean(all[$0], seen.slice($0 * tries..<($0 + 1) * tries))
      }
      return DiagonalGaussian(mean: .concatenated(means), logDeviation: deviations)
    }
  }
}

/// What a policy gains by policy gradient steps on tasks of its own, tried before each step and
/// after the last.
public struct GradientAdaptation: Sendable {
  /// The steps; the policy of all is the same.
  public var steps: [InnerStep]
  /// The number of tries before each step and after the last.
  public var tries: Int
  /// How long a try lasts at most.
  public var stepLimit: Int
  /// γ, per environment step.
  public var discount: Float

  public init(steps: [InnerStep], tries: Int = 40, stepLimit: Int = 100, discount: Float = 0.99) {
    precondition(!steps.isEmpty, "an adaptation needs at least one step")
    self.steps = steps
    self.tries = tries
    self.stepLimit = stepLimit
    self.discount = discount
  }

  /// Adapts weights to numbered tasks.
  ///
  /// - Returns: the tries on all tasks after 0, 1, ... steps.
  /// - Throws: `EnvironmentError`.
  public func callAsFunction(
    _ weights: Weights, to numbers: [Int], of split: Split, in source: TaskSource, seed: UInt64
  ) throws(EnvironmentError) -> [Trajectories] {
    let random = RandomStream(seed: seed).split("adaptation")
    var actions = random.split("actions")
    var current = numbers.map { _ in weights.values }
    var result: [Trajectories] = []
    for count in 0...steps.count {
      var environments = source.batch(
        tries: tries, of: numbers, split: split, seed: seed, random: random.split(count))
      let trajectories = try Trajectories(
        in: &environments, steps: stepLimit, steps[0].policy, current, using: &actions)
      if count < steps.count {
        for task in numbers.indices {
          current[task] = steps[count](
            current[task], trajectories.sample(task: task, discount: discount))
        }
      }
      result.append(trajectories)
    }
    return result
  }
}
