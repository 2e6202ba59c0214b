internal import RealModule

/// Adversarial inverse reinforcement learning where all states can be listed and the dynamics are
/// known: a discriminator and a soft-optimal policy in turns, with expectations in the place of
/// samples.
///
///     f(s, a) = g(s) + γ·E h(s′) − h(s)        D = exp f / (exp f + π(a|s))
///
/// Where g sees the state only, h takes up what the expert's dynamics made of the reward, and g is
/// the reward itself but for a constant: it holds under other dynamics too. A g that sees the
/// action becomes the advantage, which does not.
///
/// Source: Fu et al. (2018), arXiv:1710.11248. Deviation: h is averaged over the next state. The
/// paper's theory asks for deterministic dynamics; with random ones f of a single next state is
/// noisy, and g no longer the reward.
public struct TabularAIRL: Sendable {
  /// What the discriminator may look at.
  public enum Form: String, Sendable, Hashable, Codable {
    /// g(s), with h.
    case stateOnly
    /// g(s, a), with h.
    case stateAction
    /// g(s) alone.
    case unshaped
  }

  public struct Configuration: Sendable, Hashable, Codable {
    public var form = Form.stateOnly
    /// γ in 0..<1.
    public var discount = 0.9
    /// The number of updates of the discriminator and of the policy.
    public var iterations = 2000
    /// α of Adam, above 0; it falls to 0 over the iterations.
    public var learningRate = 0.1
    /// The sweeps of soft value iteration after each update.
    public var sweeps = 20

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      guard (0..<1).contains(discount) else {
        throw ConfigurationError("discount", discount, allowed: "0 to below 1")
      }
      guard iterations >= 1, sweeps >= 1 else {
        throw ConfigurationError("iterations", iterations, allowed: "1 or more, as sweeps")
      }
      guard learningRate > 0, learningRate.isFinite else {
        throw ConfigurationError("learningRate", learningRate, allowed: "above 0")
      }
    }
  }

  public let configuration: Configuration
  /// g, `[states, actions]`; without the action, the same for all actions of a state.
  public private(set) var reward: [Double]
  /// h, `[states]`.
  public private(set) var shaping: [Double]
  /// The policy that is soft-optimal for f, `[states, actions]`.
  public private(set) var policy: [Double]
  /// The dynamics; the rewards are f.
  private var process: KnownMDP
  private let start: [Double]
  /// How often the expert takes each action in each state, `[states, actions]`.
  private let expert: [Double]
  private var values: [Double]?
  private var rewardMoments: Moments
  private var shapingMoments: Moments
  private var updates = 0

  /// Makes a learner.
  ///
  /// - Parameters:
  ///   - process: the dynamics; its rewards are not looked at.
  ///   - expert: the expert's policy, `[states, actions]`.
  ///   - start: the probabilities of the first state, `[states]`.
  public init(
    _ configuration: Configuration, in process: KnownMDP, expert: [Double], from start: [Double]
  ) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    self.process = process
    self.start = start
    let count = process.states * process.actions
    let visits = process.visits(of: expert, from: start, discount: configuration.discount)
    self.expert = (0..<count).map { visits[$0 / process.actions] * expert[$0] }
    reward = Array(repeating: 0, count: count)
    shaping = Array(repeating: 0, count: process.states)
    policy = process.uniformPolicy
    rewardMoments = Moments(count: count)
    shapingMoments = Moments(count: process.states)
  }

  /// Makes all updates.
  public mutating func run() {
    for _ in 0..<configuration.iterations { iterate() }
  }

  /// Makes the policy soft-optimal for f, then moves f towards telling it from the expert.
  public mutating func iterate() {
    let (actions, discount) = (process.actions, configuration.discount)
    process.rewards = advantage
    let values = process.softValues(
      discount: discount, tolerance: 0, sweeps: configuration.sweeps, from: values)
    self.values = values
    policy = process.softmaxPolicy(values, temperature: 1)
    let visits = process.visits(of: policy, from: start, discount: discount, tolerance: 1e-9)
    var slopes = reward
    for row in slopes.indices {
      let logit = process.rewards[row] - logarithm(policy[row])
      let probability = 1 / (1 + Double.exp(-logit))
      slopes[row] =
        expert[row] * (1 - probability) - visits[row / actions] * policy[row] * probability
    }
    updates += 1
    let done = Double(updates - 1) / Double(configuration.iterations)
    let rate = configuration.learningRate * max(1 - done, 0)
    if configuration.form != .unshaped {
      shapingMoments.ascend(&shaping, shapingSlopes(slopes), rate: rate, step: updates)
    }
    rewardMoments.ascend(&reward, rewardSlopes(slopes), rate: rate, step: updates)
  }

  /// f(s, a), `[states, actions]`.
  private var advantage: [Double] {
    guard configuration.form != .unshaped else { return reward }
    let following = process.expectation(of: shaping)
    return reward.indices.map {
      reward[$0] + configuration.discount * following[$0] - shaping[$0 / process.actions]
    }
  }

  private func rewardSlopes(_ slopes: [Double]) -> [Double] {
    guard configuration.form != .stateAction else { return slopes }
    let actions = process.actions
    return slopes.indices.map { row in
      let first = row / actions * actions
      return slopes[first..<first + actions].reduce(0, +)
    }
  }

  private func shapingSlopes(_ slopes: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: process.states)
    for row in slopes.indices {
      result[row / process.actions] -= slopes[row]
      for index in process.offsets[row]..<process.offsets[row + 1] {
        result[Int(process.successors[index])] +=
          configuration.discount * slopes[row] * process.probabilities[index]
      }
    }
    return result
  }
}

/// The moments of Adam in double precision.
private struct Moments: Sendable {
  var mean: [Double]
  var square: [Double]

  init(count: Int) {
    mean = Array(repeating: 0, count: count)
    square = Array(repeating: 0, count: count)
  }

  mutating func ascend(
    _ values: inout [Double], _ slopes: [Double], rate: Double, step: Int
  ) {
    let (first, second) = (1 - Double.pow(0.9, step), 1 - Double.pow(0.999, step))
    for index in values.indices {
      mean[index] += 0.1 * (slopes[index] - mean[index])
      square[index] += 0.001 * (slopes[index] * slopes[index] - square[index])
      values[index] +=
        rate * (mean[index] / first) / ((square[index] / second).squareRoot() + 1e-8)
    }
  }
}
