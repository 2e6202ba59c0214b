internal import Checksums
internal import Foundation
package import Policies
internal import Records
internal import Tensors

/// An agent that the server answers with.
package struct ServedAgent: Sendable {
  package var name: String
  package var agent: Agent
  /// The SHA-256 of its file.
  package var sha256: String

  package init(name: String, agent: Agent, sha256: String) {
    self.name = name
    self.agent = agent
    self.sha256 = sha256
  }
}

/// The agents that can be looked at and watched: those that the server serves, those that come with
/// Foal, and those that runs wrote below the home folder.
struct AgentShelf: Sendable {
  let store: OpenStore
  let served: @Sendable () -> [ServedAgent]

  /// The most agents of runs, the newest, that are on the shelf.
  private static let mostRuns = 100

  /// What put an agent on the shelf.
  enum Origin: String, Encodable, Sendable {
    case served, bundled, run
  }

  /// An agent and where it is from.
  struct Item: Sendable {
    /// The name by which it is asked for.
    var name: String
    var agent: Agent
    /// The SHA-256 of its file.
    var sha256: String
    var origin: Origin
    /// The run that wrote it; nil if none is known.
    var run: String?
    var writtenAt: Date?
  }

  /// All agents that can be read: the served ones, the bundled ones, and the last of each run, the
  /// newest first.
  func items() throws -> [Item] {
    let store = try store.get()
    var items = try served().map { try Item($0, in: store) }
    for name in Agent.bundledNames where !items.contains(where: { $0.name == name }) {
      items.append(try Item(bundled: name))
    }
    // A name that is served or bundled means that agent.
    let known = Set(items.map(\.name))
    let runs = try store?.runs().filter { !known.contains($0.name) } ?? []
    guard let store else { return items }
    return items + runs.lazy.compactMap { try? Item($0, in: store) }.prefix(Self.mostRuns)
  }

  /// Finds an agent by its name.
  func item(_ name: String) throws -> Item {
    let store = try store.get()
    if let agent = served().first(where: { $0.name == name }) {
      return try Item(agent, in: store)
    }
    if Agent.bundledNames.contains(name) { return try Item(bundled: name) }
    if let store, let run = try store.runs().first(where: { $0.name == name }),
      let item = try Item(run, in: store)
    {
      return item
    }
    throw DashboardFailure(.notFound, "there is no agent \"\(name)\"")
  }
}

extension AgentShelf.Item {
  fileprivate init(_ served: ServedAgent, in store: RunStore?) throws {
    self.init(
      name: served.name, agent: served.agent, sha256: served.sha256, origin: .served,
      run: try store?.run(thatWrote: served.sha256)?.name)
  }

  fileprivate init(bundled name: String) throws {
    let agent = try Agent(named: name)
    self.init(
      name: name, agent: agent, sha256: SHA256.hex(of: agent.file.bytes()), origin: .bundled)
  }

  /// The last agent that a run wrote; nil if it wrote none.
  fileprivate init?(_ run: Run, in store: RunStore) throws {
    guard let last = try store.checkpoints(of: run).last(where: { $0.kind == .agent }) else {
      return nil
    }
    self.init(
      name: run.name, agent: try Agent(contentsOf: store.path(of: last)), sha256: last.sha256,
      origin: .run, run: run.name, writtenAt: last.createdAt)
  }
}
