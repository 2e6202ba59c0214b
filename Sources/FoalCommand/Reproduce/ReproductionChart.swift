internal import Reproductions
internal import Schooling

extension Reproduction {
  /// The figure of what was measured: a line with its band, or a group of bars, for each arm.
  func chart(of result: ReproductionResult) -> Chart {
    let (scale, series) = content(of: result)
    return Chart(
      title: figure.title, x: .init(figure.x, scale: scale), y: .init(figure.y), series: series)
  }

  private func content(
    of result: ReproductionResult
  ) -> (Chart.Axis.Scale, [Chart.Series]) {
    switch figure.content {
    case .curves(let name):
      let series = arms.compactMap { arm -> Chart.Series? in
        let points = result.curve(name, arm: arm.name).map {
          Chart.Point(x: $0.x, y: $0.estimate, low: $0.interval?.low, high: $0.interval?.high)
        }
        return points.isEmpty ? nil : .line(arm.name, points)
      }
      return (.linear, series)
    case .bars(let names):
      let series = arms.compactMap { arm -> Chart.Series? in
        let bars = names.map { name -> (value: Double, low: Double?, high: Double?)? in
          guard let estimate = result.estimate(of: name, arm: arm.name) else { return nil }
          let interval = result.interval(of: name, arm: arm.name)
          return (estimate, interval?.low, interval?.high)
        }
        return bars.contains { $0 != nil } ? .bars(arm.name, bars) : nil
      }
      return (.categories(names), series)
    }
  }
}
