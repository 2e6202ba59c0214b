internal import Checksums
internal import Environments
internal import Foundation
internal import Records
internal import Schooling
internal import Synchronization
internal import Tensors

/// The run that a command enters into the run store while it works; or nothing, if it is left out.
final class Recording: Sendable {
  private struct Entry: Sendable {
    let store: RunStore
    let run: Run
    let writer: MetricsWriter
  }

  private let entry: Entry?
  private let isEnded = Mutex(false)

  /// Records nothing.
  init() { entry = nil }

  /// Records a run that has just begun.
  init(of run: Run, in store: RunStore) throws {
    entry = Entry(store: store, run: run, writer: try MetricsWriter(store, run: run))
  }

  /// The run's name; nil if it is left out.
  var name: String? { entry?.run.name }

  /// Takes what was measured at a step.
  func take(_ readings: [MetricReading], environmentStep: Int) {
    entry?.writer.record(
      readings.map { ($0.name, $0.value) }, environmentStep: environmentStep)
  }

  /// Notes the file that an agent was written to.
  func keepAgent(_ path: String, environmentStep: Int) throws {
    guard let entry else { return }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw CommandFailure("cannot read \(path), which was just written")
    }
    try entry.store.add(
      RunCheckpoint(
        .agent, environmentStep: environmentStep, path: entry.store.recordedPath(of: path),
        sha256: SHA256.hex(of: [UInt8](bytes)), byteCount: bytes.count), to: entry.run)
  }

  /// Notes what was measured of an agent.
  func keep(_ evaluation: Evaluation, ofAgent sha256: String) throws {
    guard let entry else { return }
    try entry.store.add(
      RunEvaluation(
        runID: entry.run.id, checkpointSHA256: sha256, document: JSONValue(encoding: evaluation)))
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
        let kind: RunEvent.Kind = error is EnvironmentError ? .environmentFailed : .failed
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
    let bytes = isFile ? FileManager.default.contents(atPath: name).map { [UInt8]($0) } : nil
    return SHA256.hex(of: bytes ?? file.bytes())
  }
}
