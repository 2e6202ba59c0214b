internal import ArgumentParser
internal import Synchronization

/// A long run's progress, time and request to stop.
final class RunClock: Sendable {
  private let progress: ProgressReporter
  private let interrupt: Interrupt
  private let start = ContinuousClock.now

  /// Starts to measure, to show and to listen for Ctrl-C.
  /// - Parameter resumedFrom: what an earlier process completed of it.
  init(_ title: String, total: Int?, unit: String = "steps", resumedFrom: Int = 0) {
    let progress = ProgressReporter(title, total: total, unit: unit, resumedFrom: resumedFrom)
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
  /// - Parameters:
  ///   - path: the file that holds what was learned so far; nil if there is none.
  ///   - resumeCommand: what goes on with the run; nil if nothing does.
  func exitIfInterrupted(saved path: String?, resumeCommand: String? = nil) throws {
    guard isInterrupted else { return }
    if let resumeCommand {
      throw CommandFailure("stopped early and saved; to go on: \(resumeCommand)", status: 130)
    }
    let kept =
      path.map { "the agent so far is saved; foal evaluate \(shellWord($0)) measures it" }
      ?? "nothing is saved without --output"
    throw CommandFailure("stopped early: \(kept)", status: 130)
  }
}
