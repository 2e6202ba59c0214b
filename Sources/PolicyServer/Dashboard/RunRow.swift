internal import Foundation
internal import Records

/// A run as a line of a list shows it.
struct RunRow: Encodable {
  let name: String
  let command: String
  let task: String
  /// As text: JavaScript's numbers have too few digits for every seed.
  let seed: String
  /// One of `running`, `finished`, `stopped`, `failed` and `lost`.
  let state: String
  let steps: Int
  let lastReturn: Double?
  let startedAt: Date
  /// Seconds from its start to its end, or to its last sign of life.
  let seconds: Double
  /// The run whose agent it works with.
  let parent: String?
  let foalVersion: String

  init(_ run: Run, lastReturn: Double?, parent: String?, now: Date = .now) {
    name = run.name
    command = run.command
    task = run.task
    seed = "\(run.seed)"
    state = run.isLost(at: now) ? "lost" : run.state.rawValue
    steps = run.environmentSteps
    self.lastReturn = lastReturn
    startedAt = run.startedAt
    seconds = max(0, (run.endedAt ?? run.heartbeatAt).timeIntervalSince(run.startedAt))
    self.parent = parent
    foalVersion = run.foalVersion
  }
}

/// All runs of a home folder.
struct RunList: Encodable {
  let runs: [RunRow]
}

extension Dashboard {
  /// The runs, the newest first.
  func runs() throws -> RunList {
    guard let store = try store.get() else { return RunList(runs: []) }
    let runs = try store.runs()
    let names = Dictionary(uniqueKeysWithValues: runs.map { ($0.id, $0.name) })
    let returns = try store.lastValues()
    let rows = try runs.map { run in
      RunRow(
        run, lastReturn: try returns[run.id] ?? store.evaluatedReturn(of: run),
        parent: run.parentID.flatMap { names[$0] })
    }
    return RunList(runs: rows)
  }
}

extension RunStore {
  /// The mean return of the last try that a run evaluated; nil if it evaluated none.
  func evaluatedReturn(of run: Run) throws -> Double? {
    guard run.command == "evaluate" else { return nil }
    let evaluation = try evaluations(of: run).last { $0.runID == run.id }
    return (try? evaluation?.document.decoded(as: RecordedEvaluation.self))?.tries.last?.mean
  }
}
