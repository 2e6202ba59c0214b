extension Playroom {
  /// What an agent has brought about on a task, over its tries, of things as they look, and what of it
  /// changed something: what was held and stood beside, by kind, and of all else what was met first last,
  /// up to 32 conditions.
  package struct Diary: Sendable, Hashable, Codable {
    /// For each code of a kind the bits of ``Tried`` for hold and beside; six bits above each whether
    /// something changed.
    private var kinds = SIMD64<UInt8>()
    /// The other conditions' bits, packed, the highest bit set where something changed.
    private var others = SIMD32<UInt16>()
    private var count: UInt8 = 0
    private var next: UInt8 = 0

    /// The bits of ``Tried`` for a condition; 0 if it never held.
    @inline(__always)
    package func code(of condition: Condition) -> Int {
      let bit = Tried.bit(condition.predicate)
      let hasHeld: Bool
      let hasChanged: Bool
      if condition.predicate == .hold || condition.predicate == .beside {
        let bits = Int(kinds[Int(condition.subject.code)])
        (hasHeld, hasChanged) = (bits & bit != 0, bits >> Diary.changeShift & bit != 0)
      } else if let place = place(of: Diary.packed(condition)) {
        (hasHeld, hasChanged) = (true, others[place] & Diary.change != 0)
      } else {
        return 0
      }
      return (hasHeld ? bit : 0) | (hasChanged ? Tried.change : 0)
    }

    /// What is said of a thing by itself: whether it was held or stood beside, and whether something
    /// changed by either.
    @inline(__always)
    func code(of kind: Kind) -> Int {
      let bits = Int(kinds[Int(kind.code)])
      return bits & (Tried.hold | Tried.beside)
        | (bits >> Diary.changeShift != 0 ? Tried.change : 0)
    }

    /// Notes that a condition holds now; it takes the place of the oldest one if there is no room.
    @inline(__always)
    package mutating func note(_ condition: Condition, changing: Bool = false) {
      if condition.predicate == .hold || condition.predicate == .beside {
        let bit = Tried.bit(condition.predicate)
        kinds[Int(condition.subject.code)] |= UInt8(
          changing ? bit | bit << Diary.changeShift : bit)
        return
      }
      let packed = Diary.packed(condition)
      let change = changing ? Diary.change : 0
      if let place = place(of: packed) {
        others[place] |= change
      } else {
        others[Int(next)] = packed | change
        next = (next &+ 1) % UInt8(others.scalarCount)
        count = min(count &+ 1, UInt8(others.scalarCount))
      }
    }

    @inline(__always)
    private func place(of packed: UInt16) -> Int? {
      for place in 0..<Int(count) where others[place] & ~Diary.change == packed { return place }
      return nil
    }

    package init() {}

    /// Whether it is one that notes can have made.
    var isSound: Bool {
      let known = UInt8(Tried.hold | Tried.beside)
      let areKindsSound = (0..<kinds.scalarCount).allSatisfy {
        let changed = kinds[$0] >> UInt8(Diary.changeShift)
        return kinds[$0] & ~(known | known << UInt8(Diary.changeShift)) == 0
          && changed & ~kinds[$0] == 0
      }
      let capacity = UInt8(others.scalarCount)
      return areKindsSound && next < capacity && (count == capacity || count == next)
    }

    private static let changeShift = 6
    private static let change: UInt16 = 1 << 15

    /// Three bits for the predicate and six for each operand's kind.
    @inline(__always)
    private static func packed(_ condition: Condition) -> UInt16 {
      UInt16(condition.predicate.rawValue) << 12 | UInt16(condition.subject.code) << 6
        | UInt16(condition.operand)
    }
  }

  /// What the codes of the segment "tried" consist of: bits for what was done, over the tries on the
  /// task, with such a thing as lies there.
  public enum Tried {
    /// It was held.
    public static let hold = 1
    /// The agent stood beside it.
    public static let beside = 2
    /// It lay beside a thing like the one in hand now.
    public static let together = 4
    /// A thing like the one in hand now lay on such a tile.
    public static let on = 8
    /// A thing like the one in hand now was carried onto such a tile.
    public static let carry = 16
    /// One of these held of it, or of it and what is in hand, when it became something that looks different
    /// or was used up.
    public static let change = 32
    /// How many codes there are.
    public static let count = 64

    /// The bit of a predicate.
    @inline(__always)
    static func bit(_ predicate: Predicate) -> Int { 1 &<< (Int(predicate.rawValue) &- 1) }
  }
}

extension PlayroomWorld {
  typealias Tried = Playroom.Tried

  /// Lets the agent act and the rules do their work, and notes what the agent brings about.
  ///
  /// - Returns: whether the goal has been reached.
  func moveNoting(_ state: inout State, _ action: Int) -> Bool {
    let held = state.held
    let changes = act(&state, action)
    if changes.rawValue == 0 { return false }
    if state.held == held {
      noteSurroundings(&state)
    } else {
      // What was picked up or put down.
      note(held == 255 ? state.held : held, of: state, in: &state.diary)
    }
    if rules.isEmpty { return settle(&state, changes) }
    let before = state
    let isReached = settle(&state, changes)
    if state.kinds != before.kinds { noteChanges(since: before, in: &state) }
    return isReached
  }

  /// Notes what the agent stands beside, and what it carries onto a tile.
  @inline(__always)
  private func noteSurroundings(_ state: inout State) {
    for index in 0..<objectCount where Cell(code: state.cells[index]).touches(state.agent) {
      state.diary.note(.beside(look(of: state.kinds[index])))
    }
    if state.held != 255 { note(state.held, of: state, in: &state.diary) }
  }

  /// Notes what held of the objects that rules have changed, and what holds of what they are now.
  private func noteChanges(since before: State, in state: inout State) {
    for index in 0..<UInt8(truncatingIfNeeded: objectCount) {
      let (old, new) = (before.kinds[Int(index)], state.kinds[Int(index)])
      guard old != new else { continue }
      // What looks as it did has not changed for whoever sees it.
      let isSeen = new == 0 || look(of: old) != look(of: new)
      note(index, of: before, changing: isSeen, in: &state.diary)
      note(index, of: state, in: &state.diary)
    }
  }

  /// Notes what holds of an object.
  ///
  /// - Parameters:
  ///   - state: where and what the objects are, or were.
  ///   - changing: whether the object has become something else by it.
  private func note(
    _ index: UInt8, of state: State, changing: Bool = false, in diary: inout Playroom.Diary
  ) {
    guard state.kinds[Int(index)] != 0 else { return }
    let kind = look(of: state.kinds[Int(index)])
    if index == state.held {
      diary.note(.holding(kind), changing: changing)
      let tile = map.tile(at: state.agent)
      if tile != 0 { diary.note(Condition(.carry, kind, operand: tile), changing: changing) }
      return
    }
    let cell = Cell(code: state.cells[Int(index)])
    guard cell != .nowhere else { return }
    if cell.touches(state.agent) { diary.note(.beside(kind), changing: changing) }
    let tile = map.tile(at: cell)
    if tile != 0 { diary.note(Condition(.on, kind, operand: tile), changing: changing) }
    for other in 0..<objectCount where state.kinds[other] != 0 && other != index {
      let place = Cell(code: state.cells[other])
      guard place != .nowhere, place.touches(cell) else { continue }
      diary.note(.together(kind, look(of: state.kinds[other])), changing: changing)
    }
  }

  /// Writes what has been tried with what is in hand at the tiles in view, in a plane of
  /// ``Playroom/Tried``.
  @inline(never)
  func showTriedTiles(
    _ held: Playroom.Kind, _ state: State, in plane: UnsafeMutablePointer<Float>, _ side: Int
  ) {
    for index in 0..<map.tileCount {
      let place = position(of: Cell(code: map.tileCells[index]), state, side)
      guard place >= 0 else { continue }
      let tile = map.tileColors[index]
      plane[place] = Float(
        state.diary.code(of: Condition(.on, held, operand: tile))
          | state.diary.code(of: Condition(.carry, held, operand: tile)))
    }
  }

  /// What has been tried with a thing, and with it and what is in hand, if anything is.
  @inline(__always)
  func tried(_ code: UInt8, with held: Playroom.Kind, _ state: State) -> Int {
    let kind = look(of: code)
    return held == .none
      ? state.diary.code(of: kind)
      : state.diary.code(of: kind) | state.diary.code(of: .together(kind, held))
  }

  /// A condition of things as they look.
  func look(of condition: Condition) -> Condition {
    let subject = look(of: condition.subject.code)
    guard let other = condition.other else {
      return Condition(condition.predicate, subject, operand: condition.operand)
    }
    return .together(subject, look(of: other.code))
  }

  /// A kind, given by its code, as it looks.
  @inline(__always)
  func look(of code: UInt8) -> Playroom.Kind {
    guard code != 0, let look = task.pointee.skin.appearance else {
      return Playroom.Kind(code: code)
    }
    let first = Content.firstShape
    let shape = look.contents[first + Int(code >> 3)] - UInt8(first)
    return Playroom.Kind(code: shape << 3 | look.objectColors[Int(code & 7)])
  }
}
