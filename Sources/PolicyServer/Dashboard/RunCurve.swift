package import Charts
package import Records

/// The readings of one metric of one run, along an axis.
package struct RunCurve: Sendable {
  /// What a reading's place along the horizontal axis says.
  package enum Axis: String, CaseIterable, Sendable {
    /// Environment steps of the run.
    case steps
    /// Seconds that the run had worked.
    case seconds
    /// The number of the reading, from 1: an update of a learner.
    case readings

    /// The axis of a chart.
    var chartAxis: Chart.Axis {
      switch self {
      case .steps: .init("environment steps")
      case .seconds: .init("time worked", unit: "seconds")
      case .readings: .init("readings, one an update")
      }
    }
  }

  /// Places, ascending.
  package private(set) var places: [Double]
  /// A value for each place.
  package private(set) var values: [Double]

  package init(places: [Double], values: [Double]) {
    precondition(
      places.count == values.count, "\(places.count) places for \(values.count) values")
    self.places = places
    self.values = values
  }

  /// Readings of a run, in their order.
  package init(_ readings: MetricColumns, along axis: Axis) {
    values = readings.values
    places =
      switch axis {
      case .steps: readings.environmentSteps.map(Double.init)
      case .seconds: readings.wallSeconds
      case .readings: values.indices.map { Double($0 + 1) }
      }
  }

  /// The curve smoothed by an exponential moving average that starts without a bias.
  ///
  ///     sₜ = w·sₜ₋₁ + (1 − w)·yₜ,   shown: sₜ / (1 − wᵗ)
  ///
  /// - Parameter weight: w in `0..<1`, the share of what came before; 0 leaves the curve as it is.
  package func smoothed(by weight: Double) -> RunCurve {
    precondition(weight >= 0 && weight < 1, "a weight of \(weight) is not within 0..<1")
    guard weight > 0 else { return self }
    var (average, rest) = (0.0, 1.0)
    var smoothed = self
    for index in values.indices {
      average = weight * average + (1 - weight) * values[index]
      rest *= weight
      smoothed.values[index] = average / (1 - rest)
    }
    return smoothed
  }

  /// The mean within each of several equal spans of an axis; where a span has no reading, the value
  /// before it, and nil before the first reading and after the last.
  package func means(over range: ClosedRange<Double>, spans: Int) -> [Double?] {
    var sums = [(value: Double, count: Double)](repeating: (0, 0), count: spans)
    let width = range.upperBound - range.lowerBound
    func span(_ place: Double) -> Int {
      width > 0
        ? min(spans - 1, max(0, Int((place - range.lowerBound) / width * Double(spans)))) : 0
    }
    for (place, value) in zip(places, values) {
      sums[span(place)].value += value
      sums[span(place)].count += 1
    }
    guard let first = places.first, let last = places.last else {
      return Array(repeating: nil, count: spans)
    }
    var means = [Double?](repeating: nil, count: spans)
    var before: Double?
    for index in span(first)...max(span(first), span(last)) {
      if sums[index].count > 0 { before = sums[index].value / sums[index].count }
      means[index] = before
    }
    return means
  }

  /// The curve with the first, the lowest, the highest and the last reading of each of so many spans
  /// of readings: what a drawing of that width shows of it.
  package func thinned(toSpans spans: Int) -> RunCurve {
    precondition(spans > 0, "a curve needs at least one span, got \(spans)")
    guard values.count > 4 * spans else { return self }
    var kept: [Int] = []
    for span in 0..<spans {
      let readings = span * values.count / spans..<(span + 1) * values.count / spans
      let low = readings.min { values[$0] < values[$1] }
      let high = readings.max { values[$0] < values[$1] }
      let four = [readings.first, low, high, readings.last].compactMap { $0 }
      kept += Set(four).sorted()
    }
    return RunCurve(places: kept.map { places[$0] }, values: kept.map { values[$0] })
  }

  /// The points of the curve.
  package var points: [Chart.Point] { zip(places, values).map { Chart.Point(x: $0, y: $1) } }
}

extension [RunCurve] {
  /// The most points that a curve over several runs has.
  private static var most: Int { 240 }

  /// The mean over runs, with the lowest and the highest of them; where only one run has a value,
  /// without.
  package var meanPoints: [Chart.Point] {
    let ends = compactMap { curve in curve.places.first.map { ($0, curve.places.last ?? $0) } }
    guard let low = ends.map(\.0).min(), let high = ends.map(\.1).max() else { return [] }
    let spans = Swift.max(1, Swift.min(Self.most, map(\.places.count).max() ?? 1))
    let means = map { $0.means(over: low...high, spans: spans) }
    return (0..<spans).compactMap { span in
      let values = means.compactMap { $0[span] }
      guard let least = values.min(), let most = values.max() else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      let isBand = values.count > 1
      return Chart.Point(
        x: low + (high - low) * (Double(span) + 0.5) / Double(spans), y: mean,
        low: isBand ? least : nil, high: isBand ? most : nil)
    }
  }
}
