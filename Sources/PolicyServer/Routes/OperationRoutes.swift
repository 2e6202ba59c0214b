internal import Foundation
internal import HTTPTypes

/// What those who run the server ask for.
struct OperationRoutes: Sendable {
  let core: ServerCore

  var routes: [Route] {
    [
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
}
