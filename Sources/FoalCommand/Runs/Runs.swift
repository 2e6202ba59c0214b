package import ArgumentParser
package import Foundation
internal import Records

/// `foal runs`: what was run, and how it went.
package struct RunsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List, show, compare, export and delete runs.",
    discussion: """
      pretrain, train, adapt and evaluate record what they were given and what they measured, \
      unless told --no-record. A run is found by its name or by a beginning that no other has.

      EXAMPLES:
        foal runs
        foal runs show cartpole-7
        foal runs compare cartpole-0 cartpole-7
        foal runs export cartpole-7 --output cartpole-7.csv
        foal runs export cartpole-7 --format tensorboard
      """,
    subcommands: [List.self, Show.self, Compare.self, Export.self, Delete.self],
    defaultSubcommand: List.self)

  package init() {}
}

/// A run as JSON shows it; what is not known is `null`.
struct RunDocument: Encodable {
  private enum Key: String, CodingKey {
    case name, command, task, seed, state, environmentSteps, lastReturn, startedAt, endedAt
    case heartbeatAt, foalVersion, parent
  }

  let run: Run
  let lastReturn: Double?
  let parent: String?

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(run.name, forKey: .name)
    try container.encode(run.command, forKey: .command)
    try container.encode(run.task, forKey: .task)
    try container.encode(run.seed, forKey: .seed)
    try container.encode(run.state, forKey: .state)
    try container.encode(run.environmentSteps, forKey: .environmentSteps)
    try container.encode(lastReturn, forKey: .lastReturn)
    try container.encode(run.startedAt, forKey: .startedAt)
    try container.encode(run.endedAt, forKey: .endedAt)
    try container.encode(run.heartbeatAt, forKey: .heartbeatAt)
    try container.encode(run.foalVersion, forKey: .foalVersion)
    try container.encode(parent, forKey: .parent)
  }
}

extension Run {
  /// The state in a word: a run that has been silent for long is lost.
  var stateWord: String { isLost() ? "lost" : state.rawValue }

  /// How long the run took, or has taken so far.
  var duration: Duration {
    .seconds((endedAt ?? heartbeatAt).timeIntervalSince(startedAt))
  }

  /// The steps as they are shown: none for what counts none.
  var stepsText: String { environmentSteps == 0 ? "-" : Quantities.count(environmentSteps) }
}

extension Date {
  /// How long ago it was, in a few letters: `8 s ago`, `5 min ago`, `3 h ago`, `6 days ago`, and the
  /// day itself from a month on.
  package func agoText(now: Date = .now) -> String {
    let seconds = Int(max(0, now.timeIntervalSince(self)))
    return switch seconds {
    case ..<60: "\(seconds) s ago"
    case ..<3600: "\(seconds / 60) min ago"
    case ..<86_400: "\(seconds / 3600) h ago"
    case ..<172_800: "1 day ago"
    case ..<2_592_000: "\(seconds / 86_400) days ago"
    default: String(minuteText.prefix(10))
    }
  }

  /// The minute in the local time zone: `2026-11-21 12:05`.
  var minuteText: String {
    let style = Date.ISO8601FormatStyle(
      dateSeparator: .dash, dateTimeSeparator: .space, timeSeparator: .colon, timeZone: .current)
    return String(
      formatted(style.year().month().day().time(includingFractionalSeconds: false)).dropLast(3))
  }
}

extension StandardStream {
  /// The columns that a table may take: those of a terminal, any number elsewhere.
  var tableLimit: Int? { isTerminal ? columns : nil }
}
