import Foundation
import Testing

/// Every command, end to end, as a user runs it, with budgets of next to nothing.
@Suite struct CommandRunTests {
  @Test func pretrainsEvaluatesAdaptsAndWatches() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let pretrained = try BuiltTool.pretrain("agent.safetensors", in: folder, ["--json"])
      #expect(pretrained.status == 0, "\(pretrained.complaint)")
      #expect(
        Set(try pretrained.document().keys) == [
          "family", "seed", "steps", "seconds", "stepsPerSecond", "returns", "output", "run",
        ])

      let evaluated = try BuiltTool.run(
        ["evaluate", "agent.safetensors", "--tasks", "8", "--tries", "2", "--json"], in: folder)
      #expect(evaluated.status == 0, "\(evaluated.complaint)")
      let evaluation = try evaluated.document()
      #expect(evaluation["family"] as? String == "cartpole")
      #expect(evaluation["split"] as? String == "held-out")
      #expect(evaluation["tasks"] as? Int == 8)
      #expect((evaluation["tries"] as? [[String: Any]])?.count == 2)
      let controls = try #require(evaluation["controls"] as? [String: Any])
      #expect(controls.keys.contains("memoryWiped") && controls.keys.contains("random"))

      for way in ["in-context", "fine-tuned", "from-scratch"] {
        let adapted = try BuiltTool.run(
          ["adapt", "agent.safetensors", "cartpole:1", "--tries", "3", "--way", way, "--json"],
          in: folder)
        #expect(adapted.status == 0, "\(adapted.complaint)")
        let document = try adapted.document()
        #expect((document["returns"] as? [Double])?.count == 3)
        #expect(
          Set(document.keys) == [
            "agent", "task", "parameters", "way", "seed", "returns", "solvedReturn", "solvedAtTry",
            "run",
          ])
      }
      try watchesWhatAdaptReports(in: folder)
    }
  }

  private func watchesWhatAdaptReports(in folder: URL) throws {
    let adapted = try BuiltTool.run(
      ["adapt", "agent.safetensors", "cartpole:5", "--tries", "3", "--json"], in: folder)
    let watched = try BuiltTool.run(
      ["watch", "agent.safetensors", "cartpole:5", "--tries", "3", "--json"], in: folder)
    let returns = (try watched.document()["tries"] as? [[String: Any]])?.map {
      $0["return"] as? Double
    }
    #expect(try adapted.document()["returns"] as? [Double] == returns)
    let text = try BuiltTool.run(["watch", "agent.safetensors", "CartPole-v1"], in: folder)
    #expect(text.status == 0)
    #expect(text.text.contains("try 1 of 3   step 0"))
    #expect(!text.text.contains("\u{1B}"))
  }

  @Test func theSameSeedGivesTheSameBytesOnAnyNumberOfWorkers() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let files = try [("1", "7"), ("2", "7"), ("2", "8")].map { workers, seed in
        try FileManager.default.createDirectory(
          at: folder.appendingPathComponent(workers + seed), withIntermediateDirectories: true)
        let path = "\(workers)\(seed)/agent.safetensors"
        _ = try BuiltTool.pretrain(path, in: folder, ["--workers", workers, "--seed", seed])
        return try Data(contentsOf: folder.appendingPathComponent(path))
      }
      #expect(files[0] == files[1])
      #expect(files[1] != files[2])
    }
  }

  @Test func trainsAndEvaluatesAnAgentWithoutMemory() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let trained = try BuiltTool.run(
        ["train", "CartPole-v1", "--steps", "4096", "--output", "t.safetensors", "--json"],
        in: folder)
      #expect(trained.status == 0, "\(trained.complaint)")
      let document = try trained.document()
      #expect(document["solvedAtStep"] is NSNull)
      #expect(
        Set(document.keys) == [
          "environment", "algorithm", "seed", "steps", "episodes", "seconds", "stepsPerSecond",
          "solvedAtStep", "solvedAtEpisode", "finalReturn", "output", "run",
        ])
      let evaluated = try BuiltTool.run(
        ["evaluate", "t.safetensors", "--tasks", "4", "--json"], in: folder)
      #expect(try evaluated.document()["tasks"] as? Int == 4)
      #expect((try evaluated.document()["tries"] as? [Any])?.count == 1)
      let adapted = try BuiltTool.run(
        ["adapt", "t.safetensors", "cartpole:2", "--tries", "2", "--way", "fine-tuned"], in: folder)
      #expect(adapted.status == 0, "\(adapted.complaint)")
      #expect(adapted.text.contains("try    2"))
    }
  }

  @Test(arguments: [
    ["environments"], ["environments", "list"], ["environments", "show", "pendulum"],
    ["environments", "check", "acrobot", "--steps", "50"],
    ["environments", "speed", "cartpole", "--seconds", "0.01"],
  ])
  func describesEnvironments(arguments: [String]) throws {
    try BuiltTool.inTemporaryFolder { folder in
      let text = try BuiltTool.run(arguments, in: folder)
      #expect(text.status == 0, "\(text.complaint)")
      #expect(!text.text.isEmpty)
      let json = try BuiltTool.run(
        (arguments.count == 1 ? ["environments", "list"] : arguments) + ["--json"], in: folder)
      #expect(try !json.document().isEmpty)
    }
  }

  @Test func overwritesOnlyByForceAndSaysSoBeforeTraining() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let file = folder.appendingPathComponent("kept.safetensors")
      try Data("mine".utf8).write(to: file)
      let refused = try BuiltTool.pretrain("kept.safetensors", in: folder)
      #expect(refused.status == 1)
      #expect(refused.complaint.hasPrefix("foal: kept.safetensors exists; --force overwrites it"))
      #expect(try Data(contentsOf: file) == Data("mine".utf8))
      #expect(try BuiltTool.pretrain("kept.safetensors", in: folder, ["--force"]).status == 0)
      #expect(try Data(contentsOf: file).count > 4)
    }
  }

  @Test func writesBelowTheHomeFolderByDefault() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let trained = try BuiltTool.run(
        [
          "pretrain", "cartpole", "--steps", "64", "--slots", "4", "--rollout-steps", "16",
          "--minibatches", "1", "--hidden", "8", "--memory", "4", "--seed", "3", "--home", "there",
        ], in: folder)
      #expect(trained.status == 0, "\(trained.complaint)")
      let file = folder.appendingPathComponent("there/runs/cartpole-3.safetensors")
      #expect(FileManager.default.fileExists(atPath: file.path))
    }
  }

  @Test(arguments: [
    ["pretrain", "cartpol"], ["pretrain", "cartpole", "--slots", "7"],
    ["pretrain", "cartpole", "--learning-rate", "0"],
    ["pretrain", "cartpole", "--memory-kind", "transformer", "--memory-heads", "3"],
    ["pretrain", "cartpole", "--memory", "0"], ["pretrain", "cartpole", "--steps", "0"],
    ["pretrain", "cartpole", "--output", "/dev/null/agent"],
    ["pretrain", "cartpole", "--config", "missing.json"],
    ["train", "gallop"], ["train", "cartpole", "--output", "."],
    ["train", "cartpole", "--algorithm", "none"],
    ["evaluate", "nobody"], ["evaluate", "/"], ["evaluate", "cartpole", "--tasks", "0"],
    ["adapt", "nobody", "cartpole"], ["watch", "nobody", "cartpole", "--speed", "0"],
    ["evaluate", "cartpole", "--name", "a b"], ["adapt", "cartpole", "pendulum"],
    ["runs", "show", "none"], ["runs", "compare", "one"], ["runs", "export", "a", "--json"],
    ["runs", "delete", "none", "--yes"],
    ["environments", "show", "pendulun"], ["environments", "check", "x"], ["demo", "--tasks", "1"],
  ])
  func failsInOneLine(arguments: [String]) throws {
    try BuiltTool.inTemporaryFolder { folder in
      let ending = try BuiltTool.run(arguments, in: folder)
      #expect(ending.status != 0)
      #expect(ending.text.isEmpty)
      #expect(ending.complaint.hasPrefix("foal: "))
      #expect(ending.complaint.filter { $0 == "\n" }.count == 1, "\(ending.complaint)")
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.allSatisfy { $0.hasSuffix(".out") || $0.hasSuffix(".err") }, "\(left)")
    }
  }

  @Test func refusesDamagedForeignAndUnfitAgents() throws {
    try BuiltTool.inTemporaryFolder { folder in
      _ = try BuiltTool.pretrain("agent.safetensors", in: folder)
      let bytes = try Data(contentsOf: folder.appendingPathComponent("agent.safetensors"))
      try bytes.prefix(bytes.count / 2).write(to: folder.appendingPathComponent("cut.safetensors"))
      try Data("{}".utf8).write(to: folder.appendingPathComponent("other.txt"))
      for arguments in [
        ["evaluate", "cut.safetensors"], ["evaluate", "other.txt"],
        ["adapt", "agent.safetensors", "pendulum"],
        ["adapt", "agent.safetensors", "cartpole:minus"],
        ["evaluate", "agent.safetensors", "--task", "acrobot"],
      ] {
        let ending = try BuiltTool.run(arguments, in: folder)
        #expect(ending.status != 0)
        #expect(ending.text.isEmpty)
        #expect(ending.complaint.hasPrefix("foal: "))
        #expect(ending.complaint.filter { $0 == "\n" }.count == 1, "\(ending.complaint)")
      }
    }
  }

  @Test func readsSettingsFromAFileAndFlagsWin() throws {
    try BuiltTool.inTemporaryFolder { folder in
      let settings = """
        {"steps": 100000000, "triesPerTask": 2,
         "learner": {"slots": 8, "rolloutSteps": 16, "hidden": [8], "memory": 4}}
        """
      try Data(settings.utf8).write(to: folder.appendingPathComponent("settings.json"))
      let trained = try BuiltTool.run(
        ["pretrain", "cartpole", "--config", "settings.json", "--steps", "256", "--json"],
        in: folder)
      #expect(trained.status == 0, "\(trained.complaint)")
      #expect((try trained.document()["returns"] as? [Any])?.count == 2)
      #expect(try trained.document()["steps"] as? Int == 256)
      try Data("{\"learner\": {\"slot\": 8}}".utf8).write(
        to: folder.appendingPathComponent("wrong.json"))
      let wrong = try BuiltTool.run(
        ["pretrain", "cartpole", "--config", "wrong.json"], in: folder)
      #expect(wrong.complaint.hasPrefix("foal: wrong.json: there is no setting learner.slot."))
    }
  }
}
