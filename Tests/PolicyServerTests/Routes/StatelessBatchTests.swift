import PolicyServer
import Records
import Testing

@Suite("StatelessBatch")
struct StatelessBatchTests {
  @Test("answers each item, the wrong ones with their errors in their places")
  func itemErrors() async throws {
    try await withServer { client in
      let reply = try await client.ask(
        "POST", "/v1/act",
        #"""
        {"items":[{"observation":[0,0,0.1,0]},{"observation":[1]},{"observasion":[]},7,
        {"observation":[0,0,0.1,0],"last_action":1,"last_reward":1},
        {"observation":[0,0,0.1,0],"last_action":1},{"observation":[0,0,0.1,0],"last_action":2}]}
        """#)
      #expect(reply.status == 200)
      guard case .array(let results) = reply["results"] else { throw Unexpected(reply.body) }
      let refused = results.map { $0["status"] == .integer(400) }
      #expect(refused == [false, true, true, true, false, true, true])
      let session = try await client.open()
      let step = try await client.act(session, #"{"step":0,"observation":[0,0,0.1,0]}"#)
      #expect(results[0]["value"] == step["value"])
      #expect(results[0]["value"] != results[4]["value"])
    }
  }

  @Test("takes so many items, and no more")
  func bounded() async throws {
    try await withServer { client in
      let items = Array(repeating: "1", count: 4097).joined(separator: ",")
      let reply = try await client.ask("POST", "/v1/act", #"{"items":[\#(items)]}"#)
      #expect(reply.status == 400)
      #expect(reply.error.contains("at most 4096"))
    }
  }
}
