public import Environments
public import Networks
public import Tensors

/// Episodes of some tasks, equally many of each, played side by side.
///
/// Slot `m · K + k` of the environments plays try k of task m. What follows the end of an episode is
/// not kept. Actions are drawn in units of half the box: a vector of 0 is the box's middle and 1 its
/// upper bound; what lies outside is moved into the box when it is acted.
public struct Trajectories: Sendable {
  /// M, the number of tasks.
  public let tasks: Int
  /// K, the number of tries of each.
  public let tries: Int
  /// The undiscounted return of each try, `[M, K]`.
  public private(set) var returns: [Float]
  /// The number of steps of each try, `[M, K]`.
  public private(set) var lengths: [Int]
  /// What was seen last of each try, `[M, K, elements]`.
  public private(set) var finalObservations: [Float]
  /// The reward of the last step of each try, `[M, K]`.
  public private(set) var finalRewards: [Float]
  private let observationCount: Int
  private let actionCount: Int
  private var episodes: [Rows]

  /// What a task's tries hold, row by row in the order of time.
  private struct Rows: Sendable {
    var observations: [Float] = []
    var vectors: [Float] = []
    var rewards: [Float] = []
    var times: [Int] = []
    var tries: [Int] = []
  }

  /// The number of steps of all tries.
  public var stepCount: Int { lengths.reduce(0, +) }

  /// The mean return of a task's tries.
  public func meanReturn(task: Int) -> Float {
    returns[task * tries..<(task + 1) * tries].reduce(0, +) / Float(tries)
  }

  /// The mean return of all tries.
  public var meanReturn: Float { returns.reduce(0, +) / Float(returns.count) }

  /// Plays one try in every slot of fresh environments that act in a box.
  ///
  /// - Parameters:
  ///   - environments: M · K slots.
  ///   - tasks: M.
  ///   - steps: how long a try lasts at most.
  ///   - context: what each slot's policy is told besides its observation, `[slots, elements]`.
  ///   - policy: the distributions of the slots' vectors, given `[slots, elements]`; deviations are
  ///     `[slots, components]`, or those of all slots, `[components]`.
  /// - Throws: `EnvironmentError`; the environments are then not to be used any more.
  public init(
    in environments: inout EnvironmentBatch, tasks: Int, steps: Int, context: Tensor? = nil,
    using random: inout RandomStream, policy: (Tensor) -> DiagonalGaussian
  ) throws(EnvironmentError) {
    guard case .box(let low, let high) = environments.actionSpace else {
      preconditionFailure("trajectories need actions of a box, got \(environments.actionSpace)")
    }
    let slots = environments.slots
    precondition(slots % tasks == 0, "\(slots) slots are not divisible among \(tasks) tasks")
    self.tasks = tasks
    tries = slots / tasks
    observationCount = environments.observationSpace.count + (context?.shape[1] ?? 0)
    actionCount = low.count
    returns = Array(repeating: 0, count: slots)
    finalRewards = returns
    lengths = Array(repeating: 0, count: slots)
    finalObservations = Array(repeating: 0, count: slots * observationCount)
    episodes = Array(repeating: Rows(), count: tasks)
    var actions = ActionBatch(environments.actionSpace, slots: slots)
    var isOver = [Bool](repeating: false, count: slots)
    for step in 0..<steps where isOver.contains(false) {
      let seen = Tensor(
        [slots, environments.observationSpace.count], environments.buffers.observations)
      let inputs = context.map { seen.concatenated(with: $0, along: 1) } ?? seen
      let vectors = policy(inputs).sample(using: &random)
      Trajectories.write(vectors, low: low, high: high, to: &actions)
      try environments.step(actions)
      keep(inputs, vectors, environments.buffers, step: step, isOver: &isOver)
    }
  }

  /// Writes vectors as actions of a box.
  private static func write(
    _ vectors: Tensor, low: [Float], high: [Float], to actions: inout ActionBatch
  ) {
    let values = vectors.span
    for index in values.indices {
      let (low, high) = (low[index % low.count], high[index % low.count])
      let wanted = (low + high) / 2 + values[index] * (high - low) / 2
      actions.components[index] = min(max(wanted, low), high)
    }
  }

  /// Keeps a step of the slots whose try is not over.
  private mutating func keep(
    _ inputs: Tensor, _ vectors: Tensor, _ buffers: StepBuffers, step: Int, isOver: inout [Bool]
  ) {
    let (seen, acted) = (inputs.span, vectors.span)
    let shown = buffers.observations.count / isOver.count
    for slot in isOver.indices where !isOver[slot] {
      let task = slot / tries
      for element in slot * observationCount..<(slot + 1) * observationCount {
        episodes[task].observations.append(seen[element])
      }
      for component in slot * actionCount..<(slot + 1) * actionCount {
        episodes[task].vectors.append(acted[component])
      }
      episodes[task].rewards.append(buffers.rewards[slot])
      episodes[task].times.append(step)
      episodes[task].tries.append(slot % tries)
      returns[slot] += buffers.rewards[slot]
      finalRewards[slot] = buffers.rewards[slot]
      lengths[slot] = step + 1
      isOver[slot] = buffers.terminated[slot] || buffers.truncated[slot]
      for element in 0..<shown {
        finalObservations[slot * observationCount + element] =
          isOver[slot]
          ? buffers.finalObservations[slot * shown + element]
          : buffers.observations[slot * shown + element]
      }
    }
  }

  /// What a policy gradient needs to know of a task's tries.
  ///
  /// The advantage of an action is the discounted return that followed it less what a
  /// ``LinearBaseline`` fitted to these tries expects; advantages of the task have mean 0 and
  /// standard deviation 1.
  ///
  /// - Parameter discount: γ in `0...1`, per environment step.
  public func sample(task: Int, discount: Float) -> PolicySample {
    let rows = episodes[task]
    var returns = rows.rewards
    var following = [Float](repeating: 0, count: tries)
    for row in returns.indices.reversed() {
      following[rows.tries[row]] = rows.rewards[row] + discount * following[rows.tries[row]]
      returns[row] = following[rows.tries[row]]
    }
    var baseline = LinearBaseline(observationCount: observationCount)
    baseline.fit(observations: rows.observations, times: rows.times, returns: returns)
    let expected = baseline(observations: rows.observations, times: rows.times)
    let advantages = zip(returns, expected).map { $0 - $1 }
    return PolicySample(
      observations: Tensor([returns.count, observationCount], rows.observations),
      vectors: Tensor([returns.count, actionCount], rows.vectors),
      advantages: Tensor(standardized(advantages)))
  }
}

/// Numbers moved and scaled to mean 0 and standard deviation 1; zeros if they are all the same.
///
/// - Parameter values: at least one.
public func standardized(_ values: [Float]) -> [Float] {
  let count = Double(values.count)
  let mean = values.reduce(0.0) { $0 + Double($1) } / count
  let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
  let scale = 1 / (variance.squareRoot() + 1e-8)
  return values.map { Float((Double($0) - mean) * scale) }
}
