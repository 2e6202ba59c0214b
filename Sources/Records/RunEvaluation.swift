public import Foundation

/// How an agent did on tasks: what was measured, and of which bytes.
public struct RunEvaluation: Sendable, Hashable, Codable {
  /// The run that measured it.
  public var runID: Int64
  /// The SHA-256 of the agent's file.
  public var checkpointSHA256: String
  public var date: Date
  /// Seeds, tasks, every try with its intervals, and the controls.
  public var document: JSONValue

  public init(
    runID: Int64, checkpointSHA256: String, date: Date = .now, document: JSONValue
  ) {
    self.runID = runID
    self.checkpointSHA256 = checkpointSHA256
    self.date = date
    self.document = document
  }
}
