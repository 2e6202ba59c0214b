/// A grid of characters on which lines are drawn in braille dots, over shades.
struct BrailleCanvas: Sendable {
  private struct Cell: Sendable {
    var dots: UInt8 = 0
    var line = 0
    var shade: Int?
    var mark: Unicode.Scalar?
  }

  private let width: Int
  private let height: Int
  private var cells: [Cell]

  /// Dots drawn, then dots left out, for each series in turn.
  private static let dashes: [(on: Int, off: Int)] = [
    (1, 0), (4, 3), (1, 2), (8, 3), (2, 2), (1, 5),
  ]
  private static let colors: [Style.Color] = [.cyan, .yellow, .magenta, .green, .blue, .red]
  /// The bits of a character's dots: 4 rows from the top, 2 columns.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// Makes an empty canvas of `width` by `height` characters.
  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    cells = Array(repeating: Cell(), count: width * height)
  }

  /// The colour of a series.
  static func color(series: Int) -> Style.Color { colors[series % colors.count] }

  /// A short piece of a series' line, or one of its points, for the legend.
  static func sample(series: Int, isLine: Bool) -> String {
    var canvas = BrailleCanvas(width: isLine ? 4 : 2, height: 1)
    canvas.draw(isLine ? [(x: 0, y: 1), (x: 7, y: 1)] : [(x: 2, y: 1)], series: series)
    return canvas.row(0, style: .plain)
  }

  /// Draws an upright line behind everything else.
  mutating func mark(column: Int) {
    guard 0..<width ~= column else { return }
    for row in 0..<height { cells[row * width + column].mark = "┆" }
  }

  /// Draws a level line behind everything else.
  mutating func mark(row: Int) {
    guard 0..<height ~= row else { return }
    for column in 0..<width { cells[row * width + column].mark = "┄" }
  }

  /// Shades the characters whose middle lies between two curves.
  /// - Parameter curve: places from 0 to 1 along both axes, ascending in x.
  mutating func shade(_ curve: [(x: Double, lower: Double, upper: Double)], series: Int) {
    for (from, to) in zip(curve, curve.dropFirst()) where from.x < to.x {
      let first = max(0, Int((from.x * Double(width) - 0.5).rounded(.up)))
      let last = min(width - 1, Int((to.x * Double(width) - 0.5).rounded(.down)))
      for column in stride(from: first, through: last, by: 1) {
        let part = ((Double(column) + 0.5) / Double(width) - from.x) / (to.x - from.x)
        let lower = from.lower + part * (to.lower - from.lower)
        let upper = from.upper + part * (to.upper - from.upper)
        for row in 0..<height {
          let middle = (Double(height - row) - 0.5) / Double(height)
          if middle > lower, middle < upper { cells[row * width + column].shade = series }
        }
      }
    }
  }

  /// Draws a line through dots, counted from the lower left corner; a lone one is made visible.
  mutating func draw(_ points: [(x: Int, y: Int)], series: Int) {
    let dash = Self.dashes[series % Self.dashes.count]
    var travelled = 0
    if points.count == 1, let point = points.first {
      for (dx, dy) in [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)] {
        set(x: point.x + dx, y: point.y + dy, series: series)
      }
    }
    for (from, to) in zip(points, points.dropFirst()) {
      let length = max((to.x - from.x).magnitude, (to.y - from.y).magnitude, 1)
      for step in 0...length {
        let part = Double(step) / Double(length)
        let x = Double(from.x) + part * Double(to.x - from.x)
        let y = Double(from.y) + part * Double(to.y - from.y)
        let isDrawn = (travelled + Int(step)) % (dash.on + dash.off) < dash.on
        set(x: Int(x.rounded()), y: Int(y.rounded()), series: series, isDrawn: isDrawn)
      }
      travelled += Int(length)
    }
  }

  /// Draws a dot, or leaves it out; the shade gives way to both, so that dashes stay apart.
  private mutating func set(x: Int, y: Int, series: Int, isDrawn: Bool = true) {
    guard (0..<2 * width).contains(x), (0..<4 * height).contains(y) else { return }
    let index = (height - 1 - y / 4) * width + x / 2
    cells[index].shade = nil
    guard isDrawn else { return }
    cells[index].dots |= Self.bits[3 - y % 4][x % 2]
    cells[index].line = series
  }

  /// Draws one row of characters, counted from the top.
  func row(_ row: Int, style: Style) -> String {
    var text = ""
    var run = ""
    var mark: (series: Int, isLine: Bool)?
    func flush() {
      guard let mark else {
        text += run
        return
      }
      let painted = style.paint(run, Self.color(series: mark.series))
      text += mark.isLine ? painted : style.dim(painted)
    }
    for cell in cells[row * width..<(row + 1) * width] {
      let isLine = cell.dots != 0
      let shade = cell.mark == nil ? cell.shade : nil
      let next = isLine ? (cell.line, true) : shade.map { ($0, false) }
      if next?.0 != mark?.series || next?.1 != mark?.isLine {
        flush()
        (run, mark) = ("", next.map { (series: $0.0, isLine: $0.1) })
      }
      let glyph = isLine ? Unicode.Scalar(0x2800 + UInt32(cell.dots)) : nil
      run.unicodeScalars.append(glyph ?? cell.mark ?? (cell.shade == nil ? " " : "░"))
    }
    flush()
    return text
  }
}
