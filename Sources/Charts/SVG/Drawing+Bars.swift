extension Chart.Drawing {
  /// Where the parts of a chart of bars are.
  private struct BarPlan {
    var names: [String]
    /// Whether the names stand above their bars instead of beside them.
    var isStacked: Bool
    var left: Double
    var right: Double
    var top: Double
    var thickness: Double
    var groupHeight: Double
    var scale: AxisScale

    func along(_ value: Double) -> Double? {
      scale.position(of: value).map { left + min(1, max(0, $0)) * (right - left) }
    }

    var bottom: Double { top + groupHeight * Double(names.count) }
  }

  /// Draws a group of level bars for each name, with whiskers and values.
  mutating func writeBars(_ names: [String], height: Double?) {
    let rows = min(2, chart.marks.filter { $0.value.isDrawable && !$0.label.isEmpty }.count)
    let plan = plan(names, height: height, markRows: rows)
    writeBarGrid(plan)
    for (category, name) in names.enumerated() {
      let groupTop = plan.top + plan.groupHeight * Double(category)
      let inner = plan.thickness * Double(max(1, chart.series.count))
      let barsTop = plan.isStacked ? groupTop + 18 : groupTop + (plan.groupHeight - inner) / 2
      writeName(name, plan, groupTop: groupTop, barsTop: barsTop, inner: inner)
      for index in chart.series.indices {
        let barTop = barsTop + plan.thickness * Double(index)
        writeBar(category, index, plan, top: barTop)
      }
    }
    writeMarks(
      chart.marks + chart.levels, in: plan.left...plan.right, plan.top...plan.bottom, rows: rows
    ) { plan.along($0) }
    bottom = plan.bottom + (chart.y.text.isEmpty ? 24 : 41)
  }

  private func plan(_ names: [String], height: Double?, markRows: Int) -> BarPlan {
    let longest = names.map { $0.width(fontSize: Self.textSize) }.max() ?? 0
    let isStacked = longest > 0.34 * width
    let values = chart.series.flatMap { line in
      line.points.filter { chart.category(of: $0, names) != nil && $0.y.isDrawable }
    }
    let shown = values.map { $0.words.width(fontSize: Self.smallSize) }.max() ?? 0
    let left = isStacked ? 0 : longest + 10
    // Room for the last name along the axis, and for the values beside it.
    let right = max(left + 60, width - max(12, shown + 10))
    let ends = values.flatMap { [$0.y, $0.interval?.lowerBound, $0.interval?.upperBound] }
    let isLogarithmic = chart.y.scale == .logarithmic
    let scale = AxisScale(
      covering: ends.compactMap { $0 } + (isLogarithmic ? [] : [0])
        + (chart.marks + chart.levels).map(\.value),
      ticks: max(2, Int((right - left) / 60)), isLogarithmic: isLogarithmic, widens: true)
    let top = top + 6 + 15 * Double(markRows)
    let bars = Double(max(1, chart.series.count))
    let gap = isStacked ? 26.0 : 10.0
    var thickness = bars > 1 ? 15.0 : 17.0
    if let height, height.isFinite {
      let room = (height - top - 41) / Double(max(1, names.count)) - gap
      thickness = min(40, max(5, room / bars))
    }
    return BarPlan(
      names: names, isStacked: isStacked, left: left, right: right, top: top,
      thickness: thickness, groupHeight: thickness * bars + gap, scale: scale)
  }

  private mutating func writeBarGrid(_ plan: BarPlan) {
    var free = -Double.infinity
    for (tick, name) in zip(plan.scale.ticks, plan.scale.labels) {
      guard let x = plan.along(tick) else { continue }
      rule((x, plan.top), (x, plan.bottom), style: tick == 0 ? "axis" : "grid")
      let half = name.width(fontSize: Self.textSize) / 2
      let middle = min(max(x, half), width - half)
      guard middle - half >= free else { continue }
      write(name, x: middle, y: plan.bottom + 16, anchor: "middle", style: "soft")
      free = middle + half + 8
    }
    let text = chart.y.text.cut(toWidth: width, fontSize: Self.textSize)
    let length = text.width(fontSize: Self.textSize)
    write(
      text, x: max(plan.right, min(length, width)), y: plan.bottom + 34, anchor: "end",
      style: "soft")
  }

  private mutating func writeName(
    _ name: String, _ plan: BarPlan, groupTop: Double, barsTop: Double, inner: Double
  ) {
    if plan.isStacked {
      write(
        name.cut(toWidth: width, fontSize: Self.textSize), x: 0, y: groupTop + 14, style: "halo")
    } else {
      write(name, x: plan.left - 8, y: barsTop + inner / 2 + 4, anchor: "end")
    }
  }

  private mutating func writeBar(_ category: Int, _ index: Int, _ plan: BarPlan, top: Double) {
    let line = chart.series[index]
    let point = line.points.first { chart.category(of: $0, plan.names) == category }
    let middle = top + plan.thickness / 2
    let end = width - 1
    guard let point, let x = plan.along(point.y) else {
      return write("-", x: end, y: middle + 4, anchor: "end", style: "soft small")
    }
    let base = plan.along(0) ?? plan.left
    let (low, high) = (min(base, x), max(base, x))
    let thickness = max(3, plan.thickness - (chart.series.count > 1 ? 2 : 0))
    writer.element(
      "rect",
      [
        ("x", SVGWriter.number(low)), ("y", SVGWriter.number(middle - thickness / 2)),
        ("width", SVGWriter.number(max(1, high - low))), ("height", SVGWriter.number(thickness)),
        ("rx", "2"), ("class", "f\(Palette.place(index))"),
      ], title: "\(line.name), \(plan.names[category]): \(point.words)")
    if let interval = point.interval, let from = plan.along(interval.lowerBound),
      let to = plan.along(interval.upperBound)
    {
      writeWhisker(from: (from, middle), to: (to, middle), isLevel: true)
    }
    write(point.words, x: end, y: middle + 4, anchor: "end", style: "small")
  }
}
