extension Chart.Drawing {
  /// The area of the points, and the scales along its sides.
  struct Plot {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    let x: AxisScale
    let y: AxisScale

    /// The place of a point; nil if it has none.
    func place(_ point: Chart.Point) -> (x: Double, y: Double)? {
      guard let x = along(point.x), let y = up(point.y) else { return nil }
      return (x, y)
    }

    /// The horizontal place of a value, away from the sides by half a marker.
    func along(_ value: Double) -> Double? {
      x.position(of: value).map { left + 6 + min(1, max(0, $0)) * (right - left - 12) }
    }

    /// The vertical place of a value.
    func up(_ value: Double) -> Double? {
      y.position(of: value).map { bottom - min(1, max(0, $0)) * (bottom - top) }
    }
  }

  /// Draws series over numbers: axes, marks, bands, lines, markers.
  mutating func writeLines(height: Double) {
    let rows = markRows
    let plot = plot(height: height, markRows: rows)
    write(
      chart.y.text.cut(toWidth: width, fontSize: Self.textSize), x: 0, y: top + 11, style: "soft")
    writeGrid(plot)
    writeMarks(chart.marks, in: plot.left...plot.right, plot.top...plot.bottom, rows: rows) {
      plot.along($0)
    }
    writeLevels(plot)
    // The first series is drawn last, over the others.
    for (index, line) in chart.series.enumerated().reversed() where line.drawing == .line {
      for run in line.points.runs(plot.x, plot.y) { writeBand(run, index, plot) }
      writeStrokes(of: line.raw ?? [], [("class", "raw l\(Palette.place(index))")], plot)
    }
    for (index, line) in chart.series.enumerated().reversed() {
      line.drawing == .line ? writeLine(line, index, plot) : writePoints(line, index, plot)
    }
    writeLevelLabels(plot)
    if chart.series.allSatisfy({ $0.points.allSatisfy { plot.place($0) == nil } }) {
      write(
        "no values yet", x: (plot.left + plot.right) / 2, y: (plot.top + plot.bottom) / 2,
        anchor: "middle", style: "soft halo")
    }
    bottom = height
  }

  /// How many rows of labels the marks need above the plot.
  var markRows: Int {
    min(Self.markRows, chart.marks.filter { $0.value.isDrawable && !$0.label.isEmpty }.count)
  }

  func plot(height: Double, markRows: Int) -> Plot {
    let plotTop = top + (chart.y.text.isEmpty ? 8 : 22) + 15 * Double(markRows)
    let plotBottom = max(plotTop + 40, height - (chart.x.text.isEmpty ? 22 : 39))
    let values = chart.series.flatMap { line in
      (line.points + (line.raw ?? [])).flatMap { point -> [Double] in
        guard point.x.isDrawable, point.y.isDrawable else { return [] }
        return [point.y, point.interval?.lowerBound, point.interval?.upperBound].compactMap { $0 }
      }
    }
    let y = AxisScale(
      covering: values + chart.levels.map(\.value), ticks: Int((plotBottom - plotTop) / 34),
      isLogarithmic: chart.y.scale == .logarithmic, reachesZero: true, widens: true)
    let margin = y.labels.map { $0.width(fontSize: Self.textSize) }.max() ?? 0
    let left = min(margin + 8, width / 3)
    let right = width - 8
    let places = chart.series.flatMap { $0.points.map(\.x) } + chart.marks.map(\.value)
    let x = AxisScale(
      covering: places, ticks: max(2, Int((right - left) / 64)),
      isLogarithmic: chart.x.scale == .logarithmic)
    return Plot(left: left, right: right, top: plotTop, bottom: plotBottom, x: x, y: y)
  }

  private mutating func writeGrid(_ plot: Plot) {
    for (tick, name) in zip(plot.y.ticks, plot.y.labels) {
      guard let y = plot.up(tick) else { continue }
      rule((plot.left, y), (plot.right, y), style: tick == 0 ? "axis" : "grid")
      write(name, x: plot.left - 6, y: y + 4, anchor: "end", style: "soft")
    }
    rule((plot.left, plot.bottom), (plot.right, plot.bottom), style: "axis")
    var free = -Double.infinity  // where the next name may begin
    for (tick, name) in zip(plot.x.ticks, plot.x.labels) {
      guard let x = plot.along(tick) else { continue }
      rule((x, plot.bottom), (x, plot.bottom + 4), style: "axis")
      let half = name.width(fontSize: Self.textSize) / 2
      let middle = min(max(x, half), width - half)
      guard middle - half >= free else { continue }
      write(name, x: middle, y: plot.bottom + 17, anchor: "middle", style: "soft")
      free = middle + half + 8
    }
    write(
      chart.x.text.cut(toWidth: width, fontSize: Self.textSize), x: plot.right,
      y: plot.bottom + 34, anchor: "end", style: "soft")
  }

  /// Writes levels as lines across.
  private mutating func writeLevels(_ plot: Plot) {
    for level in chart.levels {
      guard let y = plot.up(level.value) else { continue }
      rule((plot.left, y), (plot.right, y), style: "mark", title: level.label)
    }
  }

  private mutating func writeBand(_ run: [Chart.Point], _ index: Int, _ plot: Plot) {
    let columns = Int(plot.right - plot.left)
    for part in run.split(whereSeparator: { $0.interval == nil }) {
      let points = Array(part).thinned(toColumns: columns, plot.x)
      let ends = points.compactMap { point -> (x: Double, low: Double, high: Double)? in
        guard let interval = point.interval, let x = plot.along(point.x),
          let low = plot.up(interval.lowerBound), let high = plot.up(interval.upperBound)
        else { return nil }
        return (x, low, high)
      }
      guard ends.count > 1 else {
        if let end = ends.first {
          writeWhisker(from: (end.x, end.low), to: (end.x, end.high), isLevel: false)
        }
        continue
      }
      let path = path(ends.map { ($0.x, $0.high) } + ends.reversed().map { ($0.x, $0.low) }) + "Z"
      writer.element("path", [("d", path), ("class", "band f\(Palette.place(index))")])
    }
  }

  private mutating func writeLine(_ line: Chart.Series, _ index: Int, _ plot: Plot) {
    let runs = line.points.runs(plot.x, plot.y)
    writeStrokes(
      of: line.points,
      [("class", "line l\(Palette.place(index))")] + dashes(Palette.dash(index)), plot)
    let showsAll = runs.reduce(0) { $0 + $1.count } <= 24
    for point in runs.flatMap({ showsAll || $0.count == 1 ? $0 : [] }) {
      guard let place = plot.place(point) else { continue }
      writeMarker(index, x: place.x, y: place.y, title: tip(line, point))
    }
  }

  /// Draws points as strokes, one for each stretch without a gap.
  private mutating func writeStrokes(
    of points: [Chart.Point], _ attributes: [(String, String)], _ plot: Plot
  ) {
    let columns = Int(plot.right - plot.left)
    for run in points.runs(plot.x, plot.y) where run.count > 1 {
      let places = run.thinned(toColumns: columns, plot.x).compactMap(plot.place)
      writer.element("path", [("d", path(places))] + attributes)
    }
  }

  private mutating func writePoints(_ line: Chart.Series, _ index: Int, _ plot: Plot) {
    let points = line.points.filter { plot.place($0) != nil }
    if line.drawing == .pointsWithFit, let fit = line.fit(plot.x, plot.y) {
      let places = [fit.from, fit.to].compactMap(plot.place)
      writer.element(
        "path",
        [("d", path(places)), ("class", "fit l\(Palette.place(index))")] + dashes("4 3"))
    }
    for point in points {
      guard let place = plot.place(point) else { continue }
      if let interval = point.interval, let low = plot.up(interval.lowerBound),
        let high = plot.up(interval.upperBound)
      {
        writeWhisker(from: (place.x, low), to: (place.x, high), isLevel: false)
      }
      writeMarker(
        index, x: place.x, y: place.y, title: points.count <= 200 ? tip(line, point) : nil)
    }
  }

  /// What a pointer that rests on a point is told.
  private func tip(_ line: Chart.Series, _ point: Chart.Point) -> String {
    "\(line.name), \(chart.x.label) \(Quantities.readable(point.x)): \(point.words)"
  }

  private func path(_ places: [(x: Double, y: Double)]) -> String {
    places.enumerated().map { index, place in
      "\(index == 0 ? "M" : "L")\(SVGWriter.number(place.x)) \(SVGWriter.number(place.y))"
    }.joined()
  }
}
