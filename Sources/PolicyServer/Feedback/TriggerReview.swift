internal import Foundation
internal import Logging
internal import Records
internal import ServiceLifecycle
internal import Synchronization
internal import Triggers

/// Looks at the triggers of the served policies, on what comes in, and enters what fires into the
/// changelog of the run that made the agent.
final class TriggerReview: Service {
  /// What a trigger found.
  struct Finding: Sendable {
    var trigger: Trigger
    var reading: TriggerReading
  }

  private let core: ServerCore
  private let logger: Logger
  /// The triggers that had fired at the last look, as `policy/trigger`.
  private let fired = Mutex(Set<String>())

  private static let pause = Duration.seconds(10)

  init(_ core: ServerCore, _ logger: Logger) {
    self.core = core
    self.logger = logger
  }

  func run() async {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        for version in self.core.policies.current { self.look(at: version) }
        try? await Task.sleep(for: Self.pause)
      }
    }
  }

  private func look(at version: PolicyVersion) {
    for finding in Self.findings(version, core) {
      let key = "\(version.name)/\(finding.trigger.name)"
      let isNew = fired.withLock { fired in
        guard finding.reading.hasFired else {
          fired.remove(key)
          return false
        }
        return fired.insert(key).inserted
      }
      if isNew { note(finding, version) }
    }
  }

  /// What the triggers of a version's policy find now.
  static func findings(_ version: PolicyVersion, _ core: ServerCore) -> [Finding] {
    let evidence = core.evidence(of: version).forTriggers
    return AgentTriggers(of: version, home: core.settings.home).triggers.map {
      Finding(trigger: $0, reading: $0.evaluate(evidence))
    }
  }

  private func note(_ finding: Finding, _ version: PolicyVersion) {
    let (name, action) = (finding.trigger.name, finding.trigger.action)
    let value = finding.reading.value.map { "\($0)" } ?? "not a number"
    logger.notice("\(version.name): \(name) fired, \(value) is above \(finding.trigger.threshold)")
    guard RunStore.exists(below: core.settings.home) else { return }
    let detail = JSONValue.object([
      "trigger": .string(name), "before": "no data",
      "after": finding.reading.value.map(JSONValue.number) ?? "not a number",
      "threshold": .number(finding.trigger.threshold), "action": .string(action.rawValue),
      "version": .string(version.label), "sha256": .string(version.checksum),
    ])
    do {
      let store = try RunStore(below: core.settings.home)
      guard let run = try store.run(thatWrote: version.checksum) else { return }
      try store.add(
        RunEvent(.triggerFired, "\(name) fired while serving: \(value)", detail: detail), to: run)
      _ = try store.append(
        NewChangelogEntry(
          section: "trigger", observation: "\(name) is above \(finding.trigger.threshold)",
          change: "called to \(action.words)", decidedBy: "foal serve", detail: detail), to: run)
    } catch {
      logger.error("what fired could not be entered: \(error)")
    }
  }
}
