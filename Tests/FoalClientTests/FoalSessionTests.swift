import FoalClient
import Foundation
import Testing

@Suite("Sessions of the client")
struct FoalSessionTests {
  @Test("counts the steps, and sends what is known and nothing else")
  func steps() async throws {
    let server = ScriptedServer([
      ScriptedServer.opened, ScriptedServer.decision(step: 0), ScriptedServer.decision(step: 1),
      ScriptedServer.decision(step: 2, action: "null"),
    ])
    var session = try await server.client.session(SessionSettings(seed: 1))
    #expect(session.id == "5ff8")
    #expect(session.policyVersion == "3")
    #expect(session.seed == 9_007_199_254_740_993)
    let first = try await session.act([0, 0.5])
    #expect(first.action == .discrete(1))
    #expect(first.logProbability == -0.5)
    #expect(first.value == 1.5)
    _ = try await session.act([0, 1], reward: 0, mask: [1, 0])
    let last = try await session.act([0, 2], reward: 1, ending: .truncated)
    #expect(last.action == nil)
    #expect(session.nextStep == 3)
    #expect(
      server.calls == [
        #"POST /v1/sessions {"deterministic":true,"seed":1}"#,
        #"POST /v1/sessions/5ff8/act {"observation":[0,0.5],"step":0}"#,
        #"POST /v1/sessions/5ff8/act {"mask":[1,0],"observation":[0,1],"reward":0,"step":1}"#,
        #"POST /v1/sessions/5ff8/act {"observation":[0,2],"reward":1,"step":2,"truncated":true}"#,
      ])
  }

  @Test("sends a step again that was refused or lost, under the same number")
  func repeatedStep() async throws {
    let server = ScriptedServer([
      ScriptedServer.opened, (409, #"{"error":"step: expected 4, got 0"}"#),
    ])
    var session = try await server.client.session()
    await #expect(throws: FoalClientError.refused(status: 409, message: "step: expected 4, got 0"))
    {
      try await session.act([0])
    }
    await #expect(throws: FoalClientError.unreachable("no reply is left")) {
      try await session.act([0])
    }
    #expect(session.nextStep == 0)
    #expect(server.calls[1] == server.calls[2])
  }

  @Test("begins tries, gives feedback, and goes on from a state")
  func others() async throws {
    let server = ScriptedServer([
      ScriptedServer.opened, (200, #"{"trial":1}"#), (200, #"{"noted":true}"#),
      (200, #"{"next_step":7,"memory":[0.1]}"#), (200, #"{"next_step":7}"#),
      (200, #"{"closed":true}"#),
    ])
    var session = try await server.client.session()
    #expect(try await session.trial(reward: 2, ending: .terminated) == 1)
    try await session.feedback(step: 3, reward: -1, source: "a person")
    try await session.restore(try await session.state())
    #expect(session.nextStep == 7)
    try await session.close()
    #expect(
      server.calls.dropFirst() == [
        #"POST /v1/sessions/5ff8/trial {"reward":2,"terminated":true}"#,
        #"POST /v1/sessions/5ff8/feedback {"reward":-1,"source":"a person","step":3}"#,
        "GET /v1/sessions/5ff8/state",
        #"PUT /v1/sessions/5ff8/state {"next_step":7,"memory":[0.1]}"#,
        "DELETE /v1/sessions/5ff8",
      ])
  }
}
