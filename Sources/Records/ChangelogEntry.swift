internal import Checksums
public import Foundation

/// One entry of a run's append-only changelog.
///
/// Each entry's hash covers its content and the hash of the entry before it, so that an entry which
/// was changed, taken out or put in later shows: see ``RunStore/verifyChangelog(of:)``.
public struct ChangelogEntry: Sendable, Hashable, Codable {
  /// Its number in the run's changelog, from 1.
  public var number: Int
  public var date: Date
  /// The part of the report that it is about.
  public var section: String
  /// What was seen that called for the change.
  public var observation: String
  /// What changed.
  public var change: String
  /// Who decided it.
  public var decidedBy: String
  /// More about it, for programs.
  public var detail: JSONValue
  /// The hash of the entry before; 64 zeros in the first.
  public var previousHash: String
  /// The SHA-256 of ``canonicalText``.
  public var hash: String

  /// The hash that the first entry follows.
  static let origin = String(repeating: "0", count: 64)

  /// The text that is hashed: everything in the entry but its hash.
  public var canonicalText: String {
    JSONValue.object([
      "number": .integer(number), "date": .string(Timestamp.text(date)),
      "section": .string(section), "observation": .string(observation),
      "change": .string(change), "decidedBy": .string(decidedBy), "detail": detail,
      "previousHash": .string(previousHash),
    ]).canonicalText
  }

  /// The hash that the entry's content calls for.
  var computedHash: String { SHA256.hex(of: Array(canonicalText.utf8)) }
}

/// What is said of a change when it is entered.
public struct NewChangelogEntry: Sendable, Hashable {
  public var section: String
  public var observation: String
  public var change: String
  public var decidedBy: String
  public var detail: JSONValue
  public var date: Date

  public init(
    section: String, observation: String = "", change: String, decidedBy: String,
    detail: JSONValue = .null, date: Date = .now
  ) {
    self.section = section
    self.observation = observation
    self.change = change
    self.decidedBy = decidedBy
    self.detail = detail
    self.date = date
  }
}

/// Whether a changelog is as it was written.
public enum ChangelogVerdict: Sendable, Hashable, Codable {
  /// Every entry follows from the one before. The head is the last entry's hash, nil without
  /// entries; it is what to note elsewhere, because entries cut off the end leave no other trace.
  case intact(head: String?)
  /// The first entry that does not follow from the one before, and why.
  case broken(entry: Int, reason: String)

  /// Judges entries in their order.
  public init(_ entries: [ChangelogEntry]) {
    var previous = ChangelogEntry.origin
    for (index, entry) in entries.enumerated() {
      let number = index + 1
      guard entry.number == number else {
        self = .broken(entry: number, reason: "it is missing; entry \(entry.number) follows")
        return
      }
      guard entry.previousHash == previous else {
        self = .broken(entry: number, reason: "it does not follow from the entry before")
        return
      }
      guard entry.hash == entry.computedHash else {
        self = .broken(entry: number, reason: "its content is not what was hashed")
        return
      }
      previous = entry.hash
    }
    self = .intact(head: entries.last?.hash)
  }
}
