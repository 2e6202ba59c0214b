internal import Agents
internal import ArgumentParser
internal import Environments
internal import Foundation
internal import Records
internal import Schooling

/// What recording costs: the same pretraining, from the same seed, with metrics and checkpoints and
/// without, in turns.
///
/// Each run is a whole one in the manner of `foal pretrain`, but for writing its agent. It saves at
/// its start, as every run does, so that a short one is saved more often than its interval says.
struct RecordingBenchmark: Sendable {
  /// Runs that save at the same interval.
  struct Row: Sendable {
    let checkpointSeconds: Int
    /// The most that a run may take as a multiple of one that is not recorded; nil for any time.
    let target: Double?
    /// Seconds of a run.
    fileprivate(set) var seconds = Rounds()
  }

  /// Environment steps of a run.
  let steps: Int
  let workers: Int
  /// Seconds of a run that is not recorded.
  private(set) var unrecorded = Rounds()
  private(set) var rows = [
    Row(checkpointSeconds: 60, target: 1.02), Row(checkpointSeconds: 5, target: nil),
  ]

  /// The time of recorded runs as a multiple of the others'.
  func ratio(_ row: Row) -> Double { (row.seconds / unrecorded).median }

  /// Measures; what the runs write lies in the current folder, where a user's runs lie too, and is
  /// removed.
  init(_ run: BenchRun) throws {
    workers = run.workers
    let folder = ".foal-bench-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let runner = RecordedRun(folder: folder, run: run)
    let rollout = Pretraining.Configuration().learner
    let rolloutSteps = rollout.slots * rollout.rolloutSteps
    // As many rollouts as take the time that is wanted, from the second one on.
    let one = try runner.seconds(checkpointSeconds: nil, steps: rolloutSteps)
    let two = try runner.seconds(checkpointSeconds: nil, steps: 2 * rolloutSteps)
    let wanted = run.choose(7, quick: 0.4) / max(two - one, 1e-3)
    let steps = rolloutSteps * max(1, Int(wanted.rounded()))
    self.steps = steps
    let (rounds, count) = (run.rounds, (1 + rows.count) * run.rounds)
    try run.section("recording", measurements: count) { progress in
      for _ in 0..<rounds {
        unrecorded.append(try runner.seconds(checkpointSeconds: nil, steps: steps))
        try progress.measured()
        for index in rows.indices {
          let interval = rows[index].checkpointSeconds
          rows[index].seconds.append(
            try runner.seconds(checkpointSeconds: interval, steps: steps))
          try progress.measured()
        }
      }
    }
  }
}

/// Runs that are recorded below a folder.
private struct RecordedRun {
  let folder: String
  let run: BenchRun

  /// The seconds of one run.
  /// - Parameter checkpointSeconds: nil for a run that is not recorded.
  func seconds(checkpointSeconds: Int?, steps: Int) throws -> Double {
    let family = try EnvironmentCatalogue.family(named: "cartpole")
    var settings = Pretraining.Configuration()
    settings.steps = steps
    let record = try RecordOptions.parse(
      checkpointSeconds == nil ? ["--no-record"] : ["--home", folder])
    let checkpoints = try CheckpointOptions.parse(
      checkpointSeconds.map { ["--checkpoint-seconds", "\($0)"] } ?? [])
    var learning = try Pretraining(on: family.tasks, settings, seed: 0, workers: run.workers)
    let start = ContinuousClock.now
    let recording = try record.begin(
      "pretrain", on: family.name, seed: 0, stem: family.name, settings: settings,
      isResumable: true)
    var keeper = try CheckpointKeeper(recording, checkpoints, output: nil)
    try keeper.saveIfDue(learning)
    while !learning.isFinished {
      let progress = try learning.iterate()
      recording.take(progress.readings, environmentStep: learning.steps)
      try keeper.saveIfDue(learning)
      try run.checkInterrupt()
    }
    try recording.end(.finished)
    return (ContinuousClock.now - start) / .seconds(1)
  }
}

extension RecordingBenchmark: Encodable {
  private enum Key: String, CodingKey {
    case family, steps, workers, unrecordedSeconds, recorded
    case checkpointSeconds, seconds, ratio, targetRatio
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode("cartpole", forKey: .family)
    try container.encode(steps, forKey: .steps)
    try container.encode(workers, forKey: .workers)
    try container.encode(unrecorded, forKey: .unrecordedSeconds)
    var list = container.nestedUnkeyedContainer(forKey: .recorded)
    for row in rows {
      var entry = list.nestedContainer(keyedBy: Key.self)
      try entry.encode(row.checkpointSeconds, forKey: .checkpointSeconds)
      try entry.encode(row.seconds, forKey: .seconds)
      try entry.encode(ratio(row), forKey: .ratio)
      try entry.encode(row.target, forKey: .targetRatio)
    }
  }
}
