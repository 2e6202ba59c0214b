extension Chart.Series {
  /// The two ends of the least-squares line through the points, on the axes' own scales; nil if
  /// fewer than two different places have a value.
  ///
  ///     slope = Σ (x − x̄)(y − ȳ) ⁄ Σ (x − x̄)²
  func fit(_ xScale: AxisScale, _ yScale: AxisScale) -> (from: Chart.Point, to: Chart.Point)? {
    let places = points.compactMap { point -> (x: Double, y: Double)? in
      guard let x = xScale.measure(point.x), let y = yScale.measure(point.y) else { return nil }
      return (x, y)
    }
    guard let first = places.map(\.x).min(), let last = places.map(\.x).max(), first < last
    else { return nil }
    let count = Double(places.count)
    let meanX = places.reduce(0) { $0 + $1.x / count }
    let meanY = places.reduce(0) { $0 + $1.y / count }
    var (products, squares) = (0.0, 0.0)
    for place in places {
      products += (place.x - meanX) * (place.y - meanY)
      squares += (place.x - meanX) * (place.x - meanX)
    }
    let slope = products / squares
    let ends = [first, last].map { x in
      Chart.Point(
        x: xScale.value(ofMeasure: x), y: yScale.value(ofMeasure: meanY + slope * (x - meanX)))
    }
    guard ends.allSatisfy({ $0.x.isDrawable && $0.y.isDrawable }) else { return nil }
    return (ends[0], ends[1])
  }
}

extension [Chart.Point] {
  /// The points in the order of x, without those that have no place along the axis.
  func ordered(along scale: AxisScale) -> [Chart.Point] {
    filter { scale.position(of: $0.x) != nil }.sorted { $0.x < $1.x }
  }

  /// The runs of points without a gap.
  func runs(_ xScale: AxisScale, _ yScale: AxisScale) -> [[Chart.Point]] {
    ordered(along: xScale).split { yScale.position(of: $0.y) == nil }.map(Array.init)
  }

  /// At most four points for each of a number of columns: the first, the lowest, the highest and the
  /// last. A line through them looks the same as one through all.
  func thinned(toColumns columns: Int, _ scale: AxisScale) -> [Chart.Point] {
    guard columns > 0, count > 4 * columns else { return self }
    var kept: [Chart.Point] = []
    var start = 0
    while start < count {
      let column = scale.index(of: self[start].x, count: columns)
      var end = start
      while end < count, scale.index(of: self[end].x, count: columns) == column { end += 1 }
      let indices = start..<end
      let lowest = indices.min { self[$0].y < self[$1].y } ?? start
      let highest = indices.max { self[$0].y < self[$1].y } ?? start
      for index in Set([start, lowest, highest, end - 1]).sorted() { kept.append(self[index]) }
      start = end
    }
    return kept
  }
}
