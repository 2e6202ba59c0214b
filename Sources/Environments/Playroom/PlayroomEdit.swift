public import Tensors

/// A playroom of the train split that is being changed.
struct PlayroomEdit {
  typealias Condition = Playroom.Condition
  typealias Kind = Playroom.Kind

  /// What is changed.
  enum Change: CaseIterable {
    /// Something else is wanted.
    case goal
    /// A rule does its work on another condition.
    case condition
    /// A rule or an object more, or one fewer.
    case addRule, dropRule, addObject, dropObject
    /// An object is no longer there, but can be made of another.
    case deepen
  }

  private let task: Playroom
  private var objects: [(kind: Kind, cell: Playroom.Cell)]
  private var rules: [Playroom.Rule]
  private var goal: Condition

  init(_ task: Playroom) {
    self.task = task
    objects = (0..<task.objectCount).map {
      (Kind(code: task.objectKinds[$0]), Playroom.Cell(code: task.objectCells[$0]))
    }
    rules = Array(task.rules)
    goal = task.goal
  }

  /// Changes something; false if there is nothing of the kind to be changed or no room for it.
  mutating func make(_ change: Change, using random: inout RandomStream) -> Bool {
    switch change {
    case .goal: replaceGoal(using: &random)
    case .condition: replaceCondition(using: &random)
    case .addRule: addRule(using: &random)
    case .dropRule: rules.drop(using: &random)
    case .addObject: addObject(using: &random)
    case .dropObject: objects.drop(using: &random)
    case .deepen: deepen(using: &random)
    }
  }

  /// The changed task with sentences of its own; nil if there is no way to its goal or if it asks
  /// for something again that it needs for that.
  ///
  /// - Parameter stepsForDepth: how much longer a try may take for each rule above the others.
  func changed(stepsForDepth: Int, using random: inout RandomStream) -> Playroom? {
    let list = Playroom.RuleList(rules)
    guard Playroom.loop(in: list) == nil else { return nil }
    var inRooms = Playroom.Objects()
    for object in objects { inRooms.add(object.kind, at: object.cell) }
    (inRooms.agent, inRooms.facing) = (task.agentCell, task.agentFacing)
    var sentences = Playroom.Sentences()
    sentences[0] = Playroom.Grammar.goal(goal, .seen, using: &random)
    for (index, rule) in rules.enumerated() {
      sentences[1 + index] = Playroom.Grammar.rule(rule, .seen, using: &random)
    }
    var changed = Playroom(
      map: task.map, objects: inRooms, rules: list, goal: goal, telling: task.telling,
      viewSide: task.viewSide, ruleSlots: task.ruleSlots, sentences: sentences,
      stepLimit: task.stepLimit, skin: task.skin, showsTried: task.showsTried)
    changed.stepLimit = task.stepLimit.map {
      max(1, $0 + stepsForDepth * (changed.depth - task.depth))
    }
    guard let start = changed.layout(tries: 4, using: &random) else { return nil }
    changed.start = start
    return changed
  }

  // MARK: What can be drawn

  /// What there is or can be made.
  private var obtainable: [Kind] { objects.map(\.kind) + rules.map(\.product) }

  /// Draws a kind that has no part in the task yet and can be met in training.
  private func freshKind(using random: inout RandomStream) -> Kind? {
    let conditions = rules.map(\.condition) + [goal]
    let taken = Set(
      obtainable + conditions.map(\.subject) + conditions.compactMap(\.other))
    let free = Kind.all.filter { !taken.contains($0) && !PlayroomSplit.holdsOut($0) }
    return free.isEmpty ? nil : free[random.integer(below: free.count)]
  }

  /// Draws a condition about a kind that can be met with what is in the rooms.
  private func drawCondition(_ subject: Kind, using random: inout RandomStream) -> Condition? {
    let predicates = Playroom.Predicate.allCases
    switch predicates[random.integer(below: predicates.count)] {
    case .hold: return .holding(subject)
    case .beside: return .beside(subject)
    case .on: return drawTile(using: &random).map { .lying(subject, on: $0) }
    case .carry: return drawTile(using: &random).map { .carrying(subject, onto: $0) }
    case .together:
      let others = obtainable.filter { $0 != subject }
      guard !others.isEmpty else { return nil }
      return .together(subject, others[random.integer(below: others.count)])
    }
  }

  private func drawTile(using random: inout RandomStream) -> Playroom.Color? {
    guard task.map.tileCount > 0 else { return nil }
    return Playroom.Color(rawValue: task.map.tileColors[random.integer(below: task.map.tileCount)])
  }

  // MARK: Changes

  private mutating func replaceGoal(using random: inout RandomStream) -> Bool {
    let kinds = obtainable
    guard !kinds.isEmpty,
      let drawn = drawCondition(kinds[random.integer(below: kinds.count)], using: &random),
      drawn != goal
    else { return false }
    goal = drawn
    return true
  }

  private mutating func replaceCondition(using random: inout RandomStream) -> Bool {
    guard !rules.isEmpty else { return false }
    let place = random.integer(below: rules.count)
    let old = rules[place]
    guard let drawn = drawCondition(old.condition.subject, using: &random),
      drawn != old.condition, drawn.subject != old.product, drawn.other != old.product
    else { return false }
    rules[place] = Playroom.Rule(drawn, makes: old.product)
    return true
  }

  private mutating func addRule(using random: inout RandomStream) -> Bool {
    let kinds = obtainable
    guard rules.count < task.ruleSlots, !kinds.isEmpty,
      let product = freshKind(using: &random),
      let drawn = drawCondition(kinds[random.integer(below: kinds.count)], using: &random)
    else { return false }
    rules.insert(
      Playroom.Rule(drawn, makes: product), at: random.integer(below: rules.count + 1))
    return true
  }

  private mutating func addObject(using random: inout RandomStream) -> Bool {
    guard objects.count < Playroom.State.maximumObjects, let kind = freshKind(using: &random)
    else { return false }
    objects.append((kind, .nowhere))
    return true
  }

  private mutating func deepen(using random: inout RandomStream) -> Bool {
    guard rules.count < task.ruleSlots, !objects.isEmpty, let kind = freshKind(using: &random)
    else { return false }
    let place = random.integer(below: objects.count)
    let product = objects[place].kind
    objects[place].kind = kind
    guard let drawn = drawCondition(kind, using: &random), drawn.other != product,
      drawn.subject != product
    else { return false }
    rules.insert(
      Playroom.Rule(drawn, makes: product), at: random.integer(below: rules.count + 1))
    return true
  }
}

extension Array {
  /// Takes one element out; false if there is none.
  fileprivate mutating func drop(using random: inout RandomStream) -> Bool {
    guard !isEmpty else { return false }
    remove(at: random.integer(below: count))
    return true
  }
}

extension PlayroomFamily: EditableFamily {
  /// Changes a task of the train split a little: another goal, another condition of a rule, a rule
  /// or an object more or fewer, or one more rule between what there is and what is needed. Rooms
  /// and tiles stay, and so does what is told. What is told in words is put in words anew.
  ///
  /// The result is of the train split, no deeper than the configuration's tasks, and has a way to
  /// its goal. It may have more objects and rules that lead nowhere than a task that was drawn.
  public func edited(_ task: Playroom, using random: inout RandomStream) -> Playroom {
    let changes = PlayroomEdit.Change.allCases
    for _ in 0..<64 {
      var edit = PlayroomEdit(task)
      guard edit.make(changes[random.integer(below: changes.count)], using: &random),
        let changed = edit.changed(
          stepsForDepth: configuration.stepLimit == nil ? 3 * configuration.pace : 0, using: &random
        ),
        changed.depth <= configuration.depth.upperBound, contains(changed, in: .train)
      else { continue }
      return changed
    }
    return task
  }
}
