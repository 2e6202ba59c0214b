import PolicyServer
import Records
import Testing

@Suite("StreamHandler")
struct StreamHandlerTests {
  private static let handshake = [
    "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ]

  /// A frame as a client sends it, masked with zeros but for one test.
  private func frame(_ opcode: UInt8, _ text: String, isMasked: Bool = true) -> [UInt8] {
    let bytes = Array(text.utf8)
    let length = UInt8(bytes.count)
    return [0x80 | opcode, (isMasked ? 0x80 : 0) | length] + (isMasked ? [0, 0, 0, 0] : []) + bytes
  }

  /// Reads a frame of the server.
  private func read(_ wire: inout Wire) async throws -> (opcode: UInt8, bytes: [UInt8]) {
    let head = try await wire.read(2)
    var length = Int(head[1])
    if length == 126 {
      let more = try await wire.read(2)
      length = Int(more[0]) << 8 | Int(more[1])
    }
    return (head[0] & 0x0f, try await wire.read(length))
  }

  private func json(_ wire: inout Wire) async throws -> JSONValue {
    try JSONValue(parsing: String(decoding: try await read(&wire).bytes, as: UTF8.self))
  }

  private func open(_ client: Client, _ session: String, _ wire: inout Wire) async throws {
    let path = "/v1/sessions/\(session)/stream"
    try await wire.send(Client.request("GET", path, headers: Self.handshake))
    let reply = try await wire.reply()
    #expect(reply.status == 101)
    // RFC 6455, section 1.3, gives this pair.
    #expect(reply.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  }

  @Test("takes steps as messages, with the replies that act gives")
  func steps() async throws {
    try await withServer { client in
      let session = try await client.open()
      let other = try await client.open()
      try await client.connected { wire in
        try await open(client, session, &wire)
        for number in 0..<3 {
          let reward = number == 0 ? "" : #","reward":1"#
          let step = #"{"step":\#(number),"observation":[0,0,0.1,0]\#(reward)}"#
          try await wire.send(frame(1, step))
          let reply = try await client.act(other, step)
          #expect(try await json(&wire) == JSONValue(parsing: reply.body))
        }
        try await wire.send(frame(1, #"{"step":9,"observation":[0,0,0,0]}"#))
        #expect(try await json(&wire)["status"] == .integer(409))
        try await wire.send(frame(1, "x"))
        #expect(try await json(&wire)["status"] == .integer(400))
      }
    }
  }

  @Test("answers pings and the wish to end")
  func controls() async throws {
    try await withServer { client in
      let session = try await client.open()
      try await client.connected { wire in
        try await open(client, session, &wire)
        try await wire.send(frame(9, "hi"))
        let pong = try await read(&wire)
        #expect(pong.opcode == 10)
        #expect(String(decoding: pong.bytes, as: UTF8.self) == "hi")
        try await wire.send(frame(8, ""))
        #expect(try await read(&wire).opcode == 8)
      }
    }
  }

  @Test("ends on what a client may not send")
  func violations() async throws {
    try await withServer { client in
      let session = try await client.open()
      let frames = [frame(1, "{}", isMasked: false), frame(2, "{}"), frame(15, "{}")]
      for bytes in frames {
        try await client.connected { wire in
          try await open(client, session, &wire)
          try await wire.send(bytes)
          #expect(try await read(&wire).opcode == 8)
        }
      }
    }
  }

  @Test("opens no stream of a session that there is not, nor without the upgrade")
  func refusals() async throws {
    try await withServer { client in
      let session = try await client.open()
      let unknown = try await client.ask(
        "GET", "/v1/sessions/x/stream", headers: Self.handshake)
      let plain = try await client.ask("GET", "/v1/sessions/\(session)/stream")
      let keyless = try await client.ask(
        "GET", "/v1/sessions/\(session)/stream", headers: Array(Self.handshake.prefix(3)))
      #expect(unknown.status == 404)
      #expect(plain.status == 426)
      #expect(keyless.status == 400)
    }
  }
}
