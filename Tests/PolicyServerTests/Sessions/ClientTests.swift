import FoalClient
import Foundation
import Testing

@Suite("The Swift client and the server")
struct ClientTests {
  @Test("plays two tries of a session, and goes on from its state in another")
  func tries() async throws {
    try await withServer { server in
      let client = FoalClient(try #require(URL(string: "http://127.0.0.1:\(server.port)")))
      var session = try await client.session(SessionSettings(seed: 1))
      let first = try await session.act([0, 0, 0.1, 0])
      #expect(first.policyVersion == session.policyVersion)
      let last = try await session.act([0, -0.19, 0.1, 0.32], reward: 1, ending: .terminated)
      #expect(last.action == nil)
      #expect(try await session.trial() == 1)
      var other = try await client.session(SessionSettings(seed: 2))
      try await other.restore(try await session.state())
      let decision = try await session.act([0, 0, 0.1, 0])
      #expect(decision.trial == 1)
      #expect(try await other.act([0, 0, 0.1, 0]) == decision)
      try await session.close()
      let error = await #expect(throws: FoalClientError.self) { try await session.trial() }
      guard case .refused(status: 404...410, _) = error else {
        Issue.record("a closed session gave \(String(describing: error))")
        return
      }
    }
  }

  @Test("decides on a batch as the server says, and passes its errors on")
  func batch() async throws {
    try await withServer { server in
      let client = FoalClient(try #require(URL(string: "http://127.0.0.1:\(server.port)")))
      let reply = try await client.act([
        BatchItem(observation: [0, 0, 0.1, 0]), BatchItem(observation: [0]),
      ])
      #expect(try reply.results[0].get().memory.count == 64)
      #expect(
        reply.results[1]
          == .failure(.refused(status: 400, message: "observation: expected 4 numbers, got 1")))
    }
  }
}
