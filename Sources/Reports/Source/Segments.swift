internal import Charts
internal import Foundation

/// A stretch of a learning curve that one sentence can tell.
struct CurveSegment: Equatable {
  /// The curve's points at its ends.
  let from: Chart.Point
  let to: Chart.Point
  /// The lowest and the highest value within it.
  let lowest: Double
  let highest: Double
  /// Whether it is level: its ends differ by no more than noise, or than a twentieth of the curve.
  let isLevel: Bool

  /// The stretch in a sentence:
  /// `Steps 0 to 2.1M: return rises from 21 to 180 (+76 a million steps).`
  func sentence(of name: String) -> String {
    let span = "Steps \(Quantities.readable(from.x)) to \(Quantities.readable(to.x))"
    guard !isLevel else {
      let (low, high) = (Quantities.shortReturn(lowest), Quantities.shortReturn(highest))
      return low == high
        ? "\(span): \(name) stays at \(low)." : "\(span): \(name) stays between \(low) and \(high)."
    }
    let (unit, size) = to.x - from.x >= 500_000 ? ("million", 1e6) : ("thousand", 1e3)
    let rate = (to.y - from.y) / max(to.x - from.x, 1) * size
    return "\(span): \(name) \(rate > 0 ? "rises" : "falls") from "
      + "\(Quantities.shortReturn(from.y)) to \(Quantities.shortReturn(to.y)) "
      + "(\(rate > 0 ? "+" : "")\(Quantities.significant(rate)) a \(unit) steps)."
  }
}

/// Divides a curve into stretches, each as straight as may be.
///
/// A division is a chain of the curve's own points; its error is the sum of the squared distances of
/// the points from the straight lines between them. Of all divisions into k stretches the one with
/// the least error is found by dynamic programming, and k, 5 at most, is the one for which the error
/// plus a price for each stretch is least. The price is the greater of 2 % of the curve's variance and
/// 3 ln(n)·σ², what noise of variance σ² buys by chance with a stretch's three numbers (Schwarz 1978),
/// where σ² = Σ (yᵢ₊₁ − yᵢ)² ⁄ 2(n − 1). Level stretches that follow each other become one. The curve
/// is first averaged into n = 60 points.
enum CurveSegments {
  /// The most stretches that a curve is told in.
  static let most = 5
  /// The least share of the variance that each stretch must be worth.
  static let share = 0.02

  /// Finds the stretches of a curve, ascending in steps; none with fewer than two points.
  static func find(in points: [Chart.Point]) -> [CurveSegment] {
    let points = averaged(points, to: 60)
    guard points.count >= 2 else { return [] }
    let mean = points.reduce(0) { $0 + $1.y / Double(points.count) }
    let variance = points.reduce(0) { $0 + ($1.y - mean) * ($1.y - mean) }
    let noise = zip(points, points.dropFirst()).reduce(0) { sum, pair in
      sum + (pair.1.y - pair.0.y) * (pair.1.y - pair.0.y) / (2 * Double(points.count - 1))
    }
    let price = max(share * variance, 3 * log(Double(points.count)) * noise)
    func cost(_ division: (ends: [Int], error: Double)) -> Double {
      division.error + price * Double(division.ends.count)
    }
    let ends = divisions(of: points).min { cost($0) < cost($1) }?.ends ?? []
    // The straight part of a rise is not noise: only what the lines leave over is.
    let left = zip(ends, ends.dropFirst()).reduce(0) { $0 + squaredError(points, $1.0, $1.1) }
    let spread = min(noise, left / Double(points.count)).squareRoot()
    return joined(ends, points, spread: spread)
  }

  /// Makes stretches of the ends of a division; level ones that follow each other become one.
  private static func joined(
    _ ends: [Int], _ points: [Chart.Point], spread: Double
  ) -> [CurveSegment] {
    var found: [(from: Int, segment: CurveSegment)] = []
    for (from, to) in zip(ends, ends.dropFirst()) {
      let next = segment(points, from, to, spread: spread)
      if let last = found.last, last.segment.isLevel, next.isLevel {
        let both = segment(points, last.from, to, spread: spread)
        if both.isLevel {
          found[found.count - 1].segment = both
          continue
        }
      }
      found.append((from, next))
    }
    return found.map(\.segment)
  }

  private static func segment(
    _ points: [Chart.Point], _ from: Int, _ to: Int, spread: Double
  ) -> CurveSegment {
    let values = points[from...to].map(\.y)
    let all = points.map(\.y)
    let range = (all.max() ?? 0) - (all.min() ?? 0)
    let change = (points[to].y - points[from].y).magnitude
    return CurveSegment(
      from: points[from], to: points[to], lowest: values.min() ?? 0, highest: values.max() ?? 0,
      isLevel: change <= max(3 * spread, 0.05 * range))
  }

  private static func averaged(_ points: [Chart.Point], to count: Int) -> [Chart.Point] {
    guard points.count > count else { return points }
    return (0..<count).map { part in
      let slice = points[part * points.count / count..<(part + 1) * points.count / count]
      let size = Double(slice.count)
      // The ends stay at the curve's ends, so that the stretches cover all of it.
      let x =
        part == 0
        ? points[0].x
        : part == count - 1 ? points[points.count - 1].x : slice.reduce(0) { $0 + $1.x / size }
      return Chart.Point(x: x, y: slice.reduce(0) { $0 + $1.y / size })
    }
  }

  /// The best divisions into 1, 2, ... stretches: their ends as indices, and their error.
  private static func divisions(of points: [Chart.Point]) -> [(ends: [Int], error: Double)] {
    let last = points.count - 1
    var errors = [[Double]](repeating: [], count: points.count)
    for end in 1...last {
      errors[end] = (0..<end).map { squaredError(points, $0, end) }
    }
    // best[i] is the least error of a division of 0...i into so many stretches as there were rounds.
    var best = [Double](repeating: .infinity, count: points.count)
    for end in 1...last { best[end] = errors[end][0] }
    var chains = [[Int]](repeating: [], count: points.count)
    for end in 1...last { chains[end] = [0, end] }
    var found = [(ends: chains[last], error: best[last])]
    for count in 1..<most where count < last {
      var next = [Double](repeating: .infinity, count: points.count)
      var nextChains = chains
      for end in count + 1...last {
        for middle in count..<end where best[middle] + errors[end][middle] < next[end] {
          next[end] = best[middle] + errors[end][middle]
          nextChains[end] = chains[middle] + [end]
        }
      }
      (best, chains) = (next, nextChains)
      found.append((chains[last], best[last]))
    }
    return found
  }

  private static func squaredError(_ points: [Chart.Point], _ from: Int, _ to: Int) -> Double {
    (from...to).reduce(0) { sum, index in
      let distance = points[index].y - height(points[from], points[to], at: points[index].x)
      return sum + distance * distance
    }
  }

  private static func height(_ from: Chart.Point, _ to: Chart.Point, at x: Double) -> Double {
    to.x > from.x ? from.y + (x - from.x) / (to.x - from.x) * (to.y - from.y) : from.y
  }
}
