package import Records

/// Runs that one line of a chart stands for.
package struct RunGroup: Sendable {
  /// What the line is called.
  package var name: String
  package var runs: [Run]

  /// How runs are put together.
  package enum Rule: Sendable, Hashable {
    /// A line a run.
    case none
    /// A line for runs that differ in their seeds only.
    case seeds
    /// A line for runs with the same value of a setting.
    case setting(String)

    /// Reads a rule from a query: `none`, `seeds` or the name of a setting.
    package init(_ text: String?) {
      switch text {
      case nil, "", "none": self = .none
      case "seeds": self = .seeds
      case .some(let name): self = .setting(name)
      }
    }
  }

  /// Puts runs together; the groups come in the order of their first runs.
  /// - Parameter settings: the settings of each run, by their path.
  package static func all(
    of runs: [Run], by rule: Rule, settings: [Run.ID: [String: JSONValue]]
  ) -> [RunGroup] {
    guard rule != .none else { return runs.map { RunGroup(name: $0.name, runs: [$0]) } }
    var keys: [[String: JSONValue]] = []
    var members: [[Run]] = []
    for run in runs {
      let key = key(of: run, by: rule, settings[run.id] ?? [:])
      if let index = keys.firstIndex(of: key) {
        members[index].append(run)
      } else {
        keys.append(key)
        members.append([run])
      }
    }
    let differing = Set(keys.flatMap(\.keys)).sorted().filter { name in
      keys.contains { $0[name] != keys[0][name] }
    }
    return zip(keys, members).map { key, runs in
      RunGroup(name: name(of: runs, key, differing), runs: runs)
    }
  }

  private static func key(
    of run: Run, by rule: Rule, _ settings: [String: JSONValue]
  ) -> [String: JSONValue] {
    var all = settings
    all["command"] = .string(run.command)
    all["task"] = .string(run.task)
    switch rule {
    case .setting(let name): return [name: all[name] ?? .null]
    case .none, .seeds:
      all["seed"] = nil
      return all
    }
  }

  /// What tells the group from the others, and how many runs it has.
  private static func name(
    of runs: [Run], _ key: [String: JSONValue], _ differing: [String]
  ) -> String {
    if runs.count == 1, key.count > 1 { return runs[0].name }
    let told = differing.prefix(2).map { name in
      let value = key[name].map(\.plainText) ?? "-"
      return name == "task" || name == "command" ? value : "\(name) \(value)"
    }
    let words = told.isEmpty ? [runs[0].task] : Array(told)
    return (words + [runs.count == 1 ? "1 run" : "\(runs.count) runs"]).joined(separator: ", ")
  }
}

extension JSONValue {
  /// The value in a table: words without quotes, lists without spaces.
  var plainText: String { if case .string(let text) = self { text } else { canonicalText } }
}
