internal import Foundation
internal import Logging
internal import Policies
internal import Records
internal import ServiceLifecycle

/// Has the tool learn from the feedback, in a process of its own, whenever enough of it has come, and
/// takes the result up if an evaluation finds it no worse.
final class Learner: Service {
  private let core: ServerCore
  private let log: FeedbackLog
  private let logger: Logger

  /// The tries that are waited for between one lesson and the next.
  private static let triesPerLesson = 64
  private static let pause = Duration.seconds(2)
  private static let longestLesson = Duration.seconds(1800)

  init(_ core: ServerCore, _ log: FeedbackLog, _ logger: Logger) {
    self.core = core
    self.log = log
    self.logger = logger
  }

  func run() async {
    await cancelWhenGracefulShutdown {
      var learned = 0
      while !Task.isCancelled {
        let tries = self.log.tryCount
        if tries - learned >= Self.triesPerLesson {
          learned = tries
          await self.learn()
        }
        try? await Task.sleep(for: Self.pause)
      }
    }
  }

  /// Learns once, from all tries of the version that is served.
  private func learn() async {
    guard let served = core.policies.current.first(where: { $0.name == log.policy }) else { return }
    do throws(APIError) {
      let old = try served.writeCopy()
      let new =
        (log.path as NSString).deletingLastPathComponent
        + "/learned-\(served.number + 1).safetensors"
      defer { try? FileManager.default.removeItem(atPath: old) }
      _ = try await core.tool.run(
        ["learn", served.source, log.path, "--output", new, "--force", "--json"],
        within: Self.longestLesson)
      let trial = VersionTrial(tool: core.tool, family: served.card.family)
      let scores = (old: try await trial.score(old), new: try await trial.score(new))
      guard VersionTrial.isAccepted(scores.new, after: scores.old, withinInterval: false) else {
        core.metrics.countVersion(isTakenUp: false)
        log.note(
          "what was learned from \(log.tryCount) tries is worse and was not taken up: "
            + "\(scores.new.mean), before \(scores.old.mean)")
        return
      }
      let file: AgentFile
      do { file = try AgentFile(new) } catch { throw APIError(422, "\(error)") }
      let version = core.policies.takeUp(
        file, named: served.name, inUse: core.sessions.versionsInUse(of: served.name))
      core.metrics.countVersion(isTakenUp: true)
      log.note(
        "version \(version.number), learned from \(log.tryCount) tries, was taken up: "
          + "\(scores.new.mean), before \(scores.old.mean)")
    } catch {
      logger.error("nothing was learned: \(error.message)")
    }
  }
}
