extension ReportWords {
  /// A file for a person to fill: each field with what it is to answer.
  public static func template(for source: ReportSource) -> String {
    var text = """
      # Reward Report of \(source.run.name): what only people can say.
      #
      # Write each text between the quotes, or on indented lines after a | in their place. An empty
      # text stands for one that is not written yet. Foal never changes this file and uses the texts
      # byte for byte.
      #
      # A text may cite facts of the run: [@try-1]. When a cited fact changes, the report flags the
      # text until it is written anew. The facts now:
      #

      """
    for fact in source.facts where !fact.name.hasPrefix("setting.") {
      text += "#   [@\(fact.name)]  \(fact.title): \(fact.value.oneLine)\n"
    }
    text += "#   [@setting.NAME]  any setting of the run\n\n"
    text += "# Is reinforcement learning a tool, a framework or a metaphor here?\n"
    for use in UseOfReinforcement.allCases { text += comment("\(use.rawValue): \(use.words)") }
    text += "\(useKey): \"\"\n"
    for section in ReportSection.allCases {
      text += "\n# \(section.rawValue). \(section.title)\n"
      for field in section.fields { text += entry(field) }
    }
    return text
  }

  private static func entry(_ field: ReportField) -> String {
    let question = comment("\(field.number) \(field.title). \(field.question)")
    return field.author == .human
      ? "\n\(question)\(field.rawValue): \"\"\n"
      : "\n\(question)# Foal fills this field; a remark may be added.\n# \(field.rawValue): \"\"\n"
  }

  /// A comment in lines of at most 100 columns.
  private static func comment(_ text: String) -> String {
    var lines = ["#"]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + 1 + word.count > 100 { lines.append("#  ") }
      lines[lines.count - 1] += " \(word)"
    }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension String {
  /// The text without line breaks, as a comment needs it.
  fileprivate var oneLine: String {
    split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
