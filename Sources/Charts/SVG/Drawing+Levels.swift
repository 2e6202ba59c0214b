extension Chart.Drawing {
  /// A place for a level's label: its corner, and the area it takes.
  private struct Spot {
    let x: Double
    let baseline: Double
    let anchor: String
    let across: ClosedRange<Double>
    var heights: ClosedRange<Double> { baseline - 9...baseline + 3 }
  }

  /// Writes the labels of levels, each at the end of its line, above or below it, where series
  /// leave most room; a label that would stand on another's place is told to a pointer only.
  mutating func writeLevelLabels(_ plot: Plot) {
    let curves = chart.series.flatMap { line in
      line.points.runs(plot.x, plot.y).map { $0.compactMap(plot.place) }
    }
    var taken: [Spot] = []
    for level in chart.levels {
      guard let y = plot.up(level.value) else { continue }
      let name = level.label.cut(toWidth: (plot.right - plot.left) / 2, fontSize: Self.smallSize)
      let free = spots(y, name.width(fontSize: Self.smallSize), plot).filter { spot in
        spot.heights.lowerBound >= plot.top - 6 && spot.heights.upperBound <= plot.bottom
          && taken.allSatisfy {
            !$0.heights.overlaps(spot.heights) || !$0.across.overlaps(spot.across)
          }
      }
      guard let best = free.max(by: { room($0, curves) < room($1, curves) }) else { continue }
      taken.append(best)
      write(
        name, x: best.x, y: best.baseline, anchor: best.anchor, style: "soft small halo")
    }
  }

  private func spots(_ y: Double, _ length: Double, _ plot: Plot) -> [Spot] {
    [y - 4, y + 12].flatMap { baseline in
      [
        Spot(
          x: plot.right - 2, baseline: baseline, anchor: "end",
          across: plot.right - 2 - length...plot.right),
        Spot(
          x: plot.left + 4, baseline: baseline, anchor: "start",
          across: plot.left...plot.left + 4 + length),
      ]
    }
  }

  /// How far the nearest curve is from a spot; 0 if one crosses it.
  private func room(_ spot: Spot, _ curves: [[(x: Double, y: Double)]]) -> Double {
    var nearest = Double.infinity
    for curve in curves {
      for (from, to) in zip(curve, curve.dropFirst()) {
        let start = max(from.x, spot.across.lowerBound)
        let end = min(to.x, spot.across.upperBound)
        guard start <= end else { continue }
        let slope = from.x < to.x ? (to.y - from.y) / (to.x - from.x) : 0
        let (first, last) = (from.y + slope * (start - from.x), from.y + slope * (end - from.x))
        let above = max(0, spot.heights.lowerBound - max(first, last))
        let below = max(0, min(first, last) - spot.heights.upperBound)
        nearest = min(nearest, max(above, below))
      }
    }
    return min(nearest, 20)
  }
}
