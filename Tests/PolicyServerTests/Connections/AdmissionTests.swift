import PolicyServer
import Testing

@Suite("Admission")
struct AdmissionTests {
  private static let token = "0123456789abcdef"

  @Test(
    "answers only for hosts that it knows",
    arguments: [
      ("localhost", 200), ("127.0.0.1:8080", 200), ("[::1]:80", 200), ("LOCALHOST:1", 200),
      ("evil.example", 403), ("localhost.evil.example", 403), ("", 403),
    ])
  func hosts(_ host: String, _ status: Int) async throws {
    try await withServer { client in
      let reply = try await client.ask("GET", "/v2", headers: ["Host: \(host)"])
      #expect(reply.status == status)
    }
  }

  @Test("wants exactly one host")
  func oneHost() async throws {
    try await withServer { client in
      let two = try await client.ask("GET", "/v2", headers: ["Host: localhost", "Host: localhost"])
      #expect(two.status == 400)
      try await client.connected { wire in
        try await wire.send("GET /v2 HTTP/1.1\r\n\r\n")
        #expect(try await wire.reply().status == 400)
      }
    }
  }

  @Test(
    "lets only its own pages ask, and those that it is told of",
    arguments: [
      ("http://localhost", 200), ("https://friend.example", 200), ("https://evil.example", 403),
      ("null", 403), ("http://localhost:1", 403),
    ])
  func origins(_ origin: String, _ status: Int) async throws {
    try await withServer {
      $0.origins = ["https://friend.example"]
    } _: { client in
      let reply = try await client.ask("GET", "/v2", headers: ["Origin: \(origin)"])
      #expect(reply.status == status)
    }
  }

  @Test("wants the token where there is one")
  func token() async throws {
    try await withServer {
      $0.token = Self.token
    } _: { client in
      let none = try await client.ask("GET", "/v2")
      let wrong = try await client.ask(
        "GET", "/v2", headers: ["Authorization: Bearer \(Self.token.dropLast())x"])
      let right = try await client.ask(
        "GET", "/v2", headers: ["Authorization: Bearer \(Self.token)"])
      #expect(none.status == 401)
      #expect(none.headers["www-authenticate"] == "Bearer")
      #expect(wrong.status == 401)
      #expect(right.status == 200)
      #expect(try await client.ask("GET", "/v2/health/live").status == 200)
      for path in ["/v1/policies", "/metrics", "/v2/models/cartpole", "/openapi.json"] {
        #expect(try await client.ask("GET", path).status == 401)
      }
    }
  }

  @Test(
    "takes only paths in their plain form", arguments: ["/../etc", "/v2//x", "/%2e%2e/x", "/a\\b"])
  func paths(_ path: String) async throws {
    try await withServer { client in
      let reply = try await client.ask("GET", path)
      #expect(reply.status == 400)
    }
  }

  @Test("takes only JSON", arguments: ["text/plain", "application/x-www-form-urlencoded", ""])
  func types(_ type: String) async throws {
    try await withServer { client in
      let reply = try await client.ask(
        "POST", "/v1/sessions", "{}", headers: ["Content-Type: \(type)"])
      #expect(reply.status == 415)
    }
  }

  @Test("does not start where others reach it without a token, or with a short one")
  func startsSafely() async throws {
    var settings = ServerSettings(host: "0.0.0.0", port: 0)
    let open = await #expect(throws: ServerFailure.self) { try await serve(settings) }
    #expect(open?.description.contains("a token is needed") == true)
    settings.token = "short"
    let short = await #expect(throws: ServerFailure.self) { try await serve(settings) }
    #expect(short?.description.contains("at least 16") == true)
  }
}
