/// What tells series apart: colour, dashes and markers, so that each alone would do.
///
/// Every two colours of a set differ clearly, also to readers who do not tell red from green or blue
/// from yellow, and every colour stands out from its background by 3 to 1 or more.
package enum Palette {
  /// Colours on a light background.
  package static let light = ["#1f66b8", "#a82c06", "#0ba06a", "#74285f", "#b38f22", "#878c98"]
  /// Colours on a dark background.
  package static let dark = ["#4db1f8", "#fc8a3c", "#4c9675", "#c067b2", "#f2d08a", "#e6ecf3"]
  /// The light and the dark background that the colours are made for.
  package static let backgrounds = (light: "#ffffff", dark: "#14181d")

  /// Lengths of dashes and of the gaps after them; none for a whole line.
  private static let dashes = ["", "7 4", "2 3", "11 4 2 4", "6 3 2 3 2 3", "15 5"]

  /// The place of a series in the palette: beyond its end, colours and dashes repeat.
  static func place(_ series: Int) -> Int { series % light.count }

  /// The dashes of a series.
  static func dash(_ series: Int) -> String { dashes[place(series)] }

  /// The path of a series' marker around a place.
  static func marker(_ series: Int, x: Double, y: Double, size: Double) -> String {
    func move(_ points: [(Double, Double)]) -> String {
      "M"
        + points.map {
          "\(SVGWriter.number(x + $0.0 * size)) \(SVGWriter.number(y + $0.1 * size))"
        }.joined(separator: "L") + "Z"
    }
    switch place(series) {
    case 1: return move([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case 2: return move([(0, -1.2), (1.15, 0.85), (-1.15, 0.85)])
    case 3: return move([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)])
    case 4: return move([(0, 1.2), (1.15, -0.85), (-1.15, -0.85)])
    case 5:
      return move([
        (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2),
        (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4),
      ])
    default:
      let r = SVGWriter.number(size)
      let d = SVGWriter.number(2 * size)
      return "M\(SVGWriter.number(x - size)) \(SVGWriter.number(y))"
        + "a\(r) \(r) 0 1 0 \(d) 0a\(r) \(r) 0 1 0 -\(d) 0Z"
    }
  }
}
