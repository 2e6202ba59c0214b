/// A published system, done again: the method, its baseline and its ablation at equal network,
/// budget and seeds, and what must hold between them.
///
/// A reproduction is a value. Nothing of it runs before ``run(_:onProgress:)``; what came of it is
/// a ``ReproductionResult``, which says by itself whether it passes.
public struct Reproduction: Sendable {
  /// Whether what was published can be checked number by number.
  public enum Scope: String, Sendable, Codable {
    /// The published experiment itself, on the published environment.
    case result
    /// What makes the method work, shown on another, cheaper environment.
    case mechanism
  }

  /// What the method's environments, networks and budgets are, in a sentence or two.
  public let summary: String
  public let scope: Scope
  /// The number of seeds unless another is asked for, at least 5.
  public let seeds: Int
  /// The number of seeds of the quick form.
  public let quickSeeds: Int
  /// Minutes that the full form takes on 2 cores, as measured once; nil if it was not.
  public let minutes: Double?
  /// The ways to do the task that are compared; the first is the method.
  public let arms: [Arm]
  /// The arm that is the method with its decisive part taken out: in the method's place it must
  /// make the reproduction fail.
  public let broken: String
  /// What is measured, in the order of the table.
  public let measures: [Measure]
  /// What must hold.
  public let claims: @Sendable (Effort) -> [Claim]
  /// What is drawn of it.
  public let figure: Figure

  public init(
    summary: String, scope: Scope, seeds: Int = 5, quickSeeds: Int = 3, minutes: Double? = nil,
    arms: [Arm],
    broken: String, measures: [Measure], figure: Figure,
    claims: @escaping @Sendable (Effort) -> [Claim]
  ) {
    precondition(
      arms.contains { $0.name == broken }, "\(broken) is none of the arms \(arms.map(\.name))")
    self.summary = summary
    self.scope = scope
    self.seeds = seeds
    self.quickSeeds = quickSeeds
    self.minutes = minutes
    self.arms = arms
    self.broken = broken
    self.measures = measures
    self.figure = figure
    self.claims = claims
  }
}

/// How much is spent on a reproduction.
public enum Effort: String, Sendable, Codable, CaseIterable {
  /// All of it: what the documentation's tables come from.
  case full
  /// The least that still tells the method from its ablation, in under a minute.
  case quick

  /// One value for the full form, another for the quick one.
  public func callAsFunction<Value>(_ full: Value, quick: Value) -> Value {
    self == .full ? full : quick
  }
}

/// One way to do a reproduction's task: the method, a baseline, an ablation.
public struct Arm: Sendable {
  public enum Role: String, Sendable, Codable {
    case method, baseline, ablation
    /// A yardstick that plays another game: an oracle, an exact solution, random actions.
    case reference
  }

  public let name: String
  public let role: Role
  /// Does the task once, with all randomness from the seed, on one thread.
  public let run: @Sendable (_ effort: Effort, _ seed: UInt64) throws -> Measurements

  public init(
    _ name: String, _ role: Role,
    run: @escaping @Sendable (_ effort: Effort, _ seed: UInt64) throws -> Measurements
  ) {
    self.name = name
    self.role = role
    self.run = run
  }
}

/// A row of a reproduction's table.
public struct Measure: Sendable, Codable, Hashable {
  /// Its name, by which measurements and claims refer to it, with its unit if it has one.
  public let name: String
  /// What the paper reports, as it is printed in the table; nil where it gives no number.
  public let published: String?

  public init(_ name: String, published: String? = nil) {
    self.name = name
    self.published = published
  }
}

/// What one arm measured with one seed.
public struct Measurements: Sendable, Codable, Hashable {
  /// One number for each measure; an arm may leave out measures that have no meaning for it.
  public var values: [String: Double]
  /// Learning curves by name, with the same x for every seed.
  public var curves: [String: [CurvePoint]]

  public init(_ values: [String: Double] = [:], curves: [String: [CurvePoint]] = [:]) {
    self.values = values
    self.curves = curves
  }
}

/// A point of a learning curve.
public struct CurvePoint: Sendable, Codable, Hashable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// What is drawn of a reproduction.
public struct Figure: Sendable {
  public enum Content: Sendable {
    /// The curve of this name, a line with its band for each arm that has it.
    case curves(String)
    /// Measures side by side, by their names, a series for each arm.
    case bars([String])
  }

  public let title: String
  /// What runs along the horizontal axis, with its unit.
  public let x: String
  /// What runs along the vertical axis, with its unit.
  public let y: String
  public let content: Content

  public init(_ title: String, x: String, y: String, _ content: Content) {
    self.title = title
    self.x = x
    self.y = y
    self.content = content
  }
}
