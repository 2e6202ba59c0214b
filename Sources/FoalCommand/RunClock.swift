internal import ArgumentParser
internal import Synchronization

/// A long run's progress, time and request to stop.
final class RunClock: Sendable {
  private let progress: ProgressReporter
  private let interrupt: Interrupt
  private let start = ContinuousClock.now

  /// Starts to measure, to show and to listen for Ctrl-C.
  init(_ title: String, total: Int?, unit: String = "steps") {
    let progress = ProgressReporter(title, total: total, unit: unit)
    self.progress = progress
    interrupt = Interrupt {
      progress.note("stopping after this rollout; press Ctrl-C again to stop at once")
    }
  }

  /// Whether the user asked to stop.
  var isInterrupted: Bool { interrupt.isRequested }

  /// Shows how far the run is.
  func update(_ completed: Int, message: () -> String) {
    progress.update(completed, message: message())
  }

  /// Ends the progress and returns the run's seconds.
  func finish(_ completed: Int, message: String) -> Double {
    progress.finish(completed, message: message)
    return (ContinuousClock.now - start) / .seconds(1)
  }

  /// Ends the tool with status 130 if the user asked to stop.
  /// - Parameter saved: the file that holds what was learned so far; nil if there is none.
  func exitIfInterrupted(saved path: String?) throws {
    guard isInterrupted else { return }
    let kept =
      path.map { "the agent so far is saved; foal evaluate \(shellWord($0)) measures it" }
      ?? "nothing is saved without --output"
    throw CommandFailure("stopped early: \(kept)", status: 130)
  }
}
