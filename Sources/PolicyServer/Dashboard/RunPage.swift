internal import Foundation
internal import Records

/// All that a run's page shows besides its curves.
struct RunPage: Encodable {
  let run: RunRow
  let settings: [Setting]
  let evaluations: [EvaluationRow]
  let checkpoints: [RunCheckpoint]
  let events: [RunEvent]
  /// Other runs of the same command, task and settings.
  let siblings: [String]

  /// A setting and its value as text.
  struct Setting: Encodable {
    var name: String
    var value: String
  }

  /// An evaluation and where it comes from.
  struct EvaluationRow: Encodable {
    var run: String?
    var checkpointSHA256: String
    var date: Date
    var tasks: String
    var tries: [RecordedEvaluation.Attempt]
  }
}

/// A setting that is not the same in all of several runs.
struct SettingDifference: Encodable {
  var setting: String
  /// A value a run; "-" where a run does not have it.
  var values: [String]
}

/// What differs between runs.
struct RunDifferences: Encodable {
  var runs: [String]
  var differences: [SettingDifference]
  /// The settings that all of them share; grouping by these would make one line.
  var shared: Int
}

extension Dashboard {
  /// A run's page.
  func run(_ name: String) throws -> RunPage {
    let (store, runs) = try runs(named: [name])
    let run = runs[0]
    let lastReturn = try store.lastValues()[run.id] ?? store.evaluatedReturn(of: run)
    let configuration = try store.configuration(of: run)
    return RunPage(
      run: RunRow(
        run, lastReturn: lastReturn,
        parent: try run.parentID.flatMap { try store.run(id: $0)?.name }),
      settings: configuration.leaves.sorted { $0.key < $1.key }.filter { !$0.key.isEmpty }
        .map { .init(name: $0.key, value: $0.value.plainText) },
      evaluations: try store.evaluations(of: run).compactMap { recorded in
        guard let found = try? recorded.document.decoded(as: RecordedEvaluation.self) else {
          return nil
        }
        return RunPage.EvaluationRow(
          run: try store.run(id: recorded.runID)?.name,
          checkpointSHA256: recorded.checkpointSHA256, date: recorded.date,
          tasks: found.tasksText, tries: found.tries)
      },
      checkpoints: try store.checkpoints(of: run), events: try store.events(of: run),
      siblings: try siblings(of: run, configuration, in: store))
  }

  private func siblings(
    of run: Run, _ configuration: JSONValue, in store: RunStore
  ) throws -> [String] {
    try store.runs().filter { other in
      try other.id != run.id && (other.command, other.task) == (run.command, run.task)
        && other.seed != run.seed && store.configuration(of: other) == configuration
    }.map(\.name)
  }

  /// The settings that differ between runs.
  func differences(_ names: [String]) throws -> RunDifferences {
    let (store, runs) = try runs(named: names)
    let settings = try runs.map { run in
      let facts: [String: JSONValue] = [
        "command": .string(run.command), "task": .string(run.task), "seed": .unsigned(run.seed),
        "foalVersion": .string(run.foalVersion),
      ]
      return facts.merging(try store.configuration(of: run).leaves) { fact, _ in fact }
    }
    let keys = Set(settings.flatMap(\.keys)).filter { !$0.isEmpty }.sorted()
    let differing = keys.filter { key in settings.contains { $0[key] != settings[0][key] } }
    return RunDifferences(
      runs: names,
      differences: differing.map { key in
        SettingDifference(
          setting: key, values: settings.map { $0[key].map(\.plainText) ?? "-" })
      },
      shared: keys.count - differing.count)
  }
}
