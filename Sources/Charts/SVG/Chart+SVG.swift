extension Chart {
  /// Draws the chart as an SVG document that also stands within a page of HTML.
  ///
  /// Letters keep their size whatever the width, so a chart for a narrow page is drawn anew for its
  /// width rather than shrunk. The drawing is light or dark as the reader prefers, and light in
  /// print.
  /// - Parameters:
  ///   - width: the width in pixels, kept within 200 and 4000.
  ///   - height: the height in pixels; what suits the width and the content if nil.
  ///   - id: what the drawing's parts are named by; different for every drawing in a page.
  ///   - hasStyle: whether the drawing brings its style; a page of many charts needs it once.
  public func svg(
    width: Double = 640, height: Double? = nil, id: String = "chart", hasStyle: Bool = true
  ) -> String {
    let width = width.isFinite ? min(4000, max(200, width)) : 640
    var drawing = Drawing(chart: self, width: width)
    drawing.writeHead()
    if let names = x.categories {
      let least = drawing.top + 120
      drawing.writeBars(names, height: height.map { max(least, min(4000, $0)) })
    } else {
      drawing.writeLines(height: drawing.height(asked: height))
    }
    return document(drawing, width: width, id: id, hasStyle: hasStyle)
  }

  /// The style that charts without one of their own need once in a page.
  public static var styleSheet: String { SVGStyle.sheet }

  private func document(
    _ drawing: Drawing, width: Double, id: String, hasStyle: Bool
  ) -> String {
    var document = SVGWriter()
    let size = (SVGWriter.number(width), SVGWriter.number(drawing.bottom))
    document.begin(
      "svg",
      [
        ("xmlns", "http://www.w3.org/2000/svg"), ("class", "chart"),
        ("viewBox", "0 0 \(size.0) \(size.1)"), ("width", size.0), ("height", size.1),
        ("role", "img"), ("aria-labelledby", "\(id)-title \(id)-desc"),
      ])
    document.element("title", [("id", "\(id)-title")], text: title.isEmpty ? y.text : title)
    document.element("desc", [("id", "\(id)-desc")], text: description)
    if hasStyle {
      document.raw("<style>\(SVGStyle.sheet.replacing("<", with: "&lt;"))</style>\n")
    }
    document.raw(drawing.writer.text)
    document.end()
    return document.text
  }

  /// What the chart shows, in words: for readers who cannot see it.
  package var description: String {
    var sentences = summary.isEmpty ? [] : [summary]
    let kind = x.categories != nil ? "Bars" : "Chart"
    sentences.append("\(kind) of \(y.text) by \(x.text).")
    for line in series {
      let points = line.points.filter { $0.x.isFinite && $0.y.isFinite }.sorted { $0.x < $1.x }
      guard let first = points.first, let last = points.last else {
        sentences.append("\(line.name): no values.")
        continue
      }
      sentences.append("\(line.name): \(words(of: points, first, last)).")
    }
    let events = marks.filter { $0.value.isFinite }
    if !events.isEmpty {
      let words = events.map { "\($0.label) at \(Quantities.readable($0.value))" }
      sentences.append("Marks: \(words.joined(separator: ", ")).")
    }
    return sentences.joined(separator: " ")
  }

  private func words(of points: [Point], _ first: Point, _ last: Point) -> String {
    if let names = x.categories {
      return points.compactMap { point in
        category(of: point, names).map { "\(names[$0]) \(point.words)" }
      }.joined(separator: ", ")
    }
    if first == last { return "\(first.words) at \(Quantities.readable(first.x))" }
    return "from \(first.words) at \(Quantities.readable(first.x)) to \(last.words) at "
      + Quantities.readable(last.x)
  }

  /// The index of the name that a point belongs to.
  func category(of point: Point, _ names: [String]) -> Int? {
    guard point.x >= 0, point.x < Double(names.count), point.x == point.x.rounded() else {
      return nil
    }
    return Int(point.x)
  }
}

extension Chart.Point {
  /// The value and its interval in words.
  var words: String {
    let value = Quantities.readable(y)
    return interval.map {
      "\(value) [\(Quantities.readable($0.lowerBound)), \(Quantities.readable($0.upperBound))]"
    } ?? value
  }
}

extension Chart {
  /// A chart while it is drawn, from the top down.
  struct Drawing {
    let chart: Chart
    let width: Double
    var writer = SVGWriter()
    /// How far down the drawing is done.
    var top = 0.0
    /// The height of the whole.
    var bottom = 0.0

    static let textSize = 12.0
    static let titleSize = 14.0
    static let smallSize = 11.0

    init(chart: Chart, width: Double) {
      self.chart = chart
      self.width = width
    }

    /// The height of a drawing over numbers whose head is written: what is asked for, as far as it
    /// has room.
    func height(asked: Double?) -> Double {
      let natural = top + min(280, max(190, 0.46 * width)) + 40
      return asked.flatMap { $0.isFinite ? max(top + 120, min(4000, $0)) : nil } ?? natural
    }

    /// Writes a text at its baseline.
    mutating func write(
      _ text: String, x: Double, y: Double, anchor: String = "start", style: String = ""
    ) {
      guard !text.isEmpty else { return }
      var attributes = [("x", SVGWriter.number(x)), ("y", SVGWriter.number(y))]
      if anchor != "start" { attributes.append(("text-anchor", anchor)) }
      if !style.isEmpty { attributes.append(("class", style)) }
      writer.element("text", attributes, text: text)
    }

    /// Writes a straight line.
    mutating func rule(
      _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), style: String,
      title: String? = nil
    ) {
      writer.element(
        "line",
        [
          ("x1", SVGWriter.number(from.x)), ("y1", SVGWriter.number(from.y)),
          ("x2", SVGWriter.number(to.x)), ("y2", SVGWriter.number(to.y)), ("class", style),
        ], title: title)
    }

    /// Writes the title and the legend.
    mutating func writeHead() {
      for line in chart.title.lines(ofWidth: width / 1.1, fontSize: Self.titleSize).prefix(3) {
        top += 19
        write(line, x: 0, y: top - 4, style: "title")
      }
      if top > 0 { top += 3 }
      writeLegend()
    }

    private mutating func writeLegend() {
      let entries = legend
      guard !entries.isEmpty else { return }
      var x = 0.0
      top += 18
      for entry in entries {
        let name = entry.name.cut(toWidth: width - 32, fontSize: Self.textSize)
        let needed = 28 + name.width(fontSize: Self.textSize)
        if x > 0, x + needed > width {
          top += 18
          x = 0
        }
        writeKey(entry, x: x, y: top - 9)
        write(name, x: x + 28, y: top - 5)
        x += needed + 14
      }
      top += 4
    }

    private enum Key {
      case series(Int)
      case fit(Int)
      case band
    }

    private var legend: [(key: Key, name: String)] {
      let hasBands = chart.series.contains { $0.points.contains { $0.interval != nil } }
      let isBars = chart.x.categories != nil
      let hasFits = !isBars && chart.series.contains { $0.drawing == .pointsWithFit }
      let isMany = chart.series.count > 1
      guard isMany || hasBands || hasFits else { return [] }
      var entries: [(key: Key, name: String)] = []
      for (index, line) in chart.series.enumerated() where !line.name.isEmpty {
        // One series of bars is what the title says.
        if isBars, !isMany { break }
        entries.append((.series(index), line.name))
        if hasFits, line.drawing == .pointsWithFit { entries.append((.fit(index), "fit")) }
      }
      if hasBands { entries.append((.band, chart.bandLabel)) }
      return entries
    }

    private mutating func writeKey(_ entry: (key: Key, name: String), x: Double, y: Double) {
      let isBars = chart.x.categories != nil
      let isPoints = chart.series.allSatisfy { $0.drawing != .line }
      switch entry.key {
      case .band where isBars || isPoints:
        writeWhisker(from: (x + 2, y), to: (x + 20, y), isLevel: true)
      case .band:
        writer.element(
          "rect",
          [
            ("x", SVGWriter.number(x)), ("y", SVGWriter.number(y - 5)), ("width", "22"),
            ("height", "10"), ("class", "key"),
          ])
      case .fit(let index): writeStroke(index, x: x, y: y, style: "fit")
      case .series(let index) where isBars:
        writer.element(
          "rect",
          [
            ("x", SVGWriter.number(x + 5)), ("y", SVGWriter.number(y - 6)), ("width", "12"),
            ("height", "12"), ("rx", "2"), ("class", "f\(Palette.place(index))"),
          ])
      case .series(let index):
        if chart.series[index].drawing == .line { writeStroke(index, x: x, y: y, style: "line") }
        writeMarker(index, x: x + 11, y: y)
      }
    }

    private mutating func writeStroke(_ index: Int, x: Double, y: Double, style: String) {
      writer.element(
        "path",
        [
          ("d", "M\(SVGWriter.number(x)) \(SVGWriter.number(y))h22"),
          ("class", "\(style) l\(Palette.place(index))"),
        ] + dashes(style == "fit" ? "4 3" : Palette.dash(index)))
    }

    /// The attribute that makes a line dashed.
    func dashes(_ pattern: String) -> [(String, String)] {
      pattern.isEmpty ? [] : [("stroke-dasharray", pattern)]
    }

    /// Writes a series' marker.
    mutating func writeMarker(_ index: Int, x: Double, y: Double, title: String? = nil) {
      writer.element(
        "path",
        [
          ("d", Palette.marker(index, x: x, y: y, size: 3.6)),
          ("class", "point f\(Palette.place(index))"),
        ], title: title)
    }

    /// Writes an interval as a line with ends across, upright or level.
    mutating func writeWhisker(
      from: (x: Double, y: Double), to: (x: Double, y: Double), isLevel: Bool
    ) {
      func place(_ end: (x: Double, y: Double)) -> String {
        let (x, y) = (SVGWriter.number(end.x), SVGWriter.number(end.y))
        return isLevel
          ? "M\(x) \(SVGWriter.number(end.y - 3.5))v7" : "M\(SVGWriter.number(end.x - 3.5)) \(y)h7"
      }
      let path =
        "M\(SVGWriter.number(from.x)) \(SVGWriter.number(from.y))"
        + "L\(SVGWriter.number(to.x)) \(SVGWriter.number(to.y))\(place(from))\(place(to))"
      writer.element("path", [("d", path), ("class", "under")])
      writer.element("path", [("d", path), ("class", "whisker")])
    }
  }
}
