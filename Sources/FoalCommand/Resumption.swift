internal import Checkpoints
internal import Files
internal import Foundation
internal import Records
internal import Schooling

/// A run that is about to go on from its newest sound checkpoint.
struct Resumption {
  let store: RunStore
  let run: Run
  private let lock: FileLock

  /// Finds the run and takes hold of it.
  /// - Throws: `CommandFailure` if it was made by another command, has finished or still runs.
  init(of name: String, by command: String, below home: HomeOptions) throws {
    let (store, runs) = try home.runs(named: [name])
    let run = runs[0]
    guard run.command == command else {
      throw CommandFailure(
        ["pretrain", "train"].contains(run.command)
          ? "run \(run.name) is one of 'foal \(run.command)': foal \(run.command) --resume \(run.name)"
          : "run \(run.name) is one of 'foal \(run.command)', which cannot be resumed")
    }
    guard run.state != .finished else {
      throw CommandFailure("run \(run.name) has finished: there is nothing to resume")
    }
    (self.store, self.run) = (store, run)
    lock = try RunLock.take(run, in: store)
  }

  /// The settings that the run began with.
  func settings<Settings: Decodable>(as type: Settings.Type) throws -> Settings {
    do {
      return try store.configuration(of: run).decoded(as: type)
    } catch let error as RunStoreError {
      throw error
    } catch {
      throw CommandFailure(
        "the settings of run \(run.name), made by Foal \(run.foalVersion), are not such as "
          + "'foal \(run.command)' has")
    }
  }

  /// Puts a learner where its run's newest sound checkpoint was, and enters that into the store.
  ///
  /// - Returns: the recording that goes on, and the checkpoint's notes.
  func restore(
    _ learner: inout some Resumable
  ) throws -> (recording: Recording, notes: [String: String]) {
    let folder = CheckpointFolder(store.checkpointsPath(of: run))
    var defects: [CheckpointError] = []
    var found: (checkpoint: Checkpoint, entry: CheckpointFolder.Entry)?
    for step in try folder.steps() where found == nil {
      do throws(CheckpointError) {
        let (checkpoint, entry) = try folder.read(step)
        try learner.restore(checkpoint)
        found = (checkpoint, entry)
      } catch {
        if case .madeByNewerVersion = error { throw error }
        try StandardStream.error.write("foal: \(error)\n")
        defects.append(error)
        continue
      }
    }
    guard let (checkpoint, entry) = found else {
      throw CommandFailure(
        defects.first.map { "run \(run.name) has no checkpoint left to resume from: \($0)" }
          ?? "run \(run.name) was killed before it had begun: there is nothing to resume")
    }
    let step = entry.environmentStep
    for later in try folder.steps() where later > step { try folder.remove(later) }
    let resumed = try store.resume(run, fromEnvironmentStep: step)
    for defect in defects {
      try store.add(RunEvent(.checkpointDamaged, "\(defect)", environmentStep: step), to: resumed)
    }
    try store.add(entry, to: resumed)
    return (try Recording(of: resumed, in: store, holding: lock), checkpoint.notes)
  }

  /// Where the agent was to be written when the run began; nil if that was not said.
  func output(in notes: [String: String]) -> String? {
    guard let path = notes["output"] else { return nil }
    return path.hasPrefix("/") || store.home == "."
      ? path : (store.home as NSString).appendingPathComponent(path)
  }
}

/// The lock that the process holds that works on a run.
enum RunLock {
  /// Takes hold of a run.
  /// - Throws: `CommandFailure` if another process works on it.
  static func take(_ run: Run, in store: RunStore) throws -> FileLock {
    let folder = try store.makeFolder(of: run)
    guard let lock = try FileLock((folder as NSString).appendingPathComponent("lock")) else {
      throw CommandFailure("run \(run.name) is still running: another process works on it")
    }
    return lock
  }
}

extension RunStore {
  /// The folder of a run's checkpoints.
  func checkpointsPath(of run: Run) -> String {
    (folder(of: run) as NSString).appendingPathComponent("checkpoints")
  }

  /// Enters a checkpoint that is on the disk, unless it is entered already.
  func add(_ entry: CheckpointFolder.Entry, to run: Run) throws {
    let path = recordedPath(of: entry.path)
    let known = try checkpoints(of: run)
    guard !known.contains(where: { $0.path == path && $0.sha256 == entry.sha256 }) else { return }
    // A checkpoint that was replaced by one of the same step.
    for old in known where old.path == path { try remove(old, from: run) }
    try add(
      RunCheckpoint(
        .training, environmentStep: entry.environmentStep, path: path, sha256: entry.sha256,
        byteCount: entry.byteCount), to: run)
  }
}
