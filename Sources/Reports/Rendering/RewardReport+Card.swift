internal import Charts
internal import Records
internal import Schooling

extension RewardReport {
  /// Writes the card by which Hugging Face's hub shows a model: a README with metadata in YAML.
  ///
  /// Every number of it is the report's.
  public func card(of source: ReportSource) -> String {
    var text = "---\n\(CardMetadata(source: source).text)---\n\n"
    text += "# \(Markdown.plain(title))\n\n\(Markdown.plain(summary))\n\n"
    if let use { text += "\(use.words)\n\n" }
    if let goal = self[.goalOfReinforcement]?.words {
      text += told(goal)
    }
    if let main = source.mainEvaluation {
      let evaluation = main.evaluation
      text += "## Results\n\n\(Markdown.plain(evaluation.tasksText)).\n\n"
      text +=
        "| try | IQM [95 %] | mean [95 %] | 20th percentile |\n| ---: | ---: | ---: | ---: |\n"
      for attempt in evaluation.tries {
        text += "| \(attempt.try) | \(attempt.iqmText) | \(attempt.meanText) | "
        text += "\(Quantities.shortReturn(attempt.p20)) |\n"
      }
      text += "\nCheckpoint \(main.checkpoint), recorded as \(Markdown.plain(main.run)).\n\n"
    }
    text += "## Use\n\n```sh\n"
    let file = source.lastAgent?.path.split(separator: "/").last.map(String.init)
    text += "foal evaluate \(file ?? "\(source.run.name).safetensors")\n```\n\n"
    for (heading, field) in [
      ("Limitations", ReportField.limitations), ("Known failure modes", .knownFailureModes),
    ] {
      guard let words = self[field]?.words else { continue }
      text += "## \(heading)\n\n\(told(words))"
    }
    text += "The Reward Report beside this card says the rest: report.md, report.html, "
    return text + "report.json.\n\n\(stamp.comment)\n"
  }
}

extension RewardReport {
  /// A person's words with the facts that they cite in their places.
  private func told(_ words: String) -> String {
    var text = words
    for citation in Citation.all(in: words).reversed() {
      guard let fact = facts.first(where: { $0.name == citation.name }) else { continue }
      text.replaceSubrange(citation.range, with: fact.value)
    }
    return text + (text.hasSuffix("\n") ? "\n" : "\n\n")
  }
}

/// The metadata of a card, as the hub reads it.
private struct CardMetadata {
  let source: ReportSource

  var text: String {
    var lines = ["library_name: foal", "tags:"]
    lines += tags.map { "- \(quoted($0))" }
    lines += ["model-index:", "- name: \(quoted(source.run.name))", "  results:"]
    let results = source.mainEvaluation.map { result(of: $0) } ?? []
    if results.isEmpty { lines[lines.count - 1] += " []" }
    return (lines + results).map { $0 + "\n" }.joined()
  }

  private var tags: [String] {
    let algorithm = source.run.algorithm.split(separator: ",").first.map(String.init) ?? ""
    let tags = ["reinforcement-learning", "foal", source.run.task, algorithm]
    return tags.enumerated().filter { index, tag in
      !tag.isEmpty && !tags[..<index].contains(tag)
    }.map(\.element)
  }

  private func result(of main: ReportSource.EvaluationFacts) -> [String] {
    let evaluation = main.evaluation
    var lines = [
      "  - task:", "      type: reinforcement-learning", "      name: reinforcement-learning",
      "    dataset:", "      type: \(quoted(evaluation.family))",
      "      name: \(quoted(evaluation.tasksText))", "    metrics:",
    ]
    for attempt in evaluation.tries {
      lines += metric(
        "mean_reward", attempt.mean, "mean return on try \(attempt.try), 95 %: \(attempt.meanText)")
      lines += metric(
        "iqm_reward", attempt.iqm,
        "interquartile mean return on try \(attempt.try), 95 %: \(attempt.iqmText)")
      lines += metric(
        "p20_reward", attempt.p20, "20th percentile of the return on try \(attempt.try)")
    }
    return lines
  }

  private func metric(_ type: String, _ value: Double, _ name: String) -> [String] {
    [
      "    - type: \(type)", "      value: \(Quantities.fixed(value, decimals: 3))",
      "      name: \(quoted(name))", "      verified: false",
    ]
  }

  /// A text in YAML's double quotes.
  private func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\" + String(scalar)
      case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}": quoted += " "
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
