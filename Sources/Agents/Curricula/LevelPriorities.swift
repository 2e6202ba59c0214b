internal import RealModule
package import Tensors

/// How often each of some levels is to be taken, as shares that add up to 1.
public enum LevelPriorities {
  /// By rank, so that the size of the scores does not matter.
  ///
  ///     pᵢ ∝ (1 / rank(sᵢ))^(1 / β)       rank 1 for the highest score
  ///
  /// Source: Jiang et al. (2021), arXiv:2010.03934. Of equal scores the earlier ranks higher.
  /// - Parameters:
  ///   - scores: s, one a level, finite.
  ///   - temperature: β, above 0; the lower, the more the highest score takes.
  public static func ranked(_ scores: [Double], temperature: Double) -> [Double] {
    let order = scores.indices.sorted {
      scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1]
    }
    var weights = scores
    for (place, index) in order.enumerated() {
      weights[index] = Double.pow(1 / Double(place + 1), 1 / temperature)
    }
    return normalized(weights)
  }

  /// By how much there is to learn: by the share of tries that are solved times that of tries that
  /// are not.
  ///
  ///     pᵢ ∝ qᵢ·(1 − qᵢ)
  ///
  /// Source: Rutherford et al. (2024), arXiv:2408.15099. Deviation: they take levels uniformly from
  /// those where it is highest.
  /// - Parameter successRates: q, one a level, in 0...1.
  public static func learnable(_ successRates: [Double]) -> [Double] {
    normalized(successRates.map(learnability))
  }

  /// q·(1 − q), at most 1/4.
  static func learnability(_ successRate: Double) -> Double { successRate * (1 - successRate) }

  /// By how long ago a level was met, so that what is known of it does not grow too old.
  ///
  /// - Parameter ages: one a level, 0 or more.
  public static func stale(_ ages: [Int]) -> [Double] { normalized(ages.map(Double.init)) }

  /// (1 − ρ)·p + ρ·p′.
  static func mixed(_ first: [Double], _ second: [Double], share: Double) -> [Double] {
    zip(first, second).map { (1 - share) * $0 + share * $1 }
  }

  /// Draws an order of levels without putting any back: the first by the shares, each next one by the
  /// shares of those that are left.
  ///
  /// Source: Efraimidis and Spirakis (2006), "Weighted random sampling with a reservoir": ascending
  /// by −log(u) / p, u uniform.
  package static func order(_ shares: [Double], using random: inout RandomStream) -> [Int] {
    let keys = shares.map { share in
      let exponential = -Double.log(1 - Double(random.uniform()))
      return share > 0 ? exponential / share : .infinity
    }
    return keys.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
  }

  /// Shares in proportion to weights; equal ones if all weights are 0.
  private static func normalized(_ weights: [Double]) -> [Double] {
    let sum = weights.reduce(0, +)
    return weights.map { sum > 0 ? $0 / sum : 1 / Double(weights.count) }
  }
}
