/// Finds a way to the goal by working backwards from it over the rules.
///
/// What is wanted is there already, or a rule makes it, whose condition is then what is wanted. The
/// first thing to do on the way is an ``Errand``: to walk somewhere without setting off a rule, then
/// one action. A plan is found only if it works: each errand is carried out by the world's own
/// rules. A way that needs detours of another kind is not found; ``PlayroomSearch`` finds all.
///
/// Nothing is allocated.
struct PlayroomPlanner {
  typealias Board = Playroom.Board
  typealias Cell = Playroom.Cell
  typealias Condition = Playroom.Condition
  typealias Kind = Playroom.Kind
  typealias State = Playroom.State

  /// A walk and an action at its end.
  struct Errand {
    /// Forward, pick up, put down or toggle.
    var action: Playroom.Move
    /// The action is to be done in front of one of these cells.
    var targets: Board
    /// Where the agent may stand to do it.
    var places: Board
    /// The condition that the errand brings nearer, a rule's or the goal; nil while it is looked for.
    var aim: Condition?
  }

  /// How far something wanted is.
  enum Progress {
    /// It is there: the number of the object.
    case ready(Int)
    /// What to do first.
    case errand(Errand)
    case stuck
  }

  let task: PlayroomWorld
  let state: State
  /// The cells that can be walked on: without walls, objects and locked doors.
  let floor: Board
  /// The floor on which no rule is set off by walking.
  let quiet: Board
  /// What can be walked to from where the agent is.
  let reach: Board
  /// A bit for each rule that is not to be set off by the way, and that things can be made by; all of them,
  /// unless it is planned for someone who does not know all.
  let heeded: UInt8

  init(_ task: PlayroomWorld, _ state: State, heeding heeded: UInt8 = .max) {
    self.task = task
    self.state = state
    self.heeded = heeded
    var floor = task.map.floor
    for index in 0..<task.objectCount {
      let cell = Cell(code: state.cells[index])
      if cell != .nowhere { floor = floor.without(Board(cell)) }
    }
    if state.lockedDoors != 0 {
      for door in 0..<task.map.doorCount where state.lockedDoors >> UInt16(door) & 1 != 0 {
        floor = floor.without(Board(Cell(code: task.map.doorCells[door])))
      }
    }
    self.floor = floor
    quiet = floor.without(PlayroomPlanner.firing(task, state, heeded))
    reach = Board(state.agent).flooding(quiet)
  }

  /// The cells on which stepping sets off one of the heeded rules, a given one excepted.
  private func firing(except rule: Int) -> Board {
    PlayroomPlanner.firing(task, state, rule < 0 ? heeded : heeded & ~(1 << UInt8(rule)))
  }

  /// The cells on which stepping sets off one of some rules, given as bits.
  private static func firing(_ task: PlayroomWorld, _ state: State, _ rules: UInt8) -> Board {
    var board = Board()
    for (index, rule) in task.rules.enumerated() where rules >> UInt8(index) & 1 != 0 {
      let condition = rule.condition
      if condition.predicate == .beside {
        board = board | places(of: condition.subject, task, state).neighbours
      } else if condition.predicate == .carry, condition.subject == state.carried {
        board = board | task.map.tiles(of: condition.operand)
      }
    }
    return board
  }

  /// Where objects of a kind lie.
  private static func places(of kind: Kind, _ task: PlayroomWorld, _ state: State) -> Board {
    var board = Board()
    for index in 0..<task.objectCount where state.kinds[index] == kind.code {
      board.insert(Cell(code: state.cells[index]))
    }
    return board
  }

  /// What to do first on the way to the goal; `nil` if no way is found.
  func firstErrand() -> Errand? { firstErrand(towards: task.goal) }

  /// What to do first to make a condition hold of what is there or what heeded rules make.
  func firstErrand(towards condition: Condition) -> Errand? {
    let left = Playroom.RuleList.capacity
    if case .errand(let errand) = pursue(condition, rule: -1, left: left) { return errand }
    return nil
  }

  /// What to do first to make a condition hold.
  ///
  /// - Parameters:
  ///   - rule: the number of the rule whose condition it is; -1 for the goal.
  ///   - left: how many rules may still lie between it and what there is.
  private func pursue(_ condition: Condition, rule: Int, left: Int) -> Progress {
    let progress = advance(condition, rule: rule, left: left)
    guard case .errand(var errand) = progress, errand.aim == nil else { return progress }
    errand.aim = condition
    return .errand(errand)
  }

  /// The same, without saying what it is for.
  private func advance(_ condition: Condition, rule: Int, left: Int) -> Progress {
    switch condition.predicate {
    case .hold: return inHand(condition.subject, left)
    case .beside: return goBeside(condition.subject, rule, left)
    case .carry, .on:
      let tiles = task.map.tiles(of: condition.operand) & placeable
      if case .errand(let errand) = way(to: tiles, before: condition.subject) {
        return .errand(errand)
      }
      let progress = inHand(condition.subject, left)
      guard case .ready = progress else { return progress }
      return condition.predicate == .on
        ? approach(safe(tiles, except: rule), .putDown)
        : approach(
          tiles.without(firing(except: rule)), .forward)
    case .together: return join(condition, rule, left)
    }
  }

  /// What to do first so that some cells can be reached, before something is taken there: to unlock a
  /// door with something in hand would not do.
  private func way(to cells: Board, before kind: Kind) -> Progress {
    guard state.lockedDoors != 0, state.carried != kind, !cells.isEmpty,
      (cells.neighbours & reach).isEmpty,
      state.slot(of: kind, among: task.objectCount) != nil
    else { return .stuck }
    return clear(towards: cells)
  }

  /// What to do first to have an object of a kind somewhere.
  private func present(_ kind: Kind, _ left: Int) -> Progress {
    if let slot = state.slot(of: kind, among: task.objectCount) { return .ready(slot) }
    guard left > 0 else { return .stuck }
    for (index, rule) in task.rules.enumerated() where rule.product == kind && heeds(index) {
      let progress = pursue(rule.condition, rule: index, left: left - 1)
      if case .errand = progress { return progress }
    }
    return .stuck
  }

  /// What to do first to hold an object of a kind.
  private func inHand(_ kind: Kind, _ left: Int) -> Progress {
    guard case .ready(let slot) = present(kind, left) else { return present(kind, left) }
    if Int(state.held) == slot { return .ready(slot) }
    if state.held == 255 { return pickUp(slot) }
    // What is held may be the key to where it lies.
    let place = Board(Cell(code: state.cells[slot]))
    if (place.neighbours & reach).isEmpty, case .errand(let errand) = clear(towards: place) {
      return .errand(errand)
    }
    return park(before: slot)
  }

  /// Picks up an object, if it can be from plain floor, where having it in hand sets off no rule.
  private func pickUp(_ slot: Int) -> Progress {
    let cell = Cell(code: state.cells[slot])
    let progress = approach(Board(cell), .pickUp)
    guard case .errand(var errand) = progress, errand.targets.contains(cell) else {
      return progress
    }
    let plain = errand.places.without(task.map.tiles)
    if !plain.isEmpty { errand.places = plain }
    return .errand(errand)
  }

  /// What to do first to stand beside an object of a kind.
  private func goBeside(_ kind: Kind, _ rule: Int, _ left: Int) -> Progress {
    guard case .ready(let slot) = present(kind, left) else { return present(kind, left) }
    // Put down, it lies beside the agent.
    if Int(state.held) == slot { return park() }
    let around = PlayroomPlanner.places(of: kind, task, state).neighbours & floor
    return approach(
      around.without(task.map.doors).without(firing(except: rule)), .forward)
  }

  /// What to do first to bring two objects together.
  private func join(_ condition: Condition, _ rule: Int, _ left: Int) -> Progress {
    let (first, second) = (condition.subject, Kind(code: condition.operand))
    guard case .ready(let one) = present(first, left) else { return present(first, left) }
    guard case .ready(var other) = present(second, left) else { return present(second, left) }
    if other == one {
      // Two of a kind.
      guard
        let twin = (0..<task.objectCount).first(where: {
          $0 != one && state.kinds[$0] == second.code
        })
      else { return .stuck }
      other = twin
    }
    if Int(state.held) == one { return putBeside(other, rule) }
    if Int(state.held) == other { return putBeside(one, rule) }
    // Both must be reached before one is picked up.
    let (here, there) = (Cell(code: state.cells[one]), Cell(code: state.cells[other]))
    if case .errand(let errand) = way(to: Board(here), before: first) { return .errand(errand) }
    if case .errand(let errand) = way(to: Board(there), before: first) { return .errand(errand) }
    if state.held != 255 { return park(before: isTouchy(first) ? other : one) }
    if !isTouchy(first) {
      let progress = pickUp(one)
      if case .errand = progress { return progress }
    }
    return isTouchy(second) ? .stuck : pickUp(other)
  }

  /// Whether a kind becomes something else when it is picked up.
  private func isTouchy(_ kind: Kind) -> Bool {
    task.rules.indices.contains {
      let condition = task.rules[$0].condition
      return heeds($0) && condition.subject == kind
        && (condition.predicate == .hold || condition.predicate == .beside)
    }
  }

  /// Whether a rule, given by its number, is one of those.
  func heeds(_ rule: Int) -> Bool { heeded >> UInt8(rule) & 1 != 0 }

  /// Puts what is held beside an object.
  private func putBeside(_ slot: Int, _ rule: Int) -> Progress {
    let around = safe(
      Board(Cell(code: state.cells[slot])).neighbours & placeable, except: rule)
    // What comes of it had better not lie on a tile.
    let plain = around.without(task.map.tiles)
    return approach((plain.neighbours & reach).isEmpty ? around : plain, .putDown)
  }

  /// Those of some cells that set off no rule but a given one when what is held is put there.
  private func safe(_ cells: Board, except rule: Int) -> Board {
    var (cells, safe) = (cells, Board())
    while let cell = cells.popFirst() {
      if !setsOff(cell, except: rule) { safe.insert(cell) }
    }
    return safe
  }

  /// Where something can be put down.
  private var placeable: Board { floor.without(task.map.doors) }

  /// Walks to face one of some cells; unlocks doors and clears the way if need be.
  private func approach(_ targets: Board, _ action: Playroom.Move) -> Progress {
    if targets.isEmpty { return .stuck }
    let places = targets.neighbours & reach
    if !places.isEmpty {
      return .errand(Errand(action: action, targets: targets, places: places))
    }
    return clear(towards: targets)
  }
}

extension PlayroomPlanner {
  /// Puts what is held where it is in nobody's way: not on a tile or beside a door, if there is room
  /// elsewhere, and so that no rule is set off and what is to be picked up next can still be reached.
  private func park(before next: Int? = nil) -> Progress {
    let aside = placeable.without(task.map.tiles).without(task.map.doors.neighbours)
    let wanted = next.map { Board(Cell(code: state.cells[$0])).neighbours & reach } ?? Board()
    if let errand = park(in: aside, keeping: wanted) ?? park(in: placeable, keeping: wanted) {
      return .errand(errand)
    }
    // Better in the way than in the hands.
    let anywhere = (reach.neighbours & placeable).without(Board(state.agent))
    return anywhere.isEmpty ? .stuck : approach(anywhere, .putDown)
  }

  /// Puts what is held into the nearest of some cells that sets off no rule.
  ///
  /// - Parameter wanted: cells of which one must still be reached; if none is, all that can be.
  private func park(in cells: Board, keeping wanted: Board) -> Errand? {
    var (wave, reached) = (Board(state.agent), Board(state.agent))
    while !wave.isEmpty {
      var candidates = (wave.neighbours & cells).without(Board(state.agent))
      while let cell = candidates.popFirst() {
        guard !setsOff(cell, except: -1) else { continue }
        var places = Board(cell).neighbours & wave
        let place = places.popFirst().map { Board($0) } ?? wave
        let left = place.flooding(quiet.without(Board(cell)))
        if wanted.isEmpty ? isPassable(around: cell) : !(wanted & left).isEmpty {
          return Errand(
            action: .putDown, targets: Board(cell), places: Board(cell).neighbours & left)
        }
      }
      wave = (wave.neighbours & quiet).without(reached)
      reached = reached | wave
    }
    return nil
  }

  /// Whether the cells around a cell stay connected when it is taken: going around it once, floor
  /// begins at one place at most.
  private func isPassable(around cell: Cell) -> Bool {
    let ring: [(Int, Int)] = PlayroomPlanner.ring
    var begins = 0
    var last = floor.contains(Cell(cell.column + ring[7].0, cell.row + ring[7].1))
    for place in ring {
      let isFloor = floor.contains(Cell(cell.column + place.0, cell.row + place.1))
      if isFloor && !last { begins += 1 }
      last = isFloor
    }
    return begins <= 1
  }

  private static let ring = [
    (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0),
  ]

  /// Whether a heeded rule other than a given one would be set off if what is held were put into a cell.
  private func setsOff(_ cell: Cell, except rule: Int) -> Bool {
    var after = state
    after.cells[Int(state.held)] = cell.code
    after.held = 255
    // The agent is somewhere else by then: what lies beside it counts nowhere.
    after.agent = .nowhere
    return task.rules.indices.contains {
      let condition = task.rules[$0].condition
      return $0 != rule && heeds($0) && condition.predicate != .beside
        && task.holds(condition, after)
    }
  }

  /// Unlocks a door, or picks up what blocks the way.
  private func clear(towards targets: Board) -> Progress {
    for door in 0..<task.map.doorCount where state.lockedDoors >> UInt16(door) & 1 != 0 {
      let cell = Board(Cell(code: task.map.doorCells[door]))
      guard !(cell.neighbours & reach).isEmpty else { continue }
      let key = Playroom.key(task.map.doorColors[door])
      if state.carried == key { return approach(cell, .toggle) }
      guard let slot = state.slot(of: key, among: task.objectCount) else { continue }
      let place = Board(Cell(code: state.cells[slot]))
      guard !(place.neighbours & reach).isEmpty else { continue }
      return state.held == 255 ? approach(place, .pickUp) : park(before: slot)
    }
    for index in 0..<task.objectCount {
      let cell = Cell(code: state.cells[index])
      guard cell != .nowhere, !(Board(cell).neighbours & reach).isEmpty else { continue }
      let wider = reach.flooding(quiet | Board(cell))
      guard !(wider.neighbours & targets).isEmpty, !targets.contains(cell) else { continue }
      return state.held == 255 ? approach(Board(cell), .pickUp) : park()
    }
    return .stuck
  }
}
