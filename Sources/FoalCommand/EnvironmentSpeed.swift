package import ArgumentParser
internal import Environments
internal import Tensors

extension EnvironmentsCommand {
  /// `foal environments speed`.
  package struct Speed: ParsableCommand {
    package static let configuration = CommandConfiguration(
      abstract: "Measure steps per second with random actions on one thread.",
      discussion: """
        EXAMPLES:
          foal environments speed
          foal environments speed cartpole --slots 1
        """)

    @Argument(help: "The environment or family. (default: all)")
    var name: String?
    @Option(parsing: .unconditional, help: "Environments stepped together, 1 to 100,000.")
    var slots = 64
    @Option(parsing: .unconditional, help: "Seconds for each, 0.01 to 60.")
    var seconds = 0.5
    @OptionGroup var result: ResultOptions

    package init() {}

    package func validate() throws {
      try FoalCommand.check(slots, "--slots", in: 1...100_000)
      guard (0.01...60).contains(seconds) else {
        throw ValidationError("--seconds is \(seconds); allowed: 0.01 to 60")
      }
    }

    private struct Measurement: Encodable {
      var name: String
      var kind: EnvironmentCatalogue.Entry.Kind
      var slots: Int
      var stepsPerSecond: Double
    }

    package func run() throws {
      let entries = try name.map(EnvironmentCatalogue.entries(named:)) ?? EnvironmentCatalogue.all
      let measurements = try entries.map { entry in
        Measurement(
          name: entry.name, kind: entry.kind, slots: slots,
          stepsPerSecond: try stepsPerSecond(entry.tasks))
      }
      if result.json { return try JSONOutput.write(["speeds": measurements]) }
      var table = Table([.left("environment"), .left("kind"), .right("steps per second")])
      for measurement in measurements {
        table.append([
          measurement.name, measurement.kind.rawValue,
          Quantities.short(measurement.stepsPerSecond),
        ])
      }
      try StandardStream.output.write(table.rendered(style: StandardStream.output.style))
    }

    private func stepsPerSecond(_ tasks: TaskSource) throws -> Double {
      var random = RandomStream(seed: 0).split("actions")
      var batch = tasks.batch(slots: slots, random: RandomStream(seed: 0).split("environments"))
      var actions = ActionBatch(batch.actionSpace, slots: slots)
      let start = ContinuousClock.now
      var steps = 0
      var elapsed = Duration.zero
      while elapsed < .seconds(seconds) {
        for _ in 0..<100 {
          actions.drawUniformly(
            from: batch.actionSpace, masks: batch.buffers.masks, using: &random)
          try batch.step(actions)
          batch.buffers.finished.removeAll(keepingCapacity: true)
        }
        steps += 100 * slots
        elapsed = ContinuousClock.now - start
      }
      return Double(steps) / (elapsed / .seconds(1))
    }
  }
}
