public import Foundation

/// One run of a command that learned or measured something.
public struct Run: Sendable, Hashable, Codable, Identifiable {
  /// How far a run is.
  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    /// It goes on, or its process was killed: see ``Run/heartbeatAt``.
    case running
    /// It did all that it was asked to.
    case finished
    /// The user stopped it; what it learned until then was saved.
    case stopped
    /// An error ended it.
    case failed
  }

  /// The store's own number for the run, never used again.
  public var id: Int64
  /// The name by which people know it, for example `cartpole-7`.
  public var name: String
  /// The command that made it, for example `pretrain`.
  public var command: String
  /// The family, environment or task that it is about.
  public var task: String
  /// The seed of all its randomness.
  public var seed: UInt64
  /// The version of Foal that made it.
  public var foalVersion: String
  public var state: State
  public var startedAt: Date
  /// When its process last gave a sign of life, about each second while it runs.
  public var heartbeatAt: Date
  /// When it ended; nil while it runs.
  public var endedAt: Date?
  /// Environment steps so far, over all slots.
  public var environmentSteps: Int
  /// The run whose agent it works with; nil if none is known.
  public var parentID: Int64?

  /// Whether a run may have a name: 1 to 100 letters, digits, dots, dashes and underscores, a letter
  /// or digit first, and not that of the store's own files.
  public static func isFit(name: String) -> Bool { RunName.isFit(name) }

  /// Whether the run counts as running but has been silent for a minute, as one that was killed.
  public func isLost(at date: Date = .now) -> Bool {
    state == .running && date.timeIntervalSince(heartbeatAt) > 60
  }
}

/// What is said of a run when it begins.
public struct NewRun: Sendable, Hashable {
  /// Its name: letters, digits, dots, dashes and underscores.
  public var name: String
  /// Whether a name that is taken gets a number, `cartpole-7-2`; otherwise it is an error.
  public var numbersTakenName: Bool
  public var command: String
  public var task: String
  public var seed: UInt64
  public var foalVersion: String
  /// All its settings.
  public var configuration: JSONValue
  public var parentID: Int64?

  public init(
    name: String, numbersTakenName: Bool = true, command: String, task: String, seed: UInt64,
    foalVersion: String, configuration: JSONValue = .object([:]), parentID: Int64? = nil
  ) {
    self.name = name
    self.numbersTakenName = numbersTakenName
    self.command = command
    self.task = task
    self.seed = seed
    self.foalVersion = foalVersion
    self.configuration = configuration
    self.parentID = parentID
  }
}
