internal import Files
internal import Foundation
internal import Records
internal import Reports

/// The files of a run's report: its words and triggers, and what is written of them.
struct ReportFiles {
  let store: RunStore
  /// The run that is reported.
  let run: Run
  /// Runs of other seeds.
  let others: [Run]
  private let formats: [(format: ReportFormat, path: String)]
  /// The file of a person's words, whether or not it exists.
  let wordsPath: String
  private let hasNamedWords: Bool
  private let triggersPath: String
  /// What entries of the changelog are about that tell of reports.
  private static let section = "report"

  init(store: RunStore, runs: [Run], format: ReportForm, output: String?, human: String?) {
    self.store = store
    run = runs[0]
    others = Array(runs.dropFirst())
    let folder = store.folder(of: run) as NSString
    wordsPath = human ?? folder.appendingPathComponent("report.yaml")
    hasNamedWords = human != nil
    triggersPath = folder.appendingPathComponent("triggers.json")
    formats = format.formats.map { kind in
      let place =
        format == .all
        ? ((output ?? folder as String) as NSString).appendingPathComponent(kind.fileName)
        : output ?? folder.appendingPathComponent(kind.fileName)
      return (kind, place)
    }
  }

  /// Whether a person has begun to write.
  var hasWords: Bool { FileManager.default.fileExists(atPath: wordsPath) }

  /// Begins the files of words and of triggers, and returns those that it wrote.
  /// - Throws: `CommandFailure` if there are words already: they are nobody's but their author's.
  func begin() throws -> [String] {
    guard !hasWords else {
      throw CommandFailure("\(wordsPath) exists, and words that people wrote are never overwritten")
    }
    _ = try store.makeFolder(of: run)
    try write(ReportWords.template(for: try source(of: others, at: .now)), to: wordsPath)
    guard !FileManager.default.fileExists(atPath: triggersPath) else { return [wordsPath] }
    try write(TriggerSet.standard(for: run, in: store).content, to: triggersPath)
    return [wordsPath, triggersPath]
  }

  /// Writes the report in its forms, and enters what changed since the last into the changelog.
  func write(at date: Date, force: Bool) throws -> (report: RewardReport, paths: [String]) {
    let words = try words()
    let previous = try writtenReports().compactMap { ReportStamp(readFrom: $0.text) }
      .max { $0.date < $1.date }
    if !force { try checkPlaces() }
    var source = try source(of: others, at: date, lastReport: date)
    let draft = RewardReport(source, words: words, previous: previous, date: date)
    // A report that is only printed leaves no trace.
    let isKept = formats.contains { $0.path != "-" }
    let hasReport = source.changelog.contains { $0.section == Self.section }
    if isKept,
      let entry = changelogEntry(from: previous, to: draft.stamp, isFirst: !hasReport, at: date)
    {
      _ = try store.append(entry, to: run)
      source.changelog = try store.changelog(of: run)
    }
    let report = RewardReport(source, words: words, previous: previous, date: date)
    for (format, path) in formats {
      let text = report.text(as: format, of: source)
      if path == "-" {
        try StandardStream.output.write(text)
      } else {
        try write(text, to: path)
      }
    }
    return (report, formats.map(\.path))
  }

  /// Compares each written report with the run as it is now.
  /// - Throws: `CommandFailure` if there is none.
  func check(at date: Date) throws -> [(path: String, findings: [String])] {
    let reports = try writtenReports()
    guard !reports.isEmpty else {
      throw CommandFailure(
        "\(run.name) has no report yet; foal report \(run.name) writes one")
    }
    let words = try words()
    return try reports.map { path, text in
      guard let stamp = ReportStamp(readFrom: text) else {
        guard ReportStamp.isIn(text) else {
          throw CommandFailure("\(path) is no report that Foal wrote")
        }
        return (path, ["another version of Foal wrote it"])
      }
      let others = try others.isEmpty ? runs(besidesIn: stamp) : others
      let source = try source(of: others, at: date, lastReport: stamp.date)
      let check = ReportCheck(of: text, against: source, words: words, at: date)
      return (path, check?.findings ?? [])
    }
  }

  /// The runs that a written report has beside this one, those that still are there.
  private func runs(besidesIn stamp: ReportStamp) throws -> [Run] {
    let all = try store.runs()
    return stamp.runs.dropFirst().compactMap { name in all.first { $0.name == name } }
  }

  /// The reports that are written already.
  private func writtenReports() throws -> [(path: String, text: String)] {
    formats.compactMap { _, path in
      guard path != "-", let content = FileManager.default.contents(atPath: path) else {
        return nil
      }
      return (path, String(decoding: content, as: UTF8.self))
    }
  }

  /// Makes sure that nothing but reports is overwritten.
  private func checkPlaces() throws {
    for (path, text) in try writtenReports() where !ReportStamp.isIn(text) {
      throw CommandFailure("\(path) is no report that Foal wrote; --force overwrites it")
    }
  }

  /// What the changelog is to say of a report that differs from the one before; nil if it does not.
  private func changelogEntry(
    from previous: ReportStamp?, to stamp: ReportStamp, isFirst: Bool, at date: Date
  ) -> NewChangelogEntry? {
    guard let previous else {
      return isFirst
        ? NewChangelogEntry(
          section: Self.section, change: "first report", decidedBy: "foal report", date: date) : nil
    }
    let changes = ReportCheck.changes(from: previous, to: stamp)
    guard !changes.isEmpty else { return nil }
    let shown = changes.prefix(4).joined(separator: "; ")
    let more = changes.count > 4 ? "; and \(changes.count - 4) more" : ""
    return NewChangelogEntry(
      section: Self.section, observation: "the run or the words are not what they were",
      change: shown + more, decidedBy: "foal report",
      detail: .object(["changes": .array(changes.map(JSONValue.string))]), date: date)
  }

  private func source(
    of others: [Run], at date: Date, lastReport: Date? = nil
  ) throws -> ReportSource {
    try ReportSource(
      of: run, with: others, in: store, triggers: triggers(), lastReport: lastReport, at: date)
  }

  /// The agent's triggers: those of the file, else the standard ones.
  func triggers() throws -> TriggerSet {
    guard FileManager.default.fileExists(atPath: triggersPath) else {
      return try TriggerSet.standard(for: run, in: store)
    }
    guard let content = FileManager.default.contents(atPath: triggersPath) else {
      throw CommandFailure("cannot read \(triggersPath)")
    }
    return try TriggerSet(parsing: [UInt8](content), path: triggersPath)
  }

  /// When the report was last written; nil if never.
  func lastReport() throws -> Date? {
    try writtenReports().compactMap { ReportStamp(readFrom: $0.text)?.date }.max()
  }

  private func words() throws -> ReportWords? {
    guard let content = FileManager.default.contents(atPath: wordsPath) else {
      if hasNamedWords { throw CommandFailure("cannot read \(wordsPath)") }
      return nil
    }
    guard let text = String(validating: content, as: UTF8.self) else {
      throw CommandFailure("\(wordsPath) is not in UTF-8")
    }
    return try ReportWords(parsing: text, path: wordsPath)
  }

  /// Writes a file: whole, or not at all.
  private func write(_ text: String, to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      if !folder.isEmpty {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      }
      try DurableFile.write(Array(text.utf8), to: path)
    } catch {
      // Foundation's own errors describe themselves by domain and code.
      let reason = (error as? FileFailure)?.description ?? error.localizedDescription
      throw CommandFailure("cannot write \(path): \(reason)")
    }
  }
}
