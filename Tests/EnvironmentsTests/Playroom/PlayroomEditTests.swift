import Environments
import Tensors
import Testing

struct PlayroomEditTests {
  /// Edits tasks again and again and looks at each result.
  private func edit(
    _ configuration: PlayroomFamily.Configuration, tasks: Int, edits: Int,
    looking: (_ old: Playroom, _ new: Playroom) throws -> Void
  ) rethrows {
    let family = PlayroomFamily(configuration)
    var random = RandomStream(seed: 3)
    for _ in 0..<tasks {
      var task = family.task(.train, using: &random)
      for _ in 0..<edits {
        let edited = family.edited(task, using: &random)
        try looking(task, edited)
        task = edited
      }
    }
  }

  @Test func editedTasksStayInTheTrainSplitAndCanBeSolved() {
    for configuration in [
      .init(), Configurations.deep, Configurations.rooms, Configurations.tried,
    ] {
      let family = PlayroomFamily(configuration)
      var random = RandomStream(seed: 4)
      var changed = 0
      edit(configuration, tasks: 40, edits: 8) { old, new in
        #expect(family.contains(new, in: .train) && !family.contains(new, in: .heldOut))
        #expect(new.depth <= configuration.depth.upperBound)
        #expect(new.map == old.map && new.telling == old.telling)
        #expect(new.observationSpace == old.observationSpace && new.skin == old.skin)
        if new != old { changed += 1 }
        // What the planner finds, the expert does, within the limit.
        let expert = new.makeExpert()
        var state = new.reset(using: &random)
        var steps = 0
        while steps < new.stepLimit ?? .max, let action = expert?(state) {
          steps += 1
          if new.step(&state, action, using: &random).terminated { break }
        }
        #expect(steps < new.stepLimit ?? .max, "\(new)")
      }
      #expect(changed > 300)
    }
  }

  @Test func editsReachGoalsRulesAndObjects() {
    var found = (goals: 0, rules: 0, longer: 0, shorter: 0, more: 0, fewer: 0, deeper: 0)
    edit(.init(), tasks: 40, edits: 8) { old, new in
      if new.goal != old.goal { found.goals += 1 }
      if Set(new.rules) != Set(old.rules) { found.rules += 1 }
      if new.rules.count > old.rules.count { found.longer += 1 }
      if new.rules.count < old.rules.count { found.shorter += 1 }
      if new.objectCount > old.objectCount { found.more += 1 }
      if new.objectCount < old.objectCount { found.fewer += 1 }
      if new.depth > old.depth { found.deeper += 1 }
    }
    #expect(min(found.goals, found.rules, found.longer, found.shorter) > 0)
    #expect(min(found.more, found.fewer, found.deeper) > 0)
  }

  @Test func theSameSeedMakesTheSameEdit() {
    let family = PlayroomFamily()
    var random = RandomStream(seed: 5)
    let task = family.task(.train, using: &random)
    var (first, second) = (RandomStream(seed: 6), RandomStream(seed: 6))
    for _ in 0..<5 {
      #expect(family.edited(task, using: &first) == family.edited(task, using: &second))
    }
  }
}
