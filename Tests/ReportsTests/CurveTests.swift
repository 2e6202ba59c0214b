import Charts
import Reports
import Testing

@Suite("Learning curves in sentences")
struct CurveTests {
  private func source(_ series: [ReportSource.SeedSeries]) -> ReportSource {
    var source = Samples.bare
    source.runs = series.map { Samples.run(seed: $0.seed) }
    source.curves = [.init("return", series)]
    return source
  }

  private func curve(_ report: RewardReport) throws -> (chart: Chart, sentences: [String]) {
    for part in try #require(report[.offlineEvaluations]).parts {
      if case .chart(let chart, let sentences, _) = part { return (chart, sentences) }
    }
    Issue.record("there is no learning curve")
    return (Chart(x: .init(""), y: .init(""), series: []), [])
  }

  private func sentences(of values: [Double], steps: (Int) -> Double) throws -> [String] {
    let steps = values.indices.map(steps)
    let report = RewardReport(
      source([.init(seed: 7, steps: steps, values: values)]), date: Samples.date)
    return try curve(report).sentences
  }

  @Test("a rise and a rest are two sentences")
  func riseAndRest() throws {
    let values = (0...100).map { $0 <= 40 ? 20 + 4 * Double($0) : 180 }
    let found = try sentences(of: values) { Double($0) * 50_000 }
    #expect(
      found == [
        "Steps 0 to 2.03M: return rises from 20 to 180 (+79 a million steps).",
        "Steps 2.03M to 5M: return stays at 180.",
        "One seed: there is no band, and another seed may differ.",
      ])
  }

  @Test("a fall is told, in steps that suit its length")
  func fall() throws {
    let found = try sentences(of: [100, 75, 50]) { Double($0) * 1000 }
    #expect(found[0] == "Steps 0 to 2000: return falls from 100 to 50 (-25 a thousand steps).")
  }

  @Test("noise is no change")
  func noise() throws {
    let values = (0..<500).map { index -> Double in
      let place = Double(index * 7919 % 101) / 50
      return 90 + 10 * place
    }
    let found = try sentences(of: values) { Double($0) * 1000 }
    #expect(found.count == 2 && found[0].contains("stays between"), "\(found)")
  }

  @Test("what cannot be told is not told", arguments: [[], [5], [Double.nan, .infinity]])
  func nothing(values: [Double]) throws {
    let steps = values.indices.map(Double.init)
    let report = RewardReport(
      source([.init(seed: 7, steps: steps, values: values)]), date: Samples.date)
    let parts = try #require(report[.offlineEvaluations]).parts
    #expect(
      parts.allSatisfy { if case .chart = $0 { false } else { true } }, "a curve of \(values)")
  }

  @Test("several seeds give their mean and a band around it")
  func seeds() throws {
    let series = (0..<5).map { seed in
      ReportSource.SeedSeries(
        seed: UInt64(seed), steps: [0, 1000, 2000], values: [0, 10, 20].map { $0 + Double(seed) })
    }
    let (chart, sentences) = try curve(RewardReport(source(series), date: Samples.date))
    let points = try #require(chart.series.first).points
    #expect(points.map(\.y) == [2, 12, 22] && points.map(\.x) == [0, 1000, 2000])
    for point in points {
      let (low, high) = (try #require(point.low), try #require(point.high))
      #expect(low < point.y && point.y < high && low >= point.y - 2 && high <= point.y + 2)
    }
    #expect(sentences == ["Steps 0 to 2000: return rises from 2.0 to 22 (+10 a thousand steps)."])
  }

  @Test("a curve of a million points is shown in 200")
  func long() throws {
    let steps = (0..<100_000).map(Double.init)
    let (chart, _) = try curve(
      RewardReport(
        source([.init(seed: 1, steps: steps, values: steps.map { $0 / 1000 })]),
        date: Samples.date))
    #expect(chart.series[0].points.count == 200)
  }
}
