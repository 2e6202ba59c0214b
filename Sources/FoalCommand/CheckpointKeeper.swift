internal import Checkpoints
internal import Environments
internal import Files
internal import Foundation
internal import Records
internal import Schooling

/// Saves a run's learner from time to time; does nothing for a run that is left out of the store.
struct CheckpointKeeper {
  /// How many checkpoints are kept; the one before the newest is for the case that it is damaged.
  private static let kept = 2

  private let recording: Recording
  private let interval: Duration
  private let notes: [String: String]
  private var savedAt = ContinuousClock.now
  private(set) var savedStep: Int?

  /// - Parameters:
  ///   - output: where the agent is to be written in the end.
  ///   - savedStep: the step of the checkpoint that the run went on from.
  init(
    _ recording: Recording, _ options: CheckpointOptions, output: String?, savedStep: Int? = nil
  ) throws {
    self.recording = recording
    self.savedStep = savedStep
    interval = options.interval
    notes = output.flatMap(recording.recordedPath).map { ["output": $0] } ?? [:]
    try recording.checkpoints?.removeTemporaries()
  }

  /// Saves if it is time to, and at the start, so that there is always something to go on from.
  mutating func saveIfDue(_ learner: some Resumable) throws {
    if savedStep == nil || ContinuousClock.now - savedAt >= interval { try save(learner) }
  }

  /// Saves: metrics, then the checkpoint, then its row in the store; then drops old ones.
  mutating func save(_ learner: some Resumable) throws {
    guard let folder = recording.checkpoints, savedStep != learner.steps else { return }
    var checkpoint = try learner.checkpoint()
    checkpoint.notes = notes
    try recording.flushMetrics()
    let entry = try folder.write(checkpoint, foalVersion: FoalTool.version)
    try recording.keep(entry)
    (savedAt, savedStep) = (.now, learner.steps)
    for old in try folder.steps().dropFirst(Self.kept) {
      try recording.forgetCheckpoint(at: folder.path(ofStep: old))
      try folder.remove(old)
    }
  }

  /// How long ago the run was saved, for the progress line.
  var age: String {
    guard recording.checkpoints != nil, savedStep != nil else { return "" }
    let seconds = Int((ContinuousClock.now - savedAt) / .seconds(1))
    return "  saved \(seconds) s ago"
  }

  /// The command that goes on with the run; nil if it is left out or was never saved.
  var resumeCommand: String? {
    savedStep == nil ? nil : recording.resumeCommand
  }

  /// What is said of an environment that broke a promise, once its replay is in the run's folder.
  func failure(
    _ error: EnvironmentError, _ learner: some Resumable, of kind: EnvironmentCatalogue.Entry.Kind
  ) -> BrokenPromise {
    guard var replay = learner.replay else { return BrokenPromise(description: "\(error)") }
    let text = "\(error); seed \(replay.seed)"
    replay.kind = kind
    guard let folder = try? recording.makeFolder(),
      let bytes = try? ReplayFile.bytes(of: replay)
    else { return BrokenPromise(description: text) }
    let path = (folder as NSString).appendingPathComponent("replay.json")
    do {
      try DurableFile.write(bytes, to: path)
    } catch {
      return BrokenPromise(description: "\(text) (no replay of it: \(error))")
    }
    return BrokenPromise(
      description: "\(text); it is played back by: foal environments replay \(shellWord(path))")
  }

  /// Does work that may fail; the error then says how to go on from the last checkpoint.
  mutating func perform<Result>(_ work: (inout CheckpointKeeper) throws -> Result) throws -> Result
  {
    do {
      return try work(&self)
    } catch {
      guard let resumeCommand, let savedStep, !(error is CommandFailure) else { throw error }
      throw CommandFailure(
        "\(error); step \(Quantities.count(savedStep)) is saved: \(resumeCommand)")
    }
  }
}

/// An environment that broke a promise while an agent learned in it.
struct BrokenPromise: Error, CustomStringConvertible {
  let description: String
}
