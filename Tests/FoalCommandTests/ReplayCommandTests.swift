import Checkpoints
import Foundation
import Records
import Testing

/// A run that an environment stops, and how it did so, played back.
@Suite struct ReplayCommandTests {
  private static let flags = [
    "train", "pendulum", "--steps", "65536", "--slots", "4", "--lanes", "2", "--rollout-steps",
    "32", "--minibatches", "2", "--hidden", "16", "--workers", "1", "--checkpoint-seconds", "0",
  ]

  /// A folder with a stopped run whose first pendulum turns faster than any reward can say.
  private func withBrokenRun(_ body: (URL) throws -> Void) throws {
    try BuiltTool.inTemporaryFolder { folder in
      let going = try BuiltTool.start(Self.flags, in: folder)
      let checkpoints = CheckpointFolder(folder.path + "/runs/pendulum-0/checkpoints")
      while try checkpoints.steps().first ?? 0 < 256, going.process.isRunning { usleep(1000) }
      kill(going.process.processIdentifier, SIGINT)
      #expect(try going.end().status == 130)
      let step = try #require(try checkpoints.steps().first)
      var (checkpoint, _) = try checkpoints.read(step)
      let text = String(decoding: checkpoint.state, as: UTF8.self)
      // The states of a lane's pendulums stand there in JSON, as base 64.
      let states = try #require(text.firstMatch(of: /"states":"([^"]+)"/))
      let unescaped = String(states.1).replacing("\\/", with: "/")
      let decoded = try #require(Data(base64Encoded: unescaped))
      let faster = String(decoding: decoded, as: UTF8.self).replacing(
        /"angularVelocity":[^,}]+/, with: "\"angularVelocity\":1e+200", maxReplacements: 1)
      let broken = text.replacing(states.1, with: Data(faster.utf8).base64EncodedString())
      try #require(broken != text)
      checkpoint.state = Array(broken.utf8)
      _ = try checkpoints.write(checkpoint, foalVersion: "0.1.0")
      try body(folder)
    }
  }

  @Test func aRewardThatIsNotFiniteStopsTheRunAndIsPlayedBack() throws {
    try withBrokenRun { folder in
      let stopped = try BuiltTool.run(["train", "--resume", "pendulum-0"], in: folder)
      #expect(stopped.status == 1)
      #expect(stopped.complaint.contains("pendulum returned the reward -inf at step "))
      #expect(
        stopped.complaint.contains("foal environments replay runs/pendulum-0/replay.json"))
      let store = try RunStore(below: folder.path)
      let run = try store.run(named: "pendulum-0")
      #expect(run.state == .failed)
      #expect(try store.events(of: run).contains { $0.kind == .environmentFailed })

      let replay = ["environments", "replay", "runs/pendulum-0/replay.json"]
      let played = try BuiltTool.run(replay, in: folder)
      #expect(played.status == 0, "\(played.complaint)")
      #expect(played.text.contains("-inf") && played.text.contains("seed 0: pendulum returned"))
      let document = try BuiltTool.run(replay + ["--json"], in: folder).document()
      #expect(document["environment"] as? String == "pendulum")
      #expect((document["failure"] as? String)?.contains("the reward -inf") == true)
    }
  }

  @Test(arguments: [
    ("", "replay.json is not a replay"), ("{}", "replay.json is not a replay"),
    ("[1, 2", "replay.json is not a replay"), ("\u{0}\u{1}", "replay.json is not a replay"),
  ])
  func answersBadFilesInOneLine(content: String, complaint: String) throws {
    try BuiltTool.inTemporaryFolder { folder in
      try content.write(
        to: folder.appendingPathComponent("replay.json"), atomically: true, encoding: .utf8)
      let ending = try BuiltTool.run(["environments", "replay", "replay.json"], in: folder)
      #expect(ending.status == 1 && ending.complaint == "foal: \(complaint)\n")
    }
  }

  @Test func answersReplaysThatFitNothingInOneLine() throws {
    try withBrokenRun { folder in
      _ = try BuiltTool.run(["train", "--resume", "pendulum-0"], in: folder)
      let file = folder.appendingPathComponent("runs/pendulum-0/replay.json")
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      let names = ["acrobot", "nothing"]
      for name in names {
        try text.replacing("\"environment\":\"pendulum\"", with: "\"environment\":\"\(name)\"")
          .write(to: file, atomically: true, encoding: .utf8)
        let ending = try BuiltTool.run(
          ["environments", "replay", "runs/pendulum-0/replay.json"], in: folder)
        #expect(ending.status != 0 && ending.complaint.split(separator: "\n").count == 1)
        #expect(ending.complaint.contains(name), "\(ending.complaint)")
      }
      let absent = try BuiltTool.run(["environments", "replay", "none.json"], in: folder)
      #expect(absent.status == 1)
      #expect(absent.complaint.hasPrefix("foal: cannot read the replay none.json: "))
    }
  }
}
