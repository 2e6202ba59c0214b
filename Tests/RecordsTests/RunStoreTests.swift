import Foundation
import Records
import Testing

@Suite struct RunStoreTests {
  private let home = TemporaryHome()

  @Test func keepsARunFromItsBeginningToItsEnd() throws {
    let store = try home.store()
    let settings = JSONValue.object(["steps": 10, "learner": .object(["slots": 4])])
    let run = try store.begin(.example(seed: .max, configuration: settings), at: exampleDate)
    #expect(run.name == "cartpole-7" && run.seed == .max && run.state == .running)
    #expect(run.startedAt == exampleDate && run.endedAt == nil && run.environmentSteps == 0)
    try store.end(run, as: .stopped, at: exampleDate + 2)
    let read = try home.store().run(named: "cartpole-7")
    #expect(read.state == .stopped && read.endedAt == exampleDate + 2)
    #expect(try home.store().configuration(of: read) == settings)
    #expect(try store.runs().map(\.name) == ["cartpole-7"])
  }

  @Test(arguments: [0.0, 0.001, 0.9994, 0.9996, 1.123, 1_763_726_707.999, 253_402_300_799, -0.25])
  func keepsDatesToTheMillisecond(seconds: Double) throws {
    let date = Date(timeIntervalSince1970: seconds)
    let run = try home.store().begin(.example(), at: date)
    #expect(abs(run.startedAt.timeIntervalSince(date)) <= 0.000_501)
    // A date that was read is kept as it is.
    #expect(try home.store().begin(.example(), at: run.startedAt).startedAt == run.startedAt)
  }

  @Test func numbersANameThatIsTaken() throws {
    let store = try home.store()
    let names = try (0..<3).map { _ in try store.begin(.example()).name }
    #expect(names == ["cartpole-7", "cartpole-7-2", "cartpole-7-3"])
    var named = NewRun.example("CartPole-7")
    named.numbersTakenName = false
    #expect(throws: RunStoreError.nameTaken("CartPole-7")) { try store.begin(named) }
    #expect(try store.runs().count == 3)
  }

  @Test func leavesAFolderThatNoRunHasAlone() throws {
    let store = try home.store()
    try FileManager.default.createDirectory(
      atPath: home.path + "/runs/cartpole-7", withIntermediateDirectories: true)
    #expect(try store.begin(.example()).name == "cartpole-7-2")
  }

  @Test(arguments: [
    "", "a b", "../up", "a/b", ".hidden", "-flag", "foal.sqlite", "FOAL.sqlite-wal", "naïve",
    "a\nb", String(repeating: "a", count: 101),
  ])
  func refusesWhatIsNoNameForAFolder(name: String) throws {
    var run = NewRun.example(name)
    run.numbersTakenName = false
    let store = try home.store()
    #expect(throws: RunStoreError.unfitName(name)) { try store.begin(run) }
    run.numbersTakenName = true
    let fitted = try store.begin(run)
    let folder = try store.makeFolder(of: fitted)
    let inside = try FileManager.default.contentsOfDirectory(atPath: home.path + "/runs")
    #expect(inside.contains(fitted.name) && folder.hasSuffix("/runs/" + fitted.name))
  }

  @Test func findsARunByTheBeginningOfItsName() throws {
    let store = try home.store()
    for name in ["cartpole-7", "cartpole-7-2", "pendulum-0"] { _ = try store.begin(.example(name)) }
    #expect(try store.run(named: "p").name == "pendulum-0")
    #expect(try store.run(named: "Pendulum-0").name == "pendulum-0")
    #expect(try store.run(named: "cartpole-7").name == "cartpole-7")
    #expect(
      throws: RunStoreError.ambiguousName("cart", matches: ["cartpole-7-2", "cartpole-7"])
    ) { try store.run(named: "cart") }
    let unknown = RunStoreError.noRun(
      name: "pendulun-1", nearest: ["pendulum-0", "cartpole-7", "cartpole-7-2"])
    #expect(throws: unknown) { try store.run(named: "pendulun-1") }
    #expect("\(unknown)".contains("\"pendulun-1\". Nearest: pendulum-0, "))
    #expect(throws: RunStoreError.self) { try store.run(named: "") }
  }

  @Test func keepsEvaluationsCheckpointsAndEvents() throws {
    let store = try home.store()
    let run = try store.begin(.example())
    let checkpoint = RunCheckpoint(
      .agent, environmentStep: 40, path: "runs/a.safetensors", sha256: "ab12", byteCount: 9,
      createdAt: exampleDate)
    try store.add(checkpoint, to: run)
    #expect(try store.checkpoints(of: run) == [checkpoint])
    #expect(try store.run(thatWrote: "ab12")?.id == run.id)
    #expect(try store.run(thatWrote: "ab13") == nil)

    let judge = try store.begin(.example("evaluate", parentID: run.id))
    let evaluation = RunEvaluation(
      runID: judge.id, checkpointSHA256: "ab12", date: exampleDate,
      document: .object(["tries": .array([.number(0.5), 2, .null])]))
    try store.add(evaluation)
    // The run that wrote the agent sees what others measured of it.
    #expect(try store.evaluations(of: run) == [evaluation])
    #expect(try store.evaluations(of: judge) == [evaluation])

    let events = [
      RunEvent(.curriculumMoved, "on to slopes", environmentStep: 8, date: exampleDate),
      RunEvent("laterKind", "…", date: exampleDate, detail: .array(["a", .bool(true)])),
    ]
    for event in events { try store.add(event, to: run) }
    #expect(try store.events(of: run) == events)
    try store.remove(checkpoint, from: run)
    #expect(try store.checkpoints(of: run).isEmpty)
  }

  @Test func resumesFromACheckpointAsIfNothingHadComeAfterIt() throws {
    let store = try home.store()
    let run = try store.begin(.example())
    for step in [10, 20, 30] {
      try store.append(
        [Metric(environmentStep: step, wallSeconds: Double(step), name: "return", value: 1)],
        to: run)
      try store.add(
        RunCheckpoint(
          .training, environmentStep: step, path: "\(step)", sha256: "\(step)", byteCount: 1),
        to: run)
      try store.add(RunExperience(environmentStep: step, document: .integer(step)), to: run)
    }
    try store.end(run, as: .failed)
    let resumed = try store.resume(run, fromEnvironmentStep: 20)
    #expect(resumed.state == .running && resumed.endedAt == nil && resumed.environmentSteps == 20)
    #expect(try store.metrics(of: run).map(\.environmentStep) == [10, 20])
    #expect(try store.checkpoints(of: run).map(\.environmentStep) == [10, 20])
    #expect(try store.experiences(of: run).map(\.document) == [.integer(10), .integer(20)])
    #expect(try store.events(of: run).map(\.kind) == [.resumed])
    let entry = try #require(try store.changelog(of: run).last)
    #expect(entry.change == "resumed from step 20" && entry.observation == "the run had failed")
    #expect(entry.decidedBy == "foal pretrain --resume")
    #expect(try store.verifyChangelog(of: run) == .intact(head: entry.hash))
    #expect(try store.wallSeconds(of: run) == 20)
  }

  @Test func keepsExperienceInTheOrderOfSteps() throws {
    let store = try home.store()
    let run = try store.begin(.example())
    for (step, value) in [(200, 1), (100, 2), (200, 3)] {
      try store.add(
        RunExperience(environmentStep: step, date: exampleDate, document: .integer(value)), to: run)
    }
    let experiences = try store.experiences(of: run)
    #expect(experiences.map(\.environmentStep) == [100, 200])
    #expect(experiences.map(\.document) == [.integer(2), .integer(3)])
    #expect(experiences[0].date == exampleDate)
    try store.delete(run, evenIfRunning: true)
    #expect(try store.experiences(of: run).isEmpty)
  }

  @Test func knowsWhoWroteToAPathBefore() throws {
    let store = try home.store()
    let runs = try ["a", "b", "c"].map { try store.begin(.example($0)) }
    for (index, run) in runs.enumerated() {
      #expect(
        try store.run(thatWroteTo: "colt.safetensors", before: run)?.name
          == (index == 0 ? nil : runs[index - 1].name))
      try store.add(
        RunCheckpoint(
          .agent, environmentStep: 1, path: "colt.safetensors", sha256: "\(index)", byteCount: 1),
        to: run)
    }
    #expect(try store.run(thatWroteTo: "filly.safetensors", before: runs[0]) == nil)
  }

  @Test func deletesARunWithAllThatBelongsToIt() throws {
    let store = try home.store()
    let run = try store.begin(.example())
    let child = try store.begin(.example("child", parentID: run.id))
    let folder = try store.makeFolder(of: run)
    _ = FileManager.default.createFile(atPath: folder + "/replay", contents: Data([1]))
    try store.append(
      [Metric(environmentStep: 1, wallSeconds: 1, name: "return", value: 1)], to: run)
    #expect(throws: RunStoreError.stillRunning(name: "cartpole-7")) { try store.delete(run) }
    #expect(FileManager.default.fileExists(atPath: folder))
    try store.end(run, as: .finished)
    try store.delete(run)
    #expect(!FileManager.default.fileExists(atPath: folder))
    #expect(try store.metrics(of: run).isEmpty && store.configuration(of: run) == .object([:]))
    #expect(try store.runs().map(\.name) == ["child"])
    #expect(try store.run(id: child.id)?.parentID == nil)
    try store.delete(child, evenIfRunning: true)
    // A number is never used again, so nothing can be taken for the deleted run's.
    #expect(try store.begin(.example()).id > child.id)
  }

  @Test func tellsALostRunFromOneThatRuns() throws {
    let run = try home.store().begin(.example(), at: exampleDate)
    #expect(!run.isLost(at: exampleDate + 59))
    #expect(run.isLost(at: exampleDate + 61))
    try home.store().end(run, as: .finished)
    #expect(try !home.store().runs()[0].isLost(at: .distantFuture))
  }

  @Test func keepsPathsBelowTheHomeFolderRelative() throws {
    let store = try home.store()
    let roundabout = home.path + "/runs/../runs/a.safetensors"
    #expect(store.recordedPath(of: roundabout) == "runs/a.safetensors")
    #expect(store.recordedPath(of: "/elsewhere/a") == "/elsewhere/a")
    #expect(store.recordedPath(of: home.path + "-2/a") == home.path + "-2/a")
    for path in ["runs/a.safetensors", "/elsewhere/a"] {
      let checkpoint = RunCheckpoint(
        .agent, environmentStep: 0, path: path, sha256: "", byteCount: 0)
      #expect(store.recordedPath(of: store.path(of: checkpoint)) == path)
    }
  }

  @Test func givesTheLastValues() throws {
    let store = try home.store()
    let (run, other) = (try store.begin(.example()), try store.begin(.example("other")))
    let metrics = [("return", nil, 1.0), ("return", nil, 2), ("return", "t", 3), ("loss", nil, 4)]
      .enumerated().map { index, metric in
        Metric(
          environmentStep: index, wallSeconds: 0.5, name: metric.0, task: metric.1,
          value: metric.2)
      }
    try store.append(metrics, to: run)
    #expect(try store.lastMetrics(of: run) == [metrics[3], metrics[1], metrics[2]])
    #expect(try store.lastMetrics(of: other).isEmpty)
    #expect(try store.metrics(of: run, named: "return") == Array(metrics[...2]))
    #expect(try store.lastValues(of: "loss") == [run.id: 4])
    #expect(try store.run(id: run.id)?.environmentSteps == 3)
  }

  @Test func namesWhatRunsMeasured() throws {
    let store = try home.store()
    let small = try SmallRun.enter(in: store)
    let other = try store.begin(.example("other"))
    let silent = try store.begin(.example("silent"))
    try store.append(
      [Metric(environmentStep: 1, wallSeconds: 0, name: "episodes", value: 1)], to: other)
    #expect(try store.metricNames(of: [small]) == ["loss/policy", "return"])
    #expect(try store.metricNames(of: [small, other]) == ["episodes", "loss/policy", "return"])
    #expect(try store.metricNames(of: [silent]).isEmpty && store.metricNames(of: []).isEmpty)
  }

  @Test func givesReadingsAsColumns() throws {
    let store = try home.store()
    let run = try SmallRun.enter(in: store)
    let returns = try store.columns(of: run, named: "return")
    #expect(returns.environmentSteps == [0, 64, 128])
    #expect(returns.wallSeconds == [0, 0.25, 0.5])
    #expect(returns.values == [-12.5, 0, 487.125])
    // A reading of one task is none of the run's.
    #expect(try store.columns(of: run, named: "loss/policy").environmentSteps == [0, 128])
    #expect(try store.columns(of: run, named: "none") == MetricColumns())
  }
}
