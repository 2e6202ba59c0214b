internal import Charts
internal import Checksums
internal import Environments
internal import Foundation
internal import Networks
internal import Policies
internal import Records
internal import Tensors

/// An agent as a list shows it.
struct AgentRow: Encodable {
  let name: String
  let origin: AgentShelf.Origin
  /// The family or the environment that it was trained on.
  let family: String
  let algorithm: String
  let steps: Int
  let seed: String
  /// Its weights' number.
  let weights: Int
  let tries: Int
  /// The run that wrote it.
  let run: String?
  let sha256: String
  let writtenAt: Date?
  /// How it did when it was last evaluated; nil if it was not.
  let evaluation: Evaluated?

  /// The first and the last try of an evaluation.
  struct Evaluated: Encodable {
    var tasks: String
    var tries: [RecordedEvaluation.Attempt]
  }
}

/// All that an agent's page shows.
struct AgentPage: Encodable {
  let agent: AgentRow
  let observation: String
  let actions: String
  let network: String
  /// Environments and families that it can act in.
  let environments: [String]
  let memory: Int
}

extension Dashboard {
  /// All agents that can be read.
  func agentRows() throws -> [AgentRow] {
    let store = try store.get()
    return try agents.items().map { try row($0, in: store) }
  }

  /// An agent's page.
  func agentPage(_ name: String) throws -> AgentPage {
    let item = try agents.item(name)
    let card = item.agent.card
    let hidden = card.network.hidden.map(String.init).joined(separator: ", ")
    return AgentPage(
      agent: try row(item, in: try store.get()), observation: "\(card.observationSpace)",
      actions: "\(card.actionSpace)", network: "layers of \(hidden)",
      environments: EnvironmentCatalogue.everything.filter { item.agent.acts(in: $0.tasks) }
        .map(Self.id),
      memory: card.network.memory)
  }

  private func row(_ item: AgentShelf.Item, in store: RunStore?) throws -> AgentRow {
    let card = item.agent.card
    let found = try evaluation(of: item, in: store)
    return AgentRow(
      name: item.name, origin: item.origin, family: card.family, algorithm: card.algorithm,
      steps: card.steps, seed: "\(card.seed)", weights: item.agent.policy.network.layout.count,
      tries: card.trials.triesPerTask, run: item.run, sha256: item.sha256,
      writtenAt: item.writtenAt,
      evaluation: found.map { AgentRow.Evaluated(tasks: $0.tasksText, tries: $0.tries) })
  }

  /// The last evaluation of an agent's bytes; nil if there is none. The tool knows a bundled agent by
  /// the bytes that it would write of it.
  private func evaluation(
    of item: AgentShelf.Item, in store: RunStore?
  ) throws -> RecordedEvaluation? {
    guard let store else { return nil }
    var found = try store.evaluations(ofAgent: item.sha256)
    if found.isEmpty, item.origin != .run {
      found = try store.evaluations(ofAgent: SHA256.hex(of: item.agent.file.bytes()))
    }
    return found.last.flatMap { try? $0.document.decoded(as: RecordedEvaluation.self) }
  }

  /// A chart of an agent's or a run's tries.
  func triesChart(_ request: DashboardRequest) throws -> TriesChart {
    let width = try request.number("width", in: 200...4000, otherwise: 640)
    let found: RecordedEvaluation?
    if let name = request.values("run").first {
      let (store, runs) = try runs(named: [name])
      found = try store.evaluations(of: runs[0]).last
        .flatMap { try? $0.document.decoded(as: RecordedEvaluation.self) }
    } else {
      let item = try agents.item(request.value("agent"))
      found = try evaluation(of: item, in: try store.get())
    }
    guard let found else {
      throw DashboardFailure(.notFound, "no evaluation is recorded: foal evaluate makes one")
    }
    let chart = found.chart
    return TriesChart(
      svg: chart.svg(width: width, id: "tries", hasStyle: false), frame: chart.frame(width: width),
      lines: chart.series.map { RunChart.Line(name: $0.name, points: $0.points) },
      tasks: found.tasksText)
  }
}

/// The return of each try as a chart.
struct TriesChart: Encodable {
  let svg: String
  let frame: Chart.Frame?
  let lines: [RunChart.Line]
  /// The tasks in words.
  let tasks: String
}

extension Agent {
  /// Whether the agent can see and act in tasks.
  func acts(in tasks: TaskSource) -> Bool { (try? check(actsIn: tasks)) != nil }
}

extension EnvironmentCatalogue {
  /// Environments, families and the families' variants.
  static var everything: [Entry] { environments + families + variants }
}
