extension Playroom {
  /// What is told of a task, as it is observed: goal, rules and sentences, a byte for each element.
  struct Panel: Sendable, Hashable {
    /// The elements of a goal, and of each rule.
    static let goalCount = 5
    static let ruleCount = 7
    static let capacity = 256

    private var bytes = (
      SIMD64<UInt8>(), SIMD64<UInt8>(), SIMD64<UInt8>(), SIMD64<UInt8>()
    )
    private let side: UInt8
    private let slots: UInt8
    /// The number of elements.
    let count: Int

    var viewSide: Int { Int(side) }
    var ruleSlots: Int { Int(slots) }

    init(
      _ goal: Condition, _ rules: RuleList, _ telling: Telling, _ sentences: Sentences,
      viewSide: Int, ruleSlots: Int
    ) {
      precondition(viewSide == 5 || viewSide == 7, "a view has a side of 5 or 7, got \(viewSide)")
      precondition(
        rules.count...RuleList.capacity ~= ruleSlots,
        "\(rules.count) rules do not fit into \(ruleSlots) slots")
      side = UInt8(viewSide)
      slots = UInt8(ruleSlots)
      let words = Panel.goalCount + ruleSlots * Panel.ruleCount
      count = words + (1 + ruleSlots) * Sentence.capacity
      if telling.contains(.goalSymbols) { write(goal, at: 0) }
      if telling.contains(.goalWords) { write(sentences[0], at: words) }
      for (index, rule) in rules.enumerated() {
        if telling.contains(.ruleSymbols) {
          let start = Panel.goalCount + index * Panel.ruleCount
          write(rule.condition, at: start)
          write(rule.product.code, at: start + Panel.goalCount)
        }
        if telling.contains(.ruleWords) {
          write(sentences[1 + index], at: words + (1 + index) * Sentence.capacity)
        }
      }
    }

    private mutating func write(_ condition: Condition, at start: Int) {
      self[start] = condition.predicate.rawValue
      write(condition.subject.code, at: start + 1)
      if let tile = condition.tile {
        self[start + 3] = UInt8(Content.tile)
        self[start + 4] = tile.rawValue
      } else {
        write(condition.operand, at: start + 3)
      }
    }

    /// Writes content and colour of a kind.
    private mutating func write(_ kind: UInt8, at start: Int) {
      guard kind != 0 else { return }
      self[start] = UInt8(Content.firstShape) + kind >> 3
      self[start + 1] = kind & 7
    }

    private mutating func write(_ sentence: Sentence, at start: Int) {
      for index in 0..<Sentence.capacity { self[start + index] = sentence.words[index] }
    }

    subscript(index: Int) -> UInt8 {
      get { withUnsafeBytes(of: bytes) { $0[index] } }
      set { withUnsafeMutableBytes(of: &bytes) { $0[index] = newValue } }
    }

    /// Writes the elements as numbers.
    @inline(__always)
    func write(to row: UnsafeMutablePointer<Float>) {
      withUnsafeBytes(of: bytes) { bytes in
        let base = bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
        for index in 0..<count { row[index] = Float(base[index]) }
      }
    }

    static func == (left: Panel, right: Panel) -> Bool {
      left.bytes.0 == right.bytes.0 && left.bytes.1 == right.bytes.1
        && left.bytes.2 == right.bytes.2 && left.bytes.3 == right.bytes.3
        && left.side == right.side && left.slots == right.slots
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(bytes.0)
      hasher.combine(bytes.1)
      hasher.combine(side)
      hasher.combine(slots)
    }
  }

  /// The number of elements of an observation.
  @inline(__always)
  var observedCount: Int { 3 &* viewSide &* viewSide &+ 2 &+ panel.count }

  /// Writes an observation to where there is room for ``observedCount`` elements.
  @inline(__always)
  func show(_ state: State, in row: UnsafeMutablePointer<Float>) {
    let side = viewSide
    let cells = side &* side
    showWalls(state, in: row, side)
    (row + cells).update(repeating: 0, count: 2 &* cells)
    if map.tileCount > 0 || map.doorCount > 0 { showGround(state, in: row, side) }
    for index in 0..<objectCount {
      let place = position(of: Cell(code: state.cells[index]), state, side)
      guard place >= 0 else { continue }
      let kind = state.kinds[index]
      row[place] = Float(Content.firstShape &+ Int(kind &>> 3))
      row[cells &+ place] = Float(kind & 7)
    }
    let held = state.carried.code
    row[3 &* cells] = held == 0 ? 0 : Float(Content.firstShape &+ Int(held &>> 3))
    row[3 &* cells &+ 1] = Float(held & 7)
    panel.write(to: row + (3 &* cells &+ 2))
  }

  /// Writes the walls of the view, a row at a time; of the seven bits of a row at most the first
  /// `side` stay.
  @inline(__always)
  private func showWalls(_ state: State, in row: UnsafeMutablePointer<Float>, _ side: Int) {
    let (column, line) = (state.agent.column, state.agent.row)
    let half = side &>> 1
    // Facing up or down, the view's rows are the grid's; otherwise its columns.
    let isUpright = state.facing & 1 == 0
    let across = isUpright ? column : line
    // Facing right or up, the view's columns run as the grid's coordinates do.
    let isForward = state.facing < 2
    let shift = UInt32(truncatingIfNeeded: across &+ Map.margin &- half)
    let ahead = state.facing == 0 || state.facing == 3 ? -1 : 1
    var at = (isUpright ? line : column) &+ ahead &* (side &- 1)
    var cell = row
    for _ in 0..<side {
      let walls = (isUpright ? map.walls(alongRow: at) : map.walls(alongColumn: at)) &>> shift
      for index in 0..<side {
        let bit = isForward ? index : side &- 1 &- index
        cell[index] = Float(walls &>> UInt32(truncatingIfNeeded: bit) & 1)
      }
      cell += side
      at &-= ahead
    }
  }

  /// Writes the doors and the tiles that are in view.
  private func showGround(_ state: State, in row: UnsafeMutablePointer<Float>, _ side: Int) {
    let cells = side &* side
    for index in 0..<map.tileCount {
      let place = position(of: Cell(code: map.tileCells[index]), state, side)
      if place >= 0 { row[2 &* cells &+ place] = Float(map.tileColors[index]) }
    }
    for index in 0..<map.doorCount {
      let place = position(of: Cell(code: map.doorCells[index]), state, side)
      guard place >= 0 else { continue }
      let bit: UInt16 = 1 &<< UInt16(truncatingIfNeeded: index)
      row[place] = Float(Content.door)
      row[cells &+ place] = Float(map.doorColors[index])
      row[2 &* cells &+ place] = Float(
        state.openDoors & bit != 0
          ? Ground.openDoor : state.lockedDoors & bit != 0 ? Ground.lockedDoor : Ground.closedDoor)
    }
  }

  /// The place of a cell in the view, -1 if it is not in it.
  @inline(__always)
  private func position(of cell: Cell, _ state: State, _ side: Int) -> Int {
    let right = cell.column &- state.agent.column
    let down = cell.row &- state.agent.row
    let ahead: Int
    let across: Int
    switch state.facing {
    case 0: (ahead, across) = (0 &- down, right)
    case 1: (ahead, across) = (right, down)
    case 2: (ahead, across) = (down, 0 &- right)
    default: (ahead, across) = (0 &- right, 0 &- down)
    }
    let place = across &+ side &>> 1
    guard ahead >= 0, ahead < side, place >= 0, place < side else { return -1 }
    return (side &- 1 &- ahead) &* side &+ place
  }
}
