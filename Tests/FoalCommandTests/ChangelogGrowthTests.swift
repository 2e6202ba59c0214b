import Foundation
import Records
import Reports
import Schooling
import Testing

/// What enters itself into a run's changelog.
@Suite struct ChangelogGrowthTests {
  /// A home with an agent of a run named `colt`.
  private func withAgent(_ body: (URL, RunStore, Run) throws -> Void) throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.pretrain("colt.safetensors", in: folder, ["--name", "colt"])
      try #require(ending.status == 0, "\(ending.complaint)")
      let store = try RunStore(below: folder.path)
      try body(folder, store, try store.run(named: "colt"))
    }
  }

  private func expectIntact(_ store: RunStore, _ run: Run) throws {
    guard case .intact = try store.verifyChangelog(of: run) else {
      Issue.record("the chain of \(run.name) is broken")
      return
    }
  }

  @Test func growsWhenAnAgentIsPretrainedAgainOrFineTuned() throws {
    try withAgent { folder, store, run in
      let again = try BuiltTool.pretrain(
        "colt.safetensors", in: folder, ["--name", "colt-b", "--seed", "1", "--force"])
      #expect(again.status == 0, "\(again.complaint)")
      let other = try store.run(named: "colt-b")
      for run in [run, other] {
        let entry = try #require(try store.changelog(of: run).last)
        #expect(entry.section == "agent" && entry.decidedBy == "foal pretrain")
        #expect(entry.observation == "colt-b was trained under the same name")
        #expect(entry.detail["before"]?.canonicalText.contains("colt, SHA-256") == true)
        #expect(entry.detail["after"]?.canonicalText.contains("colt-b, SHA-256") == true)
      }
      #expect(try store.events(of: run).last?.kind == .agentPretrainedAgain)

      let tuned = try BuiltTool.run(
        ["adapt", "colt.safetensors", "cartpole:3", "--way", "fine-tuned", "--tries", "2"],
        in: folder)
      #expect(tuned.status == 0, "\(tuned.complaint)")
      let entry = try #require(try store.changelog(of: other).last)
      #expect(entry.change.hasPrefix("fine-tuned on cartpole:3 in 2 tries"))
      #expect(entry.detail["before"] != nil && entry.detail["after"] != nil)
      #expect(try store.events(of: other).last?.kind == .agentAdapted)
      try expectIntact(store, run)
      try expectIntact(store, other)
    }
  }

  @Test func growsWhenATriggerFires() throws {
    try withAgent { folder, store, run in
      let triggers = TriggerSet([
        // Nobody who acts does so.
        .inputDrifts(
          PopulationStability(
            input: "action", reference: Histogram(borders: [0.5], counts: [1_000_000, 0]),
            window: 50)),
        .inputInvalid(InvalidInputRate(window: 50)), .reportOverdue(Cadence(days: 90)),
      ])
      let runFolder = URL(fileURLWithPath: try store.makeFolder(of: run))
      try triggers.content.write(
        to: runFolder.appendingPathComponent("triggers.json"), atomically: true, encoding: .utf8)
      let evaluate = ["evaluate", "colt", "--tasks", "8", "--tries", "2"]
      let first = try BuiltTool.run(evaluate, in: folder)
      #expect(first.status == 0, "\(first.complaint)")
      #expect(first.text.contains("Trigger input-drifts/action fired: "))
      #expect(first.text.contains("is above 0.25 (before: no data); freeze\n"))

      let second = try BuiltTool.run(evaluate + ["--json"], in: folder).document()
      let findings = try #require(second["triggers"] as? [[String: Any]])
      #expect(
        findings.map { $0["trigger"] as? String } == [
          "input-drifts/action", "input-invalid", "report-overdue",
        ])
      #expect((findings[0]["reading"] as? [String: Any])?["hasFired"] as? Bool == true)
      let value = try #require((findings[0]["reading"] as? [String: Any])?["value"] as? Double)
      #expect(findings[0]["before"] as? Double == value)
      #expect((findings[1]["reading"] as? [String: Any])?["value"] as? Double == 0)

      let entries = try store.changelog(of: run)
      #expect(entries.map(\.section) == ["trigger", "trigger"])
      #expect(entries[0].detail["before"] == "no data" && entries[0].detail["after"] != "no data")
      #expect(entries[1].detail["before"] == entries[1].detail["after"])
      #expect(try store.events(of: run).filter { $0.kind == .triggerFired }.count == 2)
      try expectIntact(store, run)

      // Elsewhere the agent may see what it likes.
      _ = try BuiltTool.run(evaluate + ["--task", "cartpole-v1"], in: folder)
      #expect(try store.changelog(of: run).count == 2)
    }
  }

  @Test(arguments: [
    ("[]", "it is not of the right kind"), ("{", "it is not JSON"),
    (#"{"triggers":[{"test":"nope"}]}"#, "triggers.0.test: there is no test \"nope\""),
    (#"{"triggers":[{"test":"report-overdue"}]}"#, "triggers.0: \"threshold\" is missing"),
  ])
  func answersBadTriggersInOneLineAndLeavesThem(content: String, complaint: String) throws {
    try withAgent { folder, store, run in
      let file = URL(fileURLWithPath: try store.makeFolder(of: run) + "/triggers.json")
      try content.write(to: file, atomically: true, encoding: .utf8)
      for command in [["evaluate", "colt", "--tasks", "4"], ["report", "colt"]] {
        let ending = try BuiltTool.run(command, in: folder)
        #expect(ending.status == 1 && ending.text.isEmpty)
        #expect(ending.complaint.split(separator: "\n").count == 1, "\(ending.complaint)")
        #expect(
          ending.complaint.hasPrefix("foal: runs/colt/triggers.json: \(complaint)"),
          "\(ending.complaint)")
      }
      #expect(try String(contentsOf: file, encoding: .utf8) == content)
      #expect(try store.changelog(of: run).isEmpty)
    }
  }

  @Test func growsWhenAnEvaluationLeavesTheIntervalOfTheOneBefore() throws {
    try withAgent { folder, store, run in
      let evaluate = ["evaluate", "colt.safetensors", "--tasks", "8", "--tries", "2"]
      _ = try BuiltTool.run(evaluate, in: folder)
      _ = try BuiltTool.run(evaluate, in: folder)
      #expect(try store.changelog(of: run).isEmpty, "the same evaluation moved")

      // As if the agent had once been a better one.
      let recorded = try #require(try store.evaluations(of: run).last)
      var evaluation = try recorded.document.decoded(as: Evaluation.self)
      (evaluation.tries[1].iqm, evaluation.tries[1].iqmLow, evaluation.tries[1].iqmHigh) =
        (450, 440, 460)
      try store.add(
        RunEvaluation(
          runID: recorded.runID, checkpointSHA256: recorded.checkpointSHA256,
          document: JSONValue(encoding: evaluation)))
      let moved = try BuiltTool.run(evaluate, in: folder)
      let line = "Try 2 went below the interval of the evaluation before: 450 [440, 460]"
      #expect(moved.text.contains(line), "\(moved.text)")
      let entry = try #require(try store.changelog(of: run).last)
      #expect(entry.section == "evaluation" && entry.decidedBy == "foal evaluate")
      #expect(entry.detail["before"] == "450 [440, 460]")
      #expect(entry.detail["after"]?.canonicalText.contains("[") == true)
      try expectIntact(store, run)
    }
  }
}
