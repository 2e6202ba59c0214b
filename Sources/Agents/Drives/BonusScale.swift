/// How a drive brings its bonuses to a size that a learner can add to rewards.
public enum BonusNormalization: String, Sendable, Hashable, Codable, CaseIterable {
  /// As they are.
  case none
  /// Divided by their root mean square over all that the drive has given so far.
  case running
  /// Divided by the size of the batch's mean where that is above 1.
  ///
  /// Source: Achiam and Sastry (2017), arXiv:1703.01732.
  case batchMean
}

/// A drive's weight and its running scale.
///
///     b ← η·b / s        s = √(Σ b² / n) over all bonuses so far, or max(1, |mean b|), or 1
public struct BonusScale: Sendable, Hashable {
  /// η.
  public let weight: Float
  public let normalization: BonusNormalization
  /// Of all bonuses so far: how many there were, and the sum of their squares.
  public private(set) var count = 0
  public private(set) var squares = 0.0

  public init(weight: Float, _ normalization: BonusNormalization) {
    self.weight = weight
    self.normalization = normalization
  }

  /// Takes account of some bonuses and scales them.
  public mutating func apply(to bonuses: [Float]) -> [Float] {
    guard !bonuses.isEmpty else { return [] }
    var scale = 1.0
    switch normalization {
    case .none: break
    case .running:
      count += bonuses.count
      for bonus in bonuses { squares += Double(bonus) * Double(bonus) }
      scale = (squares / Double(count)).squareRoot()
    case .batchMean:
      let sum = bonuses.reduce(0.0) { $0 + Double($1) }
      scale = max(1, (sum / Double(bonuses.count)).magnitude)
    }
    let factor = scale > 0 ? weight / Float(scale) : 0
    return bonuses.map { factor * $0 }
  }

  /// Writes what changes to a snapshot.
  public func write(to snapshot: inout DriveSnapshot) {
    snapshot.state.numbers["scale.count"] = Double(count)
    snapshot.state.numbers["scale.squares"] = squares
  }

  /// Takes over what changes from a snapshot.
  ///
  /// - Throws: `SnapshotError` if the snapshot does not have it.
  public mutating func read(from snapshot: DriveSnapshot) throws {
    count = try snapshot.count("scale.count")
    squares = try snapshot.number("scale.squares")
  }

  /// Checks a drive's weight.
  static func validate(weight: Float) throws(ConfigurationError) {
    guard weight.isFinite && weight >= 0 else {
      throw ConfigurationError("weight", weight, allowed: "0 or more")
    }
  }
}
