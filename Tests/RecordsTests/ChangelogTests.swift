import Checksums
import Foundation
import GRDB
import Records
import Testing

@Suite struct ChangelogTests {
  private let home = TemporaryHome()

  /// A run with a changelog of three entries.
  private func chained() throws -> (RunStore, Run) {
    let store = try home.store()
    let run = try store.begin(.example())
    for number in 1...3 {
      _ = try store.append(
        NewChangelogEntry(
          section: "Limitations", observation: "seen \(number)", change: "changed \"\(number)\"",
          decidedBy: "Ada", detail: .object(["n": .integer(number), "x": .number(0.5)]),
          date: exampleDate + Double(number)), to: run)
    }
    return (store, run)
  }

  private func change(_ sql: String) throws {
    let queue = try DatabaseQueue(path: home.file)
    try queue.write { try $0.execute(sql: sql) }
  }

  @Test func eachEntryFollowsFromTheOneBefore() throws {
    let (store, run) = try chained()
    let entries = try store.changelog(of: run)
    #expect(entries.map(\.number) == [1, 2, 3])
    #expect(entries[0].previousHash == String(repeating: "0", count: 64))
    #expect(entries[1].previousHash == entries[0].hash)
    #expect(entries[2].previousHash == entries[1].hash)
    #expect(try store.verifyChangelog(of: run) == .intact(head: entries[2].hash))
    let other = try store.begin(.example())
    #expect(try store.verifyChangelog(of: other) == .intact(head: nil))
  }

  /// The hash is one that any other program computes as well: SHA-256 of this text.
  @Test func theHashIsThatOfThisText() throws {
    let (store, run) = try chained()
    let first = try store.changelog(of: run)[0]
    #expect(
      first.canonicalText
        == #"{"change":"changed \"1\"","date":"2025-11-21T12:05:08.123Z","decidedBy":"Ada","#
        + #""detail":{"n":1,"x":0.5},"number":1,"observation":"seen 1","previousHash":""#
        + String(repeating: "0", count: 64) + #"","section":"Limitations"}"#)
    #expect(
      first.hash == "799d5397899e1fa35c3b4140d47fb7248de3ac728647c08d147ec9df47975794")
  }

  @Test(arguments: [
    ("UPDATE changelog SET change = 'x' WHERE number = 2", 2),
    ("UPDATE changelog SET section = 'x' WHERE number = 1", 1),
    ("UPDATE changelog SET observation = '' WHERE number = 3", 3),
    ("UPDATE changelog SET decidedBy = 'Eve' WHERE number = 2", 2),
    ("UPDATE changelog SET detail = '{}' WHERE number = 2", 2),
    ("UPDATE changelog SET date = '2025-11-21T12:05:10.124Z' WHERE number = 3", 3),
    ("UPDATE changelog SET hash = previousHash WHERE number = 2", 2),
    ("UPDATE changelog SET previousHash = hash WHERE number = 1", 1),
    ("DELETE FROM changelog WHERE number = 2", 2),
    ("DELETE FROM changelog WHERE number = 1", 1),
    (
      "DELETE FROM changelog WHERE number = 1; UPDATE changelog SET number = number - 1", 1
    ),
    (
      "UPDATE changelog SET number = 9 WHERE number = 2; "
        + "UPDATE changelog SET number = 2 WHERE number = 3; "
        + "UPDATE changelog SET number = 3 WHERE number = 9", 2
    ),
  ])
  func saysWhereTheChainIsBroken(sql: String, entry: Int) throws {
    let (store, run) = try chained()
    try change(sql)
    guard case .broken(entry, let reason) = try store.verifyChangelog(of: run) else {
      Issue.record("expected entry \(entry), got \(try store.verifyChangelog(of: run))")
      return
    }
    #expect(!reason.isEmpty)
  }

  /// Who can hash can make one entry look right, but not the one after it.
  @Test func anEntryThatIsHashedAnewBreaksTheNext() throws {
    let (store, run) = try chained()
    var entry = try store.changelog(of: run)[1]
    entry.change = "nothing"
    let hash = SHA256.hex(of: Array(entry.canonicalText.utf8))
    try change("UPDATE changelog SET change = 'nothing', hash = '\(hash)' WHERE number = 2")
    guard case .broken(3, _) = try store.verifyChangelog(of: run) else {
      Issue.record("expected entry 3, got \(try store.verifyChangelog(of: run))")
      return
    }
  }

  /// Pointing the entry after it at the new hash does not help: what it points at is hashed too.
  @Test func whatAnEntryFollowsFromIsPartOfItsHash() throws {
    let (store, run) = try chained()
    var entry = try store.changelog(of: run)[1]
    entry.change = "nothing"
    let hash = SHA256.hex(of: Array(entry.canonicalText.utf8))
    try change(
      "UPDATE changelog SET change = 'nothing', hash = '\(hash)' WHERE number = 2; "
        + "UPDATE changelog SET previousHash = '\(hash)' WHERE number = 3")
    guard case .broken(3, _) = try store.verifyChangelog(of: run) else {
      Issue.record("expected entry 3, got \(try store.verifyChangelog(of: run))")
      return
    }
  }

  /// The one change that a chain cannot show by itself, and what shows it.
  @Test func anEntryCutOffTheEndChangesTheHead() throws {
    let (store, run) = try chained()
    let head = try store.verifyChangelog(of: run)
    try change("DELETE FROM changelog WHERE number = 3")
    #expect(try store.verifyChangelog(of: run) != head)
  }
}
