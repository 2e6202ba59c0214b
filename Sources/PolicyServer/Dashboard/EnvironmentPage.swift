internal import Environments
internal import Policies
internal import Tensors

/// An environment or a family as a list shows it.
struct EnvironmentRow: Encodable {
  /// The name by which its page is asked for.
  let id: String
  let name: String
  let kind: EnvironmentCatalogue.Entry.Kind
  let alias: String?
  let summary: String
  let source: String
  let isVariant: Bool
  /// The start of a task; nil if it cannot be drawn.
  let picture: Picture?
}

/// All that an environment's page shows.
struct EnvironmentPage: Encodable {
  let environment: EnvironmentRow
  let observation: String
  let actions: String
  let stepLimit: Int?
  let solvedReturn: Float?
  let randomReturn: Float
  let referenceReturn: Float
  let hasExpert: Bool
  /// The agents that can act here, by name.
  let agents: [String]
  let controls: Controls
}

extension Dashboard {
  /// Everything of the catalogue.
  func environmentRows() -> [EnvironmentRow] {
    EnvironmentCatalogue.everything.map { row($0) }
  }

  /// The page of an environment, or of the family of the same name: `cartpole`, `cartpole:family`.
  func environmentPage(_ name: String) throws -> EnvironmentPage {
    let entry = try Self.entry(name)
    let tasks = entry.tasks
    let agents = try agents.items().filter { $0.agent.acts(in: tasks) }
    return EnvironmentPage(
      environment: row(entry), observation: "\(tasks.observationSpace)",
      actions: "\(tasks.actionSpace)", stepLimit: tasks.stepLimit,
      solvedReturn: tasks.solvedReturn, randomReturn: entry.randomReturn,
      referenceReturn: entry.referenceReturn, hasExpert: tasks.hasExperts,
      agents: agents.map(\.name), controls: Controls(of: entry))
  }

  private func row(_ entry: EnvironmentCatalogue.Entry) -> EnvironmentRow {
    let batch = entry.tasks.batch(
      tasks: [0], of: .heldOut, seed: 0, trials: TrialSettings(),
      random: RandomStream(seed: 0).split("picture"))
    return EnvironmentRow(
      id: Self.id(of: entry), name: entry.name, kind: entry.kind, alias: entry.alias,
      summary: entry.summary, source: entry.source,
      isVariant: EnvironmentCatalogue.variants.contains { $0.name == entry.name },
      picture: batch.drawing(slot: 0).map { Picture($0, size: 320) })
  }

  /// The name by which an entry is asked for.
  static func id(of entry: EnvironmentCatalogue.Entry) -> String {
    let isShared =
      entry.kind == .family
      && EnvironmentCatalogue.environments.contains { $0.name == entry.name }
    return isShared ? "\(entry.name):family" : entry.name
  }

  /// Finds an entry by its name; where an environment and a family share it, `:family` means the
  /// family.
  static func entry(_ name: String) throws -> EnvironmentCatalogue.Entry {
    let parts = name.split(separator: ":", maxSplits: 1)
    let isFamily = parts.count == 2 && parts[1] == "family"
    let sought = isFamily ? String(parts[0]) : name
    do {
      if !isFamily, let entry = try? EnvironmentCatalogue.environment(named: sought) {
        return entry
      }
      return try EnvironmentCatalogue.family(named: sought)
    } catch { throw DashboardFailure(.notFound, "\(error)") }
  }
}
