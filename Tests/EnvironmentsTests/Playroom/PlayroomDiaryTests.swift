import Environments
import Foundation
import Tensors
import Testing

@Suite("What has been tried on a task")
struct PlayroomDiaryTests {
  typealias Move = Playroom.Move
  typealias Tried = Playroom.Tried

  /// A room of 3 by 3 with the agent in a corner, looking right at a ball; a gem below, a red tile in the
  /// far corner.
  private func room(
    rules: String = "", shows: Bool = true, objects: String = #"{"kind": "gray gem", "at": [1, 2]}"#
  ) throws -> Playroom {
    try playroom(
      """
      {"rooms": ["#####", "#...#", "#...#", "#...#", "#####"],
       "tiles": [{"color": "red", "at": [3, 1]}],
       "objects": [{"kind": "blue ball", "at": [2, 1]}, \(objects)],
       "agent": {"at": [1, 1], "facing": "right"}, "rules": [\(rules)], "told": [],
       "goal": {"when": "on", "subject": "gray gem", "tile": "red"}, "showsTried": \(shows)}
      """)
  }

  private func batch(
    _ task: Playroom, tries: Int = 2, wipes: Bool = false
  ) -> EnvironmentBatch {
    var trials = TrialSettings(triesPerTask: tries, stepLimit: 12)
    trials.wipesMemoryEachTry = wipes
    return EnvironmentBatch(
      tasks: [task], named: "room", trials: trials, random: RandomStream(seed: 1))
  }

  private func take(_ moves: [Move], in batch: inout EnvironmentBatch) throws {
    for move in moves {
      var actions = ActionBatch(batch.actionSpace, slots: 1)
      actions.indices[0] = Int32(move.rawValue)
      try batch.step(actions)
    }
  }

  /// The code at a place of the view: cells ahead of the agent and to its right.
  private func tried(_ batch: EnvironmentBatch, ahead: Int, right: Int = 0) -> Int {
    Int(batch.buffers.observations[3 * 25 + (4 - ahead) * 5 + 2 + right])
  }

  @Test("nothing is observed of it unless that is asked for")
  func hidden() throws {
    let (plain, showing) = (try room(shows: false), try room())
    #expect(plain.observationSpace.firstGrid == ["shapes", "colors", "grounds"])
    #expect(showing.observationSpace.firstGrid == ["shapes", "colors", "grounds", "tried"])
    #expect(showing.observationSpace.count == plain.observationSpace.count + 25)
    var (with, without) = (batch(showing), batch(plain))
    let moves: [Move] = [.pickUp, .forward, .turnRight, .putDown]
    try take(moves, in: &with)
    try take(moves, in: &without)
    var rest = with.buffers.observations
    rest.removeSubrange(75..<100)
    #expect(rest == without.buffers.observations)
  }

  @Test("what was held, stood beside and carried is seen where such things are")
  func shown() throws {
    var batch = batch(try room())
    #expect(batch.buffers.observations[75..<100].allSatisfy { $0 == 0 })
    try take([.pickUp], in: &batch)
    // The ball is in hand; the gem to the right was there already, nobody stepped beside it.
    #expect(tried(batch, ahead: 0) == Tried.hold && tried(batch, ahead: 0, right: 1) == 0)
    #expect(tried(batch, ahead: 2) == 0)
    // Onto the tile and back before it.
    try take([.forward, .forward, .turnRight, .turnRight, .forward], in: &batch)
    try take([.turnRight, .turnRight], in: &batch)
    #expect(tried(batch, ahead: 1) == Tried.carry)
    try take([.putDown], in: &batch)
    #expect(tried(batch, ahead: 1) == Tried.hold | Tried.beside)
    try take([.pickUp], in: &batch)
    #expect(tried(batch, ahead: 1) == Tried.carry | Tried.on)
  }

  @Test("two things that lay together are marked while one of the two is in hand")
  func together() throws {
    var batch = batch(try room(objects: #"{"kind": "gray gem", "at": [3, 3]}"#))
    try take([.pickUp, .turnRight, .forward, .forward, .turnLeft, .putDown], in: &batch)
    // The ball lies before the agent and the gem behind it; with empty hands nothing is said of both.
    #expect(tried(batch, ahead: 1) == Tried.hold | Tried.beside)
    #expect(tried(batch, ahead: 2) == 0)
    try take([.pickUp], in: &batch)
    #expect(tried(batch, ahead: 2) == Tried.together)
  }

  @Test("it lasts over the tries on a task, not beyond, and not where memory is wiped")
  func lasting() throws {
    for (tries, wipes, lasts) in [(2, false, true), (2, true, false), (1, false, false)] {
      var batch = batch(try room(), tries: tries, wipes: wipes)
      try take([.pickUp] + Array(repeating: .turnLeft, count: 11), in: &batch)
      #expect(batch.buffers.truncated == [true])
      // In the new try the ball lies before the agent again.
      #expect(tried(batch, ahead: 1) == (lasts ? Tried.hold : 0))
      if tries == 2 {
        try take(Array(repeating: .turnLeft, count: 12), in: &batch)
        #expect(tried(batch, ahead: 1) == 0)
      }
    }
  }

  @Test("what changed something is marked, and the rule counts as known then", arguments: Work.all)
  func changing(work: Work) throws {
    let task = try work.task()
    var random = RandomStream(seed: 1)
    var state = task.reset(using: &random)
    let last = work.moves.count - 1
    for (index, move) in work.moves.enumerated() {
      #expect(!task.knowsAim(in: state, rewarded: true))
      #expect(state.diary.code(of: work.condition) & Tried.change == 0)
      let isReached = task.step(&state, Action(move.rawValue), using: &random).terminated
      #expect(!isReached || index == last)
    }
    let bit = 1 << (Int(work.condition.predicate.rawValue) - 1)
    #expect(state.diary.code(of: work.condition) == bit | Tried.change)
    // In the next try as well, where things are what they were; only who knows the goal knows what for.
    var next = task.reset(using: &random)
    #expect(!task.knowsAim(in: next, rewarded: true))
    task.carryOver(from: state, to: &next)
    #expect(task.knowsAim(in: next, rewarded: true) && !task.knowsAim(in: next, rewarded: false))
  }

  @Test("what looks as it did has not changed", arguments: [PlayroomSkin.plain, .masked])
  func changingUnseen(skin: PlayroomSkin) throws {
    var configuration = PlayroomFamily.Configuration()
    (configuration.skin, configuration.showsTried) = (skin, true)
    configuration.depth = 1...2
    var random = RandomStream(seed: 5)
    var observation = [Float](repeating: 0, count: 0)
    var (tasks, marks) = (0, 0)
    while tasks < 40 {
      let task = PlayroomFamily(configuration).task(.train, using: &random)
      // A thing that is used up is seen to be gone.
      if task.rules.contains(where: { $0.condition.predicate == .together }) { continue }
      tasks += 1
      observation = [Float](repeating: 0, count: task.observationSpace.count)
      let expert = try #require(task.makeExpert())
      var state = task.reset(using: &random)
      for _ in 0..<60 {
        guard let action = expert(state) else { break }
        let isReached = task.step(&state, action, using: &random).terminated
        var again = task.reset(using: &random)
        task.carryOver(from: state, to: &again)
        for seen in [state, again] {
          var span = observation.mutableSpan
          task.observe(seen, into: &span)
          marks += observation[75..<100].count { Int($0) & Tried.change != 0 }
        }
        if isReached { break }
      }
    }
    #expect((marks > 0) == (skin == .plain))
  }

  @Test("things that look alike are one in it", arguments: [PlayroomSkin.plain, .masked])
  func looks(skin: PlayroomSkin) throws {
    var configuration = PlayroomFamily.Configuration()
    configuration.skin = skin
    configuration.showsTried = true
    var batch = EnvironmentBatch(
      PlayroomFamily(configuration), slots: 8, random: RandomStream(seed: 1))
    let width = batch.observationSpace.count
    var random = RandomStream(seed: 2)
    var codes: Set<Set<Float>> = []
    for _ in 0..<100 {
      var actions = ActionBatch(batch.actionSpace, slots: 8)
      for slot in 0..<8 { actions.indices[slot] = Int32(random.integer(below: 6)) }
      try batch.step(actions)
      for slot in 0..<8 {
        let row = batch.buffers.observations[slot * width..<(slot + 1) * width]
        let first = row.startIndex
        // With empty hands, what is said of a thing depends on its looks alone.
        guard row[first + 4 * 25] == 0 else { continue }
        let objects = (0..<25).filter { row[first + $0] >= Float(Playroom.Content.firstShape) }
        codes.insert(Set(objects.map { row[first + 75 + $0] }))
      }
    }
    #expect(codes.contains { $0 != [0] && !$0.isEmpty })
    #expect(codes.contains { $0.count > 1 } == (skin == .plain))
  }

  @Test("the oldest of 32 conditions makes room, and what things alone did stays")
  func full() {
    var diary = Playroom.Diary()
    let ball = Playroom.Kind(.red, .ball)
    diary.note(.holding(ball), changing: true)
    diary.note(.beside(ball))
    let pairs = Playroom.Kind.all.prefix(33).map { Playroom.Condition.together(ball, $0) }
    for pair in pairs { diary.note(pair) }
    #expect(diary.code(of: pairs[0]) == 0)
    #expect(pairs[1...].allSatisfy { diary.code(of: $0) == Tried.together })
    diary.note(pairs[32], changing: true)
    #expect(diary.code(of: pairs[32]) == Tried.together | Tried.change)
    #expect(diary.code(of: pairs[1]) == Tried.together)
    #expect(diary.code(of: .holding(ball)) == Tried.hold | Tried.change)
    #expect(diary.code(of: .holding(Playroom.Kind(.blue, .ball))) == 0)
    #expect(diary.code(of: .carrying(ball, onto: .red)) == 0)
  }

  @Test("a state is saved with it; states without it are read")
  func saved() throws {
    let task = try room()
    var random = RandomStream(seed: 1)
    var state = task.reset(using: &random)
    let before = try JSONEncoder().encode(state)
    #expect(!String(decoding: before, as: UTF8.self).contains("diary"))
    #expect(try JSONDecoder().decode(Playroom.State.self, from: before) == state)
    _ = task.step(&state, Action(Move.pickUp.rawValue), using: &random)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let after = try encoder.encode(state)
    #expect(try JSONDecoder().decode(Playroom.State.self, from: after) == state)
    let text = String(decoding: after, as: UTF8.self)
    // A place that there is not, a count that does not fit, bits that mean nothing.
    for (sound, broken) in [
      ("\"next\":0", "\"next\":32"), ("\"count\":0", "\"count\":3"), ("[0,0,0,", "[255,0,0,"),
      ("[0,0,0,", "[64,0,0,"),
    ] {
      let diary = try #require(text.firstRange(of: "\"diary\""))
      let place = try #require(text[diary.upperBound...].firstRange(of: sound))
      #expect(throws: DecodingError.self, "\(broken)") {
        try JSONDecoder().decode(
          Playroom.State.self, from: Data(text.replacingCharacters(in: place, with: broken).utf8))
      }
    }
  }
}

/// A rule that is not told, in a small room, and a way to set it off.
struct Work: Sendable, CustomTestStringConvertible {
  typealias Condition = Playroom.Condition

  let condition: Condition
  let rule: String
  let moves: [Playroom.Move]

  var testDescription: String { "\(condition)" }

  private static let ball = Playroom.Kind(.blue, .ball)
  private static let cup = Playroom.Kind(.red, .cup)
  static let all = [
    Work(
      condition: .holding(ball), rule: #""when": "hold", "subject": "blue ball""#, moves: [.pickUp]),
    Work(
      condition: .beside(cup), rule: #""when": "beside", "subject": "red cup""#,
      moves: [.turnRight, .forward, .forward, .turnLeft, .forward]),
    Work(
      condition: .together(ball, cup),
      rule: #""when": "together", "subject": "blue ball", "other": "red cup""#,
      moves: [.pickUp, .turnRight, .forward, .forward, .turnLeft, .putDown]),
    Work(
      condition: .lying(ball, on: .red),
      rule: #""when": "on", "subject": "blue ball", "tile": "red""#,
      moves: [.pickUp, .forward, .putDown]),
    Work(
      condition: .carrying(ball, onto: .red),
      rule: #""when": "carry", "subject": "blue ball", "tile": "red""#,
      moves: [.pickUp, .forward, .forward]),
  ]

  /// A room of 3 by 3: the agent in a corner, looking right at the ball, the tile behind that, the cup in
  /// the opposite corner. What the rule makes is to be held.
  func task(told: String = "") throws -> Playroom {
    try playroom(
      """
      {"rooms": ["#####", "#...#", "#...#", "#...#", "#####"],
       "tiles": [{"color": "red", "at": [3, 1]}],
       "objects": [{"kind": "blue ball", "at": [2, 1]}, {"kind": "red cup", "at": [3, 3]}],
       "agent": {"at": [1, 1], "facing": "right"}, "told": [\(told)], "showsTried": true,
       "rules": [{\(rule), "makes": "green star"}], "goal": {"when": "hold", "subject": "green star"}}
      """)
  }
}

@Suite("Who seeks what is wanted")
struct PlayroomSeekingTests {
  private func tasks(_ count: Int, shows: Bool = true) -> [Playroom] {
    let configuration = Configurations.make {
      ($0.depth, $0.heldOutDepth) = (0...0, 0)
      ($0.distractorRules, $0.deadEnds) = (0...0, 0...0)
      ($0.goalToldShare, $0.rulesToldShare) = (0, 0)
      $0.showsTried = shows
    }
    var random = RandomStream(seed: 3)
    return (0..<count).map { _ in
      PlayroomFamily(configuration).task(.heldOut, using: &random)
    }
  }

  private func advice(
    _ task: Playroom, _ state: Playroom.State
  ) -> (action: Action, aim: [Int32])? {
    var aim = [Int32](repeating: 0, count: 5)
    var span = aim.mutableSpan
    return task.exploration(in: state, into: &span).map { ($0, aim) }
  }

  /// The condition that an aim stands for.
  private func condition(_ aim: [Int32]) throws -> Playroom.Condition {
    func kind(_ content: Int32, _ color: Int32) throws -> Playroom.Kind {
      let shape = UInt8(content) - UInt8(Playroom.Content.firstShape)
      return Playroom.Kind(
        try #require(Playroom.Color(rawValue: UInt8(color))),
        try #require(Playroom.Shape(rawValue: shape)))
    }
    let subject = try kind(aim[1], aim[2])
    let tile = Playroom.Color(rawValue: UInt8(aim[4]))
    switch try #require(Playroom.Predicate(rawValue: UInt8(aim[0]))) {
    case .hold: return .holding(subject)
    case .beside: return .beside(subject)
    case .together: return .together(subject, try kind(aim[3], aim[4]))
    case .on: return .lying(subject, on: try #require(tile))
    case .carry: return .carrying(subject, onto: try #require(tile))
    }
  }

  @Test("says nothing where it is not shown what has been tried")
  func silent() {
    let task = tasks(1, shows: false)[0]
    var random = RandomStream(seed: 1)
    #expect(advice(task, task.reset(using: &random)) == nil)
  }

  @Test("is after what never held, and comes upon most goals")
  func finds() throws {
    var found = 0
    for task in tasks(40) {
      var random = RandomStream(seed: 7)
      var state = task.reset(using: &random)
      for _ in 0..<300 {
        guard let (action, aim) = advice(task, state) else { break }
        #expect(state.diary.code(of: try condition(aim)) == 0)
        if task.step(&state, action, using: &random).terminated {
          found += 1
          break
        }
      }
    }
    #expect(found >= 36, "\(found) of 40")
  }

  @Test(
    "comes upon any rule, told or not", arguments: Work.all, ["", #""rules""#])
  func rules(work: Work, told: String) throws {
    let task = try work.task(told: told)
    var random = RandomStream(seed: 1)
    var state = task.reset(using: &random)
    var (steps, isReached) = (0, false)
    while steps < 100, !isReached, let (action, _) = advice(task, state) {
      isReached = task.step(&state, action, using: &random).terminated
      steps += 1
    }
    #expect(isReached, "after \(steps) steps")
    #expect(state.diary.code(of: work.condition) & Playroom.Tried.change != 0)
  }

  @Test(
    "makes what it knows to make until that has been tried too",
    arguments: Work.all, ["", #""rules""#])
  func making(work: Work, told: String) throws {
    let ball = Playroom.Kind(.blue, .ball)
    let cup = Playroom.Kind(.red, .cup)
    let star = Playroom.Kind(.green, .star)
    func alone(_ kind: Playroom.Kind) -> [Playroom.Condition] {
      [.holding(kind), .beside(kind), .lying(kind, on: .red), .carrying(kind, onto: .red)]
    }
    let task = try work.task(told: told)
    var random = RandomStream(seed: 1)
    var state = task.reset(using: &random)
    for condition in alone(ball) + alone(cup) + [.together(ball, cup)] {
      state.diary.note(condition)
    }
    if told.isEmpty {
      #expect(advice(task, state) == nil, "nobody knows of the rule")
      state.diary.note(work.condition, changing: true)
    }
    // What the star is made of is no more when there is a star.
    let parts = [work.condition.subject, work.condition.other]
    let others: [Playroom.Kind] = [ball, cup].filter { !parts.contains($0) }
    for condition in alone(star) + others.map({ .together(star, $0) }) {
      let aim = try #require(advice(task, state)?.aim, "\(condition) is left")
      #expect(try self.condition(aim) == work.condition)
      state.diary.note(condition)
    }
    #expect(advice(task, state) == nil, "all has been tried")
  }

  @Test("is heard where the agent cannot know what is wanted, and no more once it was rewarded")
  func heard() throws {
    let task = tasks(1)[0]
    var batch = EnvironmentBatch(
      tasks: [task], named: "room", trials: TrialSettings(triesPerTask: 3),
      random: RandomStream(seed: 2))
    #expect(!batch.knowsAim(slot: 0))
    let first = try #require(batch.exploration(slot: 0))
    #expect(first.aim[0] > 0)
    while batch.buffers.finished.isEmpty {
      var actions = ActionBatch(batch.actionSpace, slots: 1)
      guard batch.writeExpertActions(to: &actions) else { break }
      try batch.step(actions)
    }
    #expect(batch.buffers.finished[0].undiscountedReturn == 1)
    #expect(batch.knowsAim(slot: 0) && batch.exploration(slot: 0) == nil)
  }
}
