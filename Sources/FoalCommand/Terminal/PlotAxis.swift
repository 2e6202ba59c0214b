internal import Foundation

/// The range of one axis of a plot, and round numbers along it.
struct PlotAxis: Sendable {
  /// The values at the two ends.
  let range: ClosedRange<Double>
  /// Round values within the range, ascending.
  let ticks: [Double]
  /// The ticks as text, all with the same number of decimals.
  let labels: [String]

  /// Chooses the values' range, and ticks in it.
  /// - Parameters:
  ///   - ticks: how many ticks there is room for, at least 2.
  ///   - reachesZero: whether a range that starts close to zero is widened to start there.
  init(covering values: [Double], ticks count: Int, reachesZero: Bool) {
    let finite = values.filter { $0.magnitude < 1e300 }  // so that differences are finite too
    var low = finite.min() ?? 0
    var high = finite.max() ?? 1
    if reachesZero, low > 0, low < 0.3 * high { low = 0 }
    if high - low < 1e-9 {
      let reach = max(low.magnitude * 0.1, 0.5)
      (low, high) = (low - reach, high + reach)
    }
    let step = Self.roundStep(atLeast: (high - low) / Double(max(1, count)))
    // A small tolerance keeps 0.30000000000000004 on the tick that it means.
    range = low...high
    let first = (low / step - 1e-6).rounded(.up)
    let last = (high / step + 1e-6).rounded(.down)
    let multiples = last - first < 1000 ? Array(stride(from: first, through: last, by: 1)) : []
    self.ticks = multiples.map { $0 * step }
    let isLarge = max(low.magnitude, high.magnitude) >= 10_000
    let decimals = max(
      0, Int((-log10(step) + 0.99).rounded(.down)) + (Self.isQuarter(step) ? 1 : 0))
    labels = self.ticks.map {
      isLarge ? Self.short($0, step: step) : Quantities.fixed($0, decimals: decimals)
    }
  }

  /// The place of a value along the axis: 0 at the low end, 1 at the high end, a little beyond them
  /// for values outside, however far.
  func position(of value: Double) -> Double {
    let place = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return place.isNaN ? 0 : min(max(place, -1), 2)
  }

  /// The place of a value among `count` dots, kept within them.
  func index(of value: Double, count: Int) -> Int {
    let place = (position(of: value) * Double(count - 1)).rounded()
    return Int(min(max(place, 0), Double(count - 1)))
  }

  /// The smallest of 1, 2, 2.5 and 5 times a power of ten that is no less than the step.
  private static func roundStep(atLeast step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    return ([1, 2, 2.5, 5].first { $0 * power >= step * 0.999 } ?? 10) * power
  }

  private static func isQuarter(_ step: Double) -> Bool {
    let leading = step / pow(10, log10(step).rounded(.down))
    return (leading - 2.5).magnitude < 0.01
  }

  /// Writes a large number by a power of a thousand, with the decimals that the step needs.
  private static func short(_ value: Double, step: Double) -> String {
    if value == 0 { return "0" }
    let (power, suffix) =
      value.magnitude >= 1e9
      ? (1e9, "G")
      : value.magnitude >= 1e6
        ? (1e6, "M") : (1e3, "k")
    let scaled = value / power
    for decimals in 0...3 {
      let text = Quantities.fixed(scaled, decimals: decimals)
      if let read = Double(text), (read - scaled).magnitude < step / power / 100 {
        return text + suffix
      }
    }
    return Quantities.fixed(scaled, decimals: 3) + suffix
  }
}
