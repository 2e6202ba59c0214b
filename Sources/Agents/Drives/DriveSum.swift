/// Several drives at once: the weighted sum of their bonuses.
public struct DriveSum: Drive {
  /// The drives, each with what its bonuses are multiplied by.
  public private(set) var parts: [(drive: any Drive, weight: Float)]

  public init(_ parts: [(drive: any Drive, weight: Float)]) {
    self.parts = parts
  }

  public mutating func bonuses(for transitions: Transitions) -> [Float] {
    var sum = [Float](repeating: 0, count: transitions.count)
    for index in parts.indices {
      let bonuses = parts[index].drive.bonuses(for: transitions)
      for row in sum.indices { sum[row] += parts[index].weight * bonuses[row] }
    }
    return sum
  }

  public mutating func learn(from transitions: Transitions) {
    for index in parts.indices { parts[index].drive.learn(from: transitions) }
  }

  public func snapshot() -> DriveSnapshot {
    var snapshot = DriveSnapshot()
    for (index, part) in parts.enumerated() {
      snapshot.add(part.drive.snapshot(), named: "drive\(index)")
    }
    return snapshot
  }

  public mutating func restore(_ snapshot: DriveSnapshot) throws {
    var restored = parts
    for index in parts.indices {
      try restored[index].drive.restore(snapshot.part(named: "drive\(index)"))
    }
    parts = restored
  }
}
