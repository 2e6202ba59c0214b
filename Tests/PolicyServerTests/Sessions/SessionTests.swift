import Environments
import Foundation
import Networks
import Policies
import PolicyServer
import Records
import Tensors
import Testing

@Suite("Session")
struct SessionTests {
  private static let upright = "[0,0,0.01,0]"

  private func step(_ number: Int, _ rest: String = "") -> String {
    #"{"step":\#(number),"observation":\#(Self.upright)\#(rest)}"#
  }

  @Test("decides as the agent does in an environment, over the end of a try")
  func decidesAsTheAgent() async throws {
    let agent = try Agent(named: "cartpole")
    var trials = agent.card.trials
    trials.triesPerTask = 2
    trials.stepLimit = 5
    var batch = EnvironmentBatch(
      tasks: [CartPole()], named: "cartpole-v1", trials: trials, random: RandomStream(seed: 3))
    var memory = agent.policy.network.emptyMemory(1)
    var random = RandomStream(seed: 0)
    var expected: [Int32] = []
    var sent: [(observation: [Float], reward: Float, isTryEnded: Bool)] = []
    for _ in 0..<9 {
      let decision = agent.policy.decide(
        batch.buffers, memory: memory, greedy: true, using: &random)
      memory = decision.memory
      let seen = Array(batch.buffers.observations.prefix(4))
      let isTryEnded = batch.buffers.truncated[0] || batch.buffers.terminated[0]
      sent.append((seen, batch.buffers.rewards[0], isTryEnded))
      expected += decision.choices
      var actions = ActionBatch(batch.actionSpace, slots: 1)
      agent.policy.write(decision, to: &actions)
      try batch.step(actions)
    }
    let script = sent
    let actions = try await withServer { client in
      let session = try await client.open()
      var actions: [Int32] = []
      for (number, next) in script.enumerated() {
        if next.isTryEnded {
          let trial = #"{"reward":\#(next.reward)}"#
          let reply = try await client.ask("POST", "/v1/sessions/\(session)/trial", trial)
          #expect(reply["trial"] == .integer(1))
        }
        let reward = number == 0 || next.isTryEnded ? "" : #","reward":\#(next.reward)"#
        let reply = try await client.act(
          session, #"{"step":\#(number),"observation":\#(next.observation)\#(reward)}"#)
        guard case .integer(let action) = reply["action"] else { throw Unexpected(reply.body) }
        actions.append(Int32(action))
      }
      return actions
    }
    #expect(actions == expected)
    #expect(script.contains { $0.isTryEnded })
  }

  /// A step that is sent: what is seen, the reward that came with it, whether the try ended, and what the
  /// agent then does.
  private struct Sent: Sendable {
    var observation: [Float]
    var reward: Float
    var isEnd: Bool
    var action: Int32?
  }

  /// What an agent does in two tries on a task, the first of which it solves; nil if it does not.
  private func rewardedTries(of agent: Agent, on tasks: TaskSource, _ number: Int) throws -> [Sent]?
  {
    var trials = agent.card.trials
    trials.triesPerTask = 2
    var batch = tasks.batch(
      tasks: [number], of: .heldOut, seed: 0, trials: trials, random: RandomStream(seed: 1))
    let sensed = tasks.observationSpace.count
    var memory = agent.policy.network.emptyMemory(1)
    var random = RandomStream(seed: 0)
    var actions = ActionBatch(batch.actionSpace, slots: 1)
    var sent: [Sent] = []
    while batch.buffers.finished.count < 2 {
      let decision = agent.policy.decide(
        batch.buffers, memory: memory, greedy: true, using: &random)
      memory = decision.memory
      sent.append(
        Sent(
          observation: Array(batch.buffers.observations.prefix(sensed)),
          reward: batch.buffers.rewards[0], isEnd: false, action: decision.choices[0]))
      agent.policy.write(decision, to: &actions)
      try batch.step(actions)
      guard batch.buffers.terminated[0] || batch.buffers.truncated[0] else { continue }
      sent.append(
        Sent(
          observation: Array(batch.buffers.finalObservations.prefix(sensed)),
          reward: batch.buffers.rewards[0], isEnd: true, action: nil))
    }
    return batch.buffers.finished[0].undiscountedReturn > 0 ? sent : nil
  }

  @Test("keeps a rewarded moment in sight as the agent does in an environment")
  func rewardedMoment() async throws {
    let agent = try Agent(named: "playroom")
    let tasks = try EnvironmentCatalogue.family(named: "playroom-hidden").tasks
    let script = try #require(
      (0..<40).lazy.compactMap { try? rewardedTries(of: agent, on: tasks, $0) }.first)
    let actions = try await withServer {
      $0.agents = ["playroom"]
    } _: { client in
      let session = try await client.open()
      var actions: [Int32?] = []
      var isFirst = true
      for (number, next) in script.enumerated() {
        let reward = isFirst ? "" : #","reward":\#(next.reward)"#
        let end = next.isEnd ? #","terminated":true"# : ""
        let reply = try await client.act(
          session, #"{"step":\#(number),"observation":\#(next.observation)\#(reward)\#(end)}"#)
        guard reply.status == 200 else { throw Unexpected(reply.body) }
        if case .integer(let action) = reply["action"] {
          actions.append(Int32(action))
        } else {
          actions.append(nil)
        }
        isFirst = next.isEnd
        if next.isEnd { _ = try await client.ask("POST", "/v1/sessions/\(session)/trial", "{}") }
      }
      let state = try await client.ask("GET", "/v1/sessions/\(session)/state")
      guard case .array(let moment) = state["moment"] else { throw Unexpected(state.body) }
      #expect(moment.contains { $0 != .integer(0) && $0 != .number(0) })
      return actions
    }
    #expect(actions == script.map(\.action))
  }

  @Test("answers a step that is sent again as before, and changes nothing by it")
  func repeatedStep() async throws {
    try await withServer { client in
      let session = try await client.open()
      let first = try await client.act(session, step(0))
      let again = try await client.act(session, step(0))
      let state = try await client.ask("GET", "/v1/sessions/\(session)/state")
      #expect(first.status == 200)
      #expect(again.body == first.body)
      #expect(state["next_step"] == .integer(1))
    }
  }

  @Test("refuses a gap in the steps, and a step long past", arguments: [0, 1, 4])
  func gap(_ number: Int) async throws {
    try await withServer { client in
      let session = try await client.open()
      for number in 0..<3 {
        _ = try await client.act(session, step(number, number == 0 ? "" : #","reward":1"#))
      }
      let reply = try await client.act(session, step(number, #","reward":1"#))
      #expect(reply.status == 409)
      #expect(reply.error.contains("the next step is 3"))
    }
  }

  @Test("takes a missing reward as missing, not as 0")
  func missingReward() async throws {
    try await withServer { client in
      let session = try await client.open()
      _ = try await client.act(session, step(0))
      let missing = try await client.act(session, step(1))
      #expect(missing.status == 400)
      #expect(missing.error.contains("reward"))
      let feedback = #"{"step":0,"reward":1,"source":"a person"}"#
      let noted = try await client.ask("POST", "/v1/sessions/\(session)/feedback", feedback)
      #expect(noted.status == 200)
      #expect(try await client.act(session, step(1)).status == 200)
    }
  }

  @Test("gives no action to what ended a try, and goes on in the next")
  func endedTry() async throws {
    try await withServer { client in
      let session = try await client.open()
      _ = try await client.act(session, step(0))
      let end = try await client.act(session, step(1, #","reward":1,"terminated":true"#))
      #expect(end.status == 200)
      #expect(end["action"] == .null)
      let early = try await client.act(session, step(2))
      #expect(early.status == 409)
      let trial = try await client.ask("POST", "/v1/sessions/\(session)/trial")
      let same = try await client.ask("POST", "/v1/sessions/\(session)/trial")
      #expect(trial["trial"] == .integer(1))
      #expect(same["trial"] == .integer(1))
      let next = try await client.act(session, step(2))
      #expect(next["trial"] == .integer(1))
    }
  }

  @Test("goes on from a state in another session, to the same actions")
  func movesState() async throws {
    try await withServer { client in
      let one = try await client.open(#"{"seed":5,"deterministic":false}"#)
      let other = try await client.open(#"{"seed":6,"deterministic":false}"#)
      for number in 0..<3 {
        _ = try await client.act(one, step(number, number == 0 ? "" : #","reward":1"#))
      }
      let state = try await client.ask("GET", "/v1/sessions/\(one)/state")
      let put = try await client.ask("PUT", "/v1/sessions/\(other)/state", state.body)
      #expect(put.status == 200)
      for number in 3..<8 {
        let mine = try await client.act(one, step(number, #","reward":1"#))
        let theirs = try await client.act(other, step(number, #","reward":1"#))
        #expect(mine.status == 200)
        #expect(mine.body == theirs.body)
      }
    }
  }

  @Test(
    "refuses a state that does not fit",
    arguments: [
      "{}", "[]", #"{"policy":"cartpole"}"#,
      #"{"policy":"cartpole","version":"1","next_step":-1,"trial":0,"begins_try":true,"try_ended":false,"memory":[],"last_action":[0,0],"random":{"key":1,"position":0}}"#,
    ])
  func wrongState(_ json: String) async throws {
    try await withServer { client in
      let session = try await client.open()
      let reply = try await client.ask("PUT", "/v1/sessions/\(session)/state", json)
      #expect(reply.status == 400)
      #expect(reply.error.contains("expected"))
    }
  }
}
