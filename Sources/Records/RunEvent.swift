public import Foundation

/// Something that happened to a run, for people and for the annotations of its curves.
public struct RunEvent: Sendable, Hashable, Codable {
  /// What kind of thing happened. Kinds that a later version adds are read as they are.
  public struct Kind: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { rawValue = value }

    /// The run went on from a checkpoint.
    public static let resumed: Kind = "resumed"
    /// The user stopped the run.
    public static let stopped: Kind = "stopped"
    /// An error ended the run.
    public static let failed: Kind = "failed"
    /// The curriculum moved on to other tasks.
    public static let curriculumMoved: Kind = "curriculumMoved"
    /// An environment broke a promise, for example by a reward that is not finite.
    public static let environmentFailed: Kind = "environmentFailed"
    /// A trigger of the report fired.
    public static let triggerFired: Kind = "triggerFired"
    /// The agent adapted to a task.
    public static let agentAdapted: Kind = "agentAdapted"
    /// The agent was pretrained again.
    public static let agentPretrainedAgain: Kind = "agentPretrainedAgain"
    /// A checkpoint was damaged, and the one before it was used.
    public static let checkpointDamaged: Kind = "checkpointDamaged"
    /// The environment, or the task, was solved.
    public static let solved: Kind = "solved"
    /// A published system was reproduced, or was not.
    public static let reproduced: Kind = "reproduced"
    /// A metric was not finite, or came faster than the disk took it, and is not in the store.
    public static let metricLost: Kind = "metricLost"
  }

  /// Environment steps of the run when it happened; nil where that has no meaning.
  public var environmentStep: Int?
  public var date: Date
  public var kind: Kind
  /// What happened, in one line.
  public var message: String
  /// More about it, for programs.
  public var detail: JSONValue?

  public init(
    _ kind: Kind, _ message: String, environmentStep: Int? = nil, date: Date = .now,
    detail: JSONValue? = nil
  ) {
    self.kind = kind
    self.message = message
    self.environmentStep = environmentStep
    self.date = date
    self.detail = detail
  }
}
