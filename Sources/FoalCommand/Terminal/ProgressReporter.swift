internal import Synchronization

/// Shows how far a long run is: a bar on a terminal, a line every few seconds elsewhere.
///
///     pretraining  ━━━━━━━━━╸──────────  47 %  52.1k steps/s  0:12 left  return 187
///
/// The bar is drawn at most ten times a second, so `update` may be called at every step. Safe to
/// call from any thread.
package final class ProgressReporter: Sendable {
  /// Where progress is shown, and how.
  package struct Screen: Sendable {
    /// Whether a bar can be drawn over itself.
    package var isTerminal: Bool
    /// The columns that the bar may take, asked for anew at every drawing.
    package var columns: @Sendable () -> Int
    /// The colour and weight that the screen shows.
    package var style: Style
    /// Writes to the screen.
    package var write: @Sendable (String) -> Void

    /// Makes a screen.
    package init(
      isTerminal: Bool, style: Style = .plain, columns: @escaping @Sendable () -> Int = { 80 },
      write: @escaping @Sendable (String) -> Void
    ) {
      self.isTerminal = isTerminal
      self.columns = columns
      self.style = style
      self.write = write
    }

    /// Shows progress on standard error. `TERM=dumb` gets lines, as a file does.
    package static var standardError: Screen {
      let stream = StandardStream.error
      return Screen(
        isTerminal: stream.isTerminal && !stream.isDumb, style: stream.style,
        columns: { stream.columns }, write: { try? stream.write($0) })
    }
  }

  private struct State {
    var completed: Int
    var message = ""
    var lastShown: Duration?
    var isBarShown = false
    var isFinished = false
  }

  private let title: String
  private let unit: String
  private let total: Int?
  private let resumedFrom: Int
  private let screen: Screen
  private let now: @Sendable () -> Duration
  private let start: Duration
  private let state: Mutex<State>

  /// Starts to report.
  /// - Parameters:
  ///   - title: what is going on, in a word or two.
  ///   - total: how many units make the whole, where that is known.
  ///   - unit: what is counted, in the plural.
  ///   - resumedFrom: units that an earlier run completed: they count as done, not for the rate.
  ///   - screen: where progress is shown.
  ///   - now: the time since some fixed moment; by default a clock that goes on during sleep.
  package init(
    _ title: String, total: Int?, unit: String = "steps", resumedFrom: Int = 0,
    screen: Screen = .standardError, now: (@Sendable () -> Duration)? = nil
  ) {
    self.title = title
    self.total = total
    self.unit = unit
    self.resumedFrom = resumedFrom
    self.screen = screen
    let origin = ContinuousClock.now
    self.now = now ?? { origin.duration(to: .now) }
    start = self.now()
    state = Mutex(State(completed: resumedFrom))
  }

  /// Tells how much is done; shows it when it is time to.
  /// - Parameters:
  ///   - completed: units done so far, those of the run that was resumed included.
  ///   - message: a few words, such as the latest return. It is made only when it is shown.
  package func update(_ completed: Int, message: @autoclosure () -> String = "") {
    state.withLock { state in
      guard !state.isFinished else { return }
      state.completed = completed
      let time = now()
      let interval: Duration = screen.isTerminal ? .milliseconds(100) : .seconds(5)
      // The first line elsewhere waits its turn: short runs then print only their last one.
      let last = state.lastShown ?? (screen.isTerminal ? time - interval : start)
      guard time - last >= interval else { return }
      state.lastShown = time
      state.message = message()
      show(&state, at: time)
    }
  }

  /// Writes a line for the user, such as a warning, without harm to the bar.
  package func note(_ line: String) {
    state.withLock { state in
      screen.write(state.isBarShown ? "\r\u{1B}[K\(line)\n" : "\(line)\n")
      if state.isBarShown { show(&state, at: now()) }
    }
  }

  /// Ends the report with a line that stays: the units, the time and the rate. Later calls do
  /// nothing.
  /// - Parameter completed: units done in the end; as last told if nil.
  package func finish(_ completed: Int? = nil, message: String = "") {
    state.withLock { state in
      guard !state.isFinished else { return }
      state.completed = completed ?? state.completed
      state.isFinished = true
      let elapsed = now() - start
      var parts = ["\(Quantities.count(state.completed)) \(unit) in \(Quantities.time(elapsed))"]
      if let rate = rate(state, elapsed) { parts.append(rate) }
      if !message.isEmpty { parts.append(message) }
      let line = "\(screen.style.bold(title)): \(parts.joined(separator: ", "))\n"
      screen.write(state.isBarShown ? "\r\u{1B}[K\(line)" : line)
      state.isBarShown = false
    }
  }

  private func show(_ state: inout State, at time: Duration) {
    let elapsed = time - start
    if screen.isTerminal {
      screen.write("\r\(bar(state, elapsed))\u{1B}[K")
      state.isBarShown = true
    } else {
      screen.write(line(state, elapsed))
    }
  }

  private func rate(_ state: State, _ elapsed: Duration) -> String? {
    let seconds = elapsed / .seconds(1)
    guard seconds > 0, state.completed > resumedFrom else { return nil }
    return "\(Quantities.short(Double(state.completed - resumedFrom) / seconds)) \(unit)/s"
  }

  private func timeLeft(_ state: State, _ elapsed: Duration) -> String? {
    guard let total, state.completed > resumedFrom, state.completed < total else { return nil }
    let left = Double(total - state.completed) / Double(state.completed - resumedFrom)
    return "\(Quantities.time(elapsed * left)) left"
  }

  private func fraction(_ state: State) -> Double? {
    guard let total, total > 0 else { return nil }
    return min(1, max(0, Double(state.completed) / Double(total)))
  }

  private func line(_ state: State, _ elapsed: Duration) -> String {
    var parts: [String] = []
    if let fraction = fraction(state), let total {
      let counts = "\(Quantities.count(state.completed)) of \(Quantities.count(total)) \(unit)"
      parts = ["\(Int(fraction * 100)) %", counts]
    } else {
      parts = ["\(Quantities.count(state.completed)) \(unit)"]
    }
    parts += [rate(state, elapsed), timeLeft(state, elapsed)].compactMap { $0 }
    if !state.message.isEmpty { parts.append(state.message) }
    return "\(title): \(parts.joined(separator: ", "))\n"
  }

  /// Draws the bar in the columns there are. Where they are few the message is cut, then left out;
  /// then the rate and the time left give way too.
  private func bar(_ state: State, _ elapsed: Duration) -> String {
    let columns = max(20, screen.columns()) - 1  // a full last column would wrap on some terminals
    let name = screen.style.bold(title) + "  "
    let fraction = fraction(state)
    let done =
      fraction.map { "\(Int($0 * 100)) %".padded(toColumns: 5, alignment: .right) }
      ?? "\(Quantities.count(state.completed)) \(unit)"
    let shortest = fraction == nil ? 0 : 11
    func space(beside words: [String]) -> Int {
      columns - name.displayWidth - words.joined(separator: "  ").displayWidth - shortest
    }
    let left = timeLeft(state, elapsed).map { [$0] } ?? []
    let rate = rate(state, elapsed).map { [$0] } ?? []
    var words = [[done] + rate + left, [done] + left].first { space(beside: $0) >= 0 } ?? [done]
    let room = space(beside: words) - 2
    if !state.message.isEmpty, room >= min(10, state.message.displayWidth) {
      words.append(state.message.truncated(toColumns: room))
    }
    let length = min(30, 10 + max(0, space(beside: words)))
    let drawn = fraction.map { track($0, length: length) + " " } ?? ""
    return (name + drawn + words.joined(separator: "  ")).truncated(toColumns: columns)
  }

  private func track(_ fraction: Double, length: Int) -> String {
    let halves = Int(fraction * Double(2 * length))
    let full = String(repeating: "━", count: halves / 2) + (halves.isMultiple(of: 2) ? "" : "╸")
    let rest = String(repeating: "─", count: length - (halves + 1) / 2)
    return screen.style.paint(full, .cyan) + screen.style.dim(rest)
  }
}
