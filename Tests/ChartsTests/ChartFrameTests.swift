import Charts
import Testing

@Suite struct ChartFrameTests {
  private let chart = Chart(
    title: "Return", x: .init("steps"), y: .init("return"),
    series: [.line("a", (0...10).map { Chart.Point(x: 100 * Double($0), y: Double($0)) })])

  @Test(arguments: [(320.0, nil), (640, nil), (640, 400.0)])
  func tellsWherePointsAreDrawn(width: Double, height: Double?) throws {
    let frame = try #require(chart.frame(width: width, height: height))
    let drawing = try #require(ParsedSVG(chart.svg(width: width, height: height)))
    let line = try #require(drawing.all("path", "line").last)
    let corners = line.corners
    #expect(corners.count == 11)
    func along(_ value: Double) -> Double {
      frame.xPlaces[0] + (value - frame.x[0]) / (frame.x[1] - frame.x[0])
        * (frame.xPlaces[1] - frame.xPlaces[0])
    }
    func up(_ value: Double) -> Double {
      frame.yPlaces[0] + (value - frame.y[0]) / (frame.y[1] - frame.y[0])
        * (frame.yPlaces[1] - frame.yPlaces[0])
    }
    for (index, corner) in corners.enumerated() {
      #expect(abs(corner.x - along(100 * Double(index))) < 0.2)
      #expect(abs(corner.y - up(Double(index))) < 0.2)
    }
    #expect((frame.left...frame.right).contains(corners[0].x))
    #expect((frame.top...frame.bottom).contains(corners[0].y))
  }

  @Test func hasNoneWherePlacesAreNotInProportion() {
    var logarithmic = chart
    logarithmic.x.scale = .logarithmic
    #expect(logarithmic.frame() == nil)
    let bars = Chart(
      x: .init("", scale: .categories(["a"])), y: .init("return"),
      series: [.bars("a", [(1, nil, nil)])])
    #expect(bars.frame() == nil)
  }

  @Test func drawsWhatWasSmoothedBeneathItsLine() throws {
    var smoothed = chart
    smoothed.series[0].raw = (0...10).map { .init(x: 100 * Double($0), y: $0 == 5 ? 40 : 0) }
    let drawing = try #require(ParsedSVG(smoothed.svg()))
    let raw = try #require(drawing.all("path", "raw").first)
    let strokes = drawing.all("path").map { $0["class"] }
    let rawPlace = try #require(strokes.firstIndex { $0.contains("fc-raw") })
    // The legend of one line is left out: the last line is the curve's.
    #expect(try #require(strokes.lastIndex { $0.contains("fc-line") }) > rawPlace)
    // The axis reaches its peak.
    let height = try #require(drawing.elements.first).number("height")
    #expect(raw.corners.allSatisfy { (0...height).contains($0.y) })
    #expect(try #require(smoothed.frame()).y[1] >= 40)
    #expect(chart.svg().contains("fc-raw l") == false)
  }
}
