import PolicyServer
import Testing

@Suite("ConnectionWatch")
struct ConnectionWatchTests {
  @Test("ends a request whose header never becomes complete")
  func slowHeader() async throws {
    try await withServer {
      $0.headerSeconds = 0.2
    } _: { client in
      try await client.connected { wire in
        try await wire.send("GET /v2 HTTP/1.1\r\nHost: localhost\r\n")
        #expect(try await wire.reply().status == 408)
        #expect(try await wire.isEnded())
      }
    }
  }

  @Test("ends a request whose body never becomes complete")
  func slowBody() async throws {
    try await withServer {
      $0.headerSeconds = 0.2
      $0.bodySeconds = 0.3
    } _: { client in
      try await client.connected { wire in
        try await wire.send(Client.request("POST", "/v1/act", "", headers: ["Content-Length: 9"]))
        #expect(try await wire.reply().status == 408)
      }
    }
  }
}
