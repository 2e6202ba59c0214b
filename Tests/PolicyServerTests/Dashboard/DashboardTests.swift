import Foundation
import PolicyServer
import Records
import Testing

@Suite struct DashboardTests {
  @Test func saysWhatItDoesNotHave() async throws {
    let home = DashboardHome()
    let error = try await home.get("nothing")
    #expect(error["error"]?.text == "the dashboard has no /dashboard/data/nothing")
    #expect(await home.status(DashboardRequest(path: ["data", "nothing"])) == 404)
    #expect(await home.status(DashboardRequest(path: ["nothing.css"])) == 404)
    #expect(await home.status(DashboardRequest(.other, path: ["data", "runs"])) == 405)
    #expect(await home.status(DashboardRequest(.post, path: ["data", "runs"])) == 404)
  }

  @Test func leavesAHomeWithoutRunsAsItIs() async throws {
    let home = DashboardHome()
    #expect(try await home.get("runs")["runs"]?.elements.isEmpty == true)
    #expect(!FileManager.default.fileExists(atPath: home.path))
    #expect(await home.status(DashboardRequest(path: ["data", "run"])) == 400)
    let request = DashboardRequest(path: ["data", "run"], query: [("name", "cartpole-0")])
    #expect(await home.status(request) == 404)
  }

  @Test func readsTheReproductionsFromTheTool() async throws {
    let home = DashboardHome { arguments in
      arguments == ["reproduce", "--list", "--json"] ? #"{"systems":[{"name":"maml"}]}"# : ""
    }
    let list = try await home.get("reproductions")
    #expect(list["systems"]?.elements.first?["name"]?.text == "maml")
    let none = try await DashboardHome { _ in "foal: no" }.get("reproductions")
    #expect(none["error"]?.text == "the foal tool printed no list of reproductions")
  }

  @Test func readsAReportFromTheTool() async throws {
    let home = DashboardHome { arguments in arguments.joined(separator: " ") }
    try home.enter("a")
    let answer = await home.dashboard.answer(
      DashboardRequest(path: ["data", "report"], query: [("run", "a")]))
    #expect(answer.contentType == "text/html; charset=utf-8")
    #expect(
      String(decoding: answer.body, as: UTF8.self)
        == "report a --format html --output - --home \(home.path)")
    // It may bring a style, and no script.
    #expect(answer.policy.contains("default-src 'none'; style-src 'unsafe-inline'"))
    let none = try await home.get("report", [("run", "--help")])
    #expect(none["error"]?.text == "there is no run \"--help\"")
  }

  @Test func opensAStoreThatTookTheOldOnesPlace() async throws {
    let home = DashboardHome()
    func names() async throws -> [String] {
      try await home.get("runs")["runs"]?.elements.compactMap { $0["name"]?.text } ?? []
    }
    #expect(try await names().isEmpty)
    try home.enter("a")
    #expect(try await names() == ["a"])
    let runs = RunStore.runsFolder(below: home.path)
    try FileManager.default.moveItem(atPath: runs, toPath: runs + "-old")
    #expect(try await names().isEmpty)
    try home.enter("b")
    #expect(try await names() == ["b"])
  }

  @Test func refusesBodiesThatAreNotWhatItNeeds() async throws {
    let home = DashboardHome()
    for body in ["", "{", "[]", #"{"environment":1,"player":"person"}"#, "\u{0}"] {
      let (status, error) = try await home.post(["episodes"], body)
      #expect(status == 400, "\(body)")
      #expect(error["error"]?.text?.contains("JSON") == true)
    }
  }
}
