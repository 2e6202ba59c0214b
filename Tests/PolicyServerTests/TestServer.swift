import Foundation
import NIOCore
import NIOPosix
import PolicyServer
import Records
import Testing

/// Lets one server live at a time, so that what one test does to its server cannot slow another down.
private actor Turn {
  static let shared = Turn()

  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func pass() {
    guard !waiting.isEmpty else {
      isTaken = false
      return
    }
    waiting.removeFirst().resume()
  }
}

/// Runs a server on a free port while a test asks it.
func withServer<Value: Sendable>(
  _ change: (inout ServerSettings) -> Void = { _ in },
  _ test: @Sendable (Client) async throws -> Value
) async throws -> Value {
  var settings = ServerSettings(port: 0)
  settings.isSilent = true
  change(&settings)
  let (ports, listening) = AsyncStream.makeStream(of: Int.self)
  let ready = settings
  await Turn.shared.take()
  defer { Task { await Turn.shared.pass() } }
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      // A server that does not start is waited for no longer.
      defer { listening.finish() }
      try await serve(ready, endsAtSignals: false) { port in
        listening.yield(port)
        listening.finish()
      }
    }
    var port: Int?
    for await found in ports { port = found }
    let value = try await test(Client(port: try #require(port)))
    // SwiftNIO ends a process whose server is cancelled, as no user's is, between accepting a connection
    // and taking it in.
    try await Task.sleep(for: .milliseconds(20))
    group.cancelAll()
    return value
  }
}

/// A reply of the server.
struct Reply: Sendable {
  var status: Int
  var headers: [String: String]
  var body: String

  /// A member of the body.
  subscript(key: String) -> JSONValue? { (try? JSONValue(parsing: body))?[key] }

  /// The message of an error.
  var error: String {
    if case .string(let message) = self["error"] { message } else { "" }
  }

  /// A string of the body.
  func string(_ key: String) throws -> String {
    guard case .string(let text) = self[key] else {
      throw Unexpected("no string \"\(key)\" in \(body)")
    }
    return text
  }
}

/// What a test did not expect.
struct Unexpected: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// Asks a server, each time on a connection of its own.
struct Client: Sendable {
  let port: Int

  /// Asks and waits for the reply.
  func ask(
    _ method: String, _ path: String, _ json: String? = nil, headers: [String] = []
  ) async throws -> Reply {
    try await connected { wire in
      try await wire.send(Client.request(method, path, json, headers: headers))
      return try await wire.reply()
    }
  }

  /// A request's text; headers that are given come instead of the usual ones.
  static func request(
    _ method: String, _ path: String, _ json: String? = nil, headers: [String] = []
  ) -> String {
    var lines = ["\(method) \(path) HTTP/1.1"]
    let given = Set(headers.map { $0.prefix { $0 != ":" }.lowercased() })
    if !given.contains("host") { lines.append("Host: localhost") }
    if let json {
      if !given.contains("content-type") { lines.append("Content-Type: application/json") }
      if !given.contains("content-length") { lines.append("Content-Length: \(json.utf8.count)") }
    }
    return (lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + (json ?? "")
  }

  /// Opens a session of the bundled agent.
  func open(_ json: String = #"{"seed":1}"#) async throws -> String {
    try await ask("POST", "/v1/sessions", json).string("session")
  }

  /// Sends a step of a session.
  func act(_ session: String, _ json: String) async throws -> Reply {
    try await ask("POST", "/v1/sessions/\(session)/act", json)
  }

  /// Opens a connection for what a function does with it.
  func connected<Value: Sendable>(
    _ use: @Sendable (inout Wire) async throws -> Value
  ) async throws -> Value {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      var wire = Wire(input: inbound.makeAsyncIterator(), output: outbound)
      return try await use(&wire)
    }
  }
}

/// A connection, byte by byte.
struct Wire {
  fileprivate var input: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  fileprivate let output: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private var received: [UInt8] = []

  fileprivate init(
    input: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
    output: NIOAsyncChannelOutboundWriter<ByteBuffer>
  ) {
    self.input = input
    self.output = output
  }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) async throws {
    try await output.write(ByteBuffer(bytes: bytes))
  }

  /// Reads so many bytes.
  mutating func read(_ count: Int) async throws -> [UInt8] {
    while received.count < count { try await readMore() }
    defer { received.removeFirst(count) }
    return Array(received.prefix(count))
  }

  /// Whether the server has ended the connection.
  mutating func isEnded() async throws -> Bool { try await input.next() == nil }

  private mutating func readMore() async throws {
    guard let next = try await input.next() else {
      throw Unexpected("the server ended the connection after \(received.count) bytes")
    }
    received += Array(next.readableBytesView)
  }

  /// Reads a reply; one to HEAD has no body, whatever length it names.
  mutating func reply(hasBody: Bool = true) async throws -> Reply {
    var head = ""
    while true {
      let text = String(decoding: received, as: UTF8.self)
      if let end = text.range(of: "\r\n\r\n") {
        head = String(text[..<end.lowerBound])
        break
      }
      try await readMore()
    }
    received.removeFirst(head.utf8.count + 4)
    let lines = head.components(separatedBy: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    let length = hasBody ? headers["content-length"].flatMap { Int($0) } ?? 0 : 0
    let body = try await read(length)
    return Reply(status: status, headers: headers, body: String(decoding: body, as: UTF8.self))
  }
}
