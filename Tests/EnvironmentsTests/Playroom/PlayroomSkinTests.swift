import AllocationCounter
import Environments
import Tensors
import Testing

struct PlayroomSkinTests {
  /// A configuration whose tasks tell everything, in symbols and in words.
  private static func telling(_ skin: PlayroomSkin) -> PlayroomFamily.Configuration {
    var configuration = PlayroomFamily.Configuration()
    configuration.rooms = 1...4
    configuration.goalToldShare = 1
    configuration.rulesToldShare = 1
    configuration.tellsInSymbols = true
    configuration.skin = skin
    return configuration
  }

  private func task(_ skin: PlayroomSkin, _ number: UInt64) -> Playroom {
    var random = RandomStream(seed: number)
    return PlayroomFamily(Self.telling(skin)).task(.train, using: &random)
  }

  private func observation(_ task: Playroom, _ state: Playroom.State) -> [Float] {
    var seen = Array(repeating: Float(0), count: task.observationSpace.count)
    seen.withMutableSpan(of: seen.indices) { task.observe(state, into: &$0) }
    return seen
  }

  @Test(arguments: PlayroomSkin.allCases)
  func aSkinChangesNeitherTheWorldNorRewardsNorTheExpert(skin: PlayroomSkin) throws {
    for number in 0..<20 as Range<UInt64> {
      let tasks = [task(.plain, number), task(skin, number)]
      #expect(PlayroomDescription(tasks[0]) == PlayroomDescription(tasks[1]))
      let experts = try tasks.map { try #require($0.makeExpert()) }
      var streams = [RandomStream(seed: 1), RandomStream(seed: 1)]
      var states = [0, 1].map { tasks[$0].reset(using: &streams[$0]) }
      var random = RandomStream(seed: number)
      for step in 0..<60 {
        #expect(states[0] == states[1])
        let plans = [0, 1].map { experts[$0](states[$0]) }
        #expect(plans[0] == plans[1])
        let action =
          step < 20 ? Action(random.integer(below: 6)) : plans[0] ?? Action(0)
        let outcomes = [0, 1].map {
          tasks[$0].step(&states[$0], action, using: &streams[$0])
        }
        #expect(outcomes[0] == outcomes[1])
        if outcomes[0].terminated { break }
      }
    }
  }

  @Test func permutationsMissNothingAndLeaveNothingInItsPlace() {
    let contents = (3...10).map { PlayroomSkin.permuted.content($0) }
    #expect(Set(contents) == Set(3...10) && !zip(3..., contents).contains { $0 == $1 })
    let colors = (1...6).map { PlayroomSkin.permuted.color($0) }
    #expect(Set(colors) == Set(1...6) && !zip(1..., colors).contains { $0 == $1 })
    #expect((1...6).map { PlayroomSkin.permuted.objectColor($0) } == colors)
    for skin in PlayroomSkin.allCases {
      // Empty cells, walls, doors and the tiles of goals; no colour; how doors stand; no word.
      #expect([0, 1, 2, 11].allSatisfy { skin.content($0) == $0 })
      #expect(skin.objectColor(0) == 0 && [0, 7, 8, 9].allSatisfy { skin.color($0) == $0 })
      let all = 0...UInt8(Playroom.vocabulary.count)
      #expect(Set(all.map { skin.word($0) }) == Set(all) && skin.word(0) == 0)
    }
    #expect(
      (1...UInt8(Playroom.vocabulary.count)).allSatisfy {
        PlayroomSkin.scrambled.word($0) != $0
      })
  }

  /// What is observed is what is observed of the plain task, code by code.
  @Test(arguments: PlayroomSkin.allCases)
  func everythingThatIsObservedLooksTheSameWay(skin: PlayroomSkin) throws {
    for number in 0..<50 as Range<UInt64> {
      let tasks = [task(.plain, number), task(skin, number)]
      let space = tasks[0].observationSpace
      var random = RandomStream(seed: number)
      var state = tasks[0].reset(using: &random)
      for _ in 0..<30 {
        let (plain, seen) = (observation(tasks[0], state), observation(tasks[1], state))
        func pairs(_ name: String) throws -> [(plain: UInt8, seen: UInt8)] {
          try #require(space.range(of: name)).map { (UInt8(plain[$0]), UInt8(seen[$0])) }
        }
        let (shapes, colors) = (try pairs("shapes"), try pairs("colors"))
        for (shape, color) in zip(shapes, colors) {
          #expect(shape.seen == skin.content(shape.plain))
          let isDoor = shape.plain == Playroom.Content.door
          #expect(
            color.seen == (isDoor ? skin.color(color.plain) : skin.objectColor(color.plain)))
        }
        #expect(try pairs("grounds").allSatisfy { $0.seen == skin.color($0.plain) })
        let held = try pairs("held")
        #expect(held[0].seen == skin.content(held[0].plain))
        #expect(held[1].seen == skin.objectColor(held[1].plain))
        #expect(try pairs("instruction").allSatisfy { $0.seen == skin.word($0.plain) })
        let action = Action(random.integer(below: 6))
        if tasks[0].step(&state, action, using: &random).terminated { break }
      }
    }
  }

  private static let colors = [
    ["red", "crimson"], ["green", "lime"], ["blue", "navy"], ["yellow", "golden"],
    ["purple", "violet"], ["gray", "silver"],
  ]
  private static let shapes = [
    ["ball", "sphere"], ["box", "crate"], ["cone"], ["cup", "mug"], ["gem", "jewel"], ["key"],
    ["ring", "hoop"], ["star"],
  ]

  @Test(arguments: [PlayroomSkin.plain, .permuted])
  func toldWordsAndSymbolsSayTheSame(skin: PlayroomSkin) throws {
    var different = 0
    for number in 0..<100 as Range<UInt64> {
      let task = task(skin, number)
      var random = RandomStream(seed: number)
      let seen = observation(task, task.reset(using: &random))
      let goal = try #require(task.observationSpace.range(of: "goal")).map { Int(seen[$0]) }
      let sentence = try #require(task.observationSpace.range(of: "instruction")).prefix(16)
        .compactMap { seen[$0] > 0 ? Playroom.vocabulary[Int(seen[$0]) - 1] : nil }
      // The first colour that a shape follows is the subject's.
      let place = try #require(
        sentence.indices.dropLast().first { index in
          Self.colors.joined().contains(sentence[index])
            && Self.shapes.joined().contains(sentence[index + 1])
        })
      #expect(Self.shapes[goal[1] - 3].contains(sentence[place + 1]))
      #expect(Self.colors[goal[2] - 1].contains(sentence[place]))
      if goal[1] != Playroom.Content.shape(task.goal.subject.shape) { different += 1 }
    }
    #expect(different == (skin == .plain ? 0 : 100))
  }

  @Test func masksHideWhatObjectsAre() {
    let kinds = Playroom.Kind.all.map {
      (UInt8(Playroom.Content.shape($0.shape)), $0.color.rawValue)
    }
    func looks(_ skin: PlayroomSkin) -> Int {
      Set(kinds.map { [skin.content($0.0), skin.objectColor($0.1)] }).count
    }
    #expect(PlayroomSkin.allCases.map(looks) == [48, 48, 8, 1, 48])
  }

  @Test(
    "a batch step allocates nothing, and what it writes lies in the space",
    .enabled(if: foal_counts_allocations()), arguments: PlayroomSkin.allCases)
  func batchStep(skin: PlayroomSkin) throws {
    var batch = EnvironmentBatch(
      PlayroomFamily(Self.telling(skin)), slots: 16, random: RandomStream(seed: 1))
    var actions = ActionBatch(batch.actionSpace, slots: 16)
    var random = RandomStream(seed: 2)
    func step(_ count: Int) throws {
      for _ in 0..<count {
        actions.drawUniformly(from: batch.actionSpace, using: &random)
        try batch.step(actions)
      }
    }
    try step(800)
    batch.buffers.finished.removeAll(keepingCapacity: true)
    let before = foal_allocation_count()
    try step(400)
    #expect(foal_allocation_count() == before)
  }
}
