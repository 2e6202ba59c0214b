internal import ArgumentParser
internal import Environments
internal import Foundation
internal import Tensors

/// A task as the user names it: an environment, a family and the number of a held-out task, or a file
/// that describes a playroom.
struct TaskName: ExpressibleByArgument, Sendable {
  let text: String

  init(argument: String) { text = argument }

  /// The task that a name stands for.
  struct Task: Sendable {
    /// The name as it is shown.
    let name: String
    let source: TaskSource
    /// The number of the task in its split.
    let number: Int

    /// The task's parameters, in the order of their declaration.
    func parameters(seed: UInt64) -> [TaskParameter] {
      source.batch(
        tasks: [number], of: .heldOut, seed: seed, trials: TrialSettings(),
        random: RandomStream(seed: seed)
      ).taskParameters(slot: 0)
    }
  }

  /// Looks the task up.
  /// - Throws: `UnknownEnvironment`, or `CommandFailure` if the number is not one or the file wrong.
  func task() throws -> Task {
    if text.hasSuffix(".json") {
      let name = ((text as NSString).lastPathComponent as NSString).deletingPathExtension
      return Task(
        name: name, source: TaskSource(try TaskName.playroom(in: text), named: name), number: 0)
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      let entry = try EnvironmentCatalogue.environment(named: text)
      return Task(name: entry.alias ?? entry.name, source: entry.tasks, number: 0)
    }
    let family = try EnvironmentCatalogue.family(named: String(parts[0]))
    guard let number = Int(parts[1]), number >= 0 else {
      throw CommandFailure.usage(
        "there is no task \(text); a family's tasks have numbers from 0: \(family.name):17")
    }
    return Task(name: "\(family.name):\(number)", source: family.tasks, number: number)
  }
}

extension TaskName {
  /// Reads a playroom.
  private static func playroom(in path: String) throws -> Playroom {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure("cannot read \(path)")
    }
    do { return try Playroom(json: data) } catch { throw CommandFailure("\(path): \(error)") }
  }

  /// A batch of the task alone, as it is shown and drawn.
  func batch(seed: UInt64) throws -> (task: Task, batch: EnvironmentBatch) {
    let task = try task()
    let batch = task.source.batch(
      tasks: [task.number], of: .heldOut, seed: seed, trials: TrialSettings(),
      random: RandomStream(seed: seed).split("picture"))
    return (task, batch)
  }
}

extension [TaskParameter] {
  /// The parameters in words: `gravity 9.8, cart mass 1`.
  var words: String {
    map { "\($0.name.spaced) \(Quantities.significant($0.value))" }.joined(separator: ", ")
  }

  /// The parameters by name, as JSON has them.
  var dictionary: [String: Double] {
    Dictionary(map { ($0.name, $0.value) }) { first, _ in first }
  }
}
