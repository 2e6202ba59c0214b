internal import Foundation

/// A small line plot for the terminal, with several series and their bands.
///
/// Lines are braille dots, 2 by 4 a character; bands are shades behind them. Series differ in their
/// dashes as well as in colour, so that the plot reads without colour too.
package struct TerminalPlot: Sendable {
  /// A point of a series, with the interval that its band covers there.
  package struct Point: Sendable {
    /// The place along the horizontal axis.
    package let x: Double
    /// The value; one that is not finite leaves a gap in the line.
    package let y: Double
    /// The ends of the interval around the value.
    package let band: ClosedRange<Double>?

    /// Makes a point.
    package init(x: Double, y: Double, band: ClosedRange<Double>? = nil) {
      self.x = x
      self.y = y
      self.band = band
    }
  }

  /// Points that belong to one line, in the order of x.
  package struct Series: Sendable {
    /// What the legend calls the line.
    package let name: String
    /// The points, those whose x is finite.
    package let points: [Point]

    /// Makes a series.
    package init(_ name: String, _ points: [Point]) {
      self.name = name
      self.points = points.filter(\.x.isFinite).sorted { $0.x < $1.x }
    }
  }

  private let xLabel: String
  private let yLabel: String
  private let bandLabel: String
  private let series: [Series]

  /// Makes a plot.
  /// - Parameters:
  ///   - x: what the horizontal axis shows, with its unit: `"environment steps"`.
  ///   - y: what the vertical axis shows, with its unit: `"return (steps balanced)"`.
  ///   - band: what the bands cover; the legend says it when a series has a band.
  ///   - series: the lines; beyond six, colours and dashes repeat.
  package init(x: String, y: String, band: String = "95 % interval", series: [Series]) {
    xLabel = x
    yLabel = y
    bandLabel = band
    self.series = series
  }

  /// Draws the plot, every line ended.
  /// - Parameters:
  ///   - columns: the width in characters, axis included; kept within 40 and 100.
  ///   - rows: the height of the lines' area in characters.
  package func rendered(columns: Int = 72, rows: Int = 14, style: Style = .plain) -> String {
    let columns = min(100, max(40, columns))
    let rows = max(4, rows)
    let yAxis = PlotAxis(
      covering: series.flatMap { $0.points.flatMap(Self.heights) }, ticks: max(2, rows / 2),
      reachesZero: true)
    let names = yAxis.labels
    let margin = names.map(\.displayWidth).max() ?? 1
    let width = columns - margin - 2
    let xAxis = PlotAxis(
      covering: series.flatMap { $0.points.map(\.x) }, ticks: max(2, width / 12),
      reachesZero: false)
    let canvas = canvas(width: width, height: rows, xAxis, yAxis)
    let tickRows = yAxis.ticks.map { rows - 1 - yAxis.index(of: $0, count: 4 * rows) / 4 }

    var lines = [style.dim(yLabel.truncated(toColumns: columns))]
    for row in 0..<rows {
      let tick = tickRows.firstIndex(of: row)
      let label = (tick.map { names[$0] } ?? "").padded(toColumns: margin, alignment: .right)
      lines.append(
        trimmed(label + style.dim(tick == nil ? " │" : " ┤") + canvas.row(row, style: style)))
    }
    lines += horizontalAxis(xAxis, margin: margin, width: width, style: style)
    lines += legend(columns: columns, indent: margin + 2, style: style)
    return lines.map { $0 + "\n" }.joined()
  }

  /// The heights that the vertical axis must cover for a point.
  private static func heights(of point: Point) -> [Double] {
    point.y.isFinite
      ? [point.y, point.band?.lowerBound, point.band?.upperBound].compactMap { $0 } : []
  }

  private func canvas(
    width: Int, height: Int, _ xAxis: PlotAxis, _ yAxis: PlotAxis
  ) -> BrailleCanvas {
    var canvas = BrailleCanvas(width: width, height: height)
    for (index, line) in series.enumerated() {
      let segments = line.points.split { !$0.y.isFinite }
      for segment in segments {
        canvas.shade(
          segment.map { point in
            let band = point.band ?? point.y...point.y
            return (
              x: xAxis.position(of: point.x), lower: yAxis.position(of: band.lowerBound),
              upper: yAxis.position(of: band.upperBound)
            )
          }, series: index)
      }
    }
    for (index, line) in series.enumerated() {
      for segment in line.points.split(whereSeparator: { !$0.y.isFinite }) {
        canvas.draw(
          segment.map {
            (
              x: xAxis.index(of: $0.x, count: 2 * width),
              y: yAxis.index(of: $0.y, count: 4 * height)
            )
          }, series: index)
      }
    }
    return canvas
  }

  /// Draws the axis with its ticks, their labels, and what the axis shows.
  private func horizontalAxis(
    _ axis: PlotAxis, margin: Int, width: Int, style: Style
  ) -> [String] {
    let indent = String(repeating: " ", count: margin)
    var rule = Array(repeating: Character("─"), count: width)
    var labels = Array(repeating: Character(" "), count: width)
    var free = 0  // the first column that a label may take
    for (tick, name) in zip(axis.ticks, axis.labels) {
      let column = axis.index(of: tick, count: 2 * width) / 2
      let start = min(max(0, column - name.count / 2), width - name.count)
      guard start >= free else { continue }
      rule[column] = "┬"
      labels.replaceSubrange(start..<start + name.count, with: name)
      free = start + name.count + 2
    }
    return [
      indent + style.dim(" └" + String(rule)),
      trimmed(indent + "  " + String(labels)),
      indent + "  "
        + style.dim(
          xLabel.truncated(toColumns: width).padded(toColumns: width, alignment: .right)),
    ]
  }

  /// Names the lines and the shade, in as many lines as that takes.
  private func legend(columns: Int, indent: Int, style: Style) -> [String] {
    var entries = series.enumerated().map { index, line in
      style.paint(BrailleCanvas.sample(series: index), BrailleCanvas.color(series: index)) + " "
        + line.name
    }
    if series.contains(where: { $0.points.contains { $0.band != nil } }) {
      entries.append("\(style.dim("░░░")) \(bandLabel)")
    }
    var lines: [String] = []
    var current = ""
    for entry in entries {
      let entry = entry.truncated(toColumns: columns - indent)
      if !current.isEmpty, indent + current.displayWidth + 3 + entry.displayWidth > columns {
        lines.append(current)
        current = ""
      }
      current += (current.isEmpty ? "" : "   ") + entry
    }
    if !current.isEmpty { lines.append(current) }
    return lines.map { String(repeating: " ", count: indent) + $0 }
  }

  private func trimmed(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}
