public import Foundation

/// Asks agents that `foal serve` serves what to do.
///
///     let client = FoalClient()
///     var session = try await client.session(SessionSettings(seed: 1))
///     var decision = try await session.act([0, 0, 0.1, 0])
///     decision = try await session.act([0, -0.19, 0.1, 0.32], reward: 1)
public struct FoalClient: Sendable {
  /// A request without its server: what is asked, and with which body.
  package struct Call: Sendable, Equatable {
    package var method: String
    package var path: String
    package var body: Data?

    package init(_ method: String, _ path: String, _ body: Data? = nil) {
      self.method = method
      self.path = path
      self.body = body
    }
  }

  /// A reply: its HTTP status and body.
  package struct Answer: Sendable {
    package var status: Int
    package var body: Data

    package init(status: Int, body: Data) {
      self.status = status
      self.body = body
    }
  }

  private let send: @Sendable (Call) async throws(FoalClientError) -> Answer

  /// Makes a client; nothing is sent yet.
  /// - Parameters:
  ///   - url: where the server is; the path of a proxy before it included.
  ///   - token: what the server asks for off the machine's own address.
  ///   - timeoutSeconds: how long a reply may take.
  public init(
    _ url: URL = URL(string: "http://127.0.0.1:8080")!, token: String? = nil,
    timeoutSeconds: Double = 30
  ) {
    let connection = Connection(url, token: token, timeoutSeconds: timeoutSeconds)
    self.init { (call) throws(FoalClientError) in try await connection.send(call) }
  }

  /// Makes a client that sends by other means.
  package init(_ send: @escaping @Sendable (Call) async throws(FoalClientError) -> Answer) {
    self.send = send
  }

  /// Opens a session: one agent that meets one task.
  public func session(
    _ settings: SessionSettings = SessionSettings()
  ) async throws(FoalClientError) -> FoalSession {
    let opened = try await ask(
      "POST", "/v1/sessions", settings, as: FoalSession.Opened.self)
    return FoalSession(opened, of: self)
  }

  /// Decides on many observations at once, without a session.
  /// - Parameters:
  ///   - items: the observations, each with its memory.
  ///   - policy: the policy's name; needed where more than one is served.
  ///   - version: the current one if nil.
  ///   - isDeterministic: whether the most probable actions are taken rather than drawn ones.
  ///   - seed: names the draws.
  public func act(
    _ items: [BatchItem], policy: String? = nil, version: String? = nil,
    isDeterministic: Bool = true, seed: Int? = nil
  ) async throws(FoalClientError) -> BatchReply {
    let batch = Batch(
      policy: policy, version: version, deterministic: isDeterministic, seed: seed, items: items)
    return try await ask("POST", "/v1/act", batch, as: BatchReply.self)
  }

  private struct Batch: Encodable {
    var policy: String?
    var version: String?
    var deterministic: Bool
    var seed: Int?
    var items: [BatchItem]
  }

  /// Sends a body as JSON and reads the reply.
  func ask<Reply: Decodable>(
    _ method: String, _ path: String, _ body: some Encodable, as reply: Reply.Type
  ) async throws(FoalClientError) -> Reply {
    let data: Data
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      data = try encoder.encode(body)
    } catch EncodingError.invalidValue(let value, _) {
      throw .unsendable("\(value) is no number that JSON has")
    } catch {
      throw .unsendable("\(error)")
    }
    return try Self.read(try await ask(method, path, data), as: reply)
  }

  /// Sends a body, if there is one, and returns the reply's.
  func ask(
    _ method: String, _ path: String, _ body: Data? = nil
  ) async throws(FoalClientError) -> Data {
    let answer = try await send(Call(method, path, body))
    guard (200..<300).contains(answer.status) else {
      let refusal = try? JSONDecoder().decode(Refusal.self, from: answer.body)
      throw .refused(
        status: answer.status, message: refusal?.error ?? "\(method) \(path) was refused")
    }
    return answer.body
  }

  /// Reads a reply's JSON.
  static func read<Reply: Decodable>(
    _ body: Data, as reply: Reply.Type
  ) throws(FoalClientError) -> Reply {
    do {
      return try JSONDecoder().decode(reply, from: body)
    } catch {
      throw .unreadable(String(decoding: body.prefix(80), as: UTF8.self))
    }
  }
}
