internal import Tensors

/// A playroom that is being drawn. Nothing is allocated.
struct PlayroomDraft {
  typealias Kind = Playroom.Kind
  typealias Condition = Playroom.Condition

  let configuration: PlayroomFamily.Configuration
  let split: Split
  /// What the held-out split asks for besides other rules and goals; `nil` in training.
  let axis: PlayroomSplit.Axis?
  /// A bit for each kind that has a part already: every kind has one part only.
  private var used: UInt64 = 0
  private var rules = Playroom.RuleList()
  private var objects = Playroom.Objects()
  /// A bit for each colour that tiles are needed of.
  private var tileColors: UInt8 = 0
  /// The colours of locked doors.
  private var locks = SIMD4<UInt8>()
  private var lockCount = 0

  init(_ configuration: PlayroomFamily.Configuration, _ split: Split) {
    self.configuration = configuration
    self.split = split
    axis = split == .train ? nil : configuration.axis
  }

  /// Draws a task; `nil` if what was drawn does not fit or has no way to the goal.
  mutating func task(using random: inout RandomStream) -> Playroom? {
    let depth =
      axis == .depth
      ? configuration.heldOutDepth : random.integer(in: configuration.depth)
    addLocks(using: &random)
    guard let wanted = drawGoal(using: &random), grow(wanted.subject, depth, using: &random)
    else { return nil }
    if let other = wanted.other { objects.add(other) }
    let goal = wanted.ordered
    addDeadEnds(using: &random)
    addDistractors(using: &random)
    let sides = axis == .size ? configuration.heldOutSides : configuration.sides
    let (width, height) = (random.integer(in: sides), random.integer(in: sides))
    guard let map = drawMap(width, height, using: &random) else { return nil }
    shuffleRules(using: &random)
    var task = Playroom(
      map: map, objects: objects, rules: rules, goal: goal, telling: drawTelling(using: &random),
      viewSide: configuration.viewSide, ruleSlots: configuration.ruleSlots,
      sentences: drawSentences(goal, using: &random),
      stepLimit: configuration.stepLimit
        ?? configuration.pace * (max(width, height) + 3 * depth + 3 * lockCount),
      skin: configuration.skin, showsTried: configuration.showsTried)
    guard let start = task.layout(tries: 4, using: &random) else { return nil }
    task.start = start
    return task
  }

  // MARK: Goal and rules

  /// Draws a kind that has no part yet.
  private func freshKind(
    using random: inout RandomStream, heldOut: Bool = false
  ) -> Kind {
    while true {
      let drawn = random.integer(below: 48)
      let kind = Kind(code: UInt8(drawn / 6) << 3 | UInt8(1 + drawn % 6))
      if used >> UInt64(kind.code) & 1 == 0, PlayroomSplit.holdsOut(kind) == heldOut {
        return kind
      }
    }
  }

  private mutating func take(_ kind: Kind) { used |= 1 << UInt64(kind.code) }

  private mutating func take(_ condition: Condition) {
    take(condition.subject)
    if let other = condition.other { take(other) }
    if let tile = condition.tile { tileColors |= 1 << tile.rawValue }
  }

  /// Draws a condition about a kind.
  private func drawCondition(
    _ predicate: Playroom.Predicate, _ subject: Kind, using random: inout RandomStream
  ) -> Condition {
    let tile = Playroom.Color(rawValue: UInt8(1 + random.integer(below: 6))) ?? .red
    switch predicate {
    case .hold: return .holding(subject)
    case .beside: return .beside(subject)
    case .on: return .lying(subject, on: tile)
    case .carry: return .carrying(subject, onto: tile)
    case .together:
      var other = freshKind(using: &random)
      while other == subject { other = freshKind(using: &random) }
      // The operands' order says nothing, so what is to be made can be either.
      return Condition(.together, subject, operand: other.code)
    }
  }

  private func drawPredicate(using random: inout RandomStream) -> Playroom.Predicate {
    Playroom.Predicate(rawValue: UInt8(1 + random.integer(below: 5))) ?? .hold
  }

  /// Draws a goal of the split. Its subject, of two operands the first, is what is to be made.
  private mutating func drawGoal(using random: inout RandomStream) -> Condition? {
    for _ in 0..<1000 {
      let subject = freshKind(using: &random, heldOut: axis == .objects)
      let drawn = drawCondition(drawPredicate(using: &random), subject, using: &random)
      let goal = drawn.ordered
      let isHeldOutVerb = PlayroomSplit.holdsOutVerb(goal)
      let isFitting =
        axis == nil
        ? !PlayroomSplit.holdsOut(goal)
        : PlayroomSplit.holdsOut(goal) && isHeldOutVerb == (axis == .verbs)
      guard isFitting else { continue }
      take(goal)
      return drawn
    }
    return nil
  }

  /// Draws a rule that makes something, of the split.
  private mutating func drawRule(
    makes product: Kind, of subject: Kind? = nil, _ predicate: Playroom.Predicate? = nil,
    using random: inout RandomStream
  ) -> Playroom.Rule? {
    for _ in 0..<1000 {
      let subject = subject ?? freshKind(using: &random)
      let drawn = drawCondition(
        predicate ?? drawPredicate(using: &random), subject, using: &random)
      let rule = Playroom.Rule(drawn.ordered, makes: product)
      let isHeldOutVerb = PlayroomSplit.holdsOutVerb(rule.condition)
      let isFitting = !isHeldOutVerb && PlayroomSplit.holdsOut(rule) == (axis != nil)
      guard isFitting, drawn.other != product, subject != product else { continue }
      take(rule.condition)
      return rule
    }
    return nil
  }

  /// Puts in an object, or rules that make it.
  ///
  /// - Parameter depth: how many rules lie one above the other.
  private mutating func grow(
    _ kind: Kind, _ depth: Int, using random: inout RandomStream
  ) -> Bool {
    guard depth > 0 else {
      objects.add(kind)
      return true
    }
    guard let rule = drawRule(makes: kind, using: &random) else { return false }
    rules.append(rule)
    guard grow(rule.condition.subject, depth - 1, using: &random) else { return false }
    guard let other = rule.condition.other else { return true }
    // One more rule for the second branch, if there is room for it.
    let isMade =
      depth > 1 && rules.count < PlayroomFamily.Configuration.treeRules(depth)
      && random.integer(below: 2) == 0
    return grow(other, isMade ? 1 : 0, using: &random)
  }

  /// Adds rules that spoil something that is needed, in ways that can be avoided.
  private mutating func addDeadEnds(using random: inout RandomStream) {
    let needed = rules.count
    for _ in 0..<random.integer(in: configuration.deadEnds)
    where rules.count < configuration.ruleSlots {
      let place = random.integer(below: objects.count + needed)
      let spoiled =
        place < objects.count
        ? Kind(code: objects.kinds[place]) : rules[place - objects.count].product
      let predicate: Playroom.Predicate = [.on, .carry][random.integer(below: 2)]
      // A door needs its key.
      guard spoiled.shape != .key else { continue }
      let product = freshKind(using: &random)
      guard let rule = drawRule(makes: product, of: spoiled, predicate, using: &random)
      else { continue }
      take(product)
      rules.append(rule)
    }
  }

  /// Adds objects of no use and rules that lead nowhere.
  private mutating func addDistractors(using random: inout RandomStream) {
    let first = objects.count
    for _ in 0..<random.integer(in: configuration.distractorObjects) {
      let kind = freshKind(using: &random)
      take(kind)
      objects.add(kind)
    }
    for _ in 0..<random.integer(in: configuration.distractorRules)
    where rules.count < configuration.ruleSlots {
      let product = freshKind(using: &random)
      // Of something that lies about, if anything does.
      let subject =
        objects.count > first
        ? Kind(code: objects.kinds[first + random.integer(below: objects.count - first)]) : nil
      guard let rule = drawRule(makes: product, of: subject, using: &random) else { continue }
      take(product)
      rules.append(rule)
    }
  }

  private mutating func shuffleRules(using random: inout RandomStream) {
    for last in stride(from: rules.count - 1, to: 0, by: -1) {
      rules.swapAt(last, random.integer(below: last + 1))
    }
  }

  // MARK: Rooms

  private mutating func addLocks(using random: inout RandomStream) {
    guard configuration.rooms.upperBound > 1 else { return }
    for _ in 0..<random.integer(in: configuration.lockedDoors) {
      var key = freshKind(using: &random)
      while key.shape != .key { key = freshKind(using: &random) }
      take(key)
      objects.add(key)
      locks[lockCount] = key.color.rawValue
      lockCount += 1
    }
  }

  private mutating func drawMap(
    _ width: Int, _ height: Int, using random: inout RandomStream
  ) -> Playroom.Map? {
    let rooms = random.integer(in: configuration.rooms)
    var map = Playroom.Map(width: width, height: height)
    map.addRooms(rooms, lockColors: locks, locks: lockCount, using: &random)
    // A tile of each colour that is needed, and one of no use.
    tileColors |= 1 << UInt8(1 + random.integer(below: 6))
    var free = map.floor.without(map.doors | map.doors.neighbours)
    for color in Playroom.Color.allCases where tileColors >> color.rawValue & 1 != 0 {
      guard let cell = map.draw(from: &free, using: &random) else { return nil }
      map.addTile(cell, color)
    }
    return map
  }

  // MARK: What is told

  private func drawTelling(using random: inout RandomStream) -> Playroom.Telling {
    var telling: Playroom.Telling = []
    if random.uniform() < configuration.goalToldShare { telling.formUnion(.goal) }
    if random.uniform() < configuration.rulesToldShare { telling.formUnion(.rules) }
    if !configuration.tellsInSymbols { telling.subtract([.goalSymbols, .ruleSymbols]) }
    if !configuration.tellsInWords { telling.subtract([.goalWords, .ruleWords]) }
    return telling
  }

  private func drawSentences(
    _ goal: Condition, using random: inout RandomStream
  ) -> Playroom.Sentences {
    let phrasing: Playroom.Phrasing = axis == .phrasing ? .unseen : .seen
    var sentences = Playroom.Sentences()
    sentences[0] = Playroom.Grammar.goal(goal, phrasing, using: &random)
    for (index, rule) in rules.enumerated() {
      sentences[1 + index] = Playroom.Grammar.rule(rule, phrasing, using: &random)
    }
    return sentences
  }
}

extension RandomStream {
  /// Draws an integer uniformly from a range.
  mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }
}
