import Environments
import Tensors
import Testing

struct PlayroomPlannerTests {
  /// The fewest steps to the goal, by trying every action from every state; nil if there is no way.
  private func fewestSteps(_ task: Playroom, from start: Playroom.State) -> Int? {
    var random = RandomStream(seed: 0)
    var known: Set<Playroom.State> = [start]
    var wave = [start]
    var steps = 0
    while !wave.isEmpty {
      steps += 1
      var next: [Playroom.State] = []
      for state in wave {
        for action in 0..<6 {
          var after = state
          if task.step(&after, Action(action), using: &random).terminated { return steps }
          if known.insert(after).inserted { next.append(after) }
        }
      }
      wave = next
    }
    return nil
  }

  private func isPlan(
    _ moves: [Playroom.Move], _ task: Playroom, from start: Playroom.State
  ) -> Bool {
    var (state, random) = (start, RandomStream(seed: 0))
    return moves.reduce(false) { _, move in
      task.step(&state, Action(move.rawValue), using: &random).terminated
    }
  }

  @Test func theSearchFindsAWayJustWhereThereIsOne() {
    var configuration = Configurations.small
    configuration.sides = 5...5
    configuration.distractorObjects = 0...0
    configuration.deadEnds = 1...1
    var random = RandomStream(seed: 11)
    var (ways, deadEnds) = (0, 0)
    for _ in 0..<30 {
      let task = PlayroomFamily(configuration).task(.train, using: &random)
      var state = task.reset(using: &random)
      // Random play leads into some dead ends.
      for _ in 0..<400 {
        var after = state
        let action = Action(random.integer(below: 6))
        if !task.step(&after, action, using: &random).terminated { state = after }
      }
      var search = PlayroomSearch(task)
      let fewest = fewestSteps(task, from: state)
      switch search.run(from: state) {
      case .plan(let moves):
        ways += 1
        #expect(isPlan(moves, task, from: state))
        #expect(fewest.map { $0 <= moves.count } == true)
      case .impossible:
        deadEnds += 1
        #expect(fewest == nil)
      case .undecided: Issue.record("the search stopped early")
      }
    }
    #expect(ways > 0 && deadEnds > 0)
  }

  @Test(arguments: [Configurations.small, PlayroomFamily.Configuration()])
  func noTaskIsDrawnWithoutAWay(configuration: PlayroomFamily.Configuration) {
    var random = RandomStream(seed: 12)
    var found = 0
    for index in 0..<60 {
      let task = PlayroomFamily(configuration).task(
        index % 2 == 0 ? .train : .heldOut, using: &random)
      let state = task.reset(using: &random)
      var search = PlayroomSearch(task, limit: 300)
      switch search.run(from: state) {
      case .plan(let moves):
        found += 1
        #expect(isPlan(moves, task, from: state))
      case .impossible: Issue.record("there is no way to the goal of \(task)")
      case .undecided: break
      }
    }
    #expect(found > 20)
  }

  @Test(arguments: Configurations.all)
  func theExpertReachesTheGoal(configuration: PlayroomFamily.Configuration) throws {
    var random = RandomStream(seed: 13)
    var reached = 0
    for index in 0..<100 {
      let task = PlayroomFamily(configuration).task(
        index % 2 == 0 ? .train : .heldOut, using: &random)
      let expert = try #require(task.makeExpert())
      var state = task.reset(using: &random)
      for _ in 0..<(task.stepLimit ?? 1000) {
        guard let action = expert(state) else { break }
        if task.step(&state, action, using: &random).terminated {
          reached += 1
          break
        }
      }
    }
    #expect(reached >= 98)
  }

  @Test func theExpertFetchesTheKeyAndAvoidsDeadEnds() throws {
    let task = try playroom(
      """
      {"rooms": ["#######", "#..#..#", "#..#..#", "#..#..#", "#######"],
       "doors": [{"color": "red", "at": [3, 2], "state": "locked"}],
       "tiles": [{"color": "blue", "at": [5, 2]}, {"color": "red", "at": [2, 2]}],
       "objects": [{"kind": "red key", "at": [1, 3]}, {"kind": "green ball", "at": [1, 1]}],
       "agent": {"at": [2, 1], "facing": "up"},
       "rules": [{"when": "on", "subject": "green ball", "tile": "blue", "makes": "gray gem"},
                 {"when": "on", "subject": "green ball", "tile": "red", "makes": "gray cup"}],
       "goal": {"when": "hold", "subject": "gray gem"}}
      """)
    let expert = try #require(task.makeExpert())
    var random = RandomStream(seed: 1)
    var state = task.reset(using: &random)
    let isReached = try (0..<60).contains { _ in
      let action = try #require(expert(state))
      return task.step(&state, action, using: &random).terminated
    }
    #expect(isReached && state.heldKind == Playroom.Kind(.gray, .gem))
  }

  @Test(arguments: [
    ("[]", false, false, false), ("[]", true, false, true), (#"["goal"]"#, false, false, true),
    (#"["rules"]"#, false, false, false), (#"["rules"]"#, true, true, true),
    (#"["goal", "rules"]"#, false, true, true),
  ])
  func whatTheExpertIsAfterIsKnownToWhomIsToldOrHasFoundOut(
    told: String, rewarded: Bool, knowsRule: Bool, knowsGoal: Bool
  ) throws {
    let task = try playroom(
      """
      {"rooms": ["#####", "#...#", "#...#", "#...#", "#####"],
       "objects": [{"kind": "green ball", "at": [2, 1]}],
       "agent": {"at": [1, 1], "facing": "right"}, "told": \(told),
       "rules": [{"when": "hold", "subject": "green ball", "makes": "gray gem"}],
       "goal": {"when": "beside", "subject": "gray gem"}}
      """)
    var random = RandomStream(seed: 1)
    var state = task.reset(using: &random)
    #expect(task.knowsAim(in: state, rewarded: rewarded) == knowsRule)
    // Picked up, the ball is a gem, which is to be put down now.
    _ = task.step(&state, Action(Playroom.Move.pickUp.rawValue), using: &random)
    #expect(state.heldKind == Playroom.Kind(.gray, .gem))
    #expect(task.knowsAim(in: state, rewarded: rewarded) == knowsGoal)
  }

  @Test func theExpertIsAfterTheRuleThatIsNeededThenAfterTheGoal() throws {
    let task = try playroom(
      """
      {"rooms": ["#####", "#...#", "#...#", "#...#", "#####"],
       "tiles": [{"color": "blue", "at": [3, 3]}],
       "objects": [{"kind": "green ball", "at": [1, 1]}, {"kind": "red star", "at": [3, 1]}],
       "agent": {"at": [2, 2], "facing": "up"},
       "rules": [{"when": "on", "subject": "green ball", "tile": "blue", "makes": "gray gem"}],
       "goal": {"when": "together", "subject": "gray gem", "other": "red star"}}
      """)
    #expect(task.aimKinds == [6, 12, 12, 12, 12])
    let expert = try #require(task.makeExpert())
    var random = RandomStream(seed: 1)
    var state = task.reset(using: &random)
    var aims: [[Int32]] = []
    for _ in 0..<60 {
      var aim = [Int32](repeating: 0, count: 5)
      var span = aim.mutableSpan
      task.aim(in: state, into: &span)
      if aims.last != aim { aims.append(aim) }
      let action = try #require(expert(state))
      if task.step(&state, action, using: &random).terminated { break }
    }
    let (shape, color) = (Playroom.Content.shape, Playroom.Color.self)
    let rule = [
      Int(Playroom.Predicate.on.rawValue), shape(.ball), Int(color.green.rawValue),
      Playroom.Content.tile, Int(color.blue.rawValue),
    ]
    let goal = [
      Int(Playroom.Predicate.together.rawValue), shape(.gem), Int(color.gray.rawValue),
      shape(.star), Int(color.red.rawValue),
    ]
    #expect(aims == [rule, goal].map { $0.map(Int32.init) })
  }
}
