extension Drawing {
  /// Returns the picture as an SVG image, with the notes below it. It has a light ground of its own, so
  /// that it reads on pages of any shade.
  ///
  /// - Parameters:
  ///   - unit: the width of one unit of the drawing, in pixels; above 0.
  ///   - paints: how colours are written, for a page with shades of its own; those that are not here
  ///     are written as ``Color/shade``.
  ///   - ground: how the ground's colour is written.
  public func svg(
    unit: Double = 32, paints: [Color: String] = [:], ground: String = "#f6f5f1"
  ) -> String {
    precondition(unit > 0, "a unit needs a width above 0, got \(unit)")
    let pad = 12.0
    let width = unit * (x.upperBound - x.lowerBound)
    let height = unit * (y.upperBound - y.lowerBound)
    let room = max(width, 240)
    let lines = (notes ?? []).flatMap { Drawing.wrap($0, to: Int(room / 7)) }
    let total = (width: room + 2 * pad, height: height + 2 * pad + 18 * Double(lines.count))
    func place(_ point: Point) -> Point {
      Point(pad + unit * (point.x - x.lowerBound), pad + unit * (y.upperBound - point.y))
    }
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(total.width.pixels)" \
      height="\(total.height.pixels)" \
      viewBox="0 0 \(total.width.pixels) \(total.height.pixels)">
      <rect width="100%" height="100%" rx="8" fill="\(ground)"/>

      """
    for shape in shapes { text += Drawing.element(shape, unit, paints, place) + "\n" }
    for (index, line) in lines.enumerated() {
      let y = height + 2 * pad + 18 * Double(index) + 4
      text += """
        <text x="\(pad.pixels)" y="\(y.pixels)" font-family="sans-serif" font-size="13" \
        fill="\(paints[.ink] ?? Color.ink.hex)">\(line.escaped)</text>

        """
    }
    return text + "</svg>\n"
  }

  /// A shape as an element, given where its points lie.
  private static func element(
    _ shape: Shape, _ unit: Double, _ paints: [Color: String], _ place: (Point) -> Point
  ) -> String {
    func paint(_ color: Color) -> String { paints[color] ?? color.hex }
    func filled(_ color: Color, _ isFilled: Bool) -> String {
      isFilled
        ? "fill=\"\(paint(color))\""
        : "fill=\"none\" stroke=\"\(paint(color))\" stroke-width=\"2\""
    }
    switch shape {
    case .line(let from, let to, let width, let color):
      let (start, end) = (place(from), place(to))
      return """
        <line x1="\(start.x.pixels)" y1="\(start.y.pixels)" x2="\(end.x.pixels)" \
        y2="\(end.y.pixels)" stroke="\(paint(color))" \
        stroke-width="\(max(unit * width, 1).pixels)"/>
        """
    case .circle(let center, let radius, let color, let isFilled):
      let middle = place(center)
      return """
        <circle cx="\(middle.x.pixels)" cy="\(middle.y.pixels)" \
        r="\((unit * radius).pixels)" \(filled(color, isFilled))/>
        """
    case .rectangle(let x, let y, let color, let isFilled):
      let corner = place(Point(x.lowerBound, y.upperBound))
      return """
        <rect x="\(corner.x.pixels)" y="\(corner.y.pixels)" \
        width="\((unit * (x.upperBound - x.lowerBound)).pixels)" \
        height="\((unit * (y.upperBound - y.lowerBound)).pixels)" \(filled(color, isFilled))/>
        """
    case .text(let text, let point, let color):
      let middle = place(point)
      return """
        <text x="\(middle.x.pixels)" y="\(middle.y.pixels)" text-anchor="middle" \
        font-family="sans-serif" font-size="13" fill="\(paint(color))">\(text.escaped)</text>
        """
    }
  }

  /// Breaks a text between words into lines of at most a number of characters.
  static func wrap(_ text: String, to columns: Int) -> [String] {
    text.split(separator: " ").reduce(into: [""]) { lines, word in
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= columns {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append("  \(word)")
      }
    }
  }
}

extension Drawing.Color {
  /// Red, green and blue, 0...255 each, on a light ground.
  public var shade: (red: UInt8, green: UInt8, blue: UInt8) {
    switch self {
    case .ink: (0x26, 0x26, 0x2b)
    case .gray: (0x8c, 0x8f, 0x96)
    case .red: (0xd1, 0x34, 0x2f)
    case .green: (0x2f, 0x93, 0x45)
    case .blue: (0x2a, 0x62, 0xc9)
    case .orange: (0xe8, 0x7a, 0x0c)
    case .yellow: (0xd9, 0xb0, 0x0d)
    case .purple: (0x8a, 0x3f, 0xb5)
    }
  }

  fileprivate var hex: String {
    let shade = shade
    return "#"
      + [shade.red, shade.green, shade.blue].map {
        ($0 < 16 ? "0" : "") + String($0, radix: 16)
      }.joined()
  }
}

extension Double {
  /// The number to a hundredth.
  fileprivate var pixels: String {
    let rounded = (self * 100).rounded() / 100
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}

extension String {
  fileprivate var escaped: String {
    reduce(into: "") { text, letter in
      switch letter {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      default: text.append(letter)
      }
    }
  }
}
