public import Environments
internal import RealModule
public import Tensors

/// What is known about playing a bandit of Bernoulli arms without having learned it.
public enum BanditStrategy: Sendable {
  /// Any arm.
  case random
  /// The arm of the highest mean, and any arm with probability `exploration`. An arm's mean is
  /// that of Beta(1 + successes, 1 + failures).
  case greedy(exploration: Float)
  /// The arm of the highest m + c·√(2·ln t / n), each arm once at first.
  ///
  /// Source: UCB1, Auer et al. (2002), doi:10.1023/A:1013689704352, where c is 1.
  case upperConfidence(scale: Float)
  /// The arm that is best in a draw from each arm's Beta(1 + successes, 1 + failures).
  ///
  /// Source: Thompson (1933), doi:10.1093/biomet/25.3-4.285.
  case thompson
  /// The arm of the highest Gittins index.
  case gittins(GittinsIndices)

  /// Plays one task.
  ///
  /// - Parameter pulls: the number of pulls.
  /// - Returns: the sum of the rewards.
  public func play(_ bandit: Bandit, pulls: Int, using random: inout RandomStream) -> Float {
    let arms = bandit.probabilities.count
    var successes = [Int](repeating: 0, count: arms)
    var counts = successes
    var total: Float = 0
    var state = bandit.reset(using: &random)
    for pull in 0..<pulls {
      let arm = choose(successes, counts, remaining: pulls - pull, using: &random)
      let reward = bandit.step(&state, Action(arm), using: &random).reward
      counts[arm] += 1
      successes[arm] += reward > 0 ? 1 : 0
      total += reward
    }
    return total
  }

  /// Chooses an arm.
  ///
  /// - Parameters:
  ///   - successes: how often each arm has paid, `[arms]`.
  ///   - counts: how often each arm was pulled, `[arms]`.
  ///   - remaining: the pulls to go, with this one.
  public func choose(
    _ successes: [Int], _ counts: [Int], remaining: Int, using random: inout RandomStream
  ) -> Int {
    let arms = counts.count
    switch self {
    case .random:
      return random.integer(below: arms)
    case .greedy(let exploration):
      if random.uniform() < exploration { return random.integer(below: arms) }
      return best(of: arms) { Float(successes[$0] + 1) / Float(counts[$0] + 2) }
    case .upperConfidence(let scale):
      let logarithm = Float.log(Float(max(counts.reduce(0, +), 1)))
      return best(of: arms) { arm in
        guard counts[arm] > 0 else { return .infinity }
        let count = Float(counts[arm])
        return Float(successes[arm]) / count + scale * (2 * logarithm / count).squareRoot()
      }
    case .thompson:
      return best(of: arms) { arm in
        Float(
          random.beta(Double(1 + successes[arm]), Double(1 + counts[arm] - successes[arm])))
      }
    case .gittins(let indices):
      return best(of: arms) {
        indices.index(successes: successes[$0], of: counts[$0], remaining: remaining)
      }
    }
  }

  /// The first of the arms whose value is the highest.
  private func best(of arms: Int, _ value: (Int) -> Float) -> Int {
    var (best, highest) = (0, -Float.infinity)
    for arm in 0..<arms {
      let value = value(arm)
      if value > highest { (best, highest) = (arm, value) }
    }
    return best
  }
}
