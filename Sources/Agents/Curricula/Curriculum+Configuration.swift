internal import Environments

extension Curriculum {
  /// How the tasks to learn from are chosen.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every task is drawn alike, from the family or from a pool.
    case uniform
    /// Tasks on which the value was wrong come back: prioritised level replay.
    case replay
    /// Tasks that are sometimes solved and sometimes not come back.
    case learnability
    /// As `replay`, and tasks that come back are changed a little.
    case evolution
  }

  /// What ranks the levels that come back; the mean over all steps on a level when it was last met.
  public enum Score: String, Sendable, Hashable, Codable, CaseIterable {
    /// mean |Aₜ|: how far the value was from the return, the L1 value loss.
    case valueLoss
    /// mean max(Aₜ, 0): how much better than expected things went, the positive value loss.
    case positiveValueLoss
  }

  /// The settings of a curriculum. The default is what there is without one: each task is drawn anew
  /// from the whole train split.
  public struct Configuration: Sendable, Hashable, Codable {
    /// How tasks are chosen.
    public var kind = Kind.uniform
    /// N: tasks are the first N numbered ones of the train split; 0 for all numbers, without end.
    public var pool = 0
    /// What ranks levels, for replay and evolution.
    public var score = Score.valueLoss
    /// The share of levels that are taken from the buffer rather than drawn anew, in 0...1.
    ///
    /// Once a whole pool is in the buffer, all are.
    public var replayShare: Float = 0.5
    /// The most levels that are remembered.
    public var bufferSize = 1000
    /// The share of the buffer, in 0...1, that must be filled before levels are taken from it.
    public var minimumFill: Float = 0.5
    /// β, above 0: a level of rank r is taken in proportion to (1 / r)^(1 / β).
    public var temperature: Float = 0.1
    /// ρ in 0...1: the share taken by how long ago a level was met.
    public var staleness: Float = 0.1
    /// The return, without scaling, from which a try counts as solved; nil for the tasks' own.
    public var successReturn: Float?
    /// What a level's earlier tries count when it is met again, in 0...1.
    public var successMemory: Float = 0.8
    /// The share of levels taken from the buffer that are edited, in 0...1, for evolution.
    public var editShare: Float = 0.5
    /// The most edits that a level can have, one on top of the other.
    public var maximumEdits = 16

    public init() {}

    /// Makes settings of a kind, the others as they are by default.
    public init(_ kind: Kind, pool: Int = 0) {
      self.kind = kind
      self.pool = pool
    }

    /// Whether there is nothing to decide: each task is drawn anew from the whole split.
    public var isEndless: Bool { kind == .uniform && pool == 0 }

    /// The most levels that there are to remember.
    var capacity: Int {
      let pooled = pool > 0 && kind != .evolution ? min(pool, bufferSize) : bufferSize
      return kind == .uniform ? 0 : pooled
    }

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      try require(
        (0...Level.numbers).contains(pool), "pool", pool, "0 (without end) to \(Level.numbers)")
      try require((1...1_000_000).contains(bufferSize), "bufferSize", bufferSize, "1 to 1000000")
      try require(
        temperature > 0 && temperature.isFinite, "temperature", temperature, "above 0")
      try require(
        successReturn?.isFinite ?? true, "successReturn", successReturn ?? 0, "a finite number")
      try require(
        (0...Level.mostEdits).contains(maximumEdits), "maximumEdits", maximumEdits,
        "0 to \(Level.mostEdits)")
      let shares: [(String, Float)] = [
        ("replayShare", replayShare), ("minimumFill", minimumFill), ("staleness", staleness),
        ("successMemory", successMemory), ("editShare", editShare),
      ]
      for (setting, share) in shares {
        try require((0...1).contains(share), setting, share, "0 to 1")
      }
    }

    private func require(
      _ holds: Bool, _ setting: String, _ value: some Any, _ allowed: String
    ) throws(ConfigurationError) {
      if !holds { throw ConfigurationError(setting, value, allowed: allowed) }
    }
  }
}

extension Curriculum.Configuration {
  private enum Key: String, CodingKey {
    case kind, pool, score, replayShare, bufferSize, minimumFill, temperature, staleness
    case successReturn, successMemory, editShare, maximumEdits
  }

  /// Writes every setting, `null` for one that is not given.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(pool, forKey: .pool)
    try container.encode(score, forKey: .score)
    try container.encode(replayShare, forKey: .replayShare)
    try container.encode(bufferSize, forKey: .bufferSize)
    try container.encode(minimumFill, forKey: .minimumFill)
    try container.encode(temperature, forKey: .temperature)
    try container.encode(staleness, forKey: .staleness)
    try container.encode(successReturn, forKey: .successReturn)
    try container.encode(successMemory, forKey: .successMemory)
    try container.encode(editShare, forKey: .editShare)
    try container.encode(maximumEdits, forKey: .maximumEdits)
  }
}
