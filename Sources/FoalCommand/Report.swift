package import ArgumentParser
internal import Foundation
internal import Records
internal import Reports

/// `foal report`: what an agent was rewarded for, what it learned of it, and whether that still holds.
package struct Report: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Write the Reward Report of a run, or check a written one.",
    discussion: """
      A Reward Report (arXiv:2204.10817) says what an agent is rewarded for, how it was trained, \
      how it did on tasks it had not seen and what is done when that changes. Foal fills what a \
      run knows; the rest are a person's words in a file that --init begins and nothing ever \
      overwrites. Words may cite facts, [@try-1], and are flagged when these change. Everything \
      lies in the run's folder, runs/RUN/:

        report.html  report.md  report.json    the report
        README.md                              a model card for Hugging Face
        report.yaml                            a person's words
        triggers.json                          what calls for another look

      Several runs that differ in their seeds only make one report, of the first. --check compares \
      what was written with the run as it is now and exits with 1 if it is stale. Each report that \
      differs from the last is an entry in the run's changelog, whose entries are chained by hashes; \
      --log adds one of your own.

      EXAMPLES:
        foal report cartpole-7 --init
        foal report cartpole-7
        foal report cartpole-0 cartpole-1 cartpole-2 --format html --output page.html
        foal report cartpole-7 --log "threshold raised to 40" --because "two false alarms" --by Ada
        foal report cartpole-7 --check
      """)

  @Argument(help: "The run, by its name or the beginning of it; further runs are further seeds.")
  var runs: [String]
  @Flag(name: .customLong("init"), help: "Begin the files of words and of triggers.")
  var begins = false
  @Flag(help: "Say what is stale in the written report instead of writing one.")
  var check = false
  @Option(help: "What to write.")
  var format = ReportForm.all
  @Option(
    help: ArgumentHelp(
      "The file to write, - for standard output; with --format all the folder. (default: runs/RUN/)",
      valueName: "path"))
  var output: String?
  @Option(
    help: ArgumentHelp("The file of words. (default: runs/RUN/report.yaml)", valueName: "file"))
  var human: String?
  @Option(help: ArgumentHelp("Enter a change into the changelog first.", valueName: "text"))
  var log: String?
  @Option(help: ArgumentHelp("With --log, what was seen that called for it.", valueName: "text"))
  var because: String?
  @Option(help: ArgumentHelp("With --log, who decided it. (default: you)", valueName: "name"))
  var by: String?
  @Flag(help: "Overwrite files that Foal did not write.")
  var force = false
  @OptionGroup var home: HomeOptions
  @OptionGroup var result: ResultOptions

  package init() {}

  package func validate() throws {
    guard !runs.isEmpty else { throw ValidationError("name the run to report") }
    if begins, check { throw ValidationError("give --init or --check, not both") }
    if log == nil, because != nil || by != nil {
      throw ValidationError("--because and --by belong to --log")
    }
    if result.json, output == "-" { throw ValidationError("--json and --output - both print") }
    if output == "-", format == .all {
      throw ValidationError("--output - needs one --format")
    }
  }

  package func run() throws {
    let (store, found) = try home.runs(named: runs)
    let files = ReportFiles(
      store: store, runs: found, format: format, output: output, human: human)
    if begins { return try begin(files) }
    if check { return try compare(files) }
    if let log {
      _ = try store.append(
        NewChangelogEntry(
          section: "report", observation: because ?? "", change: log,
          decidedBy: by ?? NSUserName()), to: found[0])
    }
    try write(files)
  }

  private func begin(_ files: ReportFiles) throws {
    let written = try files.begin()
    if result.json { return try JSONOutput.write(["files": written]) }
    let words = shellWord(files.wordsPath)
    try StandardStream.output.write(
      written.map { "Wrote \($0)\n" }.joined()
        + "Next: write in \(words), then foal report \(files.run.name)\n")
  }

  /// What `--check --json` prints.
  private struct CheckDocument: Encodable {
    var run: String
    var isCurrent: Bool
    var files: [String: [String]]
  }

  private func compare(_ files: ReportFiles) throws {
    let findings = try files.check(at: .now)
    let isCurrent = findings.allSatisfy { $0.findings.isEmpty }
    if result.json {
      try JSONOutput.write(
        CheckDocument(
          run: files.run.name, isCurrent: isCurrent,
          files: Dictionary(findings.map { ($0.path, $0.findings) }) { first, _ in first }))
    } else {
      let style = StandardStream.output.style
      for (path, findings) in findings {
        let verdict =
          findings.isEmpty ? style.paint("up to date", .green) : style.paint("stale", .yellow)
        try StandardStream.output.write(
          "\(path): \(verdict)\n" + findings.map { "  \($0)\n" }.joined())
      }
    }
    guard isCurrent else {
      throw CommandFailure(
        "the report of \(files.run.name) is stale; foal report \(files.run.name) writes it anew")
    }
  }

  /// What `--json` prints.
  private struct Document: Encodable {
    var run: String
    var files: [String]
    var warnings: [String]
    var flags: [String]
    var unwritten: [String]
  }

  private func write(_ files: ReportFiles) throws {
    let (report, written) = try files.write(at: .now, force: force)
    if output == "-" { return }
    let flags = report.fields.flatMap { field in field.flags.map { "\(field.title) \($0)" } }
    if result.json {
      return try JSONOutput.write(
        Document(
          run: files.run.name, files: written, warnings: report.warnings, flags: flags,
          unwritten: report.unwritten.map(\.rawValue)))
    }
    let stream = StandardStream.output
    var text = written.map { "Wrote \($0)\n" }.joined()
    for warning in report.warnings + flags {
      text += "\(stream.style.paint("Note:", .yellow)) \(warning)\n"
    }
    let count = report.unwritten.count
    if count > 0 {
      let step =
        files.hasWords ? "write them in \(shellWord(files.wordsPath))" : "--init begins their file"
      text += "\(count) of 26 fields are not written yet; \(step)\n"
    }
    try stream.write(text + "Next: foal report \(files.run.name) --check\n")
  }
}

/// What `--format` takes: one form of a report, or all.
enum ReportForm: String, ExpressibleByArgument, CaseIterable, Sendable {
  case all, html, markdown, json, card

  /// The forms that are written.
  var formats: [ReportFormat] {
    ReportFormat(rawValue: rawValue).map { [$0] } ?? ReportFormat.allCases
  }
}
