public import Foundation

/// What is done when a trigger fires.
public enum TriggerAction: String, Sendable, Hashable, Codable, CaseIterable {
  /// The agent goes on as it is and learns nothing until a person has looked.
  case freeze
  /// The agent is trained again.
  case retrain
  /// The agent gives way to the last one that was good.
  case rollBack

  /// The action in words.
  public var words: String { self == .rollBack ? "roll back" : rawValue }
}

/// What a trigger found.
public struct TriggerReading: Sendable, Hashable, Codable {
  /// The number that was compared with the threshold; nil if there was too little to compute it of.
  public var value: Double?
  /// Whether the value is beyond the threshold.
  public var hasFired: Bool
  /// How many samples the value was computed of.
  public var samples: Int

  /// Makes a reading.
  public init(value: Double?, hasFired: Bool, samples: Int) {
    self.value = value
    self.hasFired = hasFired
    self.samples = samples
  }

  /// Compares a value with a threshold: it fires above, not at it, and if the value is no number.
  package init(_ value: Double, above threshold: Double, samples: Int) {
    self.init(
      value: value.isFinite ? value : nil, hasFired: !(value <= threshold), samples: samples)
  }

  /// A reading of too few samples.
  package static func tooFew(_ samples: Int) -> TriggerReading {
    TriggerReading(value: nil, hasFired: false, samples: samples)
  }
}

/// What triggers look at: an agent's recent past.
public struct TriggerEvidence: Sendable, Hashable {
  /// Returns of tries, oldest first.
  public var returns: [Double]
  /// Numbers that the agent saw or did, by their names, oldest first: `observation/angle`, `action`.
  public var inputs: [String: [Double]]
  /// For each observation, oldest first, whether it was invalid: not finite or out of its space.
  public var invalid: [Bool]
  /// When the report was last written; nil if never.
  public var lastReport: Date?
  /// The time at which triggers are looked at.
  public var now: Date

  /// Gathers evidence.
  public init(
    returns: [Double] = [], inputs: [String: [Double]] = [:], invalid: [Bool] = [],
    lastReport: Date? = nil, now: Date = .now
  ) {
    self.returns = returns
    self.inputs = inputs
    self.invalid = invalid
    self.lastReport = lastReport
    self.now = now
  }
}

/// A condition under which an agent must not go on as it does, and what is done then.
///
/// Triggers are set for each agent and kept with it. They are plain values: the same evidence always
/// gives the same reading.
public enum Trigger: Sendable, Hashable {
  /// The return falls.
  case returnFalls(PageHinkley)
  /// What the agent sees or does is no longer what it was.
  case inputDrifts(PopulationStability)
  /// Too much of what the agent sees is invalid.
  case inputInvalid(InvalidInputRate)
  /// The report was not looked at for too long.
  case reportOverdue(Cadence)

  /// Looks at the evidence.
  public func evaluate(_ evidence: TriggerEvidence) -> TriggerReading {
    switch self {
    case .returnFalls(let test): test.evaluate(evidence.returns)
    case .inputDrifts(let test): test.evaluate(evidence.inputs[test.input] ?? [])
    case .inputInvalid(let test): test.evaluate(evidence.invalid)
    case .reportOverdue(let test): test.evaluate(lastReport: evidence.lastReport, at: evidence.now)
    }
  }

  /// The name by which reports and events know the trigger: `input-drifts/action`.
  public var name: String {
    switch self {
    case .inputDrifts(let test): "\(Kind.inputDrifts.rawValue)/\(test.input)"
    default: kind.rawValue
    }
  }

  /// What is done when it fires.
  public var action: TriggerAction {
    switch self {
    case .returnFalls(let test): test.action
    case .inputDrifts(let test): test.action
    case .inputInvalid(let test): test.action
    case .reportOverdue(let test): test.action
    }
  }

  /// The value above which it fires.
  public var threshold: Double {
    switch self {
    case .returnFalls(let test): test.threshold
    case .inputDrifts(let test): test.threshold
    case .inputInvalid(let test): test.threshold
    case .reportOverdue(let test): test.threshold
    }
  }

  /// What is measured, in words.
  public var metric: String {
    switch self {
    case .returnFalls: "fall of the return (Page-Hinkley)"
    case .inputDrifts(let test): "drift of \(test.input) (population stability index)"
    case .inputInvalid: "share of invalid observations"
    case .reportOverdue: "days since the report"
    }
  }

  /// What the value is measured over, in words.
  public var window: String {
    switch self {
    case .returnFalls(let test): "\(test.window) returns"
    case .inputDrifts(let test): "\(test.window) values"
    case .inputInvalid(let test): "\(test.window) observations"
    case .reportOverdue: "-"
    }
  }
}

extension Trigger: Codable {
  private enum Kind: String, Codable, CaseIterable {
    case returnFalls = "return-falls"
    case inputDrifts = "input-drifts"
    case inputInvalid = "input-invalid"
    case reportOverdue = "report-overdue"
  }

  private enum Key: String, CodingKey {
    case test
  }

  private var kind: Kind {
    switch self {
    case .returnFalls: .returnFalls
    case .inputDrifts: .inputDrifts
    case .inputInvalid: .inputInvalid
    case .reportOverdue: .reportOverdue
    }
  }

  /// Reads a trigger: its `test` says which it is, its settings stand beside it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let test = try container.decode(String.self, forKey: .test)
    guard let kind = Kind(rawValue: test) else {
      let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        forKey: .test, in: container,
        debugDescription: "there is no test \"\(test)\"; there are \(known)")
    }
    switch kind {
    case .returnFalls: self = .returnFalls(try PageHinkley(from: decoder))
    case .inputDrifts: self = .inputDrifts(try PopulationStability(from: decoder))
    case .inputInvalid: self = .inputInvalid(try InvalidInputRate(from: decoder))
    case .reportOverdue: self = .reportOverdue(try Cadence(from: decoder))
    }
  }

  /// Writes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .returnFalls(let test): try test.encode(to: encoder)
    case .inputDrifts(let test): try test.encode(to: encoder)
    case .inputInvalid(let test): try test.encode(to: encoder)
    case .reportOverdue(let test): try test.encode(to: encoder)
    }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .test)
  }
}
