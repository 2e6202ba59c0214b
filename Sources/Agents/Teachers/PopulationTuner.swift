public import Tensors

/// Tunes numbers, such as a coefficient of the loss, while a population of learners trains.
///
/// From time to time the worst members go on as copies of the best ones, weights and all, and try
/// other values: each number is multiplied by one of two factors. So the numbers follow a schedule
/// that nobody had to write down.
///
/// The tuner decides; copying is the caller's, and a matter of one assignment, as learners are
/// values:
///
/// ```swift
/// let moves = tuner.moves(scores: scores, values: values, using: &random)
/// learners = moves.map { learners[$0.parent] }
/// values = moves.map(\.values)
/// ```
///
/// Source: Jaderberg et al. (2017), "Population based training of neural networks",
/// arXiv:1711.09846; truncation selection.
public struct PopulationTuner: Sendable, Hashable, Codable {
  /// The share of members that are replaced, and of those that replace them, above 0 to 0.5.
  public var share: Double
  /// What a number is multiplied by, one or the other at random.
  public var factors: [Float]

  /// What a member does next.
  public struct Move: Sendable, Hashable {
    /// The member whose state it goes on from; its own, unless it is among the worst.
    public var parent: Int
    /// Its numbers from now on.
    public var values: [Float]
  }

  public init(share: Double = 0.25, factors: [Float] = [0.8, 1.25]) {
    precondition(share > 0 && share <= 0.5, "a share lies above 0 and at most 0.5, got \(share)")
    precondition(!factors.isEmpty, "a tuner needs factors")
    self.share = share
    self.factors = factors
  }

  /// Decides what each member does next.
  ///
  /// - Parameters:
  ///   - scores: how good each member is now, `[members]`; of equals the first counts as better.
  ///   - values: the numbers of each member, `[members][numbers]`.
  public func moves(
    scores: [Double], values: [[Float]], using random: inout RandomStream
  ) -> [Move] {
    precondition(
      scores.count == values.count && scores.count > 1,
      "a population needs as many scores as members, at least two, got \(scores.count) and "
        + "\(values.count)")
    let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
    let count = max(1, Int(share * Double(scores.count)))
    var moves = values.enumerated().map { Move(parent: $0, values: $1) }
    for member in order.suffix(count) {
      let parent = order[random.integer(below: count)]
      let changed = values[parent].map { $0 * factors[random.integer(below: factors.count)] }
      moves[member] = Move(parent: parent, values: changed)
    }
    return moves
  }
}
