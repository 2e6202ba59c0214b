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
    let tool = FileManager.default.temporaryDirectory
      .appendingPathComponent("foal-tool-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: tool) }
    func write(_ script: String) throws {
      try Data("#!/bin/sh\n\(script)\n".utf8).write(to: tool)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool.path)
    }
    try write("exit 1")
    let home = DashboardHome(tool: tool.path)
    #expect(
      try await home.get("reproductions")["error"]?.text
        == "\(tool.path) printed no list of reproductions")
    try write(#"[ "$*" = "reproduce --list --json" ] && echo '{"systems":[{"name":"maml"}]}'"#)
    let list = try await home.get("reproductions")
    #expect(list["systems"]?.elements.first?["name"]?.text == "maml")
    let none = try await DashboardHome(tool: "/nowhere/foal").get("reproductions")
    #expect(none["error"]?.text?.contains("/nowhere/foal is not there") == true)
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
