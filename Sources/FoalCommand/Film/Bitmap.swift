internal import Environments

/// A picture of dots, each a number of a palette: 0 for the ground, then the colours of drawings.
struct Bitmap: Sendable, Hashable {
  /// The shades of the palette, the ground's first.
  static let palette: [(red: UInt8, green: UInt8, blue: UInt8)] =
    [(0xf6, 0xf5, 0xf1)] + Drawing.Color.allCases.map(\.shade)

  let width: Int
  let height: Int
  private(set) var dots: [UInt8]

  /// Paints a drawing; text is left out.
  /// - Parameter unit: the dots for one unit of the drawing, above 0.
  init(_ drawing: Drawing, unit: Double) {
    // Films need even sides.
    width = 2 * Int((unit * (drawing.x.upperBound - drawing.x.lowerBound) / 2).rounded(.up))
    height = 2 * Int((unit * (drawing.y.upperBound - drawing.y.lowerBound) / 2).rounded(.up))
    dots = Array(repeating: 0, count: width * height)
    func place(_ point: Drawing.Point) -> (x: Double, y: Double) {
      (unit * (point.x - drawing.x.lowerBound), unit * (drawing.y.upperBound - point.y))
    }
    for shape in drawing.shapes {
      switch shape {
      case .line(let from, let to, let thickness, let color):
        line(place(from), place(to), max(unit * thickness / 2, 0.6), color)
      case .circle(let center, let radius, let color, let filled):
        circle(place(center), unit * radius, color, filled)
      case .rectangle(let x, let y, let color, let filled):
        let low = place(.init(x.lowerBound, y.upperBound))
        let high = place(.init(x.upperBound, y.lowerBound))
        rectangle(low, high, color, filled)
      case .text: continue
      }
    }
  }

  private mutating func line(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), _ reach: Double,
    _ color: Drawing.Color
  ) {
    let along = (x: to.x - from.x, y: to.y - from.y)
    let squared = along.x * along.x + along.y * along.y
    let low = (min(from.x, to.x) - reach, min(from.y, to.y) - reach)
    let high = (max(from.x, to.x) + reach, max(from.y, to.y) + reach)
    paint(low, high, color) { x, y in
      let share = ((x - from.x) * along.x + (y - from.y) * along.y) / squared
      let near = squared > 0 ? min(max(share, 0), 1) : 0
      let away = (x: x - from.x - near * along.x, y: y - from.y - near * along.y)
      return away.x * away.x + away.y * away.y <= reach * reach
    }
  }

  private mutating func circle(
    _ middle: (x: Double, y: Double), _ radius: Double, _ color: Drawing.Color, _ filled: Bool
  ) {
    let reach = radius + 1
    paint(
      (middle.x - reach, middle.y - reach), (middle.x + reach, middle.y + reach), color
    ) { x, y in
      let away = ((x - middle.x) * (x - middle.x) + (y - middle.y) * (y - middle.y)).squareRoot()
      return filled ? away <= radius : abs(away - radius) <= 1
    }
  }

  private mutating func rectangle(
    _ low: (x: Double, y: Double), _ high: (x: Double, y: Double), _ color: Drawing.Color,
    _ filled: Bool
  ) {
    paint(low, high, color) { x, y in
      let depth = min(x - low.x, high.x - x, y - low.y, high.y - y)
      return depth >= 0 && (filled || depth <= 2)
    }
  }

  /// Paints the dots of a part of the picture that a condition holds for.
  private mutating func paint(
    _ low: (Double, Double), _ high: (Double, Double), _ color: Drawing.Color,
    where isInside: (Double, Double) -> Bool
  ) {
    guard low.0.isFinite, low.1.isFinite, high.0.isFinite, high.1.isFinite,
      let place = Drawing.Color.allCases.firstIndex(of: color)
    else { return }
    func range(_ low: Double, _ high: Double, _ count: Int) -> Range<Int> {
      let first = Int(min(max(low, 0), Double(count)))
      return first..<max(first, Int(min(max(high.rounded(.up), 0), Double(count))))
    }
    for row in range(low.1, high.1, height) {
      for column in range(low.0, high.0, width)
      where isInside(Double(column) + 0.5, Double(row) + 0.5) {
        dots[row * width + column] = UInt8(place + 1)
      }
    }
  }

  /// Red, green and blue of every dot, row by row.
  var colors: [UInt8] {
    dots.flatMap { dot in
      let shade = Bitmap.palette[Int(dot)]
      return [shade.red, shade.green, shade.blue]
    }
  }
}
