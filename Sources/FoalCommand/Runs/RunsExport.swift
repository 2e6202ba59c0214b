public import ArgumentParser
internal import Foundation
public import Records

extension RunsCommand {
  /// `foal runs export`.
  package struct Export: ParsableCommand {
    package static let configuration = CommandConfiguration(
      abstract: "Write runs' metrics as CSV, JSON lines or TensorBoard event files.",
      discussion: """
        CSV and JSON lines hold one metric a line and go to standard output without --output. \
        TensorBoard's files go to a folder a run, below runs/ without --output.

        EXAMPLES:
          foal runs export cartpole-7 --output cartpole-7.csv
          foal runs export cartpole-0 cartpole-7 --format jsonl
          foal runs export cartpole-7 --format tensorboard
        """)

    @Argument(help: "The names of runs, or the beginnings of them.")
    var names: [String]
    @Option(help: "The format.")
    var format = ExportFormat.csv
    @Option(help: ArgumentHelp("The file, or TensorBoard's folder.", valueName: "path"))
    var output: String?
    @Flag(help: "Overwrite the file if it exists.")
    var force = false
    @OptionGroup var home: HomeOptions
    @OptionGroup var result: ResultOptions

    package init() {}

    package func validate() throws {
      if names.isEmpty { throw ValidationError("give the names of one or more runs") }
      if result.json, output == nil, format != .tensorboard {
        throw ValidationError("--json needs --output: both write to standard output")
      }
    }

    /// What `--json` prints.
    private struct Document: Encodable {
      var runs: [String]
      var format: String
      var metrics: Int
      var files: [String]
    }

    package func run() throws {
      let (store, runs) = try home.runs(named: names)
      var document = Document(
        runs: runs.map(\.name), format: format.rawValue, metrics: 0, files: [])
      if format == .tensorboard {
        for run in runs {
          let file = eventFile(of: run, in: store)
          try OutputOptions.prepare(file, force: true)
          document.metrics += try write(file) { try store.export([run], as: format, to: $0) }
          document.files.append(file)
        }
      } else if let output {
        try OutputOptions.prepare(output, force: force)
        document.metrics = try write(output) { try store.export(runs, as: format, to: $0) }
        document.files = [output]
      } else {
        _ = try store.export(runs, as: format) { try StandardStream.output.write(Data($0)) }
        return
      }
      if result.json { return try JSONOutput.write(document) }
      try StandardStream.output.write(text(of: document))
    }

    private func text(of document: Document) -> String {
      let count = Quantities.count(document.metrics)
      var text = "Wrote \(count) metrics to \(document.files.joined(separator: ", "))\n"
      if format == .tensorboard {
        text += "Next: tensorboard --logdir \(shellWord(output ?? home.runsFolder))\n"
      }
      return text
    }

    /// A run's event file; the same run always has the same.
    private func eventFile(of run: Run, in store: RunStore) -> String {
      let folder =
        output.map { ($0 as NSString).appendingPathComponent(run.name) }
        ?? (store.folder(of: run) as NSString).appendingPathComponent("tensorboard")
      let seconds = Int(run.startedAt.timeIntervalSince1970)
      return (folder as NSString).appendingPathComponent("events.out.tfevents.\(seconds).foal")
    }

    /// Writes a file: whole, or not at all.
    private func write(
      _ path: String, _ work: (([UInt8]) throws -> Void) throws -> Int
    ) throws -> Int {
      let temporary = "\(path).\(UUID().uuidString).tmp"
      guard FileManager.default.createFile(atPath: temporary, contents: nil),
        let file = FileHandle(forWritingAtPath: temporary)
      else { throw CommandFailure("cannot write \(path)") }
      do {
        let count = try work { try file.write(contentsOf: Data($0)) }
        try file.synchronize()
        try file.close()
        guard rename(temporary, path) == 0 else { throw CommandFailure("cannot write \(path)") }
        return count
      } catch {
        try? FileManager.default.removeItem(atPath: temporary)
        throw error is RunStoreError ? error : CommandFailure("cannot write \(path): \(error)")
      }
    }
  }
}

extension ExportFormat: ExpressibleByArgument {}
