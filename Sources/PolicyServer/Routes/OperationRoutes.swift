internal import Foundation
internal import HTTPTypes
internal import Records
internal import Triggers

/// What those who run the server ask for.
struct OperationRoutes: Sendable {
  let core: ServerCore

  var routes: [Route] {
    [
      Route(.post, "/v1/adapt") { (request) throws(APIError) in try await adapt(request) },
      Route(.get, "/v1/report") { (request) throws(APIError) in try await report(request) },
      Route(.get, "/v1/triggers") { (request) throws(APIError) in try triggers(request) },
      Route(.get, "/metrics") { (_) throws(APIError) in
        let versions = core.policies.current.map { (policy: $0.name, version: $0.number) }
        return RouteReply(
          core.metrics.text(sessions: core.sessions.count, versions: versions),
          type: "text/plain; version=0.0.4; charset=utf-8")
      },
      Route(.get, "/openapi.json") { (_) throws(APIError) in
        guard let path = Bundle.module.path(forResource: "openapi", ofType: "json"),
          let text = try? String(contentsOfFile: path, encoding: .utf8)
        else { throw APIError(404, "the document is not installed with the server") }
        return RouteReply(text)
      },
    ]
  }

  /// The longest that a request may keep the tool busy.
  private static let longestWork = Duration.seconds(120)

  private func adapt(_ request: RouteRequest) async throws(APIError) -> RouteReply {
    let wanted = try AdaptRequest(request.bytes)
    let version = try core.policies.version(wanted.policy, wanted.version)
    let file = try version.writeCopy()
    defer { try? FileManager.default.removeItem(atPath: file) }
    return RouteReply(
      try await core.tool.run(wanted.arguments(agent: file), within: Self.longestWork))
  }

  private func report(_ request: RouteRequest) async throws(APIError) -> RouteReply {
    let name: String
    if let stated = request.query["run"] {
      name = stated
    } else {
      name = try runName(request.query["policy"])
    }
    guard Run.isFit(name: name) else {
      throw .shape("run", expected: "a run's name", got: "\"\(name.prefix(80))\"")
    }
    return RouteReply(
      try await core.tool.run(
        ["report", name, "--format", "json", "--output", "-", "--home", core.settings.home],
        within: Self.longestWork))
  }

  /// The run that wrote a served agent.
  private func runName(_ policy: String?) throws(APIError) -> String {
    let version = try core.policies.version(policy, nil)
    let home = core.settings.home
    let store = RunStore.exists(below: home) ? try? RunStore(below: home) : nil
    guard let run = store.flatMap({ try? $0.run(thatWrote: version.checksum) }) ?? nil else {
      throw APIError(
        404, "no run that is kept here wrote policy \(version.name); name one as ?run=")
    }
    return run.name
  }

  private func triggers(_ request: RouteRequest) throws(APIError) -> RouteReply {
    let version = try core.policies.version(request.query["policy"], nil)
    let findings = TriggerReview.findings(version, core)
    return RouteReply { text in
      text.member("policy", version.name)
      text.member("policy_version", version.label)
      text.key("triggers")
      text.array { text in for finding in findings { text.finding(finding) } }
    }
  }
}

extension JSONText {
  fileprivate mutating func finding(_ finding: TriggerReview.Finding) {
    object { text in
      text.member("trigger", finding.trigger.name)
      text.member("metric", finding.trigger.metric)
      text.member("window", finding.trigger.window)
      text.member("threshold", Float(finding.trigger.threshold))
      text.member("value", finding.reading.value.map { Float($0) })
      text.member("samples", finding.reading.samples)
      text.member("fired", finding.reading.hasFired)
      text.member("action", finding.trigger.action.rawValue)
    }
  }
}
