import PolicyServer
import Records
import Testing

@Suite("Gate")
struct GateTests {
  private static let act = "/v1/sessions/x/act"

  @Test("refuses a long body before it comes", arguments: ["/v1/act", Self.act])
  func longBody(_ path: String) async throws {
    try await withServer {
      $0.bodyLimit = 1000
    } _: { client in
      try await client.connected { wire in
        let head = Client.request(
          "POST", path, "", headers: ["Content-Length: 1001", "Expect: 100-continue"])
        try await wire.send(head)
        let reply = try await wire.reply()
        #expect(reply.status == 413)
        #expect(reply.headers["connection"] == "close")
      }
    }
  }

  @Test("refuses a body without a length once it is too long", arguments: ["/v1/act", Self.act])
  func chunkedBody(_ path: String) async throws {
    try await withServer {
      $0.bodyLimit = 1000
    } _: { client in
      try await client.connected { wire in
        let headers = [
          "Transfer-Encoding: chunked", "Content-Type: application/json",
        ]
        try await wire.send(Client.request("POST", path, headers: headers))
        try await wire.send("3e9\r\n" + String(repeating: " ", count: 1001) + "\r\n")
        #expect(try await wire.reply().status == 413)
      }
    }
  }

  @Test("asks for the body that a client holds back")
  func continues() async throws {
    try await withServer { client in
      try await client.connected { wire in
        let body = #"{"items":[]}"#
        let head = Client.request(
          "POST", "/v1/act", "",
          headers: ["Content-Length: \(body.utf8.count)", "Expect: 100-continue"])
        try await wire.send(head)
        #expect(try await wire.reply().status == 100)
        try await wire.send(body)
        #expect(try await wire.reply().status == 200)
      }
    }
  }

  @Test(
    "answers HEAD with a header alone, so that the next reply is read as one",
    arguments: ["/v1/act", "/nothing", "/v1//act", "/v2/health/live"])
  func headerOnly(_ path: String) async throws {
    try await withServer { client in
      try await client.connected { wire in
        try await wire.send(Client.request("HEAD", path))
        let head = try await wire.reply(hasBody: false)
        #expect((400..<500).contains(head.status))
        try await wire.send(Client.request("GET", "/v2/health/live"))
        let next = try await wire.reply()
        #expect(next.status == 200)
        #expect(next.body == #"{"live":true}"#)
      }
    }
  }

  @Test("answers each request of a packet, the last of the connection too")
  func pipelined() async throws {
    try await withServer { client in
      try await client.connected { wire in
        let path = "/v2/health/live"
        let last = Client.request("GET", path, headers: ["Connection: close"])
        try await wire.send(Client.request("GET", path) + last)
        for _ in 0..<2 {
          let reply = try await wire.reply()
          #expect(reply.body == #"{"live":true}"#)
        }
        #expect(try await wire.isEnded())
      }
    }
  }

  @Test("refuses headers that are too long or too many")
  func longHeader() async throws {
    try await withServer { client in
      let long = try await client.ask(
        "GET", "/v2", headers: ["X: " + String(repeating: "a", count: 17_000)])
      let many = try await client.ask("GET", "/v2", headers: (0..<101).map { "X\($0): a" })
      #expect(long.status == 431)
      #expect(many.status == 431)
    }
  }

  @Test("refuses what is no HTTP", arguments: ["hello\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"])
  func noHTTP(_ text: String) async throws {
    try await withServer { client in
      try await client.connected { wire in
        try await wire.send(text)
        #expect(try await wire.reply().status == 400)
      }
    }
  }

  @Test("answers requests that were sent ahead in their order")
  func sentAhead() async throws {
    try await withServer { client in
      let session = try await client.open()
      try await client.connected { wire in
        let act = "/v1/sessions/\(session)/act"
        try await wire.send(
          Client.request("GET", "/v2")
            + Client.request("POST", act, #"{"step":0,"observation":[0,0,0,0]}"#)
            + Client.request("GET", "/v2/health/live")
            + Client.request("POST", act, #"{"step":1,"observation":[0,0,0,0],"reward":1}"#))
        #expect(try await wire.reply()["name"] == .string("foal"))
        #expect(try await wire.reply()["step"] == .integer(0))
        #expect(try await wire.reply()["live"] == .bool(true))
        #expect(try await wire.reply()["step"] == .integer(1))
      }
    }
  }

  @Test("keeps no session's step when the client is gone, and serves the next")
  func clientLeaves() async throws {
    try await withServer { client in
      let session = try await client.open()
      try await client.connected { wire in
        try await wire.send(
          Client.request(
            "POST", "/v1/sessions/\(session)/act", "", headers: ["Content-Length: 500"]))
      }
      let reply = try await client.act(session, #"{"step":0,"observation":[0,0,0,0]}"#)
      #expect(reply.status == 200)
    }
  }
}
