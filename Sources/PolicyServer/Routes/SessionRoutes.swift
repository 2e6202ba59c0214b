internal import Environments
internal import HTTPTypes
internal import Policies

/// Sessions: an agent's memory over the steps and the tries of a task.
struct SessionRoutes: Sendable {
  let core: ServerCore

  var routes: [Route] {
    let session = "/v1/sessions/{session}"
    return [
      Route(.get, "/v1/policies") { (_) throws(APIError) in policies() },
      Route(.post, "/v1/sessions") { (request) throws(APIError) in try open(request) },
      Route(.delete, session) { (request) throws(APIError) in
        try core.sessions.close(try request.parameter("session"))
        return RouteReply { $0.member("closed", true) }
      },
      Route(.post, session + "/act", nil),
      Route(.get, session + "/stream") { (_) throws(APIError) in
        throw APIError(426, "a stream is a WebSocket: ask for the upgrade to it")
      },
      Route(.post, session + "/trial") { (request) throws(APIError) in
        let trial = try self.session(of: request).beginTry(try TrialRequest(request.bytes))
        return RouteReply { $0.member("trial", trial) }
      },
      Route(.post, session + "/feedback") { (request) throws(APIError) in
        try self.session(of: request).note(try Feedback(request.bytes))
        return RouteReply { $0.member("noted", true) }
      },
      Route(.get, session + "/state") { (request) throws(APIError) in
        RouteReply(try self.session(of: request).snapshot().json)
      },
      Route(.put, session + "/state") { (request) throws(APIError) in
        let snapshot = try SessionSnapshot(request.bytes)
        try self.session(of: request).restore(snapshot)
        return RouteReply { $0.member("next_step", snapshot.nextStep) }
      },
      Route(.post, "/v1/act") { (request) throws(APIError) in
        try StatelessBatch(request.bytes).reply(core)
      },
    ]
  }

  private func session(of request: RouteRequest) throws(APIError) -> Session {
    try core.sessions.session(try request.parameter("session"))
  }

  private func open(_ request: RouteRequest) throws(APIError) -> RouteReply {
    let settings = try SessionSettings(request.bytes)
    let version = try core.policies.version(settings.policy, settings.version)
    let session = try core.sessions.open(settings, version, core.observer(of: version))
    return RouteReply(status: 201) { text in
      text.member("session", session.id)
      text.member("policy", version.name)
      text.member("policy_version", version.label)
      text.key("seed")
      text.raw("\(settings.seed)")
      text.member("deterministic", settings.deterministic)
      text.member("ttl_s", settings.timeToLive)
      text.member("next_step", 0)
    }
  }

  private func policies() -> RouteReply {
    RouteReply { text in
      text.key("policies")
      text.array { text in
        for version in core.policies.current {
          text.policy(version, versions: (try? core.policies.labels(of: version.name)) ?? [])
        }
      }
    }
  }
}

extension JSONText {
  fileprivate mutating func policy(_ version: PolicyVersion, versions: [String]) {
    object { text in
      text.member("name", version.name)
      text.member("version", version.label)
      text.member("versions", versions)
      text.member("sha256", version.checksum)
      text.member("family", version.card.family)
      text.member("algorithm", version.card.algorithm)
      text.member("memory", version.memoryWidth)
      text.key("observation")
      text.array { text in
        for part in version.layout.parts {
          text.object { text in
            text.member("name", part.segment.name)
            text.key("shape")
            text.array { text in for size in part.segment.shape { text.value(size) } }
            text.member("content", part.segment.content.rawValue)
          }
        }
      }
      text.member("sees_reward", version.layout.showsReward)
      text.key("actions")
      switch version.policy.actionSpace {
      case .discrete(let count, _): text.object { $0.member("discrete", count) }
      case .box(let low, let high):
        text.object { text in
          text.member("low", low)
          text.member("high", high)
        }
      }
    }
  }
}
