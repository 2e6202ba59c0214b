import Foundation
import Records
import Testing

/// What commands leave in the run store.
@Suite struct RecordingTests {
  private static let quick = [
    "train", "cartpole", "--steps", "4096", "--rollout-steps", "32", "--hidden", "8",
  ]

  @Test func everyCommandEntersARun() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let agent = "runs/agent.safetensors"
      #expect(try BuiltTool.pretrain(agent, in: folder, ["--seed", "3"]).status == 0)
      for arguments in [
        ["evaluate", agent, "--tasks", "4", "--tries", "2"],
        ["adapt", agent, "cartpole:5", "--tries", "3", "--name", "five"], Self.quick,
      ] {
        let ending = try BuiltTool.run(arguments + ["--json"], in: folder)
        #expect(ending.status == 0, "\(ending.complaint)")
        #expect(try ending.document()["run"] is String)
      }
      let store = try RunStore(below: folder.path)
      let runs = try store.runs().reversed().map { $0 }
      #expect(runs.map(\.name) == ["cartpole-3", "evaluate-agent", "five", "cartpole-0"])
      #expect(runs.map(\.command) == ["pretrain", "evaluate", "adapt", "train"])
      #expect(runs.allSatisfy { $0.state == .finished && $0.endedAt != nil })
      #expect(runs.map(\.parentID) == [nil, runs[0].id, runs[0].id, nil])

      let settings = try store.configuration(of: runs[0])
      #expect(settings["learner"]?["slots"] == 8 && settings["steps"] == 2048)
      let metrics = try store.metrics(of: runs[0])
      #expect(metrics.filter { $0.name == "loss/value" }.map(\.environmentStep).last == 2048)
      #expect(Set(metrics.map(\.name)).isSuperset(of: ["return", "return/try-3", "episodes"]))
      #expect(try store.metrics(of: runs[2], named: "return").count == 3)

      let checkpoint = try #require(try store.checkpoints(of: runs[0]).last)
      #expect(checkpoint.kind == .agent)
      #expect(checkpoint.path == agent && checkpoint.environmentStep == 2048)
      let evaluation = try #require(try store.evaluations(of: runs[0]).first)
      #expect(evaluation.runID == runs[1].id)
      #expect(evaluation.checkpointSHA256 == checkpoint.sha256)
      #expect(evaluation.document["tasks"] == 4)
    }
  }

  @Test func aRunIsLeftOutWhenToldSo() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.run(Self.quick + ["--no-record"], in: folder)
      #expect(ending.status == 0 && !ending.text.contains("Recorded"))
      #expect(!RunStore.exists(below: folder.path))
      let text = try BuiltTool.run(["runs"], in: folder).text
      #expect(text == "No runs in runs yet.\nNext: foal train cartpole\n")
      #expect(!RunStore.exists(below: folder.path))
    }
  }

  @Test func namesARunAndSaysWhatToDoNext() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let home = ["--home", "there"]
      let ending = try BuiltTool.run(Self.quick + home + ["--name", "mine"], in: folder)
      #expect(ending.text.hasSuffix("Recorded as mine\nNext: foal runs show mine\n"))
      let again = try BuiltTool.run(Self.quick + home + ["--name", "mine"], in: folder)
      #expect(again.status == 64)
      #expect(again.complaint.contains("there is a run or a file named \"mine\" already"))
      #expect(try RunStore(below: folder.path + "/there").runs().count == 1)
    }
  }

  /// What stands in the store's place stays as it is, and no work is done in vain.
  @Test(arguments: ["text", "folder", "foreign"])
  func refusesWhatIsNoStore(kind: String) throws {
    try BuiltTool.inTemporaryFolder { folder in
      let place = folder.appendingPathComponent("runs/foal.sqlite")
      let foreign = "SQLite format 3\0" + String(repeating: "x", count: 99)
      let content = kind == "foreign" ? foreign : "hi"
      try FileManager.default.createDirectory(
        at: kind == "folder" ? place : place.deletingLastPathComponent(),
        withIntermediateDirectories: true)
      if kind != "folder" { try Data(content.utf8).write(to: place) }
      for arguments in [Self.quick + ["--output", "agent.safetensors"], ["runs"]] {
        let ending = try BuiltTool.run(arguments, in: folder)
        #expect(ending.status == 1 && ending.text.isEmpty)
        #expect(ending.complaint.hasPrefix("foal: runs/foal.sqlite is not a run store: it is "))
        #expect(ending.complaint.contains("--no-record goes without it") == (arguments != ["runs"]))
        #expect(ending.complaint.filter { $0 == "\n" }.count == 1)
      }
      if kind != "folder" { #expect(try Data(contentsOf: place) == Data(content.utf8)) }
      let agent = folder.appendingPathComponent("agent.safetensors")
      #expect(!FileManager.default.fileExists(atPath: agent.path))
    }
  }

  @Test func saysThatAHomeTakesNoFiles() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.run(Self.quick + ["--home", "/dev/null"], in: folder)
      #expect(ending.status == 1)
      #expect(
        ending.complaint == "foal: cannot open the run store /dev/null/runs/foal.sqlite: "
          + "the folder /dev/null/runs cannot be made; --no-record goes without it\n")
    }
  }

  @Test func severalProcessesRecordAtOnce() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let going = try (0..<3).map { _ in
        try BuiltTool.start(Self.quick + ["--workers", "1"], in: folder)
      }
      for process in going {
        let ending = try process.end()
        #expect(ending.status == 0, "\(ending.complaint)")
      }
      let store = try RunStore(below: folder.path)
      let runs = try store.runs()
      #expect(Set(runs.map(\.name)) == ["cartpole-0", "cartpole-0-2", "cartpole-0-3"])
      // The same seed: each must have all of the same values.
      let series = try runs.map { try store.metrics(of: $0).map { [$0.name, "\($0.value)"] } }
      #expect(series[0].count > 50 && series.allSatisfy { $0 == series[0] })
    }
  }

  /// A long run, asked to stop once it has written something.
  private func interrupted(
    by signal: Int32, in folder: URL
  ) throws -> (BuiltTool.Ending, RunStore, Run) {
    let going = try BuiltTool.start(
      ["train", "cartpole", "--steps", "1000000000", "--output", "agent.safetensors"], in: folder)
    defer { kill(going.process.processIdentifier, SIGKILL) }
    func written() -> Int {
      guard RunStore.exists(below: folder.path), let store = try? RunStore(below: folder.path),
        let run = try? store.runs().first
      else { return 0 }
      return (try? store.metrics(of: run).count) ?? 0
    }
    while written() == 0, going.process.isRunning { usleep(20_000) }
    kill(going.process.processIdentifier, signal)
    let ending = try going.end()
    let store = try RunStore(below: folder.path)
    return (ending, store, try #require(try store.runs().first))
  }

  @Test func aKilledRunKeepsWhatWasWritten() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let (_, store, run) = try interrupted(by: SIGKILL, in: folder)
      #expect(run.state == .running && run.endedAt == nil)
      #expect(try !store.metrics(of: run).isEmpty)
      let refused = try BuiltTool.run(["runs", "delete", run.name, "--yes"], in: folder)
      #expect(refused.status == 1 && refused.complaint.contains("--force deletes it"))
      let deleted = try BuiltTool.run(["runs", "delete", run.name, "--yes", "--force"], in: folder)
      #expect(deleted.text == "Deleted cartpole-0\n")
    }
  }

  @Test func aStoppedRunIsSavedAndSaysSo() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let (ending, store, run) = try interrupted(by: SIGINT, in: folder)
      #expect(ending.status == 130)
      #expect(run.state == .stopped)
      #expect(try store.events(of: run).map(\.kind).last == .stopped)
      #expect(ending.complaint.hasSuffix("to go on: foal train --resume cartpole-0\n"))
      let last = try store.metrics(of: run).map(\.environmentStep).max()
      let saved = try store.checkpoints(of: run).filter { $0.environmentStep == last }
      #expect(saved.map(\.kind) == [.training, .agent])
    }
  }
}
