import PolicyServer
import Records
import Testing

@Suite struct EpisodeTests {
  private let home = DashboardHome()

  private func begin(_ body: String) async throws -> (id: String, frame: JSONValue) {
    let (status, begun) = try await home.post(["episodes"], body)
    #expect(status == 200, "\(begun)")
    return (try #require(begun["id"]?.text), try #require(begun["frame"]))
  }

  private func step(_ id: String, _ body: String) async throws -> [JSONValue] {
    let (status, answer) = try await home.post(["episodes", id, "steps"], body)
    #expect(status == 200, "\(answer)")
    return answer["frames"]?.elements ?? []
  }

  @Test func aPersonPlaysStepByStep() async throws {
    let (id, first) = try await begin(
      #"{"environment":"cartpole","player":"person","tries":2}"#)
    #expect(first["step"] == 0 && first["picture"]?["svg"]?.text?.contains("<svg") == true)
    var steps = 0
    var end: JSONValue?
    while end == nil, steps < 30 {
      let frames = try await step(id, #"{"action":0}"#)
      steps += 1
      #expect(frames[0]["step"]?.double == Double(steps))
      #expect(frames[0]["action"] == 0)
      if let found = frames[0]["end"] {
        end = found
        // The next try begins at once, and is shown behind the end of this one.
        #expect(frames.count == 2 && frames[1]["try"] == 2 && frames[1]["step"] == 0)
      }
    }
    // A cart that is only pushed one way loses its pole within some ten steps.
    #expect((7...12).contains(steps))
    #expect(end?["terminated"] == .bool(true) && end?["isSolved"] == .bool(false))
  }

  @Test func theBundledAgentBalancesALongTime() async throws {
    let (id, _) = try await begin(
      #"{"environment":"cartpole:family","player":"agent","agent":"cartpole","tries":1,"task":0}"#)
    var frames: [JSONValue] = []
    for _ in 0..<5 where frames.last?["isOver"] != .bool(true) {
      frames = try await step(id, #"{"count":100}"#)
    }
    #expect(try #require(frames.last?["return"]?.double) > 150)
  }

  @Test func theSameWishGivesTheSameEpisode() async throws {
    let wish = #"{"environment":"playroom","player":"expert","task":17,"seed":3,"tries":1}"#
    var seen: [[JSONValue]] = []
    for _ in 0..<2 {
      let (id, _) = try await begin(wish)
      seen.append(try await step(id, #"{"count":100}"#))
    }
    #expect(seen[0] == seen[1])
    #expect(seen[0].last?["end"]?["isSolved"] == .bool(true))
  }

  @Test func anInstructionIsToldInWords() async throws {
    let (_, frame) = try await begin(
      #"{"environment":"playroom-told","player":"person","task":2}"#)
    let notes = frame["picture"]?["notes"]?.elements.compactMap(\.text) ?? []
    #expect(notes.first?.hasPrefix("goal: ") == true)
  }

  @Test func aBoxTakesComponents() async throws {
    let (id, _) = try await begin(#"{"environment":"pendulum","player":"person"}"#)
    let frames = try await step(id, #"{"components":[1.5],"count":3}"#)
    #expect(frames.count == 3 && frames[2]["components"]?.elements.first?.double == 1.5)
  }

  @Test(arguments: [
    #"{}"#, #"{"action":2}"#, #"{"action":-1}"#, #"{"components":[0]}"#,
    #"{"action":0,"count":0}"#, #"{"action":0,"count":101}"#, #"{"action":1e999}"#,
  ])
  func refusesActionsThatAreNone(body: String) async throws {
    let (id, _) = try await begin(#"{"environment":"cartpole","player":"person"}"#)
    let (status, _) = try await home.post(["episodes", id, "steps"], body)
    #expect(status == 400)
    // What is refused changes nothing.
    #expect(try await step(id, #"{"action":0}"#)[0]["step"] == 1)
  }

  @Test(arguments: [
    (#"{"environment":"nowhere","player":"person"}"#, 404),
    (#"{"environment":"cartpole","player":"nobody"}"#, 400),
    (#"{"environment":"cartpole","player":"agent"}"#, 400),
    (#"{"environment":"cartpole","player":"agent","agent":"nobody"}"#, 404),
    (#"{"environment":"acrobot","player":"agent","agent":"cartpole"}"#, 400),
    (#"{"environment":"acrobot","player":"expert"}"#, 400),
    (#"{"environment":"cartpole","player":"person","tries":21}"#, 400),
    (#"{"environment":"cartpole","player":"person","task":-1}"#, 400),
  ])
  func refusesWhatCannotBePlayed(body: String, status: Int) async throws {
    let answer = try await home.post(["episodes"], body)
    #expect(answer.status == status)
    #expect(answer.body["error"]?.text?.isEmpty == false)
  }

  @Test func forgetsTheEpisodeThatRestedLongest() async throws {
    let wish = #"{"environment":"bit-flip","player":"person"}"#
    let (first, _) = try await begin(wish)
    for _ in 0..<EpisodeRoom.capacity { _ = try await begin(wish) }
    let (status, _) = try await home.post(["episodes", first, "steps"], #"{"action":0}"#)
    #expect(status == 410)
  }

  @Test func endsAfterItsLastTry() async throws {
    let (id, _) = try await begin(#"{"environment":"bit-flip","player":"random","tries":1}"#)
    let frames = try await step(id, #"{"count":100}"#)
    #expect(frames.count == 15 && frames.last?["isOver"] == .bool(true))
    let (status, _) = try await home.post(["episodes", id, "steps"], "{}")
    #expect(status == 409)
  }
}
