extension Playroom {
  /// What an agent has brought about on a task, over its tries, of things as they look, and what of it
  /// changed something: what was held and stood beside, by kind, and the last 32 other conditions.
  package struct Diary: Sendable, Hashable, Codable {
    /// The bits of ``Tried`` for each code of a kind.
    private var kinds = SIMD64<UInt8>()
    /// The other conditions' bits, packed, the highest bit set where something changed.
    private var others = SIMD32<UInt16>()
    private var count: UInt8 = 0
    private var next: UInt8 = 0

    /// The bits of ``Tried`` for a condition; 0 if it never held.
    @inline(__always)
    package func code(of condition: Condition) -> Int {
      let bit = Tried.bit(condition.predicate)
      if condition.predicate == .hold || condition.predicate == .beside {
        let code = code(of: condition.subject)
        return code & bit == 0 ? 0 : code & (bit | Tried.change)
      }
      guard let place = place(of: Diary.packed(condition)) else { return 0 }
      return others[place] & Diary.change == 0 ? bit : bit | Tried.change
    }

    /// Whether a kind was held or stood beside, and whether that changed something.
    @inline(__always)
    func code(of kind: Kind) -> Int { Int(kinds[Int(kind.code)]) }

    /// Notes that a condition holds now; it takes the place of the oldest one if there is no room.
    @inline(__always)
    package mutating func note(_ condition: Condition, changing: Bool = false) {
      if condition.predicate == .hold || condition.predicate == .beside {
        kinds[Int(condition.subject.code)] |= UInt8(
          Tried.bit(condition.predicate) | (changing ? Tried.change : 0))
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

    /// Whether its counts are such as it can have.
    var isSound: Bool { count <= others.scalarCount && next < others.scalarCount }

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
    /// Something became something else by one of these.
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
    let (kinds, agent, held) = (state.kinds, state.agent, state.held)
    let isReached = move(&state, action)
    if state.agent != agent {
      noteSurroundings(kinds, &state)
    } else if state.held != held {
      // What was picked up or put down.
      note(held == 255 ? state.held : held, kinds, in: &state)
    }
    if state.kinds != kinds {
      for index in 0..<UInt8(truncatingIfNeeded: objectCount)
      where state.kinds[Int(index)] != kinds[Int(index)] {
        note(index, kinds, changing: true, in: &state)
        note(index, state.kinds, in: &state)
      }
    }
    return isReached
  }

  /// Notes what the agent stands beside, and what it carries onto a tile.
  @inline(__always)
  private func noteSurroundings(_ kinds: SIMD16<UInt8>, _ state: inout State) {
    for index in 0..<objectCount where Cell(code: state.cells[index]).touches(state.agent) {
      state.diary.note(.beside(look(of: kinds[index])))
    }
    if state.held != 255 { note(state.held, kinds, in: &state) }
  }

  /// Notes what holds of an object.
  ///
  /// - Parameters:
  ///   - kinds: what the objects are, or were.
  ///   - changing: whether the object has become something else by it.
  private func note(
    _ index: UInt8, _ kinds: SIMD16<UInt8>, changing: Bool = false, in state: inout State
  ) {
    guard kinds[Int(index)] != 0 else { return }
    let kind = look(of: kinds[Int(index)])
    if index == state.held {
      state.diary.note(.holding(kind), changing: changing)
      let tile = map.tile(at: state.agent)
      if tile != 0 {
        state.diary.note(Condition(.carry, kind, operand: tile), changing: changing)
      }
      return
    }
    let cell = Cell(code: state.cells[Int(index)])
    guard cell != .nowhere else { return }
    if cell.touches(state.agent) { state.diary.note(.beside(kind), changing: changing) }
    let tile = map.tile(at: cell)
    if tile != 0 { state.diary.note(Condition(.on, kind, operand: tile), changing: changing) }
    for other in 0..<objectCount where kinds[other] != 0 && other != index {
      let place = Cell(code: state.cells[other])
      guard place != .nowhere, place.touches(cell) else { continue }
      state.diary.note(.together(kind, look(of: kinds[other])), changing: changing)
    }
  }

  /// Writes what has been tried with what is in hand and the things and tiles in view, a plane of
  /// ``Playroom/Tried``; what has been tried with things alone is there already.
  @inline(never)
  func showTried(
    _ held: Playroom.Kind, _ state: State, in plane: UnsafeMutablePointer<Float>, _ side: Int
  ) {
    for index in 0..<map.tileCount {
      let place = position(of: Cell(code: map.tileCells[index]), state, side)
      guard place >= 0, plane[place] == 0 else { continue }
      let tile = map.tileColors[index]
      plane[place] = Float(
        state.diary.code(of: Condition(.on, held, operand: tile))
          | state.diary.code(of: Condition(.carry, held, operand: tile)))
    }
    for index in 0..<objectCount {
      let place = position(of: Cell(code: state.cells[index]), state, side)
      guard place >= 0 else { continue }
      let kind = look(of: state.kinds[index])
      plane[place] = Float(
        state.diary.code(of: kind) | state.diary.code(of: .together(kind, held)))
    }
    // What is held is seen where the agent stands.
    plane[side &* side &- 1 &- side &>> 1] = Float(state.diary.code(of: held))
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
