package import ArgumentParser
internal import Environments
internal import FoalTesting
internal import Tensors

/// `foal environments`: what there is to learn.
package struct EnvironmentsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "environments",
    abstract: "List, show, check and time the environments.",
    discussion: """
      EXAMPLES:
        foal environments
        foal environments show pendulum
        foal environments draw playroom:17 --output task.svg
        foal environments check cartpole-v1
        foal environments speed
      """,
    subcommands: [List.self, Show.self, Draw.self, Check.self, Speed.self, Replay.self],
    defaultSubcommand: List.self)

  package init() {}
}

/// What is printed of an environment or a family.
private struct EntryDocument: Encodable {
  private enum Key: String, CodingKey {
    case name, alias, kind, summary, source, observations, actions, stepLimit, solvedReturn
    case randomReturn, referenceReturn
  }

  let entry: EnvironmentCatalogue.Entry

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(entry.name, forKey: .name)
    try container.encode(entry.alias, forKey: .alias)
    try container.encode(entry.kind, forKey: .kind)
    try container.encode(entry.summary, forKey: .summary)
    try container.encode(entry.source, forKey: .source)
    try container.encode(entry.tasks.observationSpace.segments, forKey: .observations)
    try container.encode(ActionDocument(entry.tasks.actionSpace), forKey: .actions)
    try container.encode(entry.tasks.stepLimit, forKey: .stepLimit)
    try container.encode(entry.tasks.solvedReturn, forKey: .solvedReturn)
    try container.encode(entry.randomReturn, forKey: .randomReturn)
    try container.encode(entry.referenceReturn, forKey: .referenceReturn)
  }
}

/// What is printed of one task.
private struct TaskDocument: Encodable {
  var name: String
  var task: String
  var parameters: [String: Double]
}

/// An action space as JSON shows it.
private struct ActionDocument: Encodable {
  var kind: String
  var count: Int
  var low: [Float]?
  var high: [Float]?

  init(_ space: ActionSpace) {
    kind = space.isDiscrete ? "discrete" : "box"
    count = space.count
    if case .box(let low, let high) = space { (self.low, self.high) = (low, high) }
  }
}

extension EnvironmentsCommand {
  /// `foal environments list`.
  package struct List: ParsableCommand {
    package static let configuration = CommandConfiguration(
      abstract: "List environments and families in a line each.")

    @OptionGroup var result: ResultOptions

    package init() {}

    package func run() throws {
      let entries = EnvironmentCatalogue.all
      if result.json {
        return try JSONOutput.write(["environments": entries.map(EntryDocument.init)])
      }
      let stream = StandardStream.output
      var text = ""
      for (title, entries) in [
        ("environment", EnvironmentCatalogue.environments),
        ("family", EnvironmentCatalogue.families),
      ] {
        var table = Table([
          .left(title), .right("sees"), .left("does"), .right("steps"), .right("solved at"),
          .left("what"),
        ])
        for entry in entries {
          let tasks = entry.tasks
          table.append([
            entry.name, "\(tasks.observationSpace.count)",
            tasks.actionSpace.isDiscrete
              ? "1 of \(tasks.actionSpace.count)" : "\(tasks.actionSpace.count) real",
            tasks.stepLimit.map { "\($0)" } ?? "-",
            tasks.solvedReturn.map { Quantities.significant(Double($0)) } ?? "-", entry.summary,
          ])
        }
        let limit = stream.isTerminal ? stream.columns : nil
        text += (text.isEmpty ? "" : "\n") + table.rendered(style: stream.style, limit: limit)
      }
      try stream.write(text + "\nNext: foal environments show cartpole\n")
    }
  }

  /// `foal environments show`.
  package struct Show: ParsableCommand {
    package static let configuration = CommandConfiguration(
      abstract: "Show what an agent sees and does, limits and a picture.",
      discussion: """
        EXAMPLES:
          foal environments show cartpole
          foal environments show MountainCar-v0 --json
          foal environments show playroom:17
          foal environments show task.json
        """)

    @Argument(help: "An environment, a family, a held-out task (playroom:17) or a playroom's file.")
    var name: String
    @OptionGroup var result: ResultOptions

    package init() {}

    package func run() throws {
      if name.contains(":") || name.hasSuffix(".json") { return try showTask() }
      let entries = try EnvironmentCatalogue.entries(named: name)
      if result.json {
        return try JSONOutput.write(["environments": entries.map(EntryDocument.init)])
      }
      try StandardStream.output.write(
        entries.map { text(of: $0) }.joined(separator: "\n"))
    }

    /// Shows one task: its picture and what tells it from others.
    private func showTask() throws {
      let (task, batch) = try TaskName(argument: name).batch(seed: 0)
      if result.json {
        return try JSONOutput.write(
          TaskDocument(
            name: task.name, task: batch.taskDescription(slot: 0),
            parameters: batch.taskParameters(slot: 0).dictionary))
      }
      let stream = StandardStream.output
      let drawing = batch.drawing(slot: 0)
      let picture = drawing?.terminalText(
        columns: min(stream.columns, 100), rows: 20, inColor: stream.style.isOn)
      let parameters = batch.taskParameters(slot: 0).words.wrapped(toColumns: 80)
      try stream.write(
        "\(stream.style.bold(task.name))\n\n\(picture.map { $0 + "\n\n" } ?? "")\(parameters)\n")
    }

    private func text(of entry: EnvironmentCatalogue.Entry) -> String {
      let stream = StandardStream.output
      let tasks = entry.tasks
      let batch = tasks.batch(
        split: .heldOut, slots: 1, random: RandomStream(seed: 0).split("picture"))
      var table = Table([.left(""), .left("")])
      table.append(["kind", entry.kind == .family ? "family of tasks" : "environment"])
      table.append(["sees", "\(tasks.observationSpace)"])
      table.append(["does", "\(tasks.actionSpace)"])
      table.append(["step limit", tasks.stepLimit.map { "\($0)" } ?? "none"])
      table.append([
        "solved at", tasks.solvedReturn.map { Quantities.significant(Double($0)) } ?? "no level",
      ])
      table.append([
        "returns",
        "random \(Quantities.significant(Double(entry.randomReturn))), "
          + "reference \(Quantities.significant(Double(entry.referenceReturn)))",
      ])
      let parameters = batch.taskParameters(slot: 0)
      if !parameters.isEmpty {
        table.append([entry.kind == .family ? "for example" : "parameters", parameters.words])
      }
      table.append(["source", entry.source])
      let alias = entry.alias.map { " (\($0))" } ?? ""
      let picture = batch.drawing(slot: 0)?.terminalText(
        columns: min(stream.columns, 60), rows: 10, inColor: stream.style.isOn)
      return "\(stream.style.bold(entry.name))\(alias): \(entry.summary)\n\n"
        + (picture.map { $0 + "\n\n" } ?? "") + table.rendered(style: stream.style)
    }
  }

  /// `foal environments check`.
  package struct Check: ParsableCommand {
    package static let configuration = CommandConfiguration(
      abstract: "Check that an environment keeps its promises.",
      discussion: """
        EXAMPLE:
          foal environments check acrobot --steps 10000
        """)

    @Argument(help: "The environment or family, by its name or Gymnasium's.")
    var name: String
    @Option(parsing: .unconditional, help: "Random steps to play, 1 to 10,000,000.")
    var steps = 1000
    @Option(parsing: .unconditional, help: "Names starts and actions: 0 or more.")
    var seed: UInt64 = 0
    @OptionGroup var result: ResultOptions

    package init() {}

    package func validate() throws { try FoalCommand.check(steps, "--steps", in: 1...10_000_000) }

    private struct Document: Encodable {
      var name: String
      var steps: Int
      var seed: UInt64
      var checks: [String]
      var passed = true
    }

    private static let checks = [
      "observations are written, finite and within their bounds",
      "rewards are finite",
      "the same seed gives the same trajectory",
      "copied and saved states go on as the original does",
      "masks are 0 or 1 and leave an action",
      "in a batch the limit truncates, last observations are kept, wrong actions are rejected",
    ]

    package func run() throws {
      let entries = try EnvironmentCatalogue.entries(named: name)
      for entry in entries {
        try checkEnvironment(entry.tasks.sample, steps: steps, seed: seed)
      }
      if result.json {
        return try JSONOutput.write(
          Document(name: entries[0].name, steps: steps, seed: seed, checks: Self.checks))
      }
      let style = StandardStream.output.style
      let lines = Self.checks.map { "  \(style.paint("✓", .green)) \($0)\n" }.joined()
      try StandardStream.output.write(
        "\(style.bold(entries[0].name)): \(Quantities.count(steps)) random steps, seed \(seed)\n"
          + lines)
    }
  }
}
