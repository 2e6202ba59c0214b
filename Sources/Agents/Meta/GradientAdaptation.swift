public import Environments
public import Networks
internal import Tensors

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
