import Environments
import Foundation
import Records
import Reports
import Schooling

/// Sources of reports: one with next to nothing, one with all there can be.
enum Samples {
  static let date = Date(timeIntervalSince1970: 1_795_000_000)
  static let sha = String(repeating: "0123456789abcdef", count: 4)

  static func run(seed: UInt64) -> ReportSource.RunFacts {
    ReportSource.RunFacts(
      name: "cartpole-\(seed)", command: "pretrain", task: "cartpole",
      algorithm: "PPO, in context", seed: seed, state: "finished", started: date - 7200,
      ended: date - 3600, foalVersion: "0.1.0", wallSeconds: 3599, steps: 4_000_000)
  }

  static let bare = ReportSource(runs: [run(seed: 7)])

  /// An evaluation, as stores have it.
  static func evaluation(
    tries: [(iqm: Double, mean: Double)] = [(400, 390), (480, 470)], split: String = "held-out"
  ) throws -> Evaluation {
    func rows(_ values: [(iqm: Double, mean: Double)]) -> String {
      values.enumerated().map { index, value in
        """
        {"try":\(index + 1),"iqm":\(value.iqm),"iqmLow":\(value.iqm - 10),
         "iqmHigh":\(value.iqm + 8),"mean":\(value.mean),"low":\(value.mean - 9),
         "high":\(value.mean + 9),"p20":\(value.mean - 100)}
        """
      }.joined(separator: ",")
    }
    let low = tries.map { (iqm: $0.iqm / 10, mean: $0.mean / 10) }
    let text = """
      {"agent":"cartpole-7","family":"cartpole","split":"\(split)","tasks":1000,"seed":3,
       "tries":[\(rows(tries))],
       "controls":{"memoryWiped":[\(rows(tries))],"memoryless":[\(rows(low))],
        "random":[\(rows(low))],"expert":[\(rows(tries))]},
       "gainFromMemory":{"estimate":5,"low":2,"high":8},
       "solvedAtTry":{"median":1,"low":1,"high":2,"unsolved":12},
       "worstTasks":[
        {"number":133,"returns":[32,31],"ranks":[0.75,null],
         "parameters":[{"name":"gravity","value":13.4},{"name":"actionSign","value":-1}]},
        {"number":8,"returns":[90,40],"ranks":[0.1,null],
         "parameters":[{"name":"gravity","value":5.1},{"name":"actionSign","value":-1}]}]}
      """
    return try JSONDecoder().decode(Evaluation.self, from: Data(text.utf8))
  }

  static func full() throws -> ReportSource {
    var source = bare
    let steps = (0...80).map { Double($0) * 50_000 }
    func series(_ scale: Double) -> [ReportSource.SeedSeries] {
      [.init(seed: 7, steps: steps, values: steps.map { scale * min(1, $0 / 2e6) })]
    }
    source.configuration = [.init("learner.slots", "512"), .init("steps", "4000000")]
    source.environment = .init(
      summary: "cart-poles of other gravity", isFamily: true, origin: "Barto (1983)",
      observations: "state [4]", actions: "one of 2", stepLimit: 500, solvedReturn: 475,
      randomReturn: 30, referenceReturn: 500)
    source.curves = [
      .init("return", series(480)), .init("return/try-1", series(400)),
      .init("return/try-2", series(480)), .init("policy/entropyNats", series(0.6)),
    ]
    source.evaluations = [
      .init(run: "evaluate-1", checkpoint: sha, date: date - 1800, evaluation: try evaluation())
    ]
    source.rewardTerms = [
      .init("upright", mean: 480, low: 470, high: 490), .init("control cost", mean: -10),
    ]
    source.checkpoints = [
      RunCheckpoint(
        .agent, environmentStep: 4_000_000, path: "runs/cartpole-7.safetensors", sha256: sha,
        byteCount: 121_020, createdAt: date - 3600)
    ]
    source.events = [
      RunEvent(
        .resumed, "resumed from step 1200000", environmentStep: 1_200_000, date: date - 5000),
      RunEvent(
        .environmentFailed, "a reward is not finite", environmentStep: 2_000_000, date: date),
    ]
    source.triggers = [
      .init(
        .returnFalls(PageHinkley(tolerance: 5, threshold: 100, window: 200)),
        reading: TriggerReading(value: 12, hasFired: false, samples: 200)),
      .init(
        .reportOverdue(Cadence(days: 90)),
        reading: TriggerReading(value: 0, hasFired: false, samples: 1), lastFired: date - 86_400),
    ]
    return source
  }

  /// Words for every field that only a person can fill.
  static let words = ReportWords(
    use: .tool,
    texts: Dictionary(
      uniqueKeysWithValues: ReportField.allCases.filter { $0.author == .human }.map {
        ($0, "All about \($0.title).\n")
      }))
}
