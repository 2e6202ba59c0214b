internal import ArgumentParser

/// What `foal bench` measures, in the order of its report.
enum BenchSection: String, CaseIterable, Sendable, ExpressibleByArgument {
  case ceilings, updates, environments, ppo, playroom
  case offPolicy = "off-policy"
  case solved, recording, peers
}

/// How much is measured in a run of `foal bench`, and how it is shown and stopped.
struct BenchRun: Sendable {
  /// Whether the run is to be over in seconds.
  let isQuick: Bool
  /// The threads that stand for all cores.
  let workers: Int
  /// How often each measurement is repeated.
  let rounds: Int
  /// The user's wish to stop.
  let interrupt: Interrupt

  /// One of two values, by how much is to be measured.
  func choose<Value>(_ full: Value, quick: Value) -> Value { isQuick ? quick : full }

  /// The lanes for a learner that is to keep all cores busy: a power of two, so that it divides the
  /// slots. One worker and all of them then compute the same.
  var lanes: Int {
    var lanes = 1
    while 2 * lanes <= min(workers, 64) { lanes *= 2 }
    return lanes
  }

  /// Runs a section's measurements, with its progress on standard error.
  /// - Parameters:
  ///   - count: the number of times that the body is going to tell of a measurement.
  ///   - body: measures.
  func section<Result>(
    _ title: String, measurements count: Int, _ body: (BenchProgress) throws -> Result
  ) throws -> Result {
    let progress = BenchProgress(
      ProgressReporter(title, total: count, unit: "measurements"), interrupt)
    defer { progress.finish() }
    return try body(progress)
  }

  /// Throws if the user asked to stop.
  func checkInterrupt() throws(BenchStopped) {
    if interrupt.isRequested { throw BenchStopped() }
  }
}

/// How far a section is.
final class BenchProgress {
  private let reporter: ProgressReporter
  private let interrupt: Interrupt
  private var count = 0
  private var current = ""

  fileprivate init(_ reporter: ProgressReporter, _ interrupt: Interrupt) {
    self.reporter = reporter
    self.interrupt = interrupt
  }

  /// Says what is being measured now.
  func measuring(_ what: String) {
    current = what
    reporter.update(count, message: what)
  }

  /// Notes that so many measurements are done.
  /// - Throws: ``BenchStopped`` if the user asked to stop.
  func measured(_ number: Int = 1) throws(BenchStopped) {
    count += number
    reporter.update(count, message: current)
    if interrupt.isRequested { throw BenchStopped() }
  }

  fileprivate func finish() { reporter.finish() }
}

/// The user asked to stop.
struct BenchStopped: Error {}
