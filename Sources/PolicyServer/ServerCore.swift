internal import Logging
internal import NIOCore
internal import Synchronization

/// What all connections and routes of a server share.
final class ServerCore: Sendable {
  let settings: ServerSettings
  let admission: Admission
  let policies: PolicyStore
  let sessions: SessionStore
  let metrics = Metrics()
  let tool: ToolProcess
  /// Where feedback is kept; nil if it is not.
  let feedback: FeedbackLog?
  private let evidence = Mutex([String: Evidence]())
  private let batchers = Mutex([ObjectIdentifier: NIOLoopBound<LoopBatcher>]())

  /// Reads the agents.
  /// - Throws: `ServerFailure` for one that cannot be served, or a setting that is not safe.
  init(_ settings: ServerSettings, _ logger: Logger) throws(ServerFailure) {
    self.settings = settings
    admission = try Admission(settings)
    var first: [String: PolicyVersion] = [:]
    for name in settings.served {
      for (policy, path) in try name.files() {
        guard first[policy] == nil else {
          throw ServerFailure("two agents have the name \(policy); rename one of the files")
        }
        let file = try AgentFile(path)
        first[policy] = PolicyVersion(
          file.agent, name: policy, number: 1, checksum: file.checksum, source: path)
      }
    }
    policies = PolicyStore(Array(first.values))
    sessions = SessionStore(limit: settings.sessionLimit)
    tool = ToolProcess(program: settings.tool)
    feedback =
      settings.keepsFeedback ? try FeedbackLog(settings, serving: policies.current[0], logger) : nil
  }

  /// What was lately seen and done with a version's policy.
  func evidence(of version: PolicyVersion) -> Evidence {
    evidence.withLock { evidence in
      if let known = evidence[version.name] { return known }
      let made = Evidence(version)
      evidence[version.name] = made
      return made
    }
  }

  /// What a version's sessions tell what they see.
  func observer(of version: PolicyVersion) -> SessionObserver {
    SessionObserver(evidence: evidence(of: version), feedback: feedback)
  }

  /// The batcher of an event loop, which must be the one that this is called on.
  func batcher(of loop: any EventLoop) -> LoopBatcher {
    batchers.withLock { batchers in
      if let known = batchers[ObjectIdentifier(loop)] { return known }
      let made = NIOLoopBound(
        LoopBatcher(loop, window: settings.batchWindow, metrics: metrics), eventLoop: loop)
      batchers[ObjectIdentifier(loop)] = made
      return made
    }.value
  }
}
