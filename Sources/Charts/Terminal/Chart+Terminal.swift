extension Chart {
  /// Draws the chart for the terminal, every line ended.
  ///
  /// Lines are braille dots, 2 by 4 a character; bands are shades behind them; bars are blocks.
  /// Series differ in their dashes as well as in colour, so that the chart reads without colour too.
  /// - Parameters:
  ///   - columns: the width in characters, axis included; kept within 40 and 100.
  ///   - rows: the height of the lines' area in characters.
  ///   - style: marks axes, lines and legend.
  package func terminal(columns: Int = 72, rows: Int = 14, style: Style = .plain) -> String {
    let columns = min(100, max(40, columns))
    let head = title.isEmpty ? [] : [style.bold(title.truncated(toColumns: columns))]
    let body =
      if let names = x.categories {
        TerminalBars(chart: self, names: names, columns: columns, style: style).lines
      } else {
        TerminalLines(chart: self, columns: columns, rows: min(60, max(4, rows)), style: style)
          .lines
      }
    return (head + body).map { $0.withoutTrailingSpaces + "\n" }.joined()
  }
}

extension String {
  fileprivate var withoutTrailingSpaces: String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}

/// Series over numbers in the terminal.
private struct TerminalLines {
  let chart: Chart
  let columns: Int
  let rows: Int
  let style: Style
  private let xAxis: AxisScale
  private let yAxis: AxisScale
  private let margin: Int
  private let width: Int

  init(chart: Chart, columns: Int, rows: Int, style: Style) {
    self.chart = chart
    self.columns = columns
    self.rows = rows
    self.style = style
    let heights = chart.series.flatMap { line in
      line.points.flatMap { point in
        point.x.isDrawable && point.y.isDrawable
          ? [point.y, point.interval?.lowerBound, point.interval?.upperBound].compactMap { $0 } : []
      }
    }
    yAxis = AxisScale(
      covering: heights + chart.levels.map(\.value), ticks: max(2, rows / 2),
      isLogarithmic: chart.y.scale == .logarithmic, reachesZero: true)
    margin = yAxis.labels.map(\.displayWidth).max() ?? 1
    width = columns - margin - 2
    xAxis = AxisScale(
      covering: chart.series.flatMap { $0.points.map(\.x) } + chart.marks.map(\.value),
      ticks: max(2, width / 12), isLogarithmic: chart.x.scale == .logarithmic)
  }

  var lines: [String] {
    let canvas = canvas
    let tickRows = yAxis.ticks.map { tick in
      yAxis.index(of: tick, count: 4 * rows).map { rows - 1 - $0 / 4 }
    }
    var lines = [style.dim(chart.y.text.truncated(toColumns: columns))] + markLabels
    for row in 0..<rows {
      let tick = tickRows.firstIndex(of: row)
      let label = (tick.map { yAxis.labels[$0] } ?? "").padded(
        toColumns: margin, alignment: .right)
      lines.append(label + style.dim(tick == nil ? " │" : " ┤") + canvas.row(row, style: style))
    }
    return lines + horizontalAxis + legend
  }

  private var canvas: BrailleCanvas {
    var canvas = BrailleCanvas(width: width, height: rows)
    for mark in chart.marks {
      if let dot = xAxis.index(of: mark.value, count: 2 * width) { canvas.mark(column: dot / 2) }
    }
    for level in chart.levels {
      if let dot = yAxis.index(of: level.value, count: 4 * rows) {
        canvas.mark(row: rows - 1 - dot / 4)
      }
    }
    // The first series is drawn last, over the others.
    for (index, line) in chart.series.enumerated().reversed() {
      for run in line.points.runs(xAxis, yAxis) {
        canvas.shade(run.compactMap(shade), series: index)
      }
    }
    for (index, line) in chart.series.enumerated().reversed() { draw(line, index, on: &canvas) }
    return canvas
  }

  private func shade(_ point: Chart.Point) -> (x: Double, lower: Double, upper: Double)? {
    guard let x = xAxis.position(of: point.x), let y = yAxis.position(of: point.y) else {
      return nil
    }
    let lower = point.interval.flatMap { yAxis.position(of: $0.lowerBound) }
    let upper = point.interval.flatMap { yAxis.position(of: $0.upperBound) }
    return (x, lower ?? y, upper ?? y)
  }

  private func dot(_ point: Chart.Point) -> (x: Int, y: Int)? {
    guard let x = xAxis.index(of: point.x, count: 2 * width),
      let y = yAxis.index(of: point.y, count: 4 * rows)
    else { return nil }
    return (x, y)
  }

  private func draw(_ line: Chart.Series, _ index: Int, on canvas: inout BrailleCanvas) {
    if line.drawing == .line {
      for run in line.points.runs(xAxis, yAxis) {
        canvas.draw(run.compactMap(dot), series: index)
      }
      return
    }
    if line.drawing == .pointsWithFit, let fit = line.fit(xAxis, yAxis) {
      canvas.draw([fit.from, fit.to].compactMap(dot), series: index)
    }
    for point in line.points.compactMap(dot) { canvas.draw([point], series: index) }
  }

  /// The labels above the marks' columns, those that have room.
  private var markLabels: [String] {
    var labels = Array(repeating: Character(" "), count: width)
    var free = 0
    for mark in chart.marks.sorted(by: { $0.value < $1.value }) where !mark.label.isEmpty {
      guard let column = xAxis.index(of: mark.value, count: 2 * width).map({ $0 / 2 }) else {
        continue
      }
      let name = "┆" + mark.label.filter { String($0).displayWidth == 1 }
      guard column >= free, column + name.count <= width else { continue }
      labels.replaceSubrange(column..<column + name.count, with: name)
      free = column + name.count + 1
    }
    guard free > 0 else { return [] }
    return [String(repeating: " ", count: margin + 2) + style.dim(String(labels))]
  }

  /// The axis with its ticks, their labels, and what the axis shows.
  private var horizontalAxis: [String] {
    let indent = String(repeating: " ", count: margin)
    var rule = Array(repeating: Character("─"), count: width)
    var labels = Array(repeating: Character(" "), count: width)
    var free = 0  // the first column that a label may take
    for (tick, name) in zip(xAxis.ticks, xAxis.labels) where name.count <= width {
      guard let column = xAxis.index(of: tick, count: 2 * width).map({ $0 / 2 }) else { continue }
      let start = min(max(0, column - name.count / 2), width - name.count)
      guard start >= free else { continue }
      rule[column] = "┬"
      labels.replaceSubrange(start..<start + name.count, with: name)
      free = start + name.count + 2
    }
    return [
      indent + style.dim(" └" + String(rule)), indent + "  " + String(labels),
      indent + "  "
        + style.dim(
          chart.x.text.truncated(toColumns: width).padded(toColumns: width, alignment: .right)),
    ]
  }

  /// Names the lines, the levels and the shade, in as many lines as that takes.
  private var legend: [String] {
    var entries = chart.series.enumerated().map { index, line in
      let sample = BrailleCanvas.sample(series: index, isLine: line.drawing == .line)
      return style.paint(sample, BrailleCanvas.color(series: index)) + " " + line.name
    }
    entries += chart.levels.filter { !$0.label.isEmpty }.map { "\(style.dim("┄┄┄")) \($0.label)" }
    if chart.series.contains(where: { $0.points.contains { $0.interval != nil } }) {
      entries.append("\(style.dim("░░░")) \(chart.bandLabel)")
    }
    var lines: [String] = []
    var current = ""
    for entry in entries {
      let entry = entry.truncated(toColumns: columns - margin - 2)
      if !current.isEmpty, margin + 2 + current.displayWidth + 3 + entry.displayWidth > columns {
        lines.append(current)
        current = ""
      }
      current += (current.isEmpty ? "" : "   ") + entry
    }
    if !current.isEmpty { lines.append(current) }
    return lines.map { String(repeating: " ", count: margin + 2) + $0 }
  }
}
