internal import Environments
internal import Foundation

/// Where an agent is watched: a film on a terminal, a few frames of text elsewhere, or nothing.
final class Stage {
  enum Kind {
    case film, text, none
  }

  private let kind: Kind
  private let title: String
  private let details: String
  private let tries: Int
  private let stepSeconds: Double
  private let output = StandardStream.output
  /// The action that led to the state to be shown next.
  private var action = ""
  private var due = ContinuousClock.now

  init(_ kind: Kind, title: String, details: String, tries: Int, stepSeconds: Double) {
    self.kind = kind
    self.title = title
    self.details = details
    self.tries = tries
    self.stepSeconds = stepSeconds
  }

  /// Shows what work shows, then leaves the terminal as it was, whatever happens.
  func perform<Result>(_ work: () throws -> Result) throws -> Result {
    guard kind == .film else {
      if kind == .text { try output.write("\(title)\n\(wrappedDetails)\n\n") }
      return try work()
    }
    // The alternate screen, without a cursor: what was on the terminal comes back in the end.
    try output.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J")
    defer { try? output.write("\u{1B}[?25h\u{1B}[?1049l") }
    return try work()
  }

  /// Notes the action that is about to be taken.
  func note(_ actions: ActionBatch) {
    guard kind != .none else { return }
    action =
      actions.components.isEmpty
      ? actions.indices.map { "\($0)" }.joined()
      : actions.components.map { Quantities.fixed(Double($0), decimals: 2) }
        .joined(separator: " ")
  }

  /// Shows a state.
  func show(_ frame: Frame) throws {
    if frame.step == 0 { action = "" }
    switch kind {
    case .none: return
    case .film: try project(frame)
    case .text:
      // The start of each try, and the first tries' ends, say most.
      guard frame.step % 100 == 0, frame.step <= 100 else { return }
      let picture = frame.drawing?.terminalText(columns: 60, rows: 10)
      try output.write("\(status(frame))\n\(picture.map { $0 + "\n" } ?? "")\n")
    }
  }

  /// Says how the tries went, below what was on the terminal before.
  func summarise(_ episodes: [Episode]) throws {
    try output.write("\(title)\n\(output.style.dim(wrappedDetails))\n")
    for (index, episode) in episodes.enumerated() {
      let value = Quantities.shortReturn(Double(episode.undiscountedReturn))
      try output.write("try \(index + 1): return \(value) in \(episode.length) steps\n")
    }
  }

  private var wrappedDetails: String { details.wrapped(toColumns: min(output.columns, 80)) }

  private func status(_ frame: Frame) -> String {
    let value = Quantities.shortReturn(Double(frame.undiscountedReturn))
    let taken = action.isEmpty ? "" : "   action \(action)"
    return "try \(frame.attempt + 1) of \(tries)   step \(frame.step)   return \(value)\(taken)"
  }

  private func project(_ frame: Frame) throws {
    let style = output.style
    let columns = max(20, min(output.columns, 100))
    let about = details.wrapped(toColumns: columns).split(separator: "\n")
    let rows = max(4, min(output.rows - 6 - about.count, 24))
    var lines = [style.bold(title)] + about.map { style.dim(String($0)) }
    lines += ["", status(frame), ""]
    lines = lines.map { $0.truncated(toColumns: columns) }
    lines.append(
      frame.drawing?.terminalText(columns: columns, rows: rows, inColor: style.isOn)
        ?? "(there is no picture of this environment)")
    let returns = frame.returns.map { Quantities.shortReturn(Double($0)) }
    let past = returns.isEmpty ? "" : "earlier tries: \(returns.joined(separator: " "))"
    lines.append(style.dim(past.truncated(toColumns: columns)))
    // Each line clears the rest of its row, so that nothing of the last frame is left.
    let text = lines.joined(separator: "\n").replacingOccurrences(of: "\n", with: "\u{1B}[K\r\n")
    try output.write("\u{1B}[H\(text)\u{1B}[K\u{1B}[J")
    due = max(due + .seconds(stepSeconds), .now)
    Thread.sleep(forTimeInterval: max(0, (due - .now) / .seconds(1)))
  }
}
