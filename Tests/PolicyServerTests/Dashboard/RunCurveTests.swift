import Charts
import PolicyServer
import Records
import Testing

@Suite struct RunCurveTests {
  @Test func placesReadingsAlongEachAxis() {
    var readings = MetricColumns()
    readings.environmentSteps = [64, 128]
    readings.wallSeconds = [0.5, 0.75]
    readings.values = [1, 1]
    #expect(RunCurve(readings, along: .steps).places == [64, 128])
    #expect(RunCurve(readings, along: .seconds).places == [0.5, 0.75])
    #expect(RunCurve(readings, along: .readings).places == [1, 2])
  }

  @Test func smoothsWithoutABiasAtTheStart() {
    let curve = RunCurve(places: [0, 1, 2], values: [10, 10, 4])
    #expect(curve.smoothed(by: 0).values == [10, 10, 4])
    // By hand: s₃ = 0.125·10 + 0.25·10 + 0.5·4, over 1 − 0.5³.
    let smoothed = curve.smoothed(by: 0.5)
    #expect(smoothed.places == curve.places)
    #expect(smoothed.values[0] == 10 && smoothed.values[1] == 10)
    #expect(abs(smoothed.values[2] - (1.25 + 2.5 + 2) / 0.875) < 1e-12)
  }

  @Test func smoothingKeepsAConstant() {
    let curve = RunCurve(places: (0..<50).map(Double.init), values: .init(repeating: 3, count: 50))
    #expect(curve.smoothed(by: 0.97).values.allSatisfy { abs($0 - 3) < 1e-9 })
  }

  @Test func averagesWithinSpansAndCarriesValuesOn() {
    let curve = RunCurve(places: [0, 1, 9], values: [2, 4, 8])
    #expect(curve.means(over: 0...10, spans: 5) == [3, 3, 3, 3, 8])
    #expect(curve.means(over: 0...20, spans: 2) == [14.0 / 3, nil])
    #expect(curve.means(over: -10...10, spans: 2) == [nil, 14.0 / 3])
  }

  @Test func bandsReachFromTheLowestRunToTheHighest() throws {
    let curves = [1.0, 2, 6].map { RunCurve(places: [0, 10], values: [$0, 2 * $0]) }
    let points = curves.meanPoints
    #expect(points.map(\.y) == [3, 6])
    #expect(points.map(\.low) == [1, 2])
    #expect(points.map(\.high) == [6, 12])
  }

  @Test func oneRunAloneHasNoBand() {
    let points = [
      RunCurve(places: [0, 10], values: [1, 1]), RunCurve(places: [0, 4], values: [3, 3]),
    ].meanPoints
    #expect(points.map(\.y) == [2, 1])
    #expect(points.map(\.low) == [1, nil])
  }

  @Test func aLongCurveKeepsItsPeaksAndItsEnds() {
    let places = (0..<10_000).map(Double.init)
    var values = places.map { ($0 / 50).rounded() }
    values[5003] = 900
    values[7007] = -900
    let curve = RunCurve(places: places, values: values)
    let thinned = curve.thinned(toSpans: 100)
    #expect(thinned.places.count <= 400 && thinned.places == thinned.places.sorted())
    #expect(thinned.places.first == 0 && thinned.places.last == 9999)
    #expect(thinned.values.max() == 900 && thinned.values.min() == -900)
    #expect(curve.thinned(toSpans: 2500).places == places)
  }

  @Test func noReadingsGiveNoPoints() {
    #expect([RunCurve(places: [], values: [])].meanPoints.isEmpty)
    #expect(RunCurve(places: [], values: []).smoothed(by: 0.9).points.isEmpty)
  }
}
