import Checkpoints
import Foundation
import Records
import Testing

/// Runs that were killed, stopped or damaged, and go on.
@Suite struct ResumeTests {
  private static let flags = [
    "pretrain", "cartpole", "--steps", "65536", "--slots", "16", "--rollout-steps", "32",
    "--hidden", "16", "--memory", "8", "--output", "agent.safetensors", "--workers", "1",
  ]
  private static let often = ["--checkpoint-seconds", "0"]

  private func agent(in folder: URL) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent("agent.safetensors"))
  }

  /// The agent of a run that nothing stopped.
  private func wanted() throws -> Data {
    var agent = Data()
    try BuiltTool.inTemporaryFolder { folder in
      #expect(try BuiltTool.run(Self.flags + ["--no-record"], in: folder).status == 0)
      agent = try self.agent(in: folder)
    }
    return agent
  }

  /// Starts a run and sends it a signal once it has saved a few times.
  private func start(in folder: URL, until signal: Int32) throws -> BuiltTool.Ending {
    let going = try BuiltTool.start(Self.flags + Self.often, in: folder)
    let checkpoints = CheckpointFolder(folder.path + "/runs/cartpole-0/checkpoints")
    while try checkpoints.steps().first ?? 0 < 2048, going.process.isRunning { usleep(1000) }
    kill(going.process.processIdentifier, signal)
    return try going.end()
  }

  @Test(arguments: [SIGKILL, SIGINT])
  func endsAsIfNeverStopped(signal: Int32) throws {
    let wanted = try wanted()
    try BuiltTool.inTemporaryFolder { folder in
      _ = try start(in: folder, until: signal)
      let resumed = try BuiltTool.run(
        ["pretrain", "--resume", "cartpole-0", "--json", "--workers", "2"], in: folder)
      #expect(resumed.status == 0, "\(resumed.complaint)")
      #expect(try agent(in: folder) == wanted)
      let store = try RunStore(below: folder.path)
      let run = try store.run(named: "cartpole-0")
      #expect(run.state == .finished && run.environmentSteps == 65536)
      #expect(try store.events(of: run).filter { $0.kind == .resumed }.count == 1)
      let steps = try store.metrics(of: run, named: "loss/value").map(\.environmentStep)
      #expect(steps == Array(stride(from: 512, through: 65536, by: 512)))
      let again = try BuiltTool.run(["pretrain", "--resume", "cartpole-0"], in: folder)
      #expect(again.status == 1 && again.complaint.contains("has finished"))
    }
  }

  @Test func aDamagedCheckpointIsNamedAndTheOneBeforeItUsed() throws {
    let wanted = try wanted()
    try BuiltTool.inTemporaryFolder { folder in
      _ = try start(in: folder, until: SIGKILL)
      let checkpoints = CheckpointFolder(folder.path + "/runs/cartpole-0/checkpoints")
      let newest = try #require(try checkpoints.steps().first)
      let state = URL(fileURLWithPath: checkpoints.path(ofStep: newest) + "/state.json")
      try (Data(contentsOf: state) + Data([10])).write(to: state)
      let resumed = try BuiltTool.run(["pretrain", "--resume", "cartpole-0"], in: folder)
      #expect(resumed.status == 0)
      let named = "foal: checkpoint runs/cartpole-0/checkpoints/\(newest) is damaged: state.json"
      #expect(resumed.complaint.hasPrefix(named))
      #expect(try agent(in: folder) == wanted)
      let store = try RunStore(below: folder.path)
      let events = try store.events(of: store.run(named: "cartpole-0"))
      #expect(events.map(\.kind) == [.resumed, .checkpointDamaged])
    }
  }

  @Test func takesAllSettingsFromTheRun() throws {
    try BuiltTool.inTemporaryFolder { folder in
      _ = try start(in: folder, until: SIGKILL)
      let resume = ["pretrain", "--resume", "cartpole-0"]
      let mistakes: [([String], Int32, String)] = [
        (["pretrain", "cartpole", "--resume", "cartpole-0"], 64, "leave out cartpole"),
        (resume + ["--seed", "0"], 64, "leave out --seed"),
        (resume + ["--memory=8"], 64, "leave out --memory"),
        (["train", "--resume", "cartpole-0"], 1, "foal pretrain --resume cartpole-0"),
        (["pretrain", "--resume", "other"], 1, "there is no run \"other\""),
        (["pretrain"], 64, "<family>"),
        (resume + ["--checkpoint-seconds", "-1"], 64, "allowed: 0 to 86,400"),
      ]
      for (arguments, status, words) in mistakes {
        let ending = try BuiltTool.run(arguments, in: folder)
        #expect(ending.status == status && ending.text.isEmpty)
        #expect(ending.complaint.contains(words), "\(ending.complaint)")
        #expect(ending.complaint.filter { $0 == "\n" }.count == 1)
      }
    }
  }

  @Test func twoProcessesNeverWorkOnOneRun() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let going = try BuiltTool.start(
        ["train", "cartpole", "--steps", "1000000000", "--checkpoint-seconds", "0"], in: folder)
      defer { kill(going.process.processIdentifier, SIGKILL) }
      let checkpoints = CheckpointFolder(folder.path + "/runs/cartpole-0/checkpoints")
      while try checkpoints.steps().isEmpty, going.process.isRunning { usleep(1000) }
      let ending = try BuiltTool.run(["train", "--resume", "cartpole-0"], in: folder)
      #expect(ending.status == 1)
      #expect(ending.complaint.hasPrefix("foal: run cartpole-0 is still running"))
    }
  }

  /// A folder of the name that the next checkpoint needs stands in its way, as a full disk does.
  @Test func aCheckpointThatCannotBeWrittenEndsTheRunInOneLine() throws {
    try BuiltTool.inTemporaryFolder { folder in
      _ = try start(in: folder, until: SIGINT)
      let checkpoints = folder.appendingPathComponent("runs/cartpole-0/checkpoints")
      let kept = folder.appendingPathComponent("kept")
      try FileManager.default.moveItem(at: checkpoints, to: kept)
      try Data().write(to: checkpoints)
      let ending = try BuiltTool.run(["pretrain", "--resume", "cartpole-0"], in: folder)
      #expect(ending.status == 1 && ending.text.isEmpty)
      #expect(ending.complaint.filter { $0 == "\n" }.count == 1, "\(ending.complaint)")
      try FileManager.default.removeItem(at: checkpoints)
      try FileManager.default.moveItem(at: kept, to: checkpoints)
      #expect(try BuiltTool.run(["pretrain", "--resume", "cartpole-0"], in: folder).status == 0)
    }
  }

  @Test(
    "LongKillResume: kills, half of them within a save, and full disks lose nothing",
    .enabled(if: ProcessInfo.processInfo.environment["FOAL_LONG"] == "1"),
    arguments: ["kill-resume", "full-disk"])
  func longKillResume(script: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let process = Process()
    process.executableURL = root.appendingPathComponent("Scripts/\(script)")
    process.arguments = ["--foal", try BuiltTool.executable.path]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
