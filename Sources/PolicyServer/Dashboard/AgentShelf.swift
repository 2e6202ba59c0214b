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
  let home: String
  let served: @Sendable () -> [ServedAgent]

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
    let store = RunStore.exists(below: home) ? try RunStore(below: home) : nil
    var items: [Item] = try served().map {
      Item(
        name: $0.name, agent: $0.agent, sha256: $0.sha256, origin: .served,
        run: try store?.run(thatWrote: $0.sha256)?.name)
    }
    for name in Agent.bundledNames where !items.contains(where: { $0.name == name }) {
      let agent = try Agent(named: name)
      items.append(
        Item(name: name, agent: agent, sha256: SHA256.hex(of: agent.file.bytes()), origin: .bundled)
      )
    }
    for run in try store?.runs() ?? [] {
      // A name that is served or bundled means that agent.
      guard let store, !items.contains(where: { $0.name == run.name }),
        let last = try store.checkpoints(of: run).last(where: { $0.kind == .agent }),
        let agent = try? Agent(contentsOf: store.path(of: last))
      else { continue }
      items.append(
        Item(
          name: run.name, agent: agent, sha256: last.sha256, origin: .run, run: run.name,
          writtenAt: last.createdAt))
    }
    return items
  }

  /// Finds an agent by its name.
  func item(_ name: String) throws -> Item {
    guard let item = try items().first(where: { $0.name == name }) else {
      throw DashboardFailure(.notFound, "there is no agent \"\(name)\"")
    }
    return item
  }
}
