package import ArgumentParser
internal import Environments

extension EnvironmentsCommand {
  /// `foal environments speed`.
  package struct Speed: ParsableCommand {
    package static let configuration = CommandConfiguration(
      abstract: "Measure steps per second with random actions on one thread.",
      discussion: """
        The drawing of the actions is part of the time; its share is shown beside.

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
      /// The drawing of the actions included.
      var stepsPerSecond: Double
      /// The share of the time that the drawing alone takes.
      var drawingShare: Double
    }

    package func run() throws {
      let entries = try name.map(EnvironmentCatalogue.entries(named:)) ?? EnvironmentCatalogue.all
      let measurements = try entries.map { entry in
        let speed = try StepSpeed(entry.tasks, slots: slots, seconds: seconds)
        return Measurement(
          name: entry.name, kind: entry.kind, slots: slots, stepsPerSecond: speed.stepsPerSecond,
          drawingShare: speed.drawingShare)
      }
      if result.json { return try JSONOutput.write(["speeds": measurements]) }
      var table = Table([
        .left("environment"), .left("kind"), .right("steps per second"), .right("drawing actions"),
      ])
      for measurement in measurements {
        table.append([
          measurement.name, measurement.kind.rawValue,
          Quantities.short(measurement.stepsPerSecond),
          "\(Quantities.fixed(100 * measurement.drawingShare, decimals: 0)) %",
        ])
      }
      try StandardStream.output.write(table.rendered(style: StandardStream.output.style))
    }
  }
}
