public import Tensors

/// A Markov decision process with few enough states and actions to list them all.
///
/// Its probabilities and rewards are known, so that values can be computed instead of learned. What
/// the probabilities of a state and an action lack to 1 is the probability that the episode ends.
///
/// Source: Puterman (1994), "Markov decision processes".
public struct KnownMDP: Sendable, Hashable {
  /// The number of states and of actions.
  public let states: Int
  public let actions: Int
  /// The expected reward of each action in each state, `[states, actions]`.
  public var rewards: [Double]
  /// Where the successors of a state and an action begin in ``successors``,
  /// `[states · actions + 1]`.
  public let offsets: [Int]
  public let successors: [Int32]
  /// The probability of each of ``successors``.
  public let probabilities: [Double]

  /// Lists a process.
  ///
  /// - Parameter step: gives the expected reward of an action in a state, and the states that may
  ///   follow with their probabilities, whose sum is at most 1.
  public init(
    states: Int, actions: Int,
    step: (_ state: Int, _ action: Int) -> (
      reward: Double, next: [(state: Int, probability: Double)]
    )
  ) {
    var (rewards, probabilities): ([Double], [Double]) = ([], [])
    var (offsets, successors): ([Int], [Int32]) = ([0], [])
    for state in 0..<states {
      for action in 0..<actions {
        let (reward, next) = step(state, action)
        precondition(
          next.allSatisfy { (0..<states).contains($0.state) && $0.probability >= 0 }
            && next.reduce(0) { $0 + $1.probability } < 1 + 1e-9,
          "state \(state), action \(action): not probabilities of \(states) states: \(next)")
        rewards.append(reward)
        successors += next.map { Int32($0.state) }
        probabilities += next.map(\.probability)
        offsets.append(successors.count)
      }
    }
    (self.states, self.actions, self.rewards) = (states, actions, rewards)
    (self.offsets, self.successors, self.probabilities) = (offsets, successors, probabilities)
  }

  /// Draws the probabilities of every state and action uniformly from the simplex.
  ///
  /// - Parameter rewards: `[states, actions]`.
  public static func random(
    states: Int, actions: Int, rewards: [Double], using random: inout RandomStream
  ) -> KnownMDP {
    precondition(
      rewards.count == states * actions, "\(states) x \(actions) rewards, got \(rewards.count)")
    return KnownMDP(states: states, actions: actions) { state, action in
      // Exponential draws, divided by their sum, are uniform on the simplex.
      let draws = (0..<states).map { _ in -logarithm(1 - random.uniform(0...1)) }
      let sum = draws.reduce(0, +)
      return (
        rewards[state * actions + action],
        draws.enumerated().map { (state: $0.offset, probability: $0.element / sum) }
      )
    }
  }

  /// The mean of a function of the next state, 0 where the episode ends: `[states, actions]`.
  ///
  /// - Parameter values: the function, `[states]`.
  public func expectation(of values: [Double]) -> [Double] {
    precondition(values.count == states, "\(states) values, got \(values.count)")
    var result = [Double](repeating: 0, count: states * actions)
    for row in result.indices {
      var sum = 0.0
      for index in offsets[row]..<offsets[row + 1] {
        sum += probabilities[index] * values[Int(successors[index])]
      }
      result[row] = sum
    }
    return result
  }

  /// The rewards plus what follows them: r(s, a) + γ·E v(s′), `[states, actions]`.
  public func backup(_ values: [Double], discount: Double) -> [Double] {
    zip(rewards, expectation(of: values)).map { $0 + discount * $1 }
  }
}
