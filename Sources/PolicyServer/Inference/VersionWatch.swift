internal import Foundation
internal import Logging
internal import Policies
internal import ServiceLifecycle

/// Looks at the served files again and again, and takes a changed one up as the next version.
actor VersionWatch: Service {
  private let core: ServerCore
  private let names: [ServedName]
  private let logger: Logger
  /// What was last seen of each file: its time and size, then its content.
  private var seen: [String: FileState] = [:]

  /// How often files are looked at.
  private static let pause = Duration.milliseconds(250)

  private struct FileState: Equatable {
    var modified: Date?
    var size: Int?
    var number: Int?

    init(_ path: String) {
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      modified = attributes?[.modificationDate] as? Date
      size = attributes?[.size] as? Int
      number = attributes?[.systemFileNumber] as? Int
    }
  }

  init(_ core: ServerCore, _ names: [ServedName], _ logger: Logger) {
    self.core = core
    self.names = names
    self.logger = logger
  }

  func run() async {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await self.look()
        try? await Task.sleep(for: Self.pause)
      }
    }
  }

  /// Takes up what has changed since the last look.
  func look() {
    core.sessions.sweep()
    for (policy, path) in names.flatMap({ (try? $0.files()) ?? [] }) {
      let state = FileState(path)
      guard state.size != nil, seen[path] != state else { continue }
      seen[path] = state
      takeUp(path, as: policy)
    }
  }

  private func takeUp(_ path: String, as policy: String) {
    let file: AgentFile
    do {
      file = try AgentFile(path)
    } catch {
      core.metrics.countVersion(isTakenUp: false)
      logger.error("\(error); policy \(policy) stays at its version")
      return
    }
    let known = try? core.policies.version(policy, nil)
    guard known?.checksum != file.checksum else { return }
    if let known, !known.accepts(file.agent) {
      core.metrics.countVersion(isTakenUp: false)
      logger.error("\(path) sees or does other things than policy \(policy); it is not taken up")
      return
    }
    let version = core.policies.takeUp(
      file, named: policy, inUse: core.sessions.versionsInUse(of: policy))
    core.metrics.countVersion(isTakenUp: true)
    logger.notice("policy \(policy): version \(version.number) is taken up")
    if core.settings.evaluates, let known { evaluate(version, after: known) }
  }

  /// Takes a version back if an evaluation finds it worse than the one before.
  private func evaluate(_ version: PolicyVersion, after before: PolicyVersion) {
    let (core, logger) = (core, logger)
    Task {
      do throws(APIError) {
        let trial = VersionTrial(tool: core.tool, family: version.card.family)
        let files = (old: try before.writeCopy(), new: try version.writeCopy())
        defer {
          for file in [files.old, files.new] { try? FileManager.default.removeItem(atPath: file) }
        }
        let scores = (old: try await trial.score(files.old), new: try await trial.score(files.new))
        guard !VersionTrial.isAccepted(scores.new, after: scores.old, withinInterval: true)
        else { return }
        core.policies.rollBack(version)
        core.metrics.countVersion(isTakenUp: false)
        logger.error(
          "policy \(version.name): version \(version.number) earns \(scores.new.mean), \(before.number) \(scores.old.mean); it is taken back"
        )
      } catch {
        core.policies.rollBack(version)
        core.metrics.countVersion(isTakenUp: false)
        logger.error(
          "policy \(version.name): version \(version.number) could not be evaluated and is taken back: \(error.message)"
        )
      }
    }
  }
}

extension PolicyVersion {
  /// Whether clients of this version can be served by another agent: it sees and does the same.
  func accepts(_ agent: Agent) -> Bool {
    agent.card.observationSpace == card.observationSpace
      && agent.card.actionSpace == card.actionSpace
  }
}
