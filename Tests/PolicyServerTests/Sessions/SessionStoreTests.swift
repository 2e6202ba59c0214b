import PolicyServer
import Testing

@Suite("SessionStore")
struct SessionStoreTests {
  @Test("knows a session that ended from one that never was")
  func goneAndUnknown() async throws {
    try await withServer { client in
      let session = try await client.open()
      #expect(try await client.ask("DELETE", "/v1/sessions/\(session)").status == 200)
      let gone = try await client.act(session, #"{"step":0,"observation":[0,0,0,0]}"#)
      let unknown = try await client.act("abc", #"{"step":0,"observation":[0,0,0,0]}"#)
      #expect(gone.status == 410)
      #expect(unknown.status == 404)
    }
  }

  @Test("ends a session of which nothing is asked")
  func expires() async throws {
    try await withServer { client in
      let session = try await client.open(#"{"ttl_s":1}"#)
      try await Task.sleep(for: .milliseconds(1300))
      let reply = try await client.act(session, #"{"step":0,"observation":[0,0,0,0]}"#)
      #expect(reply.status == 410)
    }
  }

  @Test("opens no more sessions than it may")
  func bounded() async throws {
    try await withServer {
      $0.sessionLimit = 2
    } _: { client in
      let first = try await client.open()
      _ = try await client.open()
      let refused = try await client.ask("POST", "/v1/sessions", "{}")
      #expect(refused.status == 429)
      _ = try await client.ask("DELETE", "/v1/sessions/\(first)")
      #expect(try await client.ask("POST", "/v1/sessions", "{}").status == 201)
    }
  }
}
