import Foundation
import PolicyServer
import Records
import Testing

@Suite struct RunChartTests {
  private func request(_ path: String, _ query: [(String, String)]) -> DashboardRequest {
    DashboardRequest(path: ["data", path], query: query.map { (name: $0.0, value: $0.1) })
  }

  @Test func drawsALineARun() async throws {
    let home = DashboardHome()
    try home.enter("a", seed: 0)
    try home.enter("b", seed: 1, ends: false)
    let chart = try await home.get("chart", [("run", "a"), ("run", "b")])
    #expect(chart["lines"]?.elements.compactMap { $0["name"]?.text } == ["a", "b"])
    #expect(chart["metrics"]?.elements.compactMap(\.text) == ["return"])
    #expect(chart["isLive"] == .bool(true))
    let svg = try #require(chart["svg"]?.text)
    // A page that allows no style of its own has the charts' in a file.
    #expect(!svg.contains("<style") && svg.contains("fc-l1"))
  }

  @Test func growsWithItsRun() async throws {
    let home = DashboardHome()
    let run = try home.enter("a", ends: false)
    func last() async throws -> JSONValue? {
      let chart = try await home.get("chart", [("run", "a")])
      return chart["lines"]?.elements.first?["points"]?.elements.last
    }
    #expect(try await last()?.elements.compactMap(\.double) == [900, 9])
    try RunStore(below: home.path).append(
      [Metric(environmentStep: 1000, wallSeconds: 5, name: "return", value: 42)], to: run)
    #expect(try await last()?.elements.compactMap(\.double) == [1000, 42])
  }

  @Test func smoothsOverTheRawLine() async throws {
    let home = DashboardHome()
    try home.enter("a")
    let rough = try await home.get("chart", [("run", "a")])
    let smooth = try await home.get("chart", [("run", "a"), ("smoothing", "0.9")])
    #expect(rough["svg"]?.text?.contains("fc-raw") == false)
    #expect(smooth["svg"]?.text?.contains("fc-raw") == true)
    let last = smooth["lines"]?.elements.first?["points"]?.elements.last?.elements.last?.double
    #expect(try #require(last) < 7)
  }

  @Test func putsSeedsTogether() async throws {
    let home = DashboardHome()
    try home.enter("a", seed: 0, top: 6)
    try home.enter("b", seed: 1, top: 12)
    try home.enter("c", seed: 2, slots: 8)
    let query = [("run", "a"), ("run", "b"), ("run", "c"), ("group", "seeds")]
    let chart = try await home.get("chart", query)
    let lines = try #require(chart["lines"]?.elements)
    #expect(lines.compactMap { $0["name"]?.text } == ["slots 64, 2 runs", "c"])
    let last = lines[0]["points"]?.elements.last?.elements.compactMap(\.double)
    #expect(try #require(last).dropFirst() == [9, 6, 12])
  }

  @Test func isAFileToKeep() async throws {
    let home = DashboardHome()
    try home.enter("a")
    let chart = await home.dashboard.answer(request("chart.svg", [("run", "a")]))
    #expect(chart.contentType == "image/svg+xml" && chart.fileName == "a-return.svg")
    #expect(String(decoding: chart.body, as: UTF8.self).contains("<style>"))
    let table = await home.dashboard.answer(request("runs.csv", [("run", "a")]))
    #expect(table.fileName == "a-metrics.csv")
    let lines = String(decoding: table.body, as: UTF8.self).split(separator: "\n")
    #expect(lines.first == "run,seed,task,step,metric,value" && lines.count == 11)
  }

  @Test(arguments: [
    ("width", "1e999"), ("width", "nan"), ("width", "-3"), ("height", "x"), ("smoothing", "1"),
    ("x", "sideways"),
  ])
  func refusesWhatCannotBeDrawn(name: String, value: String) async throws {
    let home = DashboardHome()
    try home.enter("a")
    let answer = try await home.get("chart", [("run", "a"), (name, value)])
    #expect(answer["error"]?.text?.hasPrefix("\(name) is \(value); allowed: ") == true)
  }

  @Test func namesARunThatIsNotThere() async throws {
    let home = DashboardHome()
    try home.enter("a")
    let answer = try await home.get("chart", [("run", "b")])
    #expect(answer["error"]?.text == "there is no run \"b\"")
    let many = try await home.get("chart", .init(repeating: ("run", "a"), count: 41))
    #expect(many["error"]?.text == "41 runs are asked for; allowed: 1 to 40")
  }

  @Test func drawsRunsThatMeasuredNothing() async throws {
    let home = DashboardHome()
    try home.enter("a")
    let chart = try await home.get("chart", [("run", "a"), ("metric", "loss/none")])
    #expect(chart["svg"]?.text?.contains("no values yet") == true)
  }
}
