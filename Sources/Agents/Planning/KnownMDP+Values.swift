internal import RealModule

/// log x, at least of the smallest positive number.
func logarithm(_ x: Double) -> Double { Double.log(max(x, .leastNonzeroMagnitude)) }

extension KnownMDP {
  /// The values of the best policy, by value iteration.
  ///
  ///     Q(s, a) ← r(s, a) + γ·E maxₐ′ Q(s′, a′)
  ///
  /// - Parameters:
  ///   - discount: γ in 0...1; below 1 unless every policy ends.
  ///   - tolerance: sweeps end when no value changes by more.
  /// - Returns: Q, `[states, actions]`.
  public func optimalValues(
    discount: Double, tolerance: Double = 1e-9, sweeps: Int = 10_000
  ) -> [Double] {
    iterate(discount, tolerance, sweeps) { $0.max() ?? 0 }
  }

  /// The values of the best policy where entropy is worth something too, by soft value iteration.
  ///
  ///     V(s) = τ·log Σₐ exp(Q(s, a)/τ)        Q(s, a) ← r(s, a) + γ·E V(s′)
  ///
  /// The best policy is then the softmax of Q/τ, see ``softmaxPolicy(_:temperature:)``.
  /// Source: Ziebart (2010), "Modeling purposeful adaptive behavior".
  /// - Returns: Q, `[states, actions]`.
  public func softValues(
    discount: Double, temperature: Double = 1, tolerance: Double = 1e-9, sweeps: Int = 10_000,
    from start: [Double]? = nil
  ) -> [Double] {
    iterate(discount, tolerance, sweeps, from: start) { row in
      let most = row.max() ?? 0
      return most + temperature
        * logarithm(row.reduce(0) { $0 + Double.exp(($1 - most) / temperature) })
    }
  }

  private func iterate(
    _ discount: Double, _ tolerance: Double, _ sweeps: Int, from start: [Double]? = nil,
    value: (ArraySlice<Double>) -> Double
  ) -> [Double] {
    var q = start ?? rewards
    var values = [Double](repeating: 0, count: states)
    for _ in 0..<sweeps {
      var change = 0.0
      for state in 0..<states {
        let new = value(q[state * actions..<(state + 1) * actions])
        change = max(change, abs(new - values[state]))
        values[state] = new
      }
      q = backup(values, discount: discount)
      if change <= tolerance { break }
    }
    return q
  }

  /// The probabilities exp(Q/τ), normalised in each state, `[states, actions]`.
  public func softmaxPolicy(_ values: [Double], temperature: Double) -> [Double] {
    var policy = values
    for state in 0..<states {
      let row = state * actions..<(state + 1) * actions
      let most = values[row].max() ?? 0
      for index in row { policy[index] = Double.exp((values[index] - most) / temperature) }
      let sum = policy[row].reduce(0, +)
      for index in row { policy[index] /= sum }
    }
    return policy
  }

  /// The policy that takes the first of the best actions, `[states, actions]`.
  public func greedyPolicy(_ values: [Double]) -> [Double] {
    var policy = [Double](repeating: 0, count: values.count)
    for state in 0..<states {
      let row = state * actions..<(state + 1) * actions
      let best = row.reduce(row.lowerBound) { values[$1] > values[$0] ? $1 : $0 }
      policy[best] = 1
    }
    return policy
  }

  /// The policy that takes every action alike.
  public var uniformPolicy: [Double] {
    Array(repeating: 1 / Double(actions), count: states * actions)
  }

  /// The discounted return of a policy from each state, `[states]`.
  public func values(
    of policy: [Double], discount: Double, tolerance: Double = 1e-9, sweeps: Int = 10_000
  ) -> [Double] {
    var values = [Double](repeating: 0, count: states)
    for _ in 0..<sweeps {
      let q = backup(values, discount: discount)
      var change = 0.0
      for state in 0..<states {
        var new = 0.0
        for action in 0..<actions {
          new += policy[state * actions + action] * q[state * actions + action]
        }
        change = max(change, abs(new - values[state]))
        values[state] = new
      }
      if change <= tolerance { break }
    }
    return values
  }

  /// How often a policy is in each state: (1 − γ)·Σₜ γᵗ·P(sₜ = s), `[states]`.
  ///
  /// - Parameter start: the probabilities of the first state, `[states]`.
  public func visits(
    of policy: [Double], from start: [Double], discount: Double, tolerance: Double = 1e-12
  ) -> [Double] {
    var total = [Double](repeating: 0, count: states)
    var now = start.map { (1 - discount) * $0 }
    while (now.max() ?? 0) > tolerance {
      var next = [Double](repeating: 0, count: states)
      for state in 0..<states where now[state] > 0 {
        total[state] += now[state]
        for action in 0..<actions {
          let row = state * actions + action
          let share = discount * now[state] * policy[row]
          for index in offsets[row]..<offsets[row + 1] {
            next[Int(successors[index])] += share * probabilities[index]
          }
        }
      }
      now = next
    }
    return total
  }

  /// How good a policy is: 1 as good as the best one, 0 as good as uniformly random actions.
  ///
  /// - Parameter start: the probabilities of the first state, `[states]`.
  public func quality(of policy: [Double], from start: [Double], discount: Double) -> Double {
    func mean(_ policy: [Double]) -> Double {
      zip(values(of: policy, discount: discount), start).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let random = mean(uniformPolicy)
    let best = mean(greedyPolicy(optimalValues(discount: discount)))
    return (mean(policy) - random) / (best - random)
  }
}
