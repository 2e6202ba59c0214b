public import Agents
public import ArgumentParser
internal import Environments

/// A curriculum's settings as flags; those that are not given keep the configuration's value.
struct CurriculumOptions: ParsableArguments {
  @Option(
    name: .customLong("curriculum"),
    help: ArgumentHelp(
      "How tasks are chosen: uniform, replay, learnability or evolution. (default: uniform)",
      valueName: "kind"))
  var kind: Curriculum.Kind?
  @Option(
    parsing: .unconditional,
    help: Self.help("Tasks to choose from, the first numbered ones; 0 without end.", \.pool))
  var pool: Int?
  @Option(
    help: Self.help("What ranks tasks: valueLoss, or positiveValueLoss.", \.score.rawValue))
  var score: Curriculum.Score?
  @Option(
    parsing: .unconditional,
    help: Self.help("Share of tasks that were met before, 0 to 1.", \.replayShare))
  var replayShare: Float?
  @Option(
    parsing: .unconditional,
    help: Self.help("Tasks that are remembered, 1 to 1000000.", \.bufferSize))
  var bufferSize: Int?
  @Option(
    parsing: .unconditional,
    help: Self.help("Share of them before any comes back, 0 to 1.", \.minimumFill))
  var minimumFill: Float?
  @Option(
    parsing: .unconditional,
    help: Self.help("Above 0; the lower, the more the first in rank come back.", \.temperature))
  var temperature: Float?
  @Option(
    parsing: .unconditional,
    help: Self.help("Share that comes back by how long ago it was met, 0 to 1.", \.staleness))
  var staleness: Float?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The return from which a try counts as solved. (default: the tasks' own)",
      valueName: "value"))
  var successReturn: Float?
  @Option(
    parsing: .unconditional,
    help: Self.help("What tries of an earlier meeting count, 0 to 1.", \.successMemory))
  var successMemory: Float?
  @Option(
    parsing: .unconditional,
    help: Self.help("Share of those that come back that evolution edits, 0 to 1.", \.editShare))
  var editShare: Float?
  @Option(
    parsing: .unconditional,
    help: Self.help("Most edits of a task, 0 to \(Level.mostEdits).", \.maximumEdits))
  var maximumEdits: Int?

  /// Puts the given settings into a configuration, which is then to be validated.
  func apply(to curriculum: inout Curriculum.Configuration) {
    set(&curriculum.kind, kind)
    set(&curriculum.pool, pool)
    set(&curriculum.score, score)
    set(&curriculum.replayShare, replayShare)
    set(&curriculum.bufferSize, bufferSize)
    set(&curriculum.minimumFill, minimumFill)
    set(&curriculum.temperature, temperature)
    set(&curriculum.staleness, staleness)
    if let successReturn { curriculum.successReturn = successReturn }
    set(&curriculum.successMemory, successMemory)
    set(&curriculum.editShare, editShare)
    set(&curriculum.maximumEdits, maximumEdits)
  }

  private func set<Value>(_ setting: inout Value, _ given: Value?) {
    if let given { setting = given }
  }

  /// Describes a setting, with its default.
  private static func help<Value>(
    _ text: String, _ setting: KeyPath<Curriculum.Configuration, Value>
  ) -> ArgumentHelp {
    let value = Curriculum.Configuration()[keyPath: setting]
    return ArgumentHelp("\(text) (default: \(value))", valueName: "value")
  }
}

extension Curriculum.Kind: ExpressibleByArgument {}
extension Curriculum.Score: ExpressibleByArgument {}
