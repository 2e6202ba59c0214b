import Charts
import Foundation
import Testing

@Suite struct ChartSVGTests {
  @Test(arguments: Samples.good, [200.0, 400, 800])
  func keepsEverythingInTheDrawing(chart: Chart, width: Double) throws {
    let drawing = try #require(ParsedSVG(chart.svg(width: width)))
    let root = try #require(drawing.elements.first)
    #expect(root.number("width") == width)
    let height = root.number("height")
    for element in drawing.elements {
      for corner in element.corners {
        #expect((0...width).contains(corner.x) && (0...height).contains(corner.y))
      }
      for (name, limit) in [("x1", width), ("x2", width), ("y1", height), ("y2", height)] {
        guard element.attributes[name] != nil else { continue }
        #expect((0...limit).contains(element.number(name)), "\(element.attributes)")
      }
    }
  }

  @Test(arguments: Samples.good, [400.0, 800])
  func setsNoLabelOnAnother(chart: Chart, width: Double) throws {
    let drawing = try #require(ParsedSVG(chart.svg(width: width)))
    let texts = drawing.all("text")
    #expect(texts.count > 5)
    for (index, first) in texts.enumerated() {
      let a = first.box
      #expect(a.left >= -1 && a.right <= width + 1, "\(first.text) is cut")
      for second in texts[(index + 1)...] {
        let b = second.box
        let areApart =
          a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top
        #expect(areApart, "\(first.text) and \(second.text) overlap")
      }
    }
  }

  @Test func placesPointsByTheirValues() throws {
    let chart = Chart(
      x: .init("x"), y: .init("y"),
      series: [.line("s", [0, 50, 100].map { .init(x: $0, y: $0) })])
    let drawing = try #require(ParsedSVG(chart.svg(width: 400, height: 300)))
    let line = try #require(drawing.all("path", "line").first).corners
    try #require(line.count == 3)
    #expect(abs(line[1].x - (line[0].x + line[2].x) / 2) < 0.11)
    #expect(abs(line[1].y - (line[0].y + line[2].y) / 2) < 0.11)
    // The value 100 is as high as the grid line of the tick that says so.
    let tick = try #require(
      drawing.all("text").last { $0.text == "100" && $0["text-anchor"] == "end" })
    #expect(abs(tick.number("y") - 4 - line[2].y) < 0.11)
    #expect(line[0].y > line[2].y)
  }

  @Test func drawsABandAroundTheLineAndAGapWhereAValueIsMissing() throws {
    let points = [1, 2, .nan, 4, 5].enumerated().map {
      Chart.Point(x: Double($0), y: $1, low: $1 - 1, high: $1 + 2)
    }
    let chart = Chart(x: .init("x"), y: .init("y"), series: [.line("s", points)])
    let drawing = try #require(ParsedSVG(chart.svg()))
    let lines = drawing.all("path", "line").filter { $0.corners.count > 1 }
    #expect(lines.map(\.corners.count) == [2, 2])
    let bands = drawing.all("path", "band").map(\.corners)
    #expect(bands.map(\.count) == [4, 4])
    #expect(bands[0][0].y < lines[0].corners[0].y && bands[0][3].y > lines[0].corners[0].y)
    #expect(drawing.labels.contains("95 % interval"))
  }

  @Test func drawsBarsFromZero() throws {
    let drawing = try #require(ParsedSVG(Samples.terms.svg(width: 800)))
    let bars = drawing.all("rect", "f0").filter { $0["rx"] == "2" }
    try #require(bars.count == 3)
    let zero = bars[0].number("x")
    #expect(abs(bars[1].number("x") - zero) < 0.11)
    #expect(abs(bars[2].number("x") + bars[2].number("width") - zero) < 0.11)
    #expect(abs(bars[0].number("width") / bars[1].number("width") - 312 / 88) < 0.01)
    #expect(drawing.labels.contains("312 [290, 331]") && drawing.labels.contains("88"))
  }

  @Test func escapesWhatXMLTakesForMarkup() throws {
    let name = "a < b & \"c\" > d\u{1}\n\u{FFFE}'"
    let chart = Chart(
      title: name, summary: name, x: .init(name, unit: name), y: .init(name),
      series: [.line(name, [.init(x: 1, y: 1)])], marks: [.init(name, at: 1)],
      bandLabel: name)
    let drawing = try #require(ParsedSVG(chart.svg(width: 800, id: "i")))
    #expect(drawing.all("title").first?.text == "a < b & \"c\" > d '")
    #expect(drawing.labels.contains { $0.hasPrefix("a < b & \"c\"") })
  }

  @Test func tellsWhatItShowsInWords() throws {
    let drawing = try #require(ParsedSVG(Samples.curve.svg(id: "returns")))
    let root = try #require(drawing.elements.first)
    #expect(root["role"] == "img")
    #expect(root["aria-labelledby"] == "returns-title returns-desc")
    #expect(drawing.all("title").first { $0["id"] == "returns-title" }?.text == Samples.curve.title)
    let words = try #require(drawing.all("desc").first { $0["id"] == "returns-desc" }?.text)
    #expect(words.hasPrefix("The return rises and stays. Chart of return (steps balanced)"))
    #expect(words.contains("resumed at 9.1M"))
    #expect(words.contains("try 1: from "))
  }

  @Test(arguments: Samples.strange)
  func drawsWhateverItIsGiven(chart: Chart) {
    for width in [-.infinity, 0, 400, .nan] as [Double] {
      #expect(ParsedSVG(chart.svg(width: width)) != nil)
      #expect(ParsedSVG(chart.svg(height: width)) != nil)
    }
  }

  @Test func saysWhereThereIsNothing() throws {
    let chart = Chart(title: "Nothing", x: .init("x"), y: .init("y"), series: [])
    let drawing = try #require(ParsedSVG(chart.svg()))
    #expect(drawing.labels.contains("no values yet"))
  }

  @Test func staysSmallHoweverManyPointsThereAre() throws {
    let points = (0..<200_000).map { Chart.Point(x: Double($0), y: sin(Double($0))) }
    let chart = Chart(x: .init("x"), y: .init("y"), series: [.line("s", points)])
    let text = chart.svg(width: 600)
    #expect(text.utf8.count < 60_000)
    let line = try #require(ParsedSVG(text)?.all("path", "line").first { $0.corners.count > 2 })
    // Thinned, a line still reaches as far up and down.
    let heights = line.corners.map(\.y)
    let full = try #require(heights.max()) - (try #require(heights.min()))
    #expect(full > 150)
  }

  @Test func bringsItsStyleOnlyWhereItIsAskedTo() {
    let chart = Samples.terms
    #expect(chart.svg().contains("prefers-color-scheme:dark"))
    #expect(!chart.svg(hasStyle: false).contains("<style>"))
    #expect(Chart.styleSheet.contains("@media print"))
    #expect(chart.svg() == chart.svg())
  }
}
