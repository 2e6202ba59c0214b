public import Environments
public import Tensors

/// Learns a tabular Markov decision process while acting in it, by planning in a process drawn from
/// what is still possible.
///
/// At the start of each try a process is drawn from the posterior and the try is played by its best
/// policy. The prior is that of `RandomMDPFamily`: transitions from a flat Dirichlet
/// distribution, mean rewards from N(1, 1), rewards with a variance of 1.
///
///     P(s, a, ·) ~ Dirichlet(1 + counts)      R(s, a) ~ N((1 + Σr) / (1 + n), 1 / (1 + n))
///
/// Source: PSRL, Strens (2000); Osband et al. (2013), arXiv:1306.0940.
public struct PosteriorSampling: Sendable, Hashable {
  /// Whether a process is drawn; otherwise the posterior's mean is planned in.
  public var draws: Bool
  /// The probability that a step takes any action, in 0...1. With `draws` off this is ε-greedy
  /// play of the best estimate.
  public var exploration: Float

  public init(draws: Bool = true, exploration: Float = 0) {
    self.draws = draws
    self.exploration = exploration
  }

  /// Plays some tries of one task.
  ///
  /// - Returns: the return of each try.
  public func play(
    _ task: TabularMDP, tries: Int, using random: inout RandomStream
  ) -> [Float] {
    var posterior = Posterior(task)
    return (0..<tries).map { _ in
      let policy = posterior.policy(draws: draws, horizon: task.horizon, using: &random)
      var state = task.reset(using: &random)
      var total: Float = 0
      var isOver = false
      while !isOver {
        let (index, step) = (state.index, state.step)
        let action =
          exploration > 0 && random.uniform() < exploration
          ? random.integer(below: task.actions) : policy[step * task.states + index]
        let outcome = task.step(&state, Action(action), using: &random)
        posterior.add(index, action, outcome.reward, next: state.index)
        total += outcome.reward
        isOver = outcome.terminated
      }
      return total
    }
  }
}

/// What the steps so far say about a process.
private struct Posterior {
  let states: Int
  let actions: Int
  /// 1 and the number of times that each transition was seen, `[states, actions, states]`.
  var concentrations: [Double]
  /// 1 and the number of visits, and 1 and the sum of the rewards, `[states, actions]`.
  var visits: [Double]
  var rewards: [Double]

  init(_ task: TabularMDP) {
    (states, actions) = (task.states, task.actions)
    concentrations = Array(repeating: 1, count: states * actions * states)
    visits = Array(repeating: 1, count: states * actions)
    rewards = visits
  }

  mutating func add(_ state: Int, _ action: Int, _ reward: Float, next: Int) {
    let row = state * actions + action
    concentrations[row * states + next] += 1
    visits[row] += 1
    rewards[row] += Double(reward)
  }

  /// The best policy of a process that is possible, or of the expected one.
  func policy(draws: Bool, horizon: Int, using random: inout RandomStream) -> [Int] {
    var transitions: [Double] = []
    transitions.reserveCapacity(concentrations.count)
    for row in visits.indices {
      let counts = Array(concentrations[row * states..<(row + 1) * states])
      let sum = counts.reduce(0, +)
      transitions += draws ? random.dirichlet(counts) : counts.map { $0 / sum }
    }
    let means = visits.indices.map { row in
      let noise = draws ? Double(random.normal()) / visits[row].squareRoot() : 0
      return rewards[row] / visits[row] + noise
    }
    return finiteHorizonPolicy(
      states: states, actions: actions, horizon: horizon, transitions: transitions, rewards: means)
  }
}
