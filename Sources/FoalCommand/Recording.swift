internal import Checkpoints
internal import Checksums
internal import Environments
internal import Files
internal import Foundation
internal import Records
internal import Reports
internal import Schooling
internal import Synchronization
internal import Tensors

/// The run that a command enters into the run store while it works; or nothing, if it is left out.
final class Recording: Sendable {
  private struct Entry: Sendable {
    let store: RunStore
    let run: Run
    let writer: MetricsWriter
    /// What tells other processes that the run is being worked on; nil for one without checkpoints.
    let lock: FileLock?
  }

  private let entry: Entry?
  private let isEnded = Mutex(false)

  /// Records nothing.
  init() { entry = nil }

  /// Records a run that has just begun or goes on.
  /// - Parameter lock: what a run with checkpoints is held by.
  init(of run: Run, in store: RunStore, holding lock: FileLock? = nil) throws {
    entry = Entry(
      store: store, run: run, writer: try MetricsWriter(store, run: run), lock: lock)
  }

  /// The run's name; nil if it is left out.
  var name: String? { entry?.run.name }

  /// The folder of the run's own files, made if there is none; nil if the run is left out.
  func makeFolder() throws -> String? { try entry.map { try $0.store.makeFolder(of: $0.run) } }

  /// The run's checkpoints; nil if it is left out or has none.
  var checkpoints: CheckpointFolder? {
    guard let entry, entry.lock != nil else { return nil }
    return CheckpointFolder(entry.store.checkpointsPath(of: entry.run))
  }

  /// The command that goes on with the run, as a user types it.
  var resumeCommand: String? {
    guard let entry, entry.lock != nil else { return nil }
    let home = entry.store.home == "." ? "" : " --home \(shellWord(entry.store.home))"
    return "foal \(entry.run.command) --resume \(entry.run.name)\(home)"
  }

  /// The path that the store keeps of a file.
  func recordedPath(of file: String) -> String? { entry?.store.recordedPath(of: file) }

  /// Returns when all that was measured so far is in the store.
  func flushMetrics() throws { try entry?.writer.flush() }

  /// Enters a checkpoint that is on the disk.
  func keep(_ checkpoint: CheckpointFolder.Entry) throws {
    if let entry { try entry.store.add(checkpoint, to: entry.run) }
  }

  /// Takes a checkpoint that is about to be removed out of the store.
  func forgetCheckpoint(at path: String) throws {
    guard let entry else { return }
    let recorded = entry.store.recordedPath(of: path)
    for old in try entry.store.checkpoints(of: entry.run) where old.path == recorded {
      try entry.store.remove(old, from: entry.run)
    }
  }

  /// Takes what was measured at a step, of one task if it is named.
  func take(_ readings: [MetricReading], environmentStep: Int, task: String? = nil) {
    entry?.writer.record(
      readings.map { ($0.name, $0.value) }, environmentStep: environmentStep, task: task)
  }

  /// Notes the file that an agent was written to.
  func keepAgent(_ path: String, environmentStep: Int) throws {
    guard let entry else { return }
    let hash: FileHash
    do {
      hash = try FileHash(contentsOf: path)
    } catch {
      throw CommandFailure("cannot read \(path), which was just written: \(error)")
    }
    let checkpoint = RunCheckpoint(
      .agent, environmentStep: environmentStep, path: entry.store.recordedPath(of: path),
      sha256: hash.sha256, byteCount: hash.byteCount)
    let predecessor = try entry.store.run(thatWroteTo: checkpoint.path, before: entry.run)
    try entry.store.add(checkpoint, to: entry.run)
    if let predecessor {
      try AgentHistory(store: entry.store, run: predecessor).notePretrainedAgain(
        checkpoint, by: entry.run)
    }
  }

  /// Enters what the run's agent saw and did.
  func keep(_ experience: Experience, environmentStep: Int) throws {
    guard let entry else { return }
    try entry.store.add(
      RunExperience(environmentStep: environmentStep, document: JSONValue(encoding: experience)),
      to: entry.run)
  }

  /// The run that an agent comes from, whatever is recorded of it; nil if it is none of the store or
  /// nothing is recorded.
  func history(ofAgent sha256: String) throws -> AgentHistory? {
    guard let entry, let run = try entry.store.run(thatWrote: sha256) else { return nil }
    return AgentHistory(store: entry.store, run: run)
  }

  /// Notes what was measured of an agent.
  func keep(
    _ evaluation: Evaluation, watched watch: TriggerWatch?, ofAgent sha256: String
  ) throws {
    guard let entry else { return }
    try entry.store.add(
      RunEvaluation(
        runID: entry.run.id, checkpointSHA256: sha256,
        document: TriggerWatch.document(of: evaluation, with: watch)))
  }

  /// Notes something that happened.
  func note(_ kind: RunEvent.Kind, _ message: String, environmentStep: Int? = nil) throws {
    guard let entry else { return }
    try entry.store.add(RunEvent(kind, message, environmentStep: environmentStep), to: entry.run)
  }

  /// Does a command's work; an error in it ends the run as failed.
  func perform<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch {
      if !isEnded.withLock({ $0 }) {
        let isPromise = error is EnvironmentError || error is BrokenPromise
        let kind: RunEvent.Kind = isPromise ? .environmentFailed : .failed
        try? note(kind, "\(error)")
        try? end(.failed)
      }
      throw error
    }
  }

  /// Writes what is left to write and ends the run, once.
  func end(_ state: Run.State) throws {
    let isFirst = isEnded.withLock { isEnded in
      defer { isEnded = true }
      return !isEnded
    }
    guard let entry, isFirst else { return }
    try entry.writer.finish()
    if state == .stopped { try note(.stopped, "stopped by the user") }
    try entry.store.end(entry.run, as: state)
  }

  /// Ends the run and the process at Ctrl-C, for work that cannot be stopped half-way; as long as
  /// the interrupt is held.
  func endingAtInterrupt() -> Interrupt {
    Interrupt {
      try? self.end(.stopped)
      // A bar may stand on the line.
      let start = StandardStream.error.isTerminal ? "\n" : ""
      try? StandardStream.error.write(start + "foal: stopped early\n")
      _exit(130)
    }
  }

  /// What is printed of it at the end of a command.
  var text: String { name.map { "Recorded as \($0)\n" } ?? "" }
}

extension Agent {
  /// The SHA-256 of the agent's file: of that name, or of the bundled one.
  func sha256(readFrom name: String) -> String {
    var isFolder: ObjCBool = false
    let isFile =
      FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) && !isFolder.boolValue
    let hash = isFile ? try? FileHash(contentsOf: name) : nil
    return hash?.sha256 ?? SHA256.hex(of: file.bytes())
  }
}
