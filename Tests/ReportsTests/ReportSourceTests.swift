import Foundation
import Records
import Reports
import Schooling
import Testing

@Suite("A report's source from the run store")
struct ReportSourceTests {
  private func withStore(_ body: (RunStore) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "foal-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(try RunStore(below: folder.path))
  }

  /// A run of a seed, with a curve, an agent and events.
  private func begin(_ seed: UInt64, slots: Int = 512, in store: RunStore) throws -> Run {
    let run = try store.begin(
      NewRun(
        name: "cartpole-\(seed)", command: "pretrain", task: "cartpole", seed: seed,
        foalVersion: "0.1.0",
        configuration: .object(["learner": .object(["slots": .integer(slots)]), "steps": 1000])),
      at: Samples.date - 100)
    func metric(_ index: Int, _ name: String, _ value: Double, task: String? = nil) -> Metric {
      Metric(
        environmentStep: index * 100, wallSeconds: Double(index), name: name, task: task,
        value: value)
    }
    var metrics: [Metric] = []
    for index in 0..<10 {
      metrics.append(metric(index, "return", Double(index) + Double(seed)))
      metrics.append(metric(index, "reward/controlCost", -Double(index)))
      metrics.append(metric(index, "return", 99, task: "a"))
    }
    try store.append(metrics, to: run)
    try store.add(RunEvent(.resumed, "resumed from step 300", environmentStep: 300), to: run)
    try store.add(
      RunCheckpoint(
        .agent, environmentStep: 900, path: "runs/a.safetensors", sha256: Samples.sha, byteCount: 9),
      to: run)
    try store.end(run, as: .finished, at: Samples.date)
    return try store.run(named: run.name)
  }

  @Test("a run's facts, curves, evaluations and events come over")
  func one() throws {
    try withStore { store in
      let run = try begin(7, in: store)
      let other = try store.begin(
        NewRun(name: "evaluate-1", command: "evaluate", task: "cartpole", seed: 0, foalVersion: "1")
      )
      try store.add(
        RunEvaluation(
          runID: other.id, checkpointSHA256: Samples.sha,
          document: JSONValue(encoding: try Samples.evaluation())))
      try store.add(
        RunEvent(.triggerFired, "return-falls: 120", date: Samples.date), to: run)
      let triggers = TriggerSet([
        .returnFalls(PageHinkley(tolerance: 0, threshold: 5, window: 10)),
        .reportOverdue(Cadence(days: 1)),
      ])
      let source = try ReportSource(
        of: run, in: store, triggers: triggers, lastReport: Samples.date,
        at: Samples.date + 2 * 86_400)
      #expect(source.run.name == "cartpole-7" && source.run.state == "finished")
      #expect(source.run.algorithm == "PPO, in context" && source.run.steps == 900)
      #expect(source.run.wallSeconds == 9)
      #expect(
        source.configuration == [.init("learner.slots", "512"), .init("steps", "1000")])
      let curve = try #require(source.curves.first { $0.metric == "return" })
      #expect(curve.series.count == 1 && curve.series[0].steps.count == 10)
      #expect(curve.series[0].values.last == 16)
      #expect(source.evaluations.map(\.run) == ["evaluate-1"])
      #expect(source.mainEvaluation?.evaluation.tries.count == 2)
      #expect(source.rewardTerms == [.init("control cost", mean: -9)])
      #expect(source.environment?.isFamily == true && source.environment?.solvedReturn == 475)
      #expect(source.lastAgent?.sha256 == Samples.sha)
      #expect(source.events.map(\.kind) == [.resumed, .triggerFired])
      // The returns rise, so only the days have run out.
      #expect(source.triggers.map(\.reading.hasFired) == [false, true])
      #expect(source.triggers.map(\.lastFired) == [Samples.date, nil])
      let report = RewardReport(source, date: Samples.date)
      #expect(ReportStamp(readFrom: report.html()) == report.stamp)
    }
  }

  @Test("runs of other seeds join the curves; runs that differ otherwise do not")
  func seeds() throws {
    try withStore { store in
      let runs = try (0..<3).map { try begin($0, in: store) }
      let source = try ReportSource(of: runs[0], with: [runs[1], runs[2]], in: store)
      #expect(source.seeds == [0, 1, 2])
      let curve = try #require(source.curves.first { $0.metric == "return" })
      #expect(curve.series.map(\.seed) == [0, 1, 2])
      #expect(source.rewardTerms[0].low == -9)

      let unlike = try begin(9, slots: 8, in: store)
      let errors = [
        (unlike, "they differ in the setting learner.slots"), (runs[0], "they are one run"),
      ]
      for (run, reason) in errors {
        let error = try #require(throws: ReportError.self) {
          try ReportSource(of: runs[0], with: [run], in: store)
        }
        #expect("\(error)".hasSuffix(reason), "\(error)")
      }
    }
  }

  @Test("a run that has only just begun makes a report")
  func begun() throws {
    try withStore { store in
      let run = try store.begin(
        NewRun(name: "new", command: "train", task: "unheard-of", seed: 1, foalVersion: "0.1.0"))
      let source = try ReportSource(of: run, in: store)
      let report = RewardReport(source, date: .now)
      #expect(source.environment == nil && source.curves.isEmpty)
      for format in ReportFormat.allCases {
        #expect(ReportFormat(of: report.text(as: format, of: source)) == format)
      }
    }
  }
}
