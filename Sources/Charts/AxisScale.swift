internal import Foundation

/// The range of one axis, and round numbers along it: 1, 2 and 5 times powers of ten.
package struct AxisScale: Sendable {
  /// The values at the two ends; their logarithms where the scale is logarithmic.
  private let range: ClosedRange<Double>
  private let isLogarithmic: Bool
  /// Round values within the range, ascending.
  package let ticks: [Double]
  /// The ticks as text, all with the same number of decimals.
  package let labels: [String]

  /// Chooses the values' range, and ticks in it.
  /// - Parameters:
  ///   - values: what the axis must reach; what has no place on it is passed over.
  ///   - count: how many ticks there is room for, at least 2.
  ///   - isLogarithmic: whether equal ratios are equal lengths.
  ///   - reachesZero: whether a range that starts close to zero is widened to start there.
  ///   - widens: whether the range is widened a little, to the ticks around it where these are near.
  package init(
    covering values: [Double], ticks count: Int, isLogarithmic: Bool = false,
    reachesZero: Bool = false, widens: Bool = false
  ) {
    self.isLogarithmic = isLogarithmic
    let found =
      isLogarithmic
      ? LogarithmicTicks(covering: values, count: count, widens: widens).found
      : LinearTicks(
        covering: values, count: count, reachesZero: reachesZero, widens: widens
      ).found
    (range, ticks, labels) = (found.range, found.ticks, found.labels)
  }

  /// The values at the two ends.
  var ends: [Double] { [range.lowerBound, range.upperBound].map(value(ofMeasure:)) }

  /// The axis' own measure of a value: the value or its logarithm; nil if it has no place there.
  package func measure(_ value: Double) -> Double? {
    guard value.isDrawable else { return nil }
    if isLogarithmic { return value > 0 ? log10(value) : nil }
    return value
  }

  /// The value of an axis' own measure.
  package func value(ofMeasure measure: Double) -> Double {
    isLogarithmic ? pow(10, measure) : measure
  }

  /// The place of a value along the axis: 0 at the low end, 1 at the high end; nil if it has none.
  package func position(of value: Double) -> Double? {
    guard let measure = measure(value) else { return nil }
    let place = (measure - range.lowerBound) / (range.upperBound - range.lowerBound)
    return place.isNaN ? 0 : min(max(place, -1), 2)
  }

  /// The place of a value among `count` dots, kept within them; nil if it has none.
  func index(of value: Double, count: Int) -> Int? {
    position(of: value).map {
      Int(min(max(($0 * Double(count - 1)).rounded(), 0), Double(count - 1)))
    }
  }
}

/// A range with its ticks and their names.
private struct Found {
  var range: ClosedRange<Double>
  var ticks: [Double]
  var labels: [String]
}

/// Ticks at equal differences.
private struct LinearTicks {
  let found: Found

  init(covering values: [Double], count: Int, reachesZero: Bool, widens: Bool) {
    let drawable = values.filter(\.isDrawable)
    var low = drawable.min() ?? 0
    var high = drawable.max() ?? 1
    if reachesZero, low > 0, low < 0.3 * high { low = 0 }
    if reachesZero, high < 0, high > 0.3 * low { high = 0 }
    // Values that are all but the same would have ticks that differ in no digit.
    let isWhole = !drawable.isEmpty && drawable.allSatisfy { $0 == $0.rounded() }
    if high - low <= max(1e-9 * max(low.magnitude, high.magnitude), 1e-200) {
      let reach = isWhole && low.magnitude < 1000 ? 1 : max(low.magnitude * 0.1, 1e-200)
      (low, high) = (low - reach, high + reach)
    }
    var step = Self.roundStep(atLeast: (high - low) / Double(max(1, count)))
    if isWhole { step = max(1, step) }
    if widens { (low, high) = Self.widened(low, high, step: step) }
    // A small tolerance keeps 0.30000000000000004 on the tick that it means.
    let first = (low / step - 1e-6).rounded(.up)
    let last = (high / step + 1e-6).rounded(.down)
    let multiples = last - first < 1000 ? Array(stride(from: first, through: last, by: 1)) : []
    let ticks = multiples.map { $0 * step }
    found = Found(range: low...high, ticks: ticks, labels: Quantities.ticks(ticks, step: step))
  }

  /// Moves each end to the tick beyond it if that is near, else a little outwards.
  private static func widened(
    _ low: Double, _ high: Double, step: Double
  ) -> (low: Double, high: Double) {
    let (floor, ceiling) = (
      (low / step + 1e-6).rounded(.down) * step, (high / step - 1e-6).rounded(.up) * step
    )
    let pad = min(0.04 * (high - low), 0.5 * step)
    return (
      low - floor <= 0.5 * step ? min(low, floor) : low - pad,
      ceiling - high <= 0.5 * step ? max(high, ceiling) : high + pad
    )
  }

  /// The smallest of 1, 2 and 5 times a power of ten that is no less than the step.
  private static func roundStep(atLeast step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    return ([1, 2, 5].first { $0 * power >= step * 0.999 } ?? 10) * power
  }
}

/// Ticks at equal ratios: at powers of ten, and at 2 and 5 times those where there is room.
private struct LogarithmicTicks {
  let found: Found

  init(covering values: [Double], count: Int, widens: Bool) {
    let drawable = values.filter { $0.isDrawable && $0 > 1e-300 }.map { log10($0) }
    var low = drawable.min() ?? 0
    var high = drawable.max() ?? 1
    if high - low < 0.1 { (low, high) = (low - 0.3, high + 0.3) }
    let factors = Self.factors(decades: high - low, count: count)
    if widens {
      low = Self.tick(at: low, factors, .down)
      high = Self.tick(at: high, factors, .up)
    }
    // Every n-th power of ten where there are more decades than room.
    let stepDecades = max(1, ((high - low) / Double(max(1, count))).rounded(.up))
    var ticks: [Double] = []
    let first = Int((low / stepDecades).rounded(.down))
    let last = Int((high / stepDecades).rounded(.up))
    for decade in stride(from: first, through: max(first, last), by: 1) {
      for factor in factors {
        let place = Double(decade) * stepDecades + log10(factor)
        if place >= low - 1e-9, place <= high + 1e-9 {
          ticks.append(factor * pow(10, Double(decade) * stepDecades))
        }
      }
    }
    found = Found(range: low...high, ticks: ticks, labels: ticks.map(Quantities.tick))
  }

  private static func factors(decades: Double, count: Int) -> [Double] {
    [[1, 2, 5], [1, 3], [1]].first { Double($0.count) * decades <= Double(count) } ?? [1]
  }

  /// The place of the nearest tick below or above a place.
  private static func tick(
    at place: Double, _ factors: [Double], _ rule: FloatingPointRoundingRule
  ) -> Double {
    let decade = place.rounded(.down)
    let places = (factors + [10]).map { decade + log10($0) }
    return rule == .up
      ? places.first { $0 >= place - 1e-9 } ?? decade + 1
      : places.last { $0 <= place + 1e-9 } ?? decade
  }
}
