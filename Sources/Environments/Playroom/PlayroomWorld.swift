/// A playroom to be played in, where it lies in memory: a playroom is a thousand bytes, too many to be
/// copied for a step. Valid only as long as the pointer is.
struct PlayroomWorld {
  let task: UnsafePointer<Playroom>

  @inline(__always) var map: Playroom.Map { task.pointee.map }
  @inline(__always) var rules: Playroom.RuleList { task.pointee.rules }
  @inline(__always) var goal: Playroom.Condition { task.pointee.goal }
  @inline(__always) var objectCount: Int { task.pointee.objectCount }
}

extension Playroom {
  /// Calls a function with the playroom to be played in.
  @inline(__always)
  func withWorld<Result>(_ body: (PlayroomWorld) -> Result) -> Result {
    withUnsafePointer(to: self) { body(PlayroomWorld(task: $0)) }
  }

  /// The kind of the key of a colour.
  @inline(__always)
  static func key(_ color: UInt8) -> Kind { Kind(code: Shape.key.rawValue << 3 | color) }
}

extension PlayroomWorld {
  typealias Cell = Playroom.Cell
  typealias Condition = Playroom.Condition
  typealias Move = Playroom.Move
  typealias Predicate = Playroom.Predicate
  typealias Rule = Playroom.Rule
  typealias State = Playroom.State

  /// What an action can have made true, so that only such rules are looked at.
  struct Changes: OptionSet {
    let rawValue: UInt8

    static let stepped = Changes([.beside, .carry])
    static let pickedUp = Changes([.hold, .carry])
    static let putDown = Changes([.beside, .together, .on])
    static let anything = Changes(rawValue: 0xff)

    init(rawValue: UInt8) { self.rawValue = rawValue }
    private init(_ predicates: [Predicate]) {
      rawValue = predicates.reduce(0) { $0 | 1 << $1.rawValue }
    }

    @inline(__always)
    func canHaveMet(_ condition: Condition) -> Bool {
      rawValue &>> condition.predicate.rawValue & 1 != 0
    }
  }

  /// Lets the agent act and the rules do their work, and notes what came of it if that is shown.
  ///
  /// - Returns: whether the goal has been reached.
  @inline(__always)
  func step(_ state: inout State, _ action: Int) -> Bool {
    task.pointee.showsTried ? moveNoting(&state, action) : move(&state, action)
  }

  /// Lets the agent act and the rules do their work.
  ///
  /// - Returns: whether the goal has been reached.
  @inline(__always)
  func move(_ state: inout State, _ action: Int) -> Bool {
    let changes = act(&state, action)
    if changes.rawValue == 0 { return false }
    return settle(&state, changes)
  }

  /// Turns, or steps, picks up, puts down or toggles at the cell in front of the agent.
  ///
  /// - Returns: what that can have made true.
  @inline(__always)
  func act(_ state: inout State, _ action: Int) -> Changes {
    if action < 2 {
      state.facing = (state.facing &+ (action == 0 ? 3 : 1)) & 3
      return []
    }
    let front = state.agent.next(state.facing)
    let object = state.object(at: front, of: objectCount)
    switch Move(rawValue: action) {
    case .forward:
      guard object == 255, !map.isWall(front), isOpen(front, state) else { return [] }
      state.agent = front
      return .stepped
    case .pickUp:
      guard object != 255, state.held == 255 else { return [] }
      state.held = object
      state.cells[Int(object)] = Cell.nowhere.code
      return .pickedUp
    case .putDown:
      guard state.held != 255, object == 255, !map.isWall(front), map.door(at: front) == nil
      else { return [] }
      state.cells[Int(state.held)] = front.code
      state.held = 255
      return .putDown
    case .toggle:
      if map.doorCount > 0 { toggleDoor(&state, front) }
      return []
    default: return []
    }
  }

  /// Whether nothing but a door that stands open is in a cell.
  @inline(__always)
  func isOpen(_ cell: Cell, _ state: State) -> Bool {
    guard map.doorCount > 0, let door = map.door(at: cell) else { return true }
    return state.openDoors &>> UInt16(truncatingIfNeeded: door) & 1 != 0
  }

  /// Opens a door or shuts it. A locked one opens for the key of its colour only, and stays unlocked.
  private func toggleDoor(_ state: inout State, _ cell: Cell) {
    guard let door = map.door(at: cell) else { return }
    let bit: UInt16 = 1 &<< UInt16(truncatingIfNeeded: door)
    if state.lockedDoors & bit != 0 {
      guard state.carried.code == Playroom.key(map.doorColors[door]).code else { return }
      state.lockedDoors &= ~bit
    }
    state.openDoors ^= bit
  }

  /// Applies rules until none holds any more, then looks at the goal.
  @inline(__always)
  func settle(_ state: inout State, _ changes: Changes) -> Bool {
    var changes = changes
    var tried = 0
    while tried < rules.count {
      let rule = rules[tried]
      tried += 1
      guard changes.canHaveMet(rule.condition), apply(rule, &state) else { continue }
      // What came of it may meet any rule.
      changes = .anything
      tried = 0
    }
    return changes.canHaveMet(goal) && holds(goal, state)
  }

  /// Applies a rule where its condition holds first; tells whether it holds anywhere.
  @inline(__always)
  private func apply(_ rule: Rule, _ state: inout State) -> Bool {
    let (subject, other) = find(rule.condition, state)
    guard subject != 255 else { return false }
    state.kinds[Int(subject)] = rule.product.code
    if other != 255 {
      state.kinds[Int(other)] = 0
      state.cells[Int(other)] = Cell.nowhere.code
    }
    return true
  }

  /// Whether a condition holds.
  @inline(__always)
  func holds(_ condition: Condition, _ state: State) -> Bool {
    find(condition, state).subject != 255
  }

  /// The objects that make a condition hold: of several the first; 255 if it does not hold.
  @inline(__always)
  func find(_ condition: Condition, _ state: State) -> (subject: UInt8, other: UInt8) {
    let kind = condition.subject.code
    switch condition.predicate {
    case .hold: return (state.carried.code == kind ? state.held : 255, 255)
    case .carry:
      guard state.carried.code == kind, map.tile(at: state.agent) == condition.operand
      else { return (255, 255) }
      return (state.held, 255)
    case .beside, .on: return (lying(kind, condition, state), 255)
    case .together: return pair(kind, condition.operand, state)
    }
  }

  /// The first object of a kind that lies beside the agent or on a tile, as the condition asks.
  private func lying(_ kind: UInt8, _ condition: Condition, _ state: State) -> UInt8 {
    for index in 0..<objectCount where state.kinds[index] == kind {
      let cell = Cell(code: state.cells[index])
      guard cell != .nowhere else { continue }
      let isMet =
        condition.predicate == .beside
        ? cell.touches(state.agent) : map.tile(at: cell) == condition.operand
      if isMet { return UInt8(truncatingIfNeeded: index) }
    }
    return 255
  }

  /// The first two objects of two kinds that lie beside each other.
  private func pair(_ first: UInt8, _ second: UInt8, _ state: State) -> (UInt8, UInt8) {
    for index in 0..<objectCount
    where state.kinds[index] == first && state.cells[index] != Cell.nowhere.code {
      let cell = Cell(code: state.cells[index])
      for other in 0..<objectCount where state.kinds[other] == second && other != index {
        let place = Cell(code: state.cells[other])
        if place != .nowhere, place.touches(cell) {
          return (UInt8(truncatingIfNeeded: index), UInt8(truncatingIfNeeded: other))
        }
      }
    }
    return (255, 255)
  }
}
