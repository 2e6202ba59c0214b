internal import Environments
internal import Tensors

/// How many steps a second an environment makes with random actions on one thread, with rewards,
/// ends, resets and observations written.
struct StepSpeed: Sendable {
  /// Steps a second, the drawing of the actions included.
  var stepsPerSecond: Double
  /// The share of that time that the drawing alone takes.
  var drawingShare: Double
  /// Steps a second without the time that the drawing alone takes.
  var stepsPerSecondWithoutDrawing: Double { stepsPerSecond / (1 - drawingShare) }

  /// Measures slots stepped together.
  /// - Parameter seconds: how long to step; drawing alone is measured for a fifth as long.
  init(_ tasks: TaskSource, slots: Int, seconds: Double) throws {
    var random = RandomStream(seed: 0).split("actions")
    var batch = tasks.batch(slots: slots, random: RandomStream(seed: 0).split("environments"))
    let space = batch.actionSpace
    var actions = ActionBatch(space, slots: slots)
    let step = try secondsPerCall(for: seconds) {
      actions.drawUniformly(from: space, masks: batch.buffers.masks, using: &random)
      try batch.step(actions)
      batch.buffers.finished.removeAll(keepingCapacity: true)
    }
    let drawing = secondsPerCall(for: seconds / 5) {
      actions.drawUniformly(from: space, masks: batch.buffers.masks, using: &random)
    }
    stepsPerSecond = Double(slots) / step
    // On a busy machine a short measurement can come out longer than what holds it.
    drawingShare = min(drawing / step, 0.99)
  }
}

/// How fast the catalogue's environments and families are.
struct EnvironmentBenchmark: Sendable {
  /// Environments stepped together.
  static let slots = 1024

  let entry: EnvironmentCatalogue.Entry
  /// Steps a second, the drawing of random actions included.
  private(set) var stepsPerSecond = Rounds()
  private(set) var drawingShare = Rounds()

  /// Measures everything in the catalogue on one core.
  static func results(_ run: BenchRun) throws -> [EnvironmentBenchmark] {
    let entries = EnvironmentCatalogue.all
    var results = entries.map { EnvironmentBenchmark(entry: $0) }
    try run.section("environments", measurements: entries.count * run.rounds) { progress in
      for _ in 0..<run.rounds {
        for (index, entry) in entries.enumerated() {
          let speed = try StepSpeed(
            entry.tasks, slots: slots, seconds: run.choose(0.2, quick: 0.03))
          results[index].stepsPerSecond.append(speed.stepsPerSecond)
          results[index].drawingShare.append(speed.drawingShare)
          try progress.measured()
        }
      }
    }
    return results
  }

  private init(entry: EnvironmentCatalogue.Entry) { self.entry = entry }
}

extension EnvironmentBenchmark: Encodable {
  private enum Key: String, CodingKey { case name, kind, slots, stepsPerSecond, drawingShare }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(entry.name, forKey: .name)
    try container.encode(entry.kind, forKey: .kind)
    try container.encode(Self.slots, forKey: .slots)
    try container.encode(stepsPerSecond, forKey: .stepsPerSecond)
    try container.encode(drawingShare, forKey: .drawingShare)
  }
}
