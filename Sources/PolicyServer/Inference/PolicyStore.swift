internal import Foundation
internal import Synchronization

/// The policies that are served, each with its versions, of which new sessions get the current one.
final class PolicyStore: Sendable {
  /// The versions of one policy.
  struct Served {
    /// The oldest first.
    var versions: [PolicyVersion]
    var current: PolicyVersion
    var nextNumber: Int
  }

  private let state: Mutex<[String: Served]>

  /// The versions of a policy that are kept although no session needs them.
  private static let kept = 3

  init(_ first: [PolicyVersion]) {
    state = Mutex(
      Dictionary(
        uniqueKeysWithValues: first.map {
          ($0.name, Served(versions: [$0], current: $0, nextNumber: $0.number + 1))
        }))
  }

  /// The policies' names, in the order of the alphabet.
  var names: [String] { state.withLock { $0.keys.sorted() } }

  /// The versions that new sessions get, in the order of their policies' names.
  var current: [PolicyVersion] {
    state.withLock { $0.values.map(\.current).sorted { $0.name < $1.name } }
  }

  /// Finds a version.
  /// - Parameters:
  ///   - policy: its policy; nil for the only one.
  ///   - number: its number; nil for the current one.
  /// - Throws: `APIError` 404 that names those that there are, 400 if it is not said which is meant.
  func version(_ policy: String?, _ number: String?) throws(APIError) -> PolicyVersion {
    let served = try served(policy)
    guard let number else { return served.current }
    guard let version = served.versions.first(where: { $0.label == number }) else {
      let known = served.versions.map(\.label).joined(separator: ", ")
      throw APIError(
        404,
        "policy \(served.current.name) has no version \"\(number.prefix(40))\"; it has \(known)")
    }
    return version
  }

  /// The numbers of a policy's versions, the oldest first.
  func labels(of policy: String) throws(APIError) -> [String] {
    try served(policy).versions.map(\.label)
  }

  private func served(_ policy: String?) throws(APIError) -> Served {
    let all = state.withLock { $0 }
    let known = all.keys.sorted().joined(separator: ", ")
    guard let policy else {
      guard all.count == 1, let only = all.values.first else {
        throw APIError(400, "policy: expected one of \(known), got nothing")
      }
      return only
    }
    guard let served = all[policy] else {
      throw APIError(404, "there is no policy \"\(policy.prefix(80))\"; there are \(known)")
    }
    return served
  }

  /// Takes an agent's file up as the next version of its policy, or the first of a new one.
  ///
  /// Requests that are being answered, and sessions that are open, stay with the version that they
  /// have.
  /// - Parameter inUse: the numbers of the versions that sessions have.
  @discardableResult
  func takeUp(_ file: AgentFile, named name: String, inUse: Set<Int>) -> PolicyVersion {
    state.withLock { state in
      let number = state[name]?.nextNumber ?? 1
      let version = PolicyVersion(
        file.agent, name: name, number: number, checksum: file.checksum, source: file.path)
      var served =
        state[name] ?? Served(versions: [], current: version, nextNumber: number)
      served.versions.append(version)
      served.current = version
      served.nextNumber = number + 1
      let recent = served.versions.suffix(Self.kept).map(\.number)
      served.versions.removeAll { !recent.contains($0.number) && !inUse.contains($0.number) }
      state[name] = served
      return version
    }
  }

  /// Gives new sessions the version before a version again, if that one is the current.
  /// - Returns: the version that they get now.
  @discardableResult
  func rollBack(_ version: PolicyVersion) -> PolicyVersion? {
    state.withLock { state in
      guard var served = state[version.name], served.current === version,
        let before = served.versions.last(where: { $0.number < version.number })
      else { return nil }
      served.current = before
      state[version.name] = served
      return before
    }
  }
}
