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

  @Test func passesTheReproductionsOn() async throws {
    #expect(try await DashboardHome().get("reproductions")["systems"]?.elements.isEmpty == true)
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
