import FoalCommand
import Foundation
import Testing
import UpdateYardstick

@Suite struct RoundsTests {
  @Test(arguments: [
    ([3.0], 3.0), ([3, 1, 2], 2), ([4, 1, 2, 3], 2.5), ([1, .infinity, 2], 2),
    ([1, 2, .infinity, .infinity], .infinity),
  ])
  func takesTheMiddle(values: [Double], median: Double) {
    #expect(Rounds(values).median == median)
  }

  @Test func dividesRoundByRound() {
    let ratios = Rounds([2, 30, 4]) / Rounds([1, 10, 4])
    #expect(ratios.values == [2, 3, 1])
    #expect(ratios.median == 2)
    #expect(Rounds().median.isNaN)
  }
}

@Suite struct UpdateYardstickTests {
  @Test(arguments: [(64, 64), (300, 64), (512, 256)])
  func takesTheGradientOfItsLoss(samples: Int32, width: Int32) {
    let yardstick = foal_yardstick_make(samples, width)
    defer { foal_yardstick_free(yardstick) }
    #expect(foal_yardstick_gradient_error(yardstick) < 0.01)
    foal_yardstick_update(yardstick, 20)
    // Where the weights have moved to, it is the same function.
    #expect(foal_yardstick_gradient_error(yardstick) < 0.01)
  }
}

/// `foal bench` as a user runs it, with as little measured as there can be. What is measured is not
/// looked at: it depends on what else the machine does.
@Suite struct BenchTests {
  private static let sections = [
    "ceilings", "updates", "recurrentUpdate", "environments", "ppo", "playroom", "offPolicy",
    "solved", "recording", "peers",
  ]

  private func measured(_ document: [String: Any]) -> Set<String> {
    Set(Self.sections.filter { !(document[$0] is NSNull) })
  }

  private func numbers(_ entry: [String: Any], _ names: String...) throws -> [Double] {
    try names.map { try #require((entry[$0] as? NSNumber)?.doubleValue, "\($0)") }
  }

  private func entries(_ document: [String: Any], _ section: String) throws -> [[String: Any]] {
    try #require(document[section] as? [[String: Any]], "\(section)")
  }

  @Test func measuresTheMachineAndUpdates() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.run(
        ["bench", "--quick", "--rounds", "1", "--only", "ceilings,updates", "--json"], in: folder)
      #expect(ending.status == 0, "\(ending.complaint)")
      let document = try ending.document()
      #expect(Set(document.keys) == Set(Self.sections + ["foal", "machine", "quick"]))
      #expect(measured(document) == ["ceilings", "updates", "recurrentUpdate"])
      let machine = try #require(document["machine"] as? [String: Any])
      #expect(
        Set(machine.keys) == [
          "processor", "cores", "workers", "instructionSet", "blas", "blasKernels", "system",
        ])
      let updates = try entries(document, "updates")
      #expect(updates.map { $0["samples"] as? Int } == [64, 512, 4096, 512])
      #expect(
        updates.map { $0["network"] as? String } == ["64x64", "64x64", "64x64", "256x256"])
      let recurrent = try #require(document["recurrentUpdate"] as? [String: Any])
      for update in updates + [recurrent] {
        let speeds = try numbers(update, "gigaflops", "ceilingGigaflops", "shareOfCeiling")
        #expect(speeds.allSatisfy { $0 > 0 })
        #expect(abs(speeds[0] / speeds[1] - speeds[2]) < 1e-9)
      }
      #expect(ending.complaint.contains("ceilings: "))
      #expect(ending.complaint.contains("updates: "))
    }
  }

  @Test func measuresEnvironmentsAndLearning() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.run(
        [
          "bench", "--quick", "--rounds", "1", "--only", "environments,ppo,off-policy,solved",
          "--workers", "1", "--json",
        ], in: folder)
      #expect(ending.status == 0, "\(ending.complaint)")
      let document = try ending.document()
      #expect(measured(document) == ["environments", "ppo", "offPolicy", "solved"])
      let listed = try BuiltTool.run(["environments", "list", "--json"], in: folder).document()
      #expect(
        try entries(document, "environments").map { $0["name"] as? String }
          == entries(listed, "environments").map { $0["name"] as? String })
      let learning = try entries(document, "ppo")
      #expect(
        learning.map { $0["benchmark"] as? String } == ["ppo", "ppo-wide", "ppo-recurrent"])
      // With one worker there is nothing to compare it with.
      #expect(learning.allSatisfy { $0["speedup"] is NSNull && $0["allWorkers"] is NSNull })
      let offPolicy = try entries(document, "offPolicy")
      #expect(offPolicy.map { $0["benchmark"] as? String } == ["sac", "dqn"])
      #expect(offPolicy.allSatisfy { $0["allWorkers"] is NSNull })
      let solved = try #require(document["solved"] as? [String: Any])
      let runs = try #require(solved["runs"] as? [[String: Any]])
      #expect(runs.map { $0["seed"] as? Int } == [0, 1])
      #expect(solved["solved"] as? Int == runs.count { $0["solved"] as? Bool == true })
    }
  }

  @Test func measuresRecordingAndLeavesNothingBehind() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.run(
        ["bench", "--quick", "--rounds", "1", "--only", "recording", "--json"], in: folder)
      #expect(ending.status == 0, "\(ending.complaint)")
      let document = try ending.document()
      #expect(measured(document) == ["recording"])
      let recording = try #require(document["recording"] as? [String: Any])
      let rows = try entries(recording, "recorded")
      #expect(try rows.flatMap { try numbers($0, "checkpointSeconds") } == [60, 5])
      #expect(try rows.allSatisfy { try numbers($0, "ratio")[0] > 0 })
      // What the tool printed lies there too.
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.allSatisfy { $0.hasSuffix(".out") || $0.hasSuffix(".err") }, "\(left)")
    }
  }

  @Test func printsOnlyTheSectionsThatWereAskedFor() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.run(
        ["bench", "--quick", "--rounds", "1", "--only", "environments"], in: folder)
      #expect(ending.status == 0, "\(ending.complaint)")
      #expect(ending.text.hasPrefix("foal "))
      #expect(ending.text.contains("steps with random actions"))
      for other in ["PPO", "GFLOP", "scratch", "peer"] { #expect(!ending.text.contains(other)) }
      #expect(!ending.text.contains("\u{1B}"))
    }
  }

  @Test(arguments: [("baseline", ["SSE2", "NEON"]), ("avx2", ["AVX2", "SSE2", "NEON"])])
  func saysWhichLoopsItWasLimitedTo(limit: String, names: [String]) throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.run(
        ["bench", "--quick", "--rounds", "1", "--only", "environments", "--json"], in: folder,
        variables: ["FOAL_INSTRUCTION_SET": limit])
      let machine = try #require(try ending.document()["machine"] as? [String: Any])
      #expect(names.contains(try #require(machine["instructionSet"] as? String)))
    }
  }

  @Test func endsAfterTheMeasurementThatIsGoingOnWhenItIsInterrupted() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.run(
        ["bench", "--only", "ceilings,environments", "--rounds", "1000"], in: folder
      ) { process, output in
        // What the machine is is printed when the tool has begun to listen.
        while process.isRunning, try Data(contentsOf: output).isEmpty { usleep(1000) }
        kill(process.processIdentifier, SIGINT)
      }
      #expect(ending.status == 130)
      #expect(!ending.text.contains("random actions"))
      #expect(ending.complaint.hasSuffix("measured is left out\n"), "\(ending.complaint)")
    }
  }
}
