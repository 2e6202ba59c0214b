import Environments
import FoalTesting
import Foundation
import Tensors
import Testing

/// A playroom from JSON.
func playroom(_ text: String) throws -> Playroom { try Playroom(json: Data(text.utf8)) }

struct PlayroomTests {
  typealias Move = Playroom.Move

  /// A room of 5 by 4 free cells with the agent in a corner, looking right.
  private func room(
    rules: String = "", goal: String = #"{"when": "hold", "subject": "gray gem"}"#,
    objects: String = #"{"kind": "red ball", "at": [3, 1]}, {"kind": "gray gem", "at": [5, 4]}"#,
    more: String = ""
  ) throws -> Playroom {
    try playroom(
      """
      {"rooms": ["#######", "#.....#", "#.....#", "#.....#", "#.....#", "#######"],
       "objects": [\(objects)], "agent": {"at": [1, 1], "facing": "right"},
       "rules": [\(rules)], "goal": \(goal)\(more)}
      """)
  }

  /// Plays moves from the start and returns the picture, the object held and whether it ended.
  private func play(
    _ task: Playroom, _ moves: [Move]
  ) -> (rows: [String], held: String?, isReached: Bool) {
    var random = RandomStream(seed: 1)
    var state = task.reset(using: &random)
    var isReached = false
    for move in moves {
      isReached = task.step(&state, Action(move.rawValue), using: &random).terminated
    }
    let rows = task.draw(state)?.cells?.rows ?? []
    return (
      rows.dropFirst().dropLast().map { row in
        row.dropFirst().dropLast().map { $0.text }.joined()
      }, state.heldKind.map { "\($0)" }, isReached
    )
  }

  @Test func theAgentWalksUntilSomethingIsInItsWay() throws {
    let task = try room()
    #expect(play(task, []).rows == ["▶·●··", "·····", "·····", "····◆"])
    #expect(play(task, [.forward, .forward, .forward]).rows[0] == "·▶●··")
    #expect(play(task, [.turnLeft, .forward]).rows[0] == "▲·●··")
    #expect(play(task, [.turnRight, .forward, .forward, .forward, .forward]).rows[3] == "▼···◆")
  }

  @Test func theAgentCarriesOneObject() throws {
    let task = try room()
    let taken = play(task, [.forward, .pickUp])
    #expect(taken.held == "red ball" && taken.rows[0] == "·▶···")
    let put = play(task, [.forward, .pickUp, .turnRight, .putDown, .turnLeft, .putDown])
    #expect(put.held == nil && put.rows[0] == "·▶···" && put.rows[1] == "·●···")
    // Not onto another object, and not into a wall.
    let kept = play(task, [.forward, .pickUp, .turnLeft, .putDown])
    #expect(kept.held == "red ball")
  }

  @Test(arguments: [
    (#"{"when": "hold", "subject": "red ball", "makes": "blue cup"}"#, "blue cup", "·▶···"),
    (#"{"when": "beside", "subject": "red ball", "makes": "blue cup"}"#, "blue cup", "·▶···"),
    (
      #"{"when": "carry", "subject": "red ball", "tile": "green", "makes": "blue cup"}"#,
      "blue cup", "·▶···"
    ),
    (
      #"{"when": "carry", "subject": "red ball", "tile": "blue", "makes": "blue cup"}"#,
      "red ball", "·▶···"
    ),
  ])
  func rulesChangeWhatIsInHand(rule: String, held: String, row: String) throws {
    let task = try room(
      rules: rule, more: #", "tiles": [{"color": "green", "at": [2, 1]}]"#)
    let after = play(task, [.forward, .pickUp])
    #expect(after.held == held)
    #expect(after.rows[0] == row)
  }

  @Test func rulesChangeWhatLiesAround() throws {
    let on = try room(
      rules: #"{"when": "on", "subject": "red ball", "tile": "green", "makes": "blue cup"}"#,
      more: #", "tiles": [{"color": "green", "at": [2, 2]}]"#)
    let moves: [Move] = [.forward, .pickUp, .turnRight, .putDown]
    #expect(play(on, moves).rows[1] == "·∪···")
    let together = try room(
      rules:
        #"{"when": "together", "subject": "red ball", "other": "blue box", "makes": "red star"}"#,
      objects: #"{"kind": "red ball", "at": [3, 1]}, {"kind": "blue box", "at": [2, 3]}"#
        + #", {"kind": "gray gem", "at": [5, 4]}"#)
    // The second of the two is used up.
    let joined = play(together, moves)
    #expect(joined.rows[1] == "·★···" && joined.rows[2] == "·····")
  }

  @Test func rulesSetOffOneAnother() throws {
    let task = try room(
      rules: #"{"when": "hold", "subject": "blue cup", "makes": "gray gem"},"#
        + #"{"when": "hold", "subject": "red ball", "makes": "blue cup"}"#,
      objects: #"{"kind": "red ball", "at": [3, 1]}"#)
    let after = play(task, [.forward, .pickUp])
    #expect(after.held == "gray gem" && after.isReached)
    #expect(task.depth == 2)
  }

  @Test func aLockedDoorTakesItsKey() throws {
    let task = try playroom(
      """
      {"rooms": ["#######", "#..#..#", "#..#..#", "#..#..#", "#######"],
       "doors": [{"color": "red", "at": [3, 1], "state": "locked"}],
       "objects": [{"kind": "red key", "at": [1, 3]}, {"kind": "gray gem", "at": [5, 3]}],
       "agent": {"at": [2, 1], "facing": "right"},
       "goal": {"when": "hold", "subject": "gray gem"}}
      """)
    #expect(play(task, [.toggle, .forward]).rows[0] == "·▶▣··")
    let fetch: [Move] = [
      .turnRight, .turnRight, .forward, .turnLeft, .forward, .pickUp, .turnLeft, .turnLeft,
      .forward, .turnRight, .forward,
    ]
    #expect(play(task, fetch + [.toggle]).rows[0] == "·▶▯··")
    #expect(play(task, fetch + [.toggle, .forward, .forward]).rows[0] == "··▯▶·")
    // It stays unlocked: without the key it opens and shuts.
    #expect(play(task, fetch + [.toggle, .toggle]).rows[0] == "·▶▮··")
  }

  @Test func theViewTurnsWithTheAgent() throws {
    let task = try room(more: #", "tiles": [{"color": "blue", "at": [1, 3]}]"#)
    var random = RandomStream(seed: 1)
    var state = task.reset(using: &random)
    func view(_ name: String) throws -> [Int] {
      var seen = Array(repeating: Float(0), count: task.observationSpace.count)
      seen.withMutableSpan(of: seen.indices) { task.observe(state, into: &$0) }
      return seen[try #require(task.observationSpace.range(of: name))].map { Int($0) }
    }
    // Looking right from the upper left corner: the wall is at the left, the ball two cells ahead.
    #expect(
      try view("shapes") == [
        1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 3, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0,
      ])
    #expect(try view("colors")[12] == 1 && view("grounds")[24] == 3)
    _ = task.step(&state, Action(Move.turnRight.rawValue), using: &random)
    #expect(
      try view("shapes") == [
        1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 3, 0, 0, 1, 1,
      ])
    #expect(try view("grounds")[12] == 3)
  }

  @Test func aTryKeepsRulesAndGoalAndMovesTheObjects() {
    var random = RandomStream(seed: 3)
    let task = PlayroomFamily().task(.train, using: &random)
    let layouts = Set((0..<20).map { _ in task.reset(using: &random) })
    #expect(layouts.count > 15)
  }

  @Test(arguments: Configurations.all)
  func tasksKeepTheirPromises(configuration: PlayroomFamily.Configuration) throws {
    var random = RandomStream(seed: 5)
    for split in Split.allCases {
      for _ in 0..<3 {
        let task = PlayroomFamily(configuration).task(split, using: &random)
        try checkEnvironment(task, steps: 200)
      }
    }
  }

  @Test(arguments: Configurations.all)
  func manyMoveAsOneByOne(configuration: PlayroomFamily.Configuration) {
    var random = RandomStream(seed: 6)
    let tasks = (0..<9).map { _ in PlayroomFamily(configuration).task(.train, using: &random) }
    var streams = tasks.indices.map { RandomStream(seed: 7).split($0) }
    var states = tasks.indices.map { tasks[$0].reset(using: &streams[$0]) }
    var single = states
    let width = tasks[0].observationSpace.count + 2
    var (rewards, ends) = (Array(repeating: Float(9), count: 9), Array(repeating: true, count: 9))
    var seen = Array(repeating: Float(9), count: 9 * width)
    var actions = ActionBatch(tasks[0].actionSpace, slots: 9)
    for _ in 0..<200 {
      actions.drawUniformly(from: tasks[0].actionSpace, using: &random)
      Playroom.step(
        tasks, &states, actions, using: &streams, rewards: &rewards, terminated: &ends,
        observations: &seen)
      for slot in tasks.indices {
        let outcome = tasks[slot].step(
          &single[slot], Action(Int(actions.indices[slot])), using: &random)
        var own = Array(repeating: Float(9), count: width)
        own.withMutableSpan(of: 0..<width - 2) { tasks[slot].observe(single[slot], into: &$0) }
        #expect(outcome == Outcome(reward: rewards[slot], terminated: ends[slot]))
        #expect(own == Array(seen[slot * width..<(slot + 1) * width]))
      }
      #expect(states == single)
    }
  }
}

/// Families of all kinds.
enum Configurations {
  static let all: [PlayroomFamily.Configuration] = [.init(), small, deep, rooms, tried]

  static let small = make {
    $0.sides = 5...6
    $0.depth = 0...1
    $0.heldOutDepth = 1
    $0.distractorObjects = 0...1
    $0.heldOutSides = 7...7
  }
  static let deep = make {
    $0.depth = 0...4
    $0.heldOutDepth = 4
    $0.distractorRules = 0...2
    $0.deadEnds = 0...2
    $0.viewSide = 7
  }
  static let rooms = make {
    $0.sides = 10...19
    $0.rooms = 1...9
    $0.depth = 0...1
    $0.lockedDoors = 0...2
    $0.heldOutSides = 19...19
  }

  static let tried = make {
    $0.skin = .permuted
    $0.showsTried = true
  }

  static func make(
    _ change: (inout PlayroomFamily.Configuration) -> Void
  ) -> PlayroomFamily.Configuration {
    var configuration = PlayroomFamily.Configuration()
    change(&configuration)
    return configuration
  }
}
