import FoalCommand
import Foundation
import Records
import Testing

/// `foal runs` on a store whose content is known.
@Suite struct RunsTests {
  /// Evaluated returns of three tries, as `foal evaluate` stores them.
  private func evaluation(_ means: [Double], halfWidth: Double) -> JSONValue {
    let tries = means.enumerated().map { index, mean -> JSONValue in
      .object([
        "try": .integer(index + 1), "iqm": .number(mean), "iqmLow": .number(mean - 1),
        "iqmHigh": .number(mean + 1), "mean": .number(mean), "low": .number(mean - halfWidth),
        "high": .number(mean + halfWidth), "p20": .number(mean),
      ])
    }
    return .object([
      "agent": "a", "family": "cartpole", "split": "held-out", "tasks": 100, "seed": 0,
      "tries": .array(tries),
      "controls": .object([
        "memoryWiped": .array([]), "memoryless": .array([]), "random": .array([]),
      ]),
    ])
  }

  /// A folder with two finished runs, `slow-0` and `slow-1`, and a running one, `quick`.
  private func inFilledFolder(_ body: (URL, RunStore) throws -> Void) throws {
    try BuiltTool.inTemporaryFolder { folder in
      let store = try RunStore(below: folder.path)
      for (seed, rate) in [0.001, 0.01].enumerated() {
        let run = try store.begin(
          NewRun(
            name: "slow-\(seed)", command: "pretrain", task: "cartpole", seed: UInt64(seed),
            foalVersion: "0.1.0",
            configuration: .object([
              "steps": 64, "learner": .object(["rate": .number(rate), "slots": 8]),
            ])))
        try store.append(
          [32, 64].map {
            Metric(
              environmentStep: $0, wallSeconds: 1, name: "return", value: Double($0 * (seed + 1)))
          }, to: run)
        try store.add(
          RunEvaluation(
            runID: run.id, checkpointSHA256: "\(seed)",
            document: evaluation(
              [10, 20 + 5 * Double(seed), 40 - 10 * Double(seed)], halfWidth: 4)))
        try store.end(run, as: .finished)
      }
      _ = try store.begin(
        NewRun(
          name: "quick", command: "train", task: "acrobot", seed: .max, foalVersion: "0.1.0"))
      try body(folder, store)
    }
  }

  @Test(arguments: [
    (0.0, "0 s ago"), (59.9, "59 s ago"), (60, "1 min ago"), (3599, "59 min ago"),
    (3600, "1 h ago"), (86_399, "23 h ago"), (86_400, "1 day ago"), (172_800, "2 days ago"),
    (2_591_999, "29 days ago"), (-5, "0 s ago"),
  ])
  func saysHowLongAgoItWas(seconds: Double, text: String) {
    let now = Date(timeIntervalSince1970: 1_700_000_000)
    #expect((now - seconds).agoText(now: now) == text)
    #expect((now - 30 * 86_400).agoText(now: now).hasPrefix("2023-10-1"))
  }

  @Test func listsTheNewestFirst() throws {
    try inFilledFolder { folder, _ in
      let text = try BuiltTool.run(["runs"], in: folder).text
      let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      #expect(lines[0].joined(separator: " ") == "run command task seed state steps return when")
      #expect(
        lines[2].prefix(7)
          == ["quick", "train", "acrobot", "18446744073709551615", "running", "-", "-"])
      #expect(
        lines[3].prefix(7) == ["slow-1", "pretrain", "cartpole", "1", "finished", "64", "128"])
      #expect(text.hasSuffix("\nNext: foal runs show quick\n"))
      let document = try BuiltTool.run(["runs", "list", "--json"], in: folder).document()
      let runs = try #require(document["runs"] as? [[String: Any]])
      #expect(runs.map { $0["name"] as? String } == ["quick", "slow-1", "slow-0"])
      #expect(runs[0]["seed"] as? UInt64 == .max && runs[0]["lastReturn"] is NSNull)
      #expect(
        Set(runs[0].keys) == [
          "name", "command", "task", "seed", "state", "environmentSteps", "lastReturn",
          "startedAt", "endedAt", "heartbeatAt", "foalVersion", "parent",
        ])
    }
  }

  @Test func showsAllOfARun() throws {
    try inFilledFolder { folder, store in
      let run = try store.run(named: "slow-1")
      try store.add(
        RunEvent(.curriculumMoved, "on to slopes", environmentStep: 40), to: run)
      try store.add(
        RunCheckpoint(
          .agent, environmentStep: 64, path: "runs/a.safetensors", sha256: "0123456789",
          byteCount: 1234), to: run)
      let text = try BuiltTool.run(["runs", "show", "slow-1"], in: folder).text
      for part in [
        "slow-1: pretrain cartpole, seed 1\nfinished, started ", "64 steps, Foal 0.1.0\n",
        "learner.rate   0.01\n", "return    64         128\n", "30 [26, 34]",
        "runs/a.safetensors    64  agent  1,234  01234567\n", "curriculum moved  on to slopes\n",
        "\nNext: foal runs export slow-1 --output slow-1.csv\n",
      ] {
        #expect(text.contains(part), "\(text)")
      }
      let document = try BuiltTool.run(["runs", "show", "slow-1", "--json"], in: folder).document()
      #expect(
        Set(document.keys) == [
          "run", "configuration", "metrics", "evaluations", "checkpoints", "events",
        ])
      let settings = document["configuration"] as? [String: Any]
      #expect((settings?["learner"] as? [String: Any])?["rate"] as? Double == 0.01)
    }
  }

  @Test func comparesWhatDiffersAndSaysWhichIntervalsOverlap() throws {
    try inFilledFolder { folder, _ in
      let text = try BuiltTool.run(["runs", "compare", "slow-0", "slow-1"], in: folder).text
      #expect(text.contains("learner.rate  0.001   0.01\n") && text.contains("seed          0"))
      #expect(!text.contains("slots") && !text.contains("steps"))
      #expect(text.contains("  2  IQM [95 %]   20 [19, 21]   25 [24, 26]\n"))
      #expect(text.contains("     mean [95 %]  40 [36, 44]   30 [26, 34]\n"))
      #expect(
        text.hasSuffix(
          "slow-0 and slow-1: on tries 1, 2 the intervals of the mean overlap; "
            + "on try 3 slow-0 is higher without overlap.\n"))
      let document = try BuiltTool.run(
        ["runs", "compare", "slow-0", "slow-1", "--json"], in: folder
      ).document()
      let differences = try #require(document["differences"] as? [[String: Any]])
      #expect(differences.map { $0["setting"] as? String } == ["learner.rate", "seed"])
      let compared = try #require(document["evaluations"] as? [[String: Any]])
      let overlaps = try #require(compared.first?["overlaps"] as? [[String: Any]])
      #expect(overlaps.map { $0["overlaps"] as? Bool } == [true, true, false])
      let other = try BuiltTool.run(["runs", "compare", "slow-0", "quick"], in: folder).text
      #expect(other.contains("steps             64"))
      #expect(other.hasSuffix("No two of them were evaluated on the same tasks.\n"))
    }
  }

  @Test func exportsToStandardOutputFilesAndFolders() throws {
    try inFilledFolder { folder, _ in
      let table =
        "run,seed,task,step,metric,value\n"
        + "slow-0,0,cartpole,32,return,32.0\nslow-0,0,cartpole,64,return,64.0\n"
      #expect(try BuiltTool.run(["runs", "export", "slow-0"], in: folder).text == table)
      let csv = ["runs", "export", "slow-0", "--output", "a.csv"]
      #expect(try BuiltTool.run(csv, in: folder).text == "Wrote 2 metrics to a.csv\n")
      let written = try Data(contentsOf: folder.appendingPathComponent("a.csv"))
      #expect(written == Data(table.utf8))
      let refused = try BuiltTool.run(csv, in: folder)
      #expect(refused.status == 1 && refused.complaint.contains("a.csv exists; --force"))
      #expect(try BuiltTool.run(csv + ["--force"], in: folder).status == 0)

      let lines = try BuiltTool.run(
        ["runs", "export", "slow-0", "slow-1", "--format", "jsonl"], in: folder
      ).text.split(separator: "\n")
      #expect(lines.count == 4)
      let events = ["runs", "export", "slow-1", "--format", "tensorboard"]
      for extra in [[], ["--output", "board"]] {
        let document = try BuiltTool.run(events + extra + ["--json"], in: folder).document()
        #expect(document["metrics"] as? Int == 2)
        let file = try #require((document["files"] as? [String])?.first)
        #expect(file.hasPrefix(extra.isEmpty ? "runs/slow-1/tensorboard/" : "board/slow-1/"))
        let bytes = try Data(contentsOf: folder.appendingPathComponent(file))
        #expect(bytes.range(of: Data("brain.Event:2".utf8)) != nil)
      }
      let leftovers = FileManager.default.enumerator(atPath: folder.path)?.contains {
        ($0 as? String)?.hasSuffix(".tmp") == true
      }
      #expect(leftovers == false)
    }
  }

  @Test func deletesOnlyWhatItIsToldToByItsWholeName() throws {
    try inFilledFolder { folder, store in
      func ending(_ arguments: String...) throws -> BuiltTool.Ending {
        try BuiltTool.run(["runs", "delete"] + arguments, in: folder)
      }
      let unasked = try ending("slow-0")
      #expect(unasked.status == 64)
      #expect(unasked.complaint.contains("no terminal to ask at; --yes deletes slow-0"))
      #expect(try ending("q", "--yes", "--force").complaint.contains("give its whole name"))
      #expect(try ending("quick", "--yes").complaint.contains("--force deletes it"))
      #expect(try ending("slow-2", "--yes").complaint.contains("Nearest: slow-1, slow-0, quick"))
      #expect(try store.runs().count == 3)
      let deleted = try ending("slow-0", "--yes", "--json")
      #expect(try deleted.document()["deleted"] as? String == "slow-0")
      #expect(try store.runs().map(\.name) == ["quick", "slow-1"])
    }
  }
}
