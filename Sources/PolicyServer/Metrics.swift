internal import Synchronization

/// What the server counts, for Prometheus.
final class Metrics: Sendable {
  /// Times in seconds, counted in ranges.
  struct Times: ~Copyable, Sendable {
    static let bounds: [Double] = [
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 1,
    ]
    private let counts = Mutex((ranges: [Int](repeating: 0, count: bounds.count + 1), sum: 0.0))

    func note(seconds: Double) {
      counts.withLock { counts in
        counts.ranges[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        counts.sum += seconds
      }
    }

    func write(_ name: String, to text: inout String) {
      let (ranges, sum) = counts.withLock { $0 }
      var total = 0
      for (bound, count) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], ranges) {
        total += count
        text += "\(name)_bucket{le=\"\(bound)\"} \(total)\n"
      }
      text += "\(name)_sum \(sum)\n\(name)_count \(total)\n"
    }
  }

  /// Replies by their status, 100 to 599.
  private let statuses = Mutex([Int: Int]())
  private let steps = Atomic(0)
  private let passes = Atomic(0)
  private let versionsTakenUp = Atomic(0)
  private let versionsRefused = Atomic(0)
  /// From a step's last byte to its reply.
  let stepTimes = Times()

  func countReply(status: Int) { statuses.withLock { $0[status, default: 0] += 1 } }

  func countPass(steps count: Int) {
    passes.add(1, ordering: .relaxed)
    steps.add(count, ordering: .relaxed)
  }

  func countVersion(isTakenUp: Bool) {
    if isTakenUp {
      versionsTakenUp.add(1, ordering: .relaxed)
    } else {
      versionsRefused.add(1, ordering: .relaxed)
    }
  }

  /// The counts in Prometheus' text format.
  func text(sessions: Int, versions: [(policy: String, version: Int)]) -> String {
    var text = ""
    func head(_ name: String, _ kind: String, _ help: String) {
      text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    }
    func single(_ name: String, _ kind: String, _ help: String, _ value: Int) {
      head(name, kind, help)
      text += "\(name) \(value)\n"
    }
    head("foal_http_replies_total", "counter", "Replies by status.")
    for (status, count) in statuses.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      text += "foal_http_replies_total{status=\"\(status)\"} \(count)\n"
    }
    single("foal_steps_total", "counter", "Steps decided.", steps.load(ordering: .relaxed))
    single(
      "foal_passes_total", "counter", "Passes of a network; steps over passes is the batch size.",
      passes.load(ordering: .relaxed))
    head("foal_step_seconds", "histogram", "From a step's last byte to its reply.")
    stepTimes.write("foal_step_seconds", to: &text)
    single("foal_sessions", "gauge", "Open sessions.", sessions)
    head("foal_policy_version", "gauge", "The version that new sessions get.")
    for (policy, version) in versions {
      let name = policy.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      text += "foal_policy_version{policy=\"\(name)\"} \(version)\n"
    }
    single(
      "foal_versions_taken_up_total", "counter", "New versions taken up.",
      versionsTakenUp.load(ordering: .relaxed))
    single(
      "foal_versions_refused_total", "counter", "New versions not taken up, or taken back.",
      versionsRefused.load(ordering: .relaxed))
    return text
  }
}
