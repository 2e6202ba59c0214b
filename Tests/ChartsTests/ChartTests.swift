import Charts
import Foundation
import Testing

@Suite struct ChartTests {
  @Test(arguments: Samples.good)
  func comesBackFromJSON(chart: Chart) throws {
    let data = try JSONEncoder().encode(chart)
    let back = try JSONDecoder().decode(Chart.self, from: data)
    #expect(try JSONEncoder().encode(back).count == data.count)
    #expect(back.svg() == chart.svg())
  }

  @Test func writesPointsShortAndGapsAsNull() throws {
    let points = [Chart.Point(x: 1, y: .nan), Chart.Point(x: 2, y: 3, low: 1, high: 4)]
    let text = String(decoding: try JSONEncoder().encode(points), as: UTF8.self)
    #expect(text == "[[1,null],[2,3,1,4]]")
    let back = try JSONDecoder().decode([Chart.Point].self, from: Data(text.utf8))
    #expect(back[0].y.isNaN && back[0].low == nil && back[1] == points[1])
  }

  /// The fit of points on y = 3·x^-0.25 is that line, whose ends are known.
  @Test func fitsAPowerLawOnLogarithmicAxes() throws {
    let drawing = try #require(ParsedSVG(Samples.scaling.svg(width: 600)))
    let fit = try #require(drawing.all("path", "fit").first { $0.corners.count == 2 }).corners
    let markers = drawing.all("path", "point").compactMap { path -> (x: Double, y: Double)? in
      let start = path["d"].dropFirst().split(separator: "a").first ?? ""
      let numbers = start.split(separator: " ").compactMap { Double($0) }
      return numbers.count == 2 ? (numbers[0] + 3.6, numbers[1]) : nil
    }
    // The first marker is the legend's.
    try #require(markers.count == 15)
    for (end, marker) in zip(fit, [markers[1], markers[14]]) {
      #expect(abs(end.x - marker.x) < 0.2 && abs(end.y - marker.y) < 0.2)
    }
  }

  @Test(arguments: [
    (0, "0"), (491.2, "491"), (2_100_000, "2.1M"), (12_000, "12k"), (0.0312, "0.0312"),
    (-1_250_000, "-1.25M"), (3e-5, "3e-5"), (.nan, "-"),
  ])
  func writesNumbersForSentences(value: Double, text: String) {
    #expect(Quantities.readable(value) == text)
  }
}
