public import Foundation
public import Records
public import Schooling

/// What the triggers of a run's agent found when it was evaluated. It is kept with the evaluation, so
/// that the next one and the report know it.
public struct TriggerWatch: Sendable, Hashable, Codable {
  /// What one trigger found.
  public struct Finding: Sendable, Hashable, Codable {
    /// The trigger's name: `input-drifts/action`.
    public var trigger: String
    /// What it found at the evaluation before; nil if there was none, or too little to look at.
    public var before: Double?
    /// What it found.
    public var reading: TriggerReading
    /// The value above which it fires.
    public var threshold: Double
    /// What is done when it fires.
    public var action: TriggerAction
  }

  /// The run whose agent was evaluated.
  public var run: String
  /// The mean returns of the last try, of some hundred tasks each.
  public var returns: [Double]
  /// What each trigger found.
  public var findings: [Finding]

  /// The number of tasks whose mean return is one reading, as many tries as a run's own readings are
  /// means of.
  static let tasksPerReading = 100
  private static let key = "watch"

  /// The triggers that fired.
  public var fired: [Finding] { findings.filter(\.reading.hasFired) }
}

extension TriggerWatch {
  /// Looks at what an evaluation saw, with what the run measured of itself and earlier evaluations
  /// saw.
  /// - Parameters:
  ///   - lastReport: when the run's report was last written; nil if never.
  ///   - date: the time at which triggers are looked at.
  public init(
    of run: Run, in store: RunStore, _ triggers: TriggerSet, _ evidence: Evaluation.Evidence,
    lastReport: Date?, at date: Date = .now
  ) throws {
    self.run = run.name
    returns = Self.readings(evidence.lastReturns)
    let earlier = try Self.all(of: run, in: store)
    let seen = TriggerEvidence(
      returns: try Self.returns(of: run, in: store, earlier) + returns,
      inputs: Dictionary(evidence.sample.inputs.map { ($0.name, $0.values) }) { first, _ in first },
      invalid: evidence.sample.invalid, lastReport: lastReport, now: date)
    findings = triggers.triggers.map { trigger in
      Finding(
        trigger: trigger.name, before: Self.last(trigger, in: earlier)?.reading.value,
        reading: trigger.evaluate(seen), threshold: trigger.threshold, action: trigger.action)
    }
  }

  /// The means of about equal parts of the returns.
  static func readings(_ returns: [Float]) -> [Double] {
    let count = max(1, returns.count / tasksPerReading)
    return (0..<count).compactMap { part in
      let values = returns[part * returns.count / count..<(part + 1) * returns.count / count]
      guard !values.isEmpty else { return nil }
      return values.reduce(0) { $0 + Double($1) } / Double(values.count)
    }
  }

  /// What was found at all evaluations of a run's agents, oldest first.
  static func all(of run: Run, in store: RunStore) throws -> [TriggerWatch] {
    try store.evaluations(of: run).compactMap { evaluation in
      try? evaluation.document[key]?.decoded(as: TriggerWatch.self)
    }.filter { $0.run == run.name }
  }

  /// The returns that a run measured of itself, then those of the evaluations.
  static func returns(
    of run: Run, in store: RunStore, _ watches: [TriggerWatch]
  ) throws -> [Double] {
    try store.metrics(of: run, named: Metric.returnName).map(\.value) + watches.flatMap(\.returns)
  }

  /// What a trigger last found.
  static func last(_ trigger: Trigger, in watches: [TriggerWatch]) -> Finding? {
    watches.last?.findings.first { $0.trigger == trigger.name }
  }

  /// An evaluation as the store keeps it, with what the triggers found.
  public static func document(
    of evaluation: Evaluation, with watch: TriggerWatch?
  ) throws -> JSONValue {
    let document = try JSONValue(encoding: evaluation)
    guard let watch, case .object(var members) = document else { return document }
    members[key] = try JSONValue(encoding: watch)
    return .object(members)
  }
}
