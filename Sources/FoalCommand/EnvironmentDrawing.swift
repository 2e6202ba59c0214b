package import ArgumentParser
internal import Environments
internal import Foundation

extension EnvironmentsCommand {
  /// `foal environments draw`.
  package struct Draw: ParsableCommand {
    package static let configuration = CommandConfiguration(
      abstract: "Draw a task's first state as an SVG picture.",
      discussion: """
        EXAMPLES:
          foal environments draw playroom:17 --output task.svg
          foal environments draw task.json --output task.svg
        """)

    @Argument(help: "An environment, a held-out task (playroom:17) or a playroom's file.")
    var task: TaskName
    @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
    var output: String
    @Option(parsing: .unconditional, help: "Names the numbered tasks and starts: 0 or more.")
    var seed: UInt64 = 0
    @Flag(help: "Overwrite the file if it exists.")
    var force = false

    package init() {}

    package func run() throws {
      guard output.hasSuffix(".svg") else {
        throw CommandFailure.usage("\(output) is no SVG file; --output ends in .svg")
      }
      let (task, batch) = try task.batch(seed: seed)
      guard let drawing = batch.drawing(slot: 0) else {
        throw CommandFailure("there is no picture of \(task.name)")
      }
      try OutputOptions.prepare(output, force: force)
      do {
        try Data(drawing.svg().utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
      } catch { throw CommandFailure("cannot write \(output)") }
      try StandardStream.output.write("\(task.name) is drawn in \(shellWord(output))\n")
    }
  }
}
