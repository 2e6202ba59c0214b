import FoalClient
import Foundation
import Testing

@Suite("Client")
struct FoalClientTests {
  @Test("opens sessions with goals and instructions")
  func settings() async throws {
    let server = ScriptedServer([ScriptedServer.opened])
    _ = try await server.client.session(
      SessionSettings(
        policy: "playroom", version: "2", goal: [1, 0], instruction: "go to the red ball", seed: 0,
        isDeterministic: false, timeToLiveSeconds: 60))
    #expect(
      server.calls == [
        #"POST /v1/sessions {"deterministic":false,"goal":[1,0],"#
          + #""instruction":"go to the red ball","policy":"playroom","seed":0,"ttl_s":60,"version":"2"}"#
      ])
  }

  @Test("decides on batches, item by item")
  func batch() async throws {
    let server = ScriptedServer([
      (
        200,
        #"{"policy":"reach","policy_version":"4","results":["#
          + #"{"action":[0.5,-1],"log_prob":null,"value":2,"memory":[0.25]},"#
          + #"{"error":"observation: expected 4 numbers, got 1","status":400}]}"#
      )
    ])
    let reply = try await server.client.act([
      BatchItem(observation: [1], memory: [0.5], lastAction: .box([0, 1]), lastReward: 0),
      BatchItem(observation: [2], lastAction: .discrete(1), beginsTry: true),
    ])
    #expect(reply.policyVersion == "4")
    let decision = try reply.results[0].get()
    #expect(decision.action == .box([0.5, -1]))
    #expect(decision.logProbability == nil)
    #expect(decision.memory == [0.25])
    #expect(
      reply.results[1]
        == .failure(.refused(status: 400, message: "observation: expected 4 numbers, got 1")))
    #expect(
      server.calls == [
        #"POST /v1/act {"deterministic":true,"items":["#
          + #"{"last_action":[0,1],"last_reward":0,"memory":[0.5],"observation":[1]},"#
          + #"{"begins_try":true,"last_action":1,"observation":[2]}]}"#
      ])
  }

  @Test("says what was refused, with or without the server's line")
  func refusals() async throws {
    let server = ScriptedServer([(410, #"{"error":"the session has ended"}"#), (502, "<html>")])
    await #expect(throws: FoalClientError.refused(status: 410, message: "the session has ended")) {
      try await server.client.session()
    }
    await #expect(
      throws: FoalClientError.refused(status: 502, message: "POST /v1/sessions was refused")
    ) {
      try await server.client.session()
    }
  }

  @Test("says so of a reply that is none")
  func unreadable() async throws {
    let server = ScriptedServer([(200, "[]")])
    await #expect(throws: FoalClientError.unreadable("[]")) { try await server.client.session() }
  }

  @Test("sends no number that JSON has not", arguments: [Float.nan, .infinity])
  func notFinite(_ number: Float) async throws {
    let server = ScriptedServer([])
    await #expect(throws: FoalClientError.unsendable("\(number) is no number that JSON has")) {
      try await server.client.act([BatchItem(observation: [number])])
    }
    #expect(server.calls.isEmpty)
  }
}
