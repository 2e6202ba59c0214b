import Environments
import Foundation
import Records
import Reports
import Schooling
import Testing

@Suite("What triggers find at an evaluation")
struct TriggerWatchTests {
  /// A run in a store of its own, which measured its return to be about 480.
  private func withRun(_ body: (RunStore, Run) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "foal-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try RunStore(below: folder.path)
    let run = try store.begin(
      NewRun(name: "colt", command: "pretrain", task: "cartpole", seed: 0, foalVersion: "1"))
    let metrics = (0..<100).map {
      Metric(
        environmentStep: $0, wallSeconds: 0, name: "return", value: 480 + Double($0 % 5))
    }
    try store.append(metrics, to: run)
    try store.add(
      RunCheckpoint(
        .agent, environmentStep: 100, path: "colt.safetensors", sha256: Samples.sha, byteCount: 1),
      to: run)
    try body(store, run)
  }

  private func measure() throws -> (evaluation: Evaluation, evidence: Evaluation.Evidence) {
    try Evaluation.measure(
      Agent(named: "cartpole"), on: TaskSource(CartPoleFamily()), .init(tasks: 200, tries: 1))
  }

  @Test("an agent that sees, does and gets what it used to fires nothing")
  func quiet() throws {
    try withRun { store, run in
      let (evaluation, evidence) = try measure()
      try store.add(
        RunExperience(
          environmentStep: 100, document: JSONValue(encoding: Experience(evidence.sample))),
        to: run)
      let triggers = try TriggerSet.standard(for: run, in: store)
      #expect(triggers.triggers.count == 3 + Experience(evidence.sample).inputs.count)
      let watch = try TriggerWatch(of: run, in: store, triggers, evidence, lastReport: nil)
      #expect(watch.fired.isEmpty, "\(watch.fired)")
      #expect(watch.returns.count == 2 && watch.returns.allSatisfy { $0 > 400 })
      let action = try #require(watch.findings.first { $0.trigger == "input-drifts/action" })
      #expect(action.reading.samples == 1000 && action.before == nil)
      #expect(try #require(action.reading.value) < 0.05)
      let invalid = try #require(watch.findings.first { $0.trigger == "input-invalid" })
      #expect(invalid.reading.value == 0)

      // The next one knows this one's values, and the report shows them.
      try store.add(
        RunEvaluation(
          runID: run.id, checkpointSHA256: Samples.sha,
          document: TriggerWatch.document(of: evaluation, with: watch)))
      let next = try TriggerWatch(of: run, in: store, triggers, evidence, lastReport: nil)
      #expect(
        next.findings.first { $0.trigger == "input-drifts/action" }?.before
          == action.reading.value)
      let source = try ReportSource(of: run, in: store, triggers: triggers, lastReport: .now)
      let state = try #require(source.triggers.first { $0.trigger.name == "input-drifts/action" })
      #expect(state.reading == action.reading)
      #expect(source.evaluations.first?.evaluation == evaluation)
    }
  }

  @Test("a drift of what is seen or done, and a fall of the return, fire")
  func fires() throws {
    try withRun { store, run in
      var (_, evidence) = try measure()
      var experience = Experience(evidence.sample)
      for index in experience.inputs.indices where experience.inputs[index].name == "action" {
        experience.inputs[index].histogram.counts = [9000, 1000]
      }
      for index in experience.inputs.indices
      where experience.inputs[index].name == "observation/state.3" {
        experience.inputs[index].histogram.borders =
          experience.inputs[index].histogram.borders.map { $0 + 0.1 }
      }
      let triggers = TriggerSet.standard(
        returns: try store.metrics(of: run, named: "return").map(\.value), experience: experience)
      evidence.lastReturns = evidence.lastReturns.map { _ in 200 }
      let watch = try TriggerWatch(of: run, in: store, triggers, evidence, lastReport: nil)
      #expect(
        Set(watch.fired.map(\.trigger)).isSuperset(of: [
          "return-falls", "input-drifts/action", "input-drifts/observation/state.3",
        ]))
      #expect(!watch.fired.contains { $0.trigger == "input-drifts/observation/state.1" })
    }
  }

  @Test("too few steps are no reason to fire")
  func few() throws {
    try withRun { store, run in
      let (_, evidence) = try Evaluation.measure(
        Agent(named: "cartpole"), on: TaskSource(CartPoleFamily()), .init(tasks: 1, tries: 1))
      let triggers = TriggerSet([
        .inputDrifts(
          PopulationStability(
            input: "action", reference: Histogram(borders: [0.5], counts: [9, 1]), window: 501)),
        .inputDrifts(
          PopulationStability(
            input: "no such input", reference: Histogram(borders: [], counts: [1]))),
      ])
      let watch = try TriggerWatch(of: run, in: store, triggers, evidence, lastReport: nil)
      #expect(watch.findings.map(\.reading.value) == [nil, nil] && watch.fired.isEmpty)
    }
  }
}
