package import ArgumentParser
internal import Records

extension RunsCommand {
  /// `foal runs compare`.
  package struct Compare: ParsableCommand {
    package static let configuration = CommandConfiguration(
      abstract: "Show what differs between runs, and their evaluations side by side.",
      discussion: """
        Evaluations are compared where they met the same tasks. Intervals that do not overlap \
        tell two agents apart; intervals that do leave it open. They are over tasks: what another \
        seed would have brought, they do not say.

        EXAMPLES:
          foal runs compare cartpole-0 cartpole-7
          foal runs compare cartpole-0 cartpole-1 cartpole-2 --json
        """)

    @Argument(help: "The names of two or more runs, or the beginnings of them.")
    var names: [String]
    @OptionGroup var home: HomeOptions
    @OptionGroup var result: ResultOptions

    package init() {}

    package func validate() throws {
      if names.count < 2 { throw ValidationError("give the names of two or more runs") }
    }

    package func run() throws {
      let (store, runs) = try home.runs(named: names)
      let document = try ComparedRuns(runs, in: store)
      if result.json { return try JSONOutput.write(document) }
      let stream = StandardStream.output
      try stream.write(document.text(style: stream.style, limit: stream.tableLimit))
    }
  }
}

/// What differs between runs.
private struct ComparedRuns: Encodable {
  /// A setting with its value in each run; `null` where a run does not have it.
  struct Difference: Encodable {
    var setting: String
    var values: [JSONValue]
  }

  let runs: [String]
  let differences: [Difference]
  let evaluations: [EvaluationComparison]

  init(_ runs: [Run], in store: RunStore) throws {
    self.runs = runs.map(\.name)
    let settings = try runs.map { run in
      try run.facts.merging(store.configuration(of: run).leaves) { fact, _ in fact }
    }
    let keys = Set(settings.flatMap(\.keys)).sorted()
    differences = keys.compactMap { key in
      let values = settings.map { $0[key] }
      guard values.contains(where: { $0 != values[0] }) else { return nil }
      return Difference(setting: key, values: values.map { $0 ?? .null })
    }
    evaluations = EvaluationComparison.all(
      of: try runs.map { ($0.name, try store.evaluations(of: $0)) })
  }

  func text(style: Style, limit: Int?) -> String {
    var parts: [String] = []
    if differences.isEmpty {
      parts.append("The runs were given the same settings.\n")
    } else {
      var table = Table([.left("what differs")] + runs.map { .left($0) })
      for difference in differences {
        table.append(
          [difference.setting] + difference.values.map { $0 == .null ? "-" : $0.shortText })
      }
      parts.append(table.rendered(style: style, limit: limit))
    }
    parts += evaluations.map { $0.text(style: style, limit: limit) }
    if evaluations.isEmpty { parts.append("No two of them were evaluated on the same tasks.\n") }
    return parts.joined(separator: "\n")
  }
}

extension Run {
  /// What a run was given besides its settings, and how it ended.
  fileprivate var facts: [String: JSONValue] {
    [
      "command": .string(command), "task": .string(task), "seed": .unsigned(seed),
      "foalVersion": .string(foalVersion), "state": .string(stateWord),
      "environmentSteps": .integer(environmentSteps),
    ]
  }
}
