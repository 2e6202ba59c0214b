public import Checkpoints
public import Environments

/// Learning that can stop after any iteration and go on later as if it had not stopped.
public protocol Resumable: Sendable {
  /// Environment steps so far, over all slots.
  var steps: Int { get }
  /// How an environment that stopped the run can be seen doing so again; nil if none did.
  var replay: EnvironmentReplay? { get }
  /// Takes down all that the rest of the run depends on.
  func checkpoint() throws -> Checkpoint
  /// Goes on from a checkpoint of a run of the same tasks, settings and seed.
  /// - Throws: `CheckpointError.unfit` if it is of another run; nothing is changed then.
  mutating func restore(_ checkpoint: Checkpoint) throws(CheckpointError)
}

/// What tells runs apart, for a checkpoint is of use to none but its own.
struct RunIdentity<Configuration: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
  var kind: String
  var tasks: String
  var seed: UInt64
  var configuration: Configuration

  /// Checks that another run is this one.
  func check(_ other: RunIdentity) throws(CheckpointError) {
    guard other != self else { return }
    let isSettings = other.kind == kind && other.tasks == tasks && other.seed == seed
    throw .unfit(
      reason: "it is of \(other.kind) on \(other.tasks) with seed \(other.seed)"
        + (isSettings ? " and other settings" : ""))
  }
}

/// Runs work that restores; what does not fit is a checkpoint that does not.
func restoring<Result>(_ work: () throws -> Result) throws(CheckpointError) -> Result {
  do {
    return try work()
  } catch let error as CheckpointError {
    throw error
  } catch {
    throw .unfit(reason: "\(error)")
  }
}
