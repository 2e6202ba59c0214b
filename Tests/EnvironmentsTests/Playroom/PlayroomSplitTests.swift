import Environments
import Tensors
import Testing

struct PlayroomSplitTests {
  /// Everything that tasks are made of.
  struct Parts {
    var goals = Set<Playroom.Condition>()
    var rules = Set<Playroom.Rule>()
    var kinds = Set<String>()
    /// The words of goals, at 0, and of rules, at 1.
    var words = [Set<Float>(), Set<Float>()]

    mutating func add(_ task: Playroom) {
      goals.insert(task.goal)
      rules.formUnion(task.rules)
      kinds.formUnion(PlayroomDescription(task).objects.map(\.kind))
      kinds.formUnion(task.rules.map { "\($0.product)" })
      var random = RandomStream(seed: 0)
      let state = task.reset(using: &random)
      var seen = Array(repeating: Float(0), count: task.observationSpace.count)
      seen.withMutableSpan(of: seen.indices) { task.observe(state, into: &$0) }
      guard let range = task.observationSpace.range(of: "instruction") else { return }
      words[0].formUnion(seen[range.prefix(16)])
      words[1].formUnion(seen[range.dropFirst(16)])
    }
  }

  private func parts(
    _ configuration: PlayroomFamily.Configuration, _ split: Split, count: Int, seed: UInt64 = 1,
    looking: (Playroom) -> Void = { _ in }
  ) -> Parts {
    var random = RandomStream(seed: seed)
    let family = PlayroomFamily(configuration)
    var parts = Parts()
    for _ in 0..<count {
      let task = family.task(split, using: &random)
      looking(task)
      parts.add(task)
    }
    return parts
  }

  @Test func trainingHasNoRuleAndNoGoalOfAHeldOutTask() {
    for configuration in [Configurations.deep, Configurations.rooms] {
      let family = PlayroomFamily(configuration)
      let trained = parts(configuration, .train, count: 10_000) {
        #expect(family.contains($0, in: .train) && !family.contains($0, in: .heldOut))
      }
      #expect(trained.goals.count > 200 && trained.rules.count > 3000)
      for axis in PlayroomSplit.Axis.allCases where axis != .depth || configuration.depth != 0...4 {
        var other = configuration
        other.axis = axis
        let heldOut = parts(other, .heldOut, count: 1000) {
          #expect(family.contains($0, in: .heldOut) && !family.contains($0, in: .train))
        }
        #expect(trained.goals.isDisjoint(with: heldOut.goals))
        #expect(trained.rules.isDisjoint(with: heldOut.rules))
      }
    }
  }

  @Test func nearlyEveryGoalOfTrainingIsDrawn() {
    // The split keeps one goal in five back, and not more than it says.
    let kinds = Playroom.Kind.all.filter { !PlayroomSplit.holdsOut($0) }
    #expect(kinds.count == 40)
    let goals = kinds.flatMap { kind in
      [.holding(kind), .beside(kind)]
        + Playroom.Color.allCases.flatMap {
          [Playroom.Condition.lying(kind, on: $0), .carrying(kind, onto: $0)]
        }
    }.filter { !PlayroomSplit.holdsOutVerb($0) }
    let share = Double(goals.filter(PlayroomSplit.holdsOut).count) / Double(goals.count)
    #expect((0.13...0.27).contains(share))
  }

  @Test func trainingMeetsEveryWordColorShapeAndPredicate() {
    let trained = parts(.init(), .train, count: 10_000)
    #expect(Set(trained.goals.map(\.predicate)) == Set(Playroom.Predicate.allCases))
    #expect(Set(trained.rules.map(\.condition.predicate)) == Set(Playroom.Predicate.allCases))
    #expect(Set(trained.goals.map(\.subject.color)) == Set(Playroom.Color.allCases))
    #expect(Set(trained.goals.map(\.subject.shape)) == Set(Playroom.Shape.allCases))
    // 40 of the 48 pairs of colour and shape.
    #expect(trained.kinds.count == 40)
    let heldOut = parts(
      Configurations.make { $0.axis = .phrasing }, .heldOut, count: 3000)
    for (new, known) in zip(heldOut.words, trained.words) {
      #expect(new.count > 30 && new.isSubset(of: known))
    }
    #expect(70...90 ~= Playroom.vocabulary.count)
    #expect(Set(Playroom.vocabulary).count == Playroom.vocabulary.count)
  }

  @Test(arguments: PlayroomSplit.Axis.allCases)
  func anAxisHoldsWhatItSays(axis: PlayroomSplit.Axis) {
    let configuration = Configurations.make {
      $0.axis = axis
      $0.goalToldShare = 1
    }
    var sentences = Set<String>()
    _ = parts(configuration, .heldOut, count: 500) { task in
      let kinds = [task.goal.subject] + (task.goal.other.map { [$0] } ?? [])
      #expect(kinds.contains(where: PlayroomSplit.holdsOut) == (axis == .objects))
      #expect(PlayroomSplit.holdsOutVerb(task.goal) == (axis == .verbs))
      #expect(axis == .depth ? task.depth == 3 : task.depth <= 2)
      #expect(axis == .size ? task.map.width > 10 : task.map.width == 9)
      sentences.insert(task.instruction ?? "")
    }
    guard axis == .phrasing else { return }
    // Of 500 sentences in unseen forms not one is ever said in training.
    let said = Set(
      [Split.train, .heldOut].flatMap { split in
        var random = RandomStream(seed: 2)
        return (0..<3000).map { _ in
          PlayroomFamily().task(split, using: &random).instruction ?? ""
        }
      })
    #expect(said.isDisjoint(with: sentences))
  }

  /// What two tasks that differ only in what is hidden show of the same state.
  private func observation(_ task: Playroom, _ state: Playroom.State) -> [UInt32] {
    var seen = Array(repeating: Float(7), count: task.observationSpace.count)
    seen.withMutableSpan(of: seen.indices) { task.observe(state, into: &$0) }
    return seen.map(\.bitPattern)
  }

  @Test func whatIsHiddenDoesNotShow() throws {
    func task(_ product: String, _ goal: String, _ told: String) throws -> Playroom {
      try playroom(
        """
        {"rooms": ["######", "#....#", "#....#", "#....#", "######"],
         "objects": [{"kind": "red ball"}, {"kind": "blue box"}, {"kind": "green gem"}],
         "rules": [{"when": "beside", "subject": "red ball", "makes": "\(product)"}],
         "goal": {"when": "hold", "subject": "\(goal)"}, "told": [\(told)]}
        """)
    }
    let tasks = [
      try task("gray cup", "blue box", ""), try task("purple key", "blue box", ""),
      try task("gray cup", "green gem", ""),
    ]
    var random = RandomStream(seed: 1)
    var state = tasks[0].reset(using: &random)
    for _ in 0..<100 {
      let action = Action(random.integer(below: 6))
      let seen = Set(tasks.map { observation($0, state) })
      #expect(seen.count == 1)
      _ = tasks[0].step(&state, action, using: &random)
    }
    let told = [
      try task("gray cup", "blue box", #""rules""#),
      try task("purple key", "blue box", #""rules""#),
      try task("gray cup", "blue box", #""goal words""#),
      try task("gray cup", "green gem", #""goal words""#),
    ]
    #expect(Set(told.map { observation($0, state) }).count == 4)
  }

  @Test func hiddenTasksOfTheFamilyShowZeros() throws {
    let configuration = Configurations.make {
      $0.goalToldShare = 0
      $0.rulesToldShare = 0
    }
    _ = parts(configuration, .train, count: 200) { task in
      var random = RandomStream(seed: 1)
      let seen = observation(task, task.reset(using: &random))
      let start = task.observationSpace.range(of: "goal")!.lowerBound
      #expect(seen[start...].allSatisfy { $0 == 0 })
    }
  }
}
