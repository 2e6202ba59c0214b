extension Drawing {
  /// Returns the picture as lines of Braille characters, each of which shows 2 by 4 dots.
  ///
  /// The picture is scaled to fit, keeps its proportions and lies in the middle.
  ///
  /// - Parameters:
  ///   - columns: the text's width in characters, at least 1.
  ///   - rows: the number of lines, at least 1.
  ///   - inColor: whether to colour the text by ANSI escape sequences. A character has the colour
  ///     of the uppermost shape in it.
  /// - Returns: `rows` lines of `columns` characters, joined by newlines; of a picture with
  ///   ``cells`` that fit, as many lines as it has rows, with the notes beside them.
  public func terminalText(columns: Int, rows: Int, inColor: Bool = false) -> String {
    precondition(
      columns > 0 && rows > 0, "text needs a size of at least 1 by 1, got \(columns) by \(rows)")
    if let cells, let first = cells.rows.first, cells.rows.count <= rows,
      2 * first.count <= columns
    {
      return cells.text(beside: notes ?? [], columns: columns, inColor: inColor)
    }
    var canvas = Canvas(drawing: self, columns: columns, rows: rows)
    for shape in shapes { canvas.draw(shape) }
    return canvas.text(inColor: inColor)
  }
}

/// Dots and letters on a grid of characters.
private struct Canvas {
  let columns: Int
  let rows: Int
  /// Dots a unit of the drawing.
  let scale: Double
  /// The dot at which the drawing's origin lies; dots count downwards.
  let originX: Double
  let originY: Double
  /// The dots that are set in each character, as Braille's bits.
  var dots: [UInt8]
  var letters: [Character?]
  var colors: [Drawing.Color]

  init(drawing: Drawing, columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    let (width, height) = (Double(2 * columns), Double(4 * rows))
    scale = min(
      width / (drawing.x.upperBound - drawing.x.lowerBound),
      height / (drawing.y.upperBound - drawing.y.lowerBound))
    originX = width / 2 - scale * (drawing.x.lowerBound + drawing.x.upperBound) / 2
    originY = height / 2 + scale * (drawing.y.lowerBound + drawing.y.upperBound) / 2
    dots = Array(repeating: 0, count: columns * rows)
    letters = Array(repeating: nil, count: columns * rows)
    colors = Array(repeating: .ink, count: columns * rows)
  }

  func place(_ point: Drawing.Point) -> Drawing.Point {
    Drawing.Point(originX + scale * point.x, originY - scale * point.y)
  }

  mutating func draw(_ shape: Drawing.Shape) {
    switch shape {
    case .line(let from, let to, let width, let color):
      let (start, end) = (place(from), place(to))
      let reach = max(scale * width / 2, 0.5)
      fill(around: [start, end], reach: reach, color) {
        Canvas.distance(of: $0, from: start, to: end) <= reach
      }
    case .circle(let center, let radius, let color, let filled):
      let middle = place(center)
      let size = max(scale * radius, 0.5)
      fill(around: [middle], reach: size + 0.5, color) {
        let distance = Canvas.distance(of: $0, from: middle, to: middle)
        return filled ? distance <= size : abs(distance - size) <= 0.5
      }
    case .rectangle(let x, let y, let color, let filled):
      var (low, high) = (
        place(.init(x.lowerBound, y.upperBound)), place(.init(x.upperBound, y.lowerBound))
      )
      // A rectangle thinner than a dot would fall between the dots' middles.
      let (widen, heighten) = (max(1 + low.x - high.x, 0), max(1 + low.y - high.y, 0))
      (low.x, high.x) = (low.x - widen / 2, high.x + widen / 2)
      (low.y, high.y) = (low.y - heighten / 2, high.y + heighten / 2)
      fill(around: [low, high], reach: 0, color) {
        let depth = min($0.x - low.x, high.x - $0.x, $0.y - low.y, high.y - $0.y)
        return depth >= 0 && (filled || depth <= 1)
      }
    case .text(let text, let point, let color):
      write(text, at: place(point), color)
    }
  }

  /// Sets the dots near some points that a condition holds for.
  private mutating func fill(
    around points: [Drawing.Point], reach: Double, _ color: Drawing.Color,
    where isInside: (Drawing.Point) -> Bool
  ) {
    let (xs, ys) = (points.map(\.x), points.map(\.y))
    let columns = Canvas.range(xs.min()! - reach, xs.max()! + reach, below: 2 * columns)
    for row in Canvas.range(ys.min()! - reach, ys.max()! + reach, below: 4 * rows) {
      for column in columns where isInside(.init(Double(column) + 0.5, Double(row) + 0.5)) {
        set(column, row, color)
      }
    }
  }

  /// The bits of a character's dots: Braille numbers the upper three rows first, the fourth last.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  private mutating func set(_ column: Int, _ row: Int, _ color: Drawing.Color) {
    let cell = row / 4 * columns + column / 2
    dots[cell] |= Canvas.bits[row % 4][column % 2]
    colors[cell] = color
  }

  private mutating func write(_ text: String, at point: Drawing.Point, _ color: Drawing.Color) {
    guard let row = Canvas.range(point.y, point.y, below: 4 * rows).first else { return }
    let start = Int((point.x / 2).rounded(.down)) - text.count / 2
    for (offset, letter) in text.enumerated() where 0..<columns ~= start + offset {
      letters[row / 4 * columns + start + offset] = letter
      colors[row / 4 * columns + start + offset] = color
    }
  }

  /// The dots between two places, within the grid; none if a place is not finite.
  private static func range(_ low: Double, _ high: Double, below count: Int) -> Range<Int> {
    guard low.isFinite, high.isFinite, low < Double(count), high >= 0 else { return 0..<0 }
    let first = Int(max(low, 0).rounded(.down))
    return first..<max(first, min(Int(min(high, Double(count)).rounded(.down)) + 1, count))
  }

  /// The distance of a point from a line segment, in dots.
  private static func distance(
    of point: Drawing.Point, from start: Drawing.Point, to end: Drawing.Point
  ) -> Double {
    let (alongX, alongY) = (end.x - start.x, end.y - start.y)
    let (toX, toY) = (point.x - start.x, point.y - start.y)
    let squared = alongX * alongX + alongY * alongY
    let share =
      squared > 0 ? min(max((toX * alongX + toY * alongY) / squared, 0), 1) : 0
    let (awayX, awayY) = (toX - share * alongX, toY - share * alongY)
    return (awayX * awayX + awayY * awayY).squareRoot()
  }

  func text(inColor: Bool) -> String {
    var text = ""
    for row in 0..<rows {
      if row > 0 { text += "\n" }
      var current = Drawing.Color.ink
      for cell in row * columns..<(row + 1) * columns {
        let isEmpty = letters[cell] == nil && dots[cell] == 0
        if inColor && !isEmpty && colors[cell] != current {
          current = colors[cell]
          text += "\u{1B}[\(Canvas.code(of: current))m"
        }
        // The empty pattern, unlike a space, is as wide as the others in every font.
        text.append(
          letters[cell] ?? Character(Unicode.Scalar(0x2800 + UInt32(dots[cell])) ?? " "))
      }
      if current != .ink { text += "\u{1B}[0m" }
    }
    return text
  }

  /// The number of a colour in ANSI's "select graphic rendition".
  static func code(of color: Drawing.Color) -> String {
    switch color {
    case .ink: "0"
    case .gray: "90"
    case .red: "31"
    case .green: "32"
    case .blue: "34"
    case .orange: "38;5;208"
    case .yellow: "33"
    case .purple: "35"
    }
  }
}

extension Drawing.Cells {
  /// The rows, with lines of notes at their right.
  fileprivate func text(beside notes: [String], columns: Int, inColor: Bool) -> String {
    let room = columns - 2 * (rows.first?.count ?? 0) - 3
    let lines = room < 12 ? [] : notes.flatMap { Drawing.wrap($0, to: room) }
    return (0..<max(rows.count, lines.count)).map { index in
      let row =
        index < rows.count
        ? rows[index].map { $0.text(inColor: inColor) }.joined()
        : String(repeating: " ", count: 2 * (rows.first?.count ?? 0))
      return index < lines.count ? "\(row)   \(lines[index])" : row
    }.joined(separator: "\n")
  }
}

extension Drawing.Cells.Cell {
  /// The character, two letters wide.
  fileprivate func text(inColor: Bool) -> String {
    let padded = text.count < 2 ? text + " " : text
    guard inColor else { return padded }
    var codes = [Canvas.code(of: color)]
    if let ground {
      codes.append(ground == .gray ? "48;5;238" : "48;5;\(Drawing.Cells.Cell.tint(ground))")
    }
    return codes == ["0"] ? padded : "\u{1B}[\(codes.joined(separator: ";"))m\(padded)\u{1B}[0m"
  }

  /// A dark shade of a colour, of the 256 that terminals know.
  private static func tint(_ color: Drawing.Color) -> Int {
    switch color {
    case .ink: 236
    case .gray: 240
    case .red: 52
    case .green: 22
    case .blue: 17
    case .orange: 94
    case .yellow: 58
    case .purple: 53
    }
  }
}
