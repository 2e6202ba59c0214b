internal import Charts
internal import Schooling
internal import Tensors

/// A metric over steps as a reader wants it: the mean over seeds, with the interval that several
/// seeds give, in at most 200 points.
struct MeanCurve {
  /// The points, ascending in steps. With one seed they have no interval.
  let points: [Chart.Point]
  /// The number of seeds.
  let seeds: Int

  /// The most points that a curve has.
  static let most = 200

  /// Averages each seed's values within equal spans of steps, then over the seeds. The intervals are
  /// 95 % percentile bootstrap intervals over whole seeds, 2,000 repetitions.
  init(_ curve: ReportSource.Curve) {
    seeds = curve.series.count
    let steps = curve.series.flatMap(\.steps).filter(\.isFinite)
    guard let first = steps.min(), let last = steps.max() else {
      points = []
      return
    }
    let longest = curve.series.map(\.steps.count).max() ?? 1
    let count = max(1, min(Self.most, longest))
    let bySeed = curve.series.map { Self.means($0, from: first, to: last, count: count) }
    var random = RandomStream(seed: 0).split("curve")
    points = (0..<count).compactMap { span in
      let values = bySeed.compactMap { $0[span] }
      guard !values.isEmpty, let scores = try? Scores(values.map { [$0.value] }) else { return nil }
      let place = values.reduce(0) { $0 + $1.step / Double(values.count) }
      let interval = scores.interval(
        of: .mean, resampling: .wholeRuns, repetitions: 2000, using: &random)
      return Chart.Point(x: place, y: scores.mean(), low: interval?.low, high: interval?.high)
    }
  }

  /// A seed's mean step and value within each span; nil where it measured nothing.
  private static func means(
    _ series: ReportSource.SeedSeries, from first: Double, to last: Double, count: Int
  ) -> [(step: Double, value: Double)?] {
    var sums = [(step: Double, value: Double, count: Double)](
      repeating: (0, 0, 0), count: count)
    for (step, value) in zip(series.steps, series.values) where step.isFinite && value.isFinite {
      let place = last > first ? (step - first) / (last - first) : 0
      let span = min(count - 1, Int(place * Double(count)))
      sums[span].step += step
      sums[span].value += value
      sums[span].count += 1
    }
    return sums.map { $0.count > 0 ? ($0.step / $0.count, $0.value / $0.count) : nil }
  }
}
