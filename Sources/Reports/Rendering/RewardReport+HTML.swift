internal import Charts
internal import Foundation

extension RewardReport {
  /// Writes the report as one page: charts within it, light or dark as the reader prefers, ready to
  /// print. It loads nothing and runs nothing.
  public func html() -> String {
    var page = HTMLPage(report: self)
    page.write()
    return page.writer.text
  }
}

/// A report's page while it is written.
private struct HTMLPage {
  let report: RewardReport
  var writer = HTMLWriter()
  /// The charts so far, which tells them apart.
  private var charts = 0

  init(report: RewardReport) { self.report = report }

  mutating func write() {
    let title = Markup.escaped("\(report.title): Reward Report")
    writer.raw(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="Foal">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; img-src data:">
      <link rel="icon" href="data:,">
      <title>\(title)</title>
      <style>
      \(HTMLStyle.sheet)
      \(Chart.styleSheet)
      </style>
      </head>
      <body>

      """)
    writeHead()
    writeContents()
    writer.raw("<main>\n")
    for section in ReportSection.allCases { write(section) }
    writeFacts()
    writer.raw("</main>\n\(report.stamp.comment)\n</body>\n</html>\n")
  }

  private mutating func writeHead() {
    writer.raw("<header>\n")
    writer.element("p", "Reward Report", #"class="kicker""#)
    writer.element("h1", report.title)
    writer.element("p", report.summary, #"class="lead""#)
    if let use = report.use {
      writer.raw("<p class=\"use\"><b>\(use.rawValue)</b> \(Markup.escaped(use.words))</p>\n")
    }
    let unwritten = report.unwritten.count
    let state =
      unwritten == 0
      ? "all 26 fields filled" : "\(26 - unwritten) of 26 fields filled, \(unwritten) to be written"
    writer.element("p", "Made \(report.date.minute) by Foal; \(state).", #"class="made""#)
    writeHighlights()
    writeGlance()
    writeWarnings()
    writer.raw("</header>\n")
  }

  private mutating func writeHighlights() {
    guard !report.highlights.isEmpty else { return }
    writer.raw("<ul class=\"highlights\">\n")
    for highlight in report.highlights {
      let (value, label) = (
        Markup.escaped(highlight.value), Markup.escaped(highlight.label)
      )
      writer.raw(
        "<li><b>\(value)</b><span>\(label)</span>"
          + "<small>\(Markup.escaped(highlight.note))</small></li>\n")
    }
    writer.raw("</ul>\n")
  }

  private mutating func writeGlance() {
    guard !report.glance.isEmpty else { return }
    let isOne = report.glance.count == 1
    writer.raw("<div class=\"glance\(isOne ? " one" : "")\">\n")
    for chart in report.glance {
      writer.raw("<a href=\"#\(ReportField.offlineEvaluations.rawValue)\">\n")
      isOne ? writeDrawings(of: chart) : writer.raw(drawing(of: chart, width: 372, height: 256))
      writer.raw("</a>\n")
    }
    writer.raw("</div>\n")
  }

  private mutating func writeWarnings() {
    let flags = report.fields.filter { !$0.flags.isEmpty }.map {
      "\($0.number) \($0.title) is to be looked at again: see what it cites."
    }
    let warnings = report.warnings + flags
    guard !warnings.isEmpty else { return }
    writer.raw("<ul class=\"warnings\" aria-label=\"Warnings\">\n")
    for warning in warnings { writer.element("li", warning) }
    writer.raw("</ul>\n")
  }

  private mutating func writeContents() {
    writer.raw("<nav aria-label=\"Sections\"><ol>\n")
    for section in ReportSection.allCases {
      let title = Markup.escaped(section.title)
      writer.raw("<li><a href=\"#section-\(section.rawValue)\">\(title)</a></li>\n")
    }
    writer.raw("</ol></nav>\n")
  }

  private mutating func write(_ section: ReportSection) {
    writer.raw("<section id=\"section-\(section.rawValue)\">\n")
    writer.raw(
      "<h2><span>\(section.rawValue)</span>\(Markup.escaped(section.title))</h2>\n")
    for field in section.fields {
      if let field = report[field] { write(field) }
    }
    writer.raw("</section>\n")
  }

  private mutating func write(_ field: RewardReport.Field) {
    let isEmpty = field.words == nil && field.parts.isEmpty
    writer.raw(
      "<article id=\"\(field.field.rawValue)\"\(isEmpty ? " class=\"empty\"" : "")>\n"
        + "<h3><span>\(field.number)</span>\(Markup.escaped(field.title))"
        + "<i class=\"\(field.author.rawValue)\">\(field.author.rawValue)</i></h3>\n")
    if let words = field.words {
      writer.raw("<div class=\"words\">\n\(HTMLWords(facts: report.facts).html(words))</div>\n")
    } else if field.author == .human {
      let question = Markup.escaped(field.field.question)
      writer.raw("<p class=\"todo\"><b>Not written yet.</b> \(question)</p>\n")
    }
    for flag in field.flags { writer.element("p", "This text \(flag).", #"class="flag""#) }
    for part in field.parts { write(part) }
    writer.raw("</article>\n")
  }

  private mutating func write(_ part: RewardReport.Part) {
    switch part {
    case .text(let text): writer.element("p", text)
    case .list(let items):
      writer.raw("<ul>\n")
      for item in items { writer.element("li", item) }
      writer.raw("</ul>\n")
    case .pairs(let pairs):
      writer.raw("<dl\(pairs.count > 12 ? " class=\"many\"" : "")>\n")
      for pair in pairs {
        let (name, value) = (Markup.escaped(pair.name), Markup.escaped(pair.value))
        writer.raw("<div><dt>\(name)</dt><dd>\(value)</dd></div>\n")
      }
      writer.raw("</dl>\n")
    case .table(let table, let source): write(table, source: source)
    case .chart(let chart, let sentences, let source):
      writer.raw("<figure>\n")
      writeDrawings(of: chart)
      writeCaption(sentences, source: source)
      writer.raw("</figure>\n")
    case .charts(let charts, let source):
      writer.raw("<figure>\n<div class=\"small\">\n")
      for chart in charts { writer.raw(drawing(of: chart, width: 360, height: 190)) }
      writer.raw("</div>\n")
      writeCaption([], source: source)
      writer.raw("</figure>\n")
    }
  }

  /// Draws a chart twice: a narrow page has a drawing of its own, so that letters keep their size.
  private mutating func writeDrawings(of chart: Chart) {
    for (style, width) in [("wide", 760.0), ("narrow", 340)] {
      writer.raw("<div class=\"\(style)\">\n\(drawing(of: chart, width: width))</div>\n")
    }
  }

  private mutating func drawing(of chart: Chart, width: Double, height: Double? = nil) -> String {
    charts += 1
    return chart.svg(width: width, height: height, id: "chart-\(charts)", hasStyle: false)
  }

  private mutating func writeCaption(_ sentences: [String], source: String) {
    writer.raw("<figcaption>\n")
    if !sentences.isEmpty {
      writer.raw("<ul>\n")
      for sentence in sentences { writer.element("li", sentence) }
      writer.raw("</ul>\n")
    }
    writer.element("p", source, #"class="source""#)
    writer.raw("</figcaption>\n")
  }

  private mutating func write(_ table: RewardReport.Table, source: String) {
    let title = Markup.escaped(table.title)
    // On paper a table that fits a page is not divided.
    writer.raw("<figure\(table.rows.count <= 15 ? " class=\"whole\"" : "")>\n")
    writer.raw("<div class=\"scroll\" role=\"region\" tabindex=\"0\" ")
    writer.raw("aria-label=\"\(title)\">\n<table>\n<caption>\(title)</caption>\n<thead><tr>")
    for (column, isNumeric) in zip(table.columns, table.numeric) {
      let style = isNumeric ? " class=\"number\"" : ""
      writer.raw("<th scope=\"col\"\(style)>\(Markup.escaped(column))</th>")
    }
    writer.raw("</tr></thead>\n<tbody>\n")
    for row in table.rows {
      writer.raw("<tr>")
      for (cell, isNumeric) in zip(row, table.numeric) {
        let isShort = !isNumeric && cell.text.count <= 12
        let styles = [
          isNumeric ? "number" : nil, isShort ? "short" : nil,
          cell.isAlarming == true ? "alarm" : nil,
        ].compactMap { $0 }.joined(separator: " ")
        writer.raw("<td\(styles.isEmpty ? "" : " class=\"\(styles)\"")>")
        writer.raw(Markup.escaped(cell.text))
        if let place = cell.place, place.isFinite {
          let share = Quantities.fixed(100 * min(1, max(0, place)), decimals: 0)
          writer.raw(
            "<span class=\"place\" style=\"--place:\(share)%\" "
              + "title=\"above \(share) % of the tasks\"></span>")
        }
        writer.raw("</td>")
      }
      writer.raw("</tr>\n")
    }
    writer.raw("</tbody>\n</table>\n</div>\n")
    writeCaption([], source: source)
    writer.raw("</figure>\n")
  }

  private mutating func writeFacts() {
    writer.raw(
      "<section class=\"facts\">\n<details>\n<summary>The facts that texts may cite</summary>\n<dl>\n"
    )
    for fact in report.facts {
      let (name, title, value) = (
        Markup.escaped(fact.name), Markup.escaped(fact.title),
        Markup.escaped(fact.value)
      )
      writer.raw(
        "<div id=\"fact-\(name)\"><dt><code>[@\(name)]</code> \(title)</dt>"
          + "<dd>\(value)</dd></div>\n")
    }
    writer.raw("</dl>\n</details>\n</section>\n")
  }
}
