internal import Charts
internal import Records

/// One metric of several runs as a chart, and what a page needs to read values off it.
struct RunChart: Encodable {
  /// The drawing, to stand in a page that has the charts' style sheet.
  let svg: String
  /// Where values lie in it.
  let frame: Chart.Frame?
  let lines: [Line]
  let metric: String
  /// The metrics that the runs measured, by name.
  let metrics: [String]
  /// Whether one of the runs still runs.
  let isLive: Bool

  /// A line's name and points, thinned to what a pointer can tell apart.
  struct Line: Encodable {
    var name: String
    var points: [Chart.Point]
  }
}

/// What is asked of a chart.
struct RunChartWish {
  var runs: [Run]
  var metric: String
  var axis: RunCurve.Axis
  var smoothing: Double
  var rule: RunGroup.Rule
  var width: Double
  var height: Double?
}

extension Dashboard {
  /// The most runs of a chart.
  private static let mostRuns = 40

  /// A chart as a part of a page.
  func chart(_ request: DashboardRequest) throws -> RunChart {
    let (store, wish) = try wish(request)
    let chart = try chart(wish, in: store)
    let id = "chart-" + String(wish.metric.map { $0.isLetter || $0.isNumber ? $0 : "-" })
    return RunChart(
      svg: chart.svg(width: wish.width, height: wish.height, id: id, hasStyle: false),
      frame: chart.frame(width: wish.width, height: wish.height),
      lines: chart.series.map {
        RunChart.Line(name: $0.name, points: $0.points.everyNth(atMost: 600))
      },
      metric: wish.metric, metrics: try store.metricNames(of: wish.runs),
      isLive: wish.runs.contains { $0.state == .running && !$0.isLost() })
  }

  /// A chart as a file of its own.
  func chartFile(_ request: DashboardRequest) throws -> DashboardAnswer {
    let (store, wish) = try wish(request)
    let chart = try chart(wish, in: store)
    return DashboardAnswer(
      contentType: "image/svg+xml",
      body: Array(chart.svg(width: wish.width, height: wish.height).utf8),
      fileName: fileName(of: wish.runs, wish.metric, "svg"))
  }

  /// All metrics of runs as a table.
  func metricsFile(_ request: DashboardRequest) throws -> DashboardAnswer {
    let (store, runs) = try runs(named: request.values("run"))
    var body: [UInt8] = []
    _ = try store.export(runs, as: .csv) { body += $0 }
    return DashboardAnswer(
      contentType: "text/csv; charset=utf-8", body: body,
      fileName: fileName(of: runs, "metrics", "csv"))
  }

  private func fileName(of runs: [Run], _ what: String, _ type: String) -> String {
    let name = runs.count == 1 ? runs[0].name : "\(runs.count)-runs"
    return "\(name)-\(what.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()).\(type)"
  }

  /// Finds runs by their whole names.
  func runs(named names: [String]) throws -> (store: RunStore, runs: [Run]) {
    guard let store = try store.get() else {
      throw DashboardFailure(.notFound, "nothing was recorded below \(home) yet")
    }
    guard (1...Self.mostRuns).contains(names.count) else {
      throw DashboardFailure(
        .badRequest, "\(names.count) runs are asked for; allowed: 1 to \(Self.mostRuns)")
    }
    let all = try store.runs()
    return (
      store,
      try names.map { name in
        guard let run = all.first(where: { $0.name == name }) else {
          throw DashboardFailure(.notFound, "there is no run \"\(name)\"")
        }
        return run
      }
    )
  }

  private func wish(_ request: DashboardRequest) throws -> (RunStore, RunChartWish) {
    let (store, runs) = try runs(named: request.values("run"))
    let height = try request.number("height", in: 0...4000, otherwise: 0)
    return (
      store,
      RunChartWish(
        runs: runs, metric: request.values("metric").first ?? Metric.returnName,
        axis: try request.word("x"),
        smoothing: try request.number("smoothing", in: 0...0.999, otherwise: 0),
        rule: RunGroup.Rule(request.values("group").first),
        width: try request.number("width", in: 200...4000, otherwise: 640),
        height: height > 0 ? height : nil)
    )
  }

  private func chart(_ wish: RunChartWish, in store: RunStore) throws -> Chart {
    var settings: [Run.ID: [String: JSONValue]] = [:]
    if wish.rule != .none {
      for run in wish.runs { settings[run.id] = try store.configuration(of: run).leaves }
    }
    let groups = RunGroup.all(of: wish.runs, by: wish.rule, settings: settings)
    let series = try groups.map { group in
      let curves = try group.runs.map { run in
        RunCurve(try store.columns(of: run, named: wish.metric), along: wish.axis)
      }
      return line(group.name, curves, wish.smoothing)
    }
    let isMany = groups.contains { $0.runs.count > 1 }
    return Chart(
      title: "", summary: isMany ? "Lines are means over runs." : "", x: wish.axis.chartAxis,
      y: .init(wish.metric), series: series, marks: try marks(wish, in: store),
      bandLabel: "lowest to highest run")
  }

  /// The spans of readings of which a line keeps what a drawing shows.
  private static let spans = 1000

  private func line(
    _ name: String, _ curves: [RunCurve], _ smoothing: Double
  ) -> Chart.Series {
    func points(_ curves: [RunCurve]) -> [Chart.Point] {
      curves.count == 1 ? curves[0].thinned(toSpans: Self.spans).points : curves.meanPoints
    }
    var series = Chart.Series.line(name, points(curves.map { $0.smoothed(by: smoothing) }))
    if smoothing > 0 { series.raw = points(curves) }
    return series
  }

  /// What happened to a run that is alone in its chart.
  private func marks(_ wish: RunChartWish, in store: RunStore) throws -> [Chart.Mark] {
    guard wish.runs.count == 1, wish.axis == .steps else { return [] }
    let shown: [RunEvent.Kind] = [.resumed, .stopped, .failed, .solved, .curriculumMoved]
    return try store.events(of: wish.runs[0]).filter { shown.contains($0.kind) }.compactMap {
      event in
      event.environmentStep.map { Chart.Mark(event.kind.words, at: Double($0)) }
    }
  }
}

extension RunEvent.Kind {
  /// The kind in words: `curriculum moved`.
  var words: String {
    rawValue.reduce(into: "") { text, letter in
      text += letter.isUppercase ? " \(letter.lowercased())" : "\(letter)"
    }
  }
}

extension [Chart.Point] {
  /// So many points, evenly chosen, the last among them.
  func everyNth(atMost most: Int) -> [Chart.Point] {
    guard count > most else { return self }
    return (1...most).map { self[$0 * count / most - 1] }
  }
}
