internal import Synchronization

/// Prints a line a try as tries end: its number, its return, and a bar beside the solved level.
final class TryMeter: Sendable {
  private struct State {
    var count = 0
    var failure: CommandFailure?
  }

  private let solvedReturn: Float?
  private let isSilent: Bool
  private let state = Mutex(State())

  /// Makes a meter.
  /// - Parameter solvedReturn: the return that fills the bar and marks a try as solved.
  init(solvedReturn: Float?, isSilent: Bool) {
    self.solvedReturn = solvedReturn
    self.isSilent = isSilent
  }

  /// Shows the return of the next try.
  func show(_ undiscountedReturn: Float) {
    guard !isSilent else { return }
    state.withLock { state in
      state.count += 1
      guard state.failure == nil else { return }
      do throws(CommandFailure) {
        try StandardStream.output.write(line(state.count, undiscountedReturn))
      } catch {
        state.failure = error
      }
    }
  }

  /// Throws what kept a line from being printed.
  func rethrow() throws(CommandFailure) {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  private func line(_ attempt: Int, _ undiscountedReturn: Float) -> String {
    let style = StandardStream.output.style
    let number = "\(attempt)".padded(toColumns: 4, alignment: .right)
    let value = Quantities.shortReturn(Double(undiscountedReturn))
      .padded(toColumns: 7, alignment: .right)
    var line = "try \(number) \(value)"
    // A bar needs a level above zero to be a share of.
    if let solvedReturn, solvedReturn > 0 {
      let share = min(max(undiscountedReturn / solvedReturn, 0), 1)
      let bar = String(repeating: "━", count: Int((share * 30).rounded(.down)))
      line += "  " + style.paint(bar, .cyan)
    }
    if let solvedReturn, undiscountedReturn >= solvedReturn {
      line += "  " + style.paint("solved", .green)
    }
    while line.hasSuffix(" ") { line.removeLast() }
    return line + "\n"
  }
}
