internal import Environments
internal import Tensors

/// A bonus that says nothing: the square of a standard normal draw, whatever happened.
///
/// The control that tells what a drive has found out from what any disturbance of the rewards does.
public struct RandomBonus: Drive {
  /// The mean bonus.
  public let weight: Float
  private var random: RandomStream

  /// - Throws: ``ConfigurationError`` for a weight that is negative or not finite.
  public init(weight: Float = 1, seed: UInt64) throws(ConfigurationError) {
    try BonusScale.validate(weight: weight)
    self.weight = weight
    random = RandomStream(seed: seed).split("bonus")
  }

  public mutating func bonuses(for transitions: Transitions) -> [Float] {
    (0..<transitions.count).map { _ in
      let draw = random.normal()
      return weight * draw * draw
    }
  }

  public mutating func learn(from transitions: Transitions) {}

  public func snapshot() -> DriveSnapshot {
    var snapshot = DriveSnapshot()
    snapshot.state.streams["bonus"] = random
    return snapshot
  }

  public mutating func restore(_ snapshot: DriveSnapshot) throws {
    random = try snapshot.stream("bonus")
  }
}
