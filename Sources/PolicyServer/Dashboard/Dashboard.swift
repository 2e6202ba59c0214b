internal import Records

/// The pages that show runs, agents, environments and reproductions, and the data behind them.
///
/// It reads the run store and changes nothing in it; the episodes that people watch or play are in
/// memory only. It knows nothing of HTTP: ``answer(_:)`` turns one value into another.
package struct Dashboard: Sendable {
  /// The folder that holds `runs/`.
  let home: String
  let store: OpenStore
  let agents: AgentShelf
  /// Runs the `foal` tool with arguments and returns what it prints: the server itself links nothing
  /// that trains or reports.
  let tool: @Sendable ([String]) async throws -> String
  let episodes = EpisodeRoom()

  /// - Parameters:
  ///   - home: the folder that holds `runs/`.
  ///   - served: tells the agents that the server answers with now.
  ///   - tool: runs the `foal` tool with arguments and returns what it prints on standard output.
  package init(
    home: String, served: @escaping @Sendable () -> [ServedAgent] = { [] },
    tool: @escaping @Sendable ([String]) async throws -> String
  ) {
    self.home = home
    self.tool = tool
    store = OpenStore(below: home)
    agents = AgentShelf(store: store, served: served)
  }

  /// Answers a request; every failure is an answer too.
  package func answer(_ request: DashboardRequest) async -> DashboardAnswer {
    do {
      return try await respond(to: request)
    } catch let failure as DashboardFailure {
      return .failure(failure)
    } catch {
      return .failure(DashboardFailure(.failed, "\(error)"))
    }
  }

  private func respond(to request: DashboardRequest) async throws -> DashboardAnswer {
    guard request.path.first == "data" else { return try page(request) }
    if request.method == .post { return try await post(request) }
    guard request.method == .get else {
      throw DashboardFailure(.notAllowed, "the dashboard is asked by GET and POST")
    }
    switch request.path.dropFirst().joined(separator: "/") {
    case "runs": return try .json(runs())
    case "run": return try .json(run(request.value("name")))
    case "chart": return try .json(chart(request))
    case "chart.svg": return try chartFile(request)
    case "runs.csv": return try metricsFile(request)
    case "differences": return try .json(differences(request.values("run")))
    case "agents": return try .json(["agents": agentRows()])
    case "agent": return try .json(agentPage(request.value("name")))
    case "tries": return try .json(triesChart(request))
    case "environments": return try .json(["environments": environmentRows()])
    case "environment": return try .json(environmentPage(request.value("name")))
    case "report": return try await report(request.value("run"))
    case "reproductions": return try .json(await reproductions())
    default: throw DashboardFailure(.notFound, "the dashboard has no \(request.shownPath)")
    }
  }

  private func post(_ request: DashboardRequest) async throws -> DashboardAnswer {
    let path = Array(request.path.dropFirst())
    if path == ["episodes"] {
      let wish = try request.decoded(as: EpisodeWish.self)
      return try .json(await episodes.begin(episode(wish)))
    }
    if path.count == 3, path[0] == "episodes", path[2] == "steps" {
      let steps = try request.decoded(as: EpisodeSteps.self)
      return try .json(["frames": await episodes.step(path[1], steps)])
    }
    throw DashboardFailure(.notFound, "the dashboard has no \(request.shownPath)")
  }

  /// The list of reproductions, as the tool prints it.
  private func reproductions() async throws -> JSONValue {
    let text = try await tool(["reproduce", "--list", "--json"])
    guard let list = try? JSONValue(parsing: text), list["systems"] != nil else {
      throw DashboardFailure(.failed, "the foal tool printed no list of reproductions")
    }
    return list
  }

  /// A run's Reward Report as a page.
  private func report(_ name: String) async throws -> DashboardAnswer {
    let (_, runs) = try runs(named: [name])
    let page = try await tool([
      "report", runs[0].name, "--format", "html", "--output", "-", "--home", home,
    ])
    return DashboardAnswer(
      contentType: "text/html; charset=utf-8", body: Array(page.utf8),
      policy: DashboardAnswer.reportPolicy)
  }
}
