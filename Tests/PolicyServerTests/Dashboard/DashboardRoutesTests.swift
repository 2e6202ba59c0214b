import PolicyServer
import Records
import Testing

@Suite struct DashboardRoutesTests {
  private static let token = "0123456789abcdef"

  @Test func servesItsPages() async throws {
    try await withServer { client in
      let page = try await client.ask("GET", "/")
      #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
      let policy = try #require(page.headers["content-security-policy"])
      #expect(policy.hasPrefix("default-src 'self';") && !policy.contains("unsafe"))
      #expect(page.headers["x-content-type-options"] == "nosniff")
      for (path, type) in [
        ("/dashboard/agents", "text/html; charset=utf-8"),
        ("/dashboard/foal.js", "text/javascript; charset=utf-8"),
        ("/dashboard/charts.css", "text/css; charset=utf-8"),
        ("/dashboard/icon.svg", "image/svg+xml"),
      ] {
        #expect(try await client.ask("GET", path).headers["content-type"] == type, "\(path)")
      }
      #expect(try await client.ask("GET", "/dashboard/nothing").status == 404)
    }
  }

  @Test func servesItsData() async throws {
    let home = DashboardHome()
    try home.enter("a")
    try await withServer {
      $0.home = home.path
    } _: { client in
      let agents = try await client.ask("GET", "/dashboard/data/agents")
      #expect(agents["agents"]?.elements.first?["origin"]?.text == "served")
      let table = try await client.ask("GET", "/dashboard/data/runs.csv?run=a")
      #expect(table.headers["content-disposition"] == "attachment; filename=\"a-metrics.csv\"")
      let metric = try await client.ask("GET", "/dashboard/data/chart?run=a&metric=loss%2Fx%20y")
      #expect(metric["metric"]?.text == "loss/x y")
      let wish = #"{"environment":"bit-flip","player":"random"}"#
      let begun = try await client.ask("POST", "/dashboard/data/episodes", wish)
      let id = try begun.string("id")
      let steps = try await client.ask("POST", "/dashboard/data/episodes/\(id)/steps", "{}")
      #expect(steps["frames"]?.elements.count == 1)
      let long = "{\"environment\":\"\(String(repeating: "x", count: 20_000))\"}"
      #expect(try await client.ask("POST", "/dashboard/data/episodes", long).status == 400)
    }
  }

  @Test func keepsWhatIsTheUsersBehindTheToken() async throws {
    try await withServer {
      $0.token = Self.token
    } _: { client in
      // The pages hold nothing of the user's, and ask for the token.
      let page = try await client.ask("GET", "/")
      #expect(page.status == 200)
      #expect(try await client.ask("GET", "/dashboard/style.css").status == 200)
      let data = "/dashboard/data/runs"
      #expect(try await client.ask("GET", data).status == 401)
      #expect(try await client.ask("POST", "/dashboard/data/episodes", "{}").status == 401)
      for (header, status) in [
        ("Authorization: Bearer \(Self.token)", 200), ("Cookie: foal-token=\(Self.token)", 200),
        ("Cookie: a=b; foal-token=\(Self.token); c=d", 200), ("Cookie: foal-token=", 401),
        ("Cookie: foal-token=\(Self.token)x", 401), ("Cookie: other=\(Self.token)", 401),
      ] {
        #expect(try await client.ask("GET", data, headers: [header]).status == status, "\(header)")
      }
      // What is no page's is not opened by what pages keep.
      let cookie = ["Cookie: foal-token=\(Self.token)"]
      #expect(try await client.ask("GET", "/v2", headers: cookie).status == 401)
    }
  }
}
