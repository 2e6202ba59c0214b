internal import Environments
public import Foundation
public import Records
internal import Schooling
internal import Tensors

extension ReportSource {
  /// Gathers what a store knows of a run.
  /// - Parameters:
  ///   - others: runs that differ from it in their seeds only.
  ///   - triggers: the agent's triggers; none if it has none.
  ///   - lastReport: when the report was last written; nil if never.
  ///   - date: the time at which triggers are looked at.
  /// - Throws: `RunStoreError`, or ``ReportError/unlikeRuns(_:_:reason:)``.
  public init(
    of run: Run, with others: [Run] = [], in store: RunStore, triggers: TriggerSet? = nil,
    lastReport: Date? = nil, at date: Date = .now
  ) throws {
    let configuration = try store.configuration(of: run)
    for other in others {
      try Self.check(other, against: run, configuration, try store.configuration(of: other))
    }
    let runs = [run] + others
    let events = try store.events(of: run)
    let watches = try TriggerWatch.all(of: run, in: store)
    let evidence = TriggerEvidence(
      returns: try TriggerWatch.returns(of: run, in: store, watches), lastReport: lastReport,
      now: date)
    self.init(
      runs: try runs.map { try RunFacts($0, in: store, configuration, at: date) },
      configuration: configuration.leaves.sorted { $0.key < $1.key }
        .map { Setting($0.key, $0.value.plainText) },
      environment: EnvironmentFacts(of: run),
      curves: try Self.curves(of: runs, in: store),
      evaluations: try Self.evaluations(of: run, in: store),
      rewardTerms: try Self.rewardTerms(of: runs, in: store),
      checkpoints: try store.checkpoints(of: run), events: events,
      triggers: (triggers?.triggers ?? []).map { trigger in
        TriggerState(
          trigger,
          reading: trigger.reading(evidence, last: TriggerWatch.last(trigger, in: watches)),
          lastFired: events.last { $0.isFiring(of: trigger) }?.date)
      },
      changelog: try store.changelog(of: run))
  }

  /// Makes sure that two runs may stand in one report.
  private static func check(
    _ other: Run, against run: Run, _ configuration: JSONValue, _ otherConfiguration: JSONValue
  ) throws(ReportError) {
    func unlike(_ reason: String) -> ReportError {
      .unlikeRuns(run.name, other.name, reason: reason)
    }
    guard other.id != run.id else { throw unlike("they are one run") }
    guard (other.command, other.task) == (run.command, run.task) else {
      throw unlike("one is \(run.command) \(run.task), the other \(other.command) \(other.task)")
    }
    guard other.seed != run.seed else { throw unlike("both have seed \(run.seed)") }
    let (first, second) = (configuration.leaves, otherConfiguration.leaves)
    for name in Set(first.keys).union(second.keys).sorted() where first[name] != second[name] {
      throw unlike("they differ in the setting \(name)")
    }
  }

  /// The metrics that reports show, for each run that measured them.
  private static func curves(of runs: [Run], in store: RunStore) throws -> [Curve] {
    let shown = ["return/", "policy/", "loss/", "gradient/", "curriculum/"]
    let names = Set(try runs.flatMap { try store.lastMetrics(of: $0) }.map(\.name))
      .filter { name in name == Metric.returnName || shown.contains { name.hasPrefix($0) } }
    return try names.sorted().map { name in
      Curve(
        name,
        try runs.compactMap { run in
          let metrics = try store.metrics(of: run, named: name).filter { $0.task == nil }
          guard !metrics.isEmpty else { return nil }
          return SeedSeries(
            seed: run.seed, steps: metrics.map { Double($0.environmentStep) },
            values: metrics.map(\.value))
        })
    }
  }

  private static func evaluations(of run: Run, in store: RunStore) throws -> [EvaluationFacts] {
    try store.evaluations(of: run).compactMap { recorded in
      guard let evaluation = try? recorded.document.decoded(as: Evaluation.self) else { return nil }
      return EvaluationFacts(
        run: try store.run(id: recorded.runID)?.name ?? "a run that was deleted",
        checkpoint: recorded.checkpointSHA256, date: recorded.date, evaluation: evaluation)
    }
  }

  /// The last value of each metric `reward/TERM`, over the seeds.
  private static func rewardTerms(of runs: [Run], in store: RunStore) throws -> [RewardTerm] {
    let prefix = "reward/"
    var values: [String: [Double]] = [:]
    for run in runs {
      for metric in try store.lastMetrics(of: run) where metric.name.hasPrefix(prefix) {
        guard metric.task == nil else { continue }
        values[String(metric.name.dropFirst(prefix.count)), default: []].append(metric.value)
      }
    }
    var random = RandomStream(seed: 0).split("terms")
    return try values.sorted { $0.key < $1.key }.map { name, values in
      let scores = try Scores(values.map { [$0] })
      let interval = scores.interval(of: .mean, resampling: .wholeRuns, using: &random)
      return RewardTerm(
        name.apart, mean: scores.mean(), low: interval?.low, high: interval?.high)
    }
  }
}

extension ReportSource.RunFacts {
  /// The facts of a recorded run.
  fileprivate init(
    _ run: Run, in store: RunStore, _ configuration: JSONValue, at date: Date
  ) throws {
    let stated = configuration["algorithm"]?.plainText.uppercased() ?? "PPO"
    let way = ["pretrain": "in context", "train": "from scratch"][run.command] ?? run.command
    let seconds = try store.lastMetrics(of: run).map(\.wallSeconds).max()
    self.init(
      name: run.name, command: run.command, task: run.task, algorithm: "\(stated), \(way)",
      seed: run.seed, state: run.isLost(at: date) ? "lost" : run.state.rawValue,
      started: run.startedAt, ended: run.endedAt, foalVersion: run.foalVersion,
      wallSeconds: seconds ?? (run.endedAt ?? run.heartbeatAt).timeIntervalSince(run.startedAt),
      steps: run.environmentSteps)
  }
}

extension ReportSource.EnvironmentFacts {
  /// The facts of a run's environment or family, if it is one of the catalogue.
  fileprivate init?(of run: Run) {
    let family = run.command == "train" ? nil : try? EnvironmentCatalogue.family(named: run.task)
    guard let entry = family ?? (try? EnvironmentCatalogue.environment(named: run.task)) else {
      return nil
    }
    let tasks = entry.tasks
    self.init(
      summary: entry.summary, isFamily: entry.kind == .family, origin: entry.source,
      observations: "\(tasks.observationSpace)", actions: "\(tasks.actionSpace)",
      stepLimit: tasks.stepLimit, solvedReturn: tasks.solvedReturn.map(Double.init),
      randomReturn: Double(entry.randomReturn), referenceReturn: Double(entry.referenceReturn))
  }
}

extension Trigger {
  /// What the trigger says now: of what agents see and do only evaluations know, so there it is what
  /// the last one found.
  fileprivate func reading(
    _ evidence: TriggerEvidence, last: TriggerWatch.Finding?
  ) -> TriggerReading {
    switch self {
    case .returnFalls, .reportOverdue: return evaluate(evidence)
    case .inputDrifts, .inputInvalid:
      guard let last, let value = last.reading.value else {
        return .tooFew(last?.reading.samples ?? 0)
      }
      return TriggerReading(value, above: threshold, samples: last.reading.samples)
    }
  }
}

extension RunEvent {
  /// Whether the event says that a trigger fired.
  fileprivate func isFiring(of trigger: Trigger) -> Bool {
    kind == .triggerFired
      && (detail?["trigger"] == .string(trigger.name) || message.hasPrefix(trigger.name))
  }
}
