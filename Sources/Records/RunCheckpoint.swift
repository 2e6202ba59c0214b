public import Foundation

/// A file, or a folder known by its manifest, that holds what a run had learned.
public struct RunCheckpoint: Sendable, Hashable, Codable {
  /// What a checkpoint is good for.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// An agent's file: it acts, and goes on learning with fresh counters.
    case agent
    /// All of a learner's state: the run resumes from it as if it had never stopped.
    case training
  }

  public var kind: Kind
  /// Environment steps of the run when it was written, over all slots.
  public var environmentStep: Int
  /// Where it lies: below the home folder as a path from there, elsewhere as an absolute path.
  public var path: String
  /// The SHA-256 of its bytes, or of its manifest's, in 64 hexadecimal digits.
  public var sha256: String
  /// Its size in bytes.
  public var byteCount: Int
  public var createdAt: Date

  public init(
    _ kind: Kind, environmentStep: Int, path: String, sha256: String, byteCount: Int,
    createdAt: Date = .now
  ) {
    self.kind = kind
    self.environmentStep = environmentStep
    self.path = path
    self.sha256 = sha256
    self.byteCount = byteCount
    self.createdAt = createdAt
  }
}
