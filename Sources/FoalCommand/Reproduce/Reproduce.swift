package import ArgumentParser
internal import Environments
internal import Foundation
internal import Records
internal import Reproductions
internal import Schooling
internal import Spelling

/// `foal reproduce`: one published system, with its baseline and its ablation.
package struct Reproduce: ParsableCommand {
  package static let configuration = CommandConfiguration(
    abstract: "Reproduce a published system beside its baseline and its ablation.",
    discussion: """
      Every arm learns with the same network, budget and seeds. What is shown are interquartile \
      means over seeds with their 95 % bootstrap intervals, what the paper reports beside them, and \
      the claims that must hold; two arms differ only where their intervals do not overlap. A \
      result is the published experiment itself; a mechanism shows on a cheaper environment what \
      makes the method work.

      It exits with 0 if every claim holds, and with 1 if one fails or there are too few seeds to \
      tell: one seed has no interval.

      EXAMPLES:
        foal reproduce --list
        foal reproduce rl2 --quick
        foal reproduce her --seeds 10 --svg her.svg
        foal reproduce maml --json
      """)

  @Argument(help: "The system's name or number; --list has them all.")
  var system: String?
  @Flag(help: "List all systems, and which of them work.")
  var list = false
  @Flag(help: "A smaller run that still tells the method from its ablation, under a minute.")
  var quick = false
  @Option(
    parsing: .unconditional, help: "Seeds, counted from 0; 0 to 1000. (default: the system's)")
  var seeds: Int?
  @Option(
    help: ArgumentHelp(
      "The file to write the figure to. (default: figure.svg in the run's folder)",
      valueName: "file"))
  var svg: String?
  @OptionGroup var record: RecordOptions
  @OptionGroup var workers: WorkerOptions
  @OptionGroup var result: ResultOptions

  package init() {}

  package func validate() throws {
    if let seeds { try check(seeds, "--seeds", in: 0...1000) }
    if list, system != nil || quick || seeds != nil || svg != nil {
      throw ValidationError("--list goes alone or with --json")
    }
    if !list, system == nil { throw ValidationError("Missing expected argument '<system>'") }
  }

  package func run() throws {
    guard let system else { return try ReproductionList().write(asJSON: result.json) }
    let published = try PublishedSystem.named(system)
    guard let reproduction = published.reproduction else {
      throw CommandFailure(
        "\(published.name) (\(published.title)) is not yet reproduced; "
          + "'foal reproduce --list' shows what is")
    }
    if let svg { try OutputOptions.prepare(svg, force: true) }
    let effort = quick ? Effort.quick : .full
    let count = seeds ?? effort(reproduction.seeds, quick: reproduction.quickSeeds)
    let recording = try record.begin(
      "reproduce", on: published.name, seed: 0, stem: published.name,
      settings: RecordedSettings(system: published.name, effort: effort, seeds: count))
    let outcome = try recording.perform {
      let outcome = try perform(reproduction, effort, seeds: count, recording)
      try keep(outcome, of: reproduction, published, in: recording)
      try recording.end(.finished)
      return outcome
    }
    let text = ReproductionText(published, reproduction, outcome)
    if result.json {
      try JSONOutput.write(
        ReproductionDocument(published, reproduction, outcome, run: recording.name))
    } else {
      let stream = StandardStream.output
      try stream.write(text.rendered(for: stream) + recording.text)
    }
    if reproduction.verdict(on: outcome) != .holds { throw ExitCode.failure }
  }

  private func perform(
    _ reproduction: Reproduction, _ effort: Effort, seeds: Int, _ recording: Recording
  ) throws -> ReproductionResult {
    let interrupt = recording.endingAtInterrupt()
    let progress = ProgressReporter(
      "reproducing", total: seeds * reproduction.arms.count, unit: "runs")
    let outcome = try reproduction.run(
      effort, seeds: Array(0..<UInt64(seeds)), workers: workers.count
    ) { step in
      progress.update(step.done, message: "\(step.arm), seed \(step.seed)")
    }
    progress.finish()
    withExtendedLifetime(interrupt) {}
    return outcome
  }

  /// Records what was measured and writes the figure.
  private func keep(
    _ outcome: ReproductionResult, of reproduction: Reproduction, _ published: PublishedSystem,
    in recording: Recording
  ) throws {
    for (index, seed) in outcome.seeds.enumerated() {
      for arm in reproduction.arms {
        guard let measured = outcome.measurements[arm.name]?[index] else { continue }
        recording.take(
          measured.values.sorted { $0.key < $1.key }
            .map { MetricReading("\(arm.name)/\($0.key)", $0.value) },
          environmentStep: index, task: "seed \(seed)")
      }
    }
    let verdict = reproduction.verdict(on: outcome)
    try recording.note(.reproduced, "\(published.name): \(verdict.words)")
    guard let file = try svg ?? recording.makeFolder().map({ "\($0)/figure.svg" }) else { return }
    let figure = Data(reproduction.chart(of: outcome).svg().utf8)
    do {
      try figure.write(to: URL(fileURLWithPath: file))
    } catch {
      throw CommandFailure("cannot write \(file)")
    }
  }

  /// What is recorded of the settings.
  private struct RecordedSettings: Encodable {
    var system: String
    var effort: Effort
    var seeds: Int
  }
}

extension PublishedSystem {
  /// The system of a name or number.
  /// - Throws: `CommandFailure` that suggests the nearest name.
  static func named(_ name: String) throws(CommandFailure) -> PublishedSystem {
    let number = Int(name)
    if let system = all.first(where: { $0.name == name.lowercased() || $0.number == number }) {
      return system
    }
    let nearest =
      EditDistance.nearest(1, to: name, among: all.map(\.name)).first
      .map { "; the nearest is \($0)" } ?? ""
    throw .usage(
      "there is no system \"\(name)\"\(nearest); 'foal reproduce --list' shows them all")
  }
}
