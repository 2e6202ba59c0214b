internal import Charts

extension RewardReport {
  /// Writes the report as Markdown. Charts are drawn in characters, and a person's words stand as
  /// they are.
  public func markdown() -> String {
    var text = "# \(Markdown.plain(title)): Reward Report\n\n\(Markdown.plain(summary))\n"
    if let use { text += "\n**\(use.rawValue)**: \(use.words)\n" }
    if !highlights.isEmpty {
      text += "\n"
      for highlight in highlights {
        text += "- **\(Markdown.plain(highlight.value))** \(Markdown.plain(highlight.label)) "
        text += "(\(Markdown.plain(highlight.note)))\n"
      }
    }
    if !warnings.isEmpty {
      text += "\n" + warnings.map { "> **Note.** \(Markdown.plain($0))\n" }.joined(separator: ">\n")
    }
    text += "\nMade \(date.minute) by Foal. Fields are filled from the run (*machine*) or by a "
    text += "person (*human*).\n"
    for section in ReportSection.allCases {
      text += "\n## \(section.rawValue). \(section.title)\n"
      for field in section.fields {
        if let field = self[field] { text += Markdown.field(field, facts) }
      }
    }
    return text + "\n\(stamp.comment)\n"
  }
}

/// Writes the parts of Markdown.
enum Markdown {
  /// Text in which nothing is markup.
  static func plain(_ text: String) -> String {
    var plain = ""
    for letter in text {
      if letter.isNewline {
        plain += " "
      } else {
        if "\\`*<|".contains(letter) { plain += "\\" }
        plain.append(letter)
      }
    }
    return plain
  }

  static func field(_ field: RewardReport.Field, _ facts: [Fact]) -> String {
    var text = "\n### \(field.number) \(field.title) (*\(field.author.rawValue)*)\n"
    if let words = field.words {
      text += "\n\(words)\(words.hasSuffix("\n") ? "" : "\n")"
      let cited = Set(Citation.all(in: words).map(\.name)).sorted()
      let values = cited.compactMap { name in
        facts.first { $0.name == name }.map {
          "- [@\(name)]: \(plain($0.title)), \(plain($0.value))\n"
        }
      }
      if !values.isEmpty { text += "\nCited:\n\n\(values.joined())" }
    } else if field.author == .human {
      text += "\n*Not written yet.* \(field.field.question)\n"
    }
    for flag in field.flags { text += "\n> **Look again.** This text \(plain(flag)).\n" }
    for part in field.parts { text += "\n" + self.part(part) }
    return text
  }

  private static func part(_ part: RewardReport.Part) -> String {
    switch part {
    case .text(let text): "\(plain(text))\n"
    case .list(let items): items.map { "- \(plain($0))\n" }.joined()
    case .pairs(let pairs): pairs.map { "- \(plain($0.name)): \(plain($0.value))\n" }.joined()
    case .table(let table, let source):
      "**\(plain(table.title))**\n\n\(self.table(table))\n\(plain(source))\n"
    case .chart(let chart, let sentences, let source):
      drawing(of: chart, rows: 14) + sentences.map { "- \(plain($0))\n" }.joined()
        + (sentences.isEmpty ? "" : "\n") + "\(plain(source))\n"
    case .charts(let charts, let source):
      charts.map { drawing(of: $0, rows: 7) }.joined() + "\(plain(source))\n"
    }
  }

  private static func drawing(of chart: Chart, rows: Int) -> String {
    "```text\n\(chart.terminal(columns: 80, rows: rows).replacing("```", with: "'''"))```\n\n"
  }

  private static func table(_ table: RewardReport.Table) -> String {
    func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |\n" }
    var text = line(table.columns.map(plain))
    text += line(table.numeric.map { $0 ? "---:" : "---" })
    for row in table.rows {
      text += line(
        row.map { cell in
          let place = cell.place.map { " (\(Quantities.fixed(100 * $0, decimals: 0)) %)" } ?? ""
          let shown = plain(cell.text + place)
          return cell.isAlarming == true ? "**\(shown)**" : shown
        })
    }
    return text
  }
}
