/// Bars in the terminal: a line for each, with its value and interval.
///
///     in context    ━━━━━━━━━━━━━━━━━━━━━━━━  491 [476, 500]
///     from scratch  ━━                        32 [28, 37]
struct TerminalBars {
  let chart: Chart
  let names: [String]
  let columns: Int
  let style: Style

  var lines: [String] {
    let shown = chart.series.map { line in names.indices.map { value(of: line, $0) } }
    let texts = shown.map { $0.map { $0?.words ?? "-" } }
    let valueWidth = texts.joined().map(\.displayWidth).max() ?? 1
    let nameWidth = min(names.map(\.displayWidth).max() ?? 0, columns / 3)
    let length = max(4, columns - nameWidth - valueWidth - 4)
    let values = shown.joined().compactMap { $0?.y }
    let isLogarithmic = chart.y.scale == .logarithmic
    let scale = AxisScale(
      covering: values + (isLogarithmic ? [] : [0]), ticks: 4, isLogarithmic: isLogarithmic)
    var lines = [style.dim(chart.y.text.truncated(toColumns: columns))]
    for (category, name) in names.enumerated() {
      for index in chart.series.indices {
        let label = (index == 0 ? name : "").truncated(toColumns: nameWidth)
          .padded(toColumns: nameWidth)
        let bar = bar(shown[index][category], scale, length: length)
        lines.append(
          "\(label)  \(style.paint(bar, BrailleCanvas.color(series: index)))"
            + String(repeating: " ", count: length - bar.displayWidth)
            + "  \(texts[index][category])")
      }
    }
    return lines + legend
  }

  private func value(of line: Chart.Series, _ category: Int) -> Chart.Point? {
    line.points.first { chart.category(of: $0, names) == category && $0.y.isDrawable }
  }

  /// A bar from zero to its value, in halves of a character; spaces before it if it is negative.
  private func bar(_ point: Chart.Point?, _ scale: AxisScale, length: Int) -> String {
    guard let point, let end = scale.index(of: point.y, count: 2 * length + 1) else { return "" }
    let base = scale.index(of: 0, count: 2 * length + 1) ?? 0
    let (low, high) = (min(base, end), max(base, end))
    var text = String(repeating: " ", count: low / 2)
    if !low.isMultiple(of: 2), high > low { text += "╺" }
    text += String(repeating: "━", count: max(0, high / 2 - (low + 1) / 2))
    if !high.isMultiple(of: 2), high > low { text += "╸" }
    return text
  }

  private var legend: [String] {
    guard chart.series.count > 1 else { return [] }
    let entries = chart.series.enumerated().map { index, line in
      style.paint("━━", BrailleCanvas.color(series: index)) + " " + line.name
    }
    return [entries.joined(separator: "   ").truncated(toColumns: columns)]
  }
}
