extension Playroom {
  /// Does what has not been tried yet, the nearest first: so whoever does not know what is wanted, or by
  /// which rule, finds it out. Only where it is shown what has been tried.
  public func exploration(in state: State, into aim: inout MutableSpan<Int32>) -> Action? {
    guard showsTried,
      let (condition, move) = withWorld({ PlayroomSeeker($0, state).nearestUntried() })
    else { return nil }
    write(condition, to: &aim)
    return Action(move.rawValue)
  }
}

/// Tries things out. It sees the whole room and plans as the planner does, but knows no goal, and no rule
/// that is neither told nor was seen at work: such a rule it sets off like anybody who does not know it.
struct PlayroomSeeker {
  typealias Condition = Playroom.Condition
  typealias Kind = Playroom.Kind
  /// A condition that never held, and the first step on the shortest way to it.
  typealias Try = (condition: Condition, move: Playroom.Move)

  private let task: PlayroomWorld
  private let state: Playroom.State
  private let planner: PlayroomPlanner

  init(_ task: PlayroomWorld, _ state: Playroom.State) {
    (self.task, self.state) = (task, state)
    var known: UInt8 = 0
    for (index, rule) in task.rules.enumerated() {
      let isKnown =
        !task.task.pointee.telling.isDisjoint(with: .rules)
        || state.diary.code(of: task.look(of: rule.condition)) & Playroom.Tried.change != 0
      if isKnown { known |= 1 << UInt8(index) }
    }
    planner = PlayroomPlanner(task, state, heeding: known)
  }

  /// The nearest condition that never held; `nil` if there is none.
  ///
  /// What is in hand is tried with everything else before it is put down. What can be made, by rules that
  /// are known, is made again as soon as all that lies there has been held and stood beside, until it has
  /// been tried with everything as well.
  func nearestUntried() -> Try? {
    let lying = (0..<task.objectCount).filter { state.cells[$0] != Playroom.Cell.nowhere.code }
      .map { Kind(code: state.kinds[$0]) }
    let held = state.carried
    return nearest(of: held == .none ? [] : combinations(of: held, with: lying))
      ?? nearest(of: lying.flatMap { aloneAndHeld($0) })
      ?? nearest(of: missing.compactMap { firstUntried(of: $0, with: lying) })
      ?? nearest(of: lying.flatMap { combinations(of: $0, with: lying) })
      ?? onceCleared(of: lying)
  }

  /// What rules that are known could make and is not there.
  private var missing: [Kind] {
    task.rules.indices.filter(planner.heeds).map { task.rules[$0].product }
      .filter { state.slot(of: $0, among: task.objectCount) == nil }
  }

  /// A condition that never held of something that is missing, and can once it is made of some things.
  private func firstUntried(of missing: Kind, with lying: [Kind]) -> Condition? {
    let parts = parts(of: missing)
    let others = lying.filter { !parts.contains($0) }
    return (aloneAndHeld(missing) + combinations(of: missing, with: others)).first(where: isUntried)
  }

  /// What is used up where something is made, by one rule or by several, one above the other.
  private func parts(of product: Kind) -> [Kind] {
    var parts: [Kind] = []
    var unmade = [product]
    while let kind = unmade.popLast() {
      for (index, rule) in task.rules.enumerated()
      where planner.heeds(index) && rule.product == kind {
        let operands = [rule.condition.subject] + (rule.condition.other.map { [$0] } ?? [])
        unmade += operands.filter { !parts.contains($0) }
        parts += operands
      }
    }
    return parts
  }

  /// What can be done with an object alone.
  private func aloneAndHeld(_ kind: Kind) -> [Condition] { [.beside(kind), .holding(kind)] }

  /// What can be done with an object besides holding it and standing beside it, on tiles that are free.
  private func combinations(of kind: Kind, with others: [Kind]) -> [Condition] {
    let tiles = Playroom.Color.allCases.filter {
      !(task.map.tiles(of: $0.rawValue) & planner.floor).isEmpty
    }
    return others.map { Condition.together(kind, $0) }
      + tiles.flatMap { [Condition.lying(kind, on: $0), .carrying(kind, onto: $0)] }
  }

  /// Of some conditions the one that never held to which the walk is the shortest.
  private func nearest(of conditions: [Condition]) -> Try? {
    var nearest: (condition: Condition, planner: PlayroomPlanner, errand: PlayroomPlanner.Errand)?
    var shortest = Int.max
    for condition in conditions where isUntried(condition) {
      let planner = planner(towards: condition)
      var walker = state
      guard let errand = planner.firstErrand(towards: condition),
        let distance = planner.walk(&walker, to: errand), distance < shortest
      else { continue }
      (nearest, shortest) = ((condition, planner, errand), distance)
    }
    guard let nearest, let move = nearest.planner.firstMove(nearest.errand) else { return nil }
    return (nearest.errand.aim ?? nearest.condition, move)
  }

  /// What can be tried on a tile as soon as it is cleared: first, what lies there is picked up.
  private func onceCleared(of kinds: [Kind]) -> Try? {
    for slot in 0..<task.objectCount {
      let tile = task.map.tile(at: Playroom.Cell(code: state.cells[slot]))
      guard tile != 0, let color = Playroom.Color(rawValue: tile) else { continue }
      let untried = kinds.flatMap {
        [Condition.lying($0, on: color), .carrying($0, onto: color)]
      }.first(where: isUntried)
      guard let untried,
        let errand = planner.firstErrand(towards: .holding(Kind(code: state.kinds[slot]))),
        let move = planner.firstMove(errand)
      else { continue }
      return (untried, move)
    }
    return nil
  }

  private func isUntried(_ condition: Condition) -> Bool {
    state.diary.code(of: task.look(of: condition)) == 0
  }

  /// A planner that may set off the rules whose condition is wanted.
  private func planner(towards condition: Condition) -> PlayroomPlanner {
    var heeded = planner.heeded
    for (index, rule) in task.rules.enumerated() where rule.condition == condition {
      heeded &= ~(1 << UInt8(index))
    }
    return heeded == planner.heeded ? planner : PlayroomPlanner(task, state, heeding: heeded)
  }
}
