extension Playroom {
  /// The number of elements of an observation.
  var observedCount: Int { withWorld(\.observedCount) }

  /// Where the panel's elements lie in a playroom.
  fileprivate static let toldOffset =
    MemoryLayout<Playroom>.offset(of: \Playroom.panel)! + Panel.bytesOffset
}

extension PlayroomWorld {
  typealias Content = Playroom.Content
  typealias Ground = Playroom.Ground

  /// The number of elements of an observation.
  @inline(__always)
  var observedCount: Int {
    let side = task.pointee.panel.viewSide
    return (task.pointee.showsTried ? 4 : 3) &* side &* side &+ 2 &+ task.pointee.panel.count
  }

  /// Writes an observation to where there is room for ``observedCount`` elements.
  @inline(__always)
  func show(_ state: State, in row: UnsafeMutablePointer<Float>) {
    let side = task.pointee.panel.viewSide
    let cells = side &* side
    let showsTried = task.pointee.showsTried
    let planes = showsTried ? 4 : 3
    showWalls(state, in: row, side)
    (row + cells).update(repeating: 0, count: (planes &- 1) &* cells)
    if map.tileCount > 0 || map.doorCount > 0 { showGround(state, in: row, side) }
    let held = state.carried.code
    let heldLook = showsTried ? look(of: held) : .none
    if heldLook != .none { showTriedTiles(heldLook, state, in: row + 3 &* cells, side) }
    for index in 0..<objectCount {
      let place = position(of: Cell(code: state.cells[index]), state, side)
      guard place >= 0 else { continue }
      let kind = state.kinds[index]
      row[place] = Float(Content.firstShape &+ Int(kind &>> 3))
      row[cells &+ place] = Float(kind & 7)
      if showsTried { row[3 &* cells &+ place] = Float(tried(kind, with: heldLook, state)) }
    }
    if held != 0 {
      // What is held is seen where the agent stands.
      let place = cells &- 1 &- side &>> 1
      row[place] = Float(Content.firstShape &+ Int(held &>> 3))
      row[cells &+ place] = Float(held & 7)
      if showsTried { row[3 &* cells &+ place] = Float(state.diary.code(of: heldLook)) }
    }
    let inHand = row + planes &* cells
    inHand[0] = held == 0 ? 0 : Float(Content.firstShape &+ Int(held &>> 3))
    inHand[1] = Float(held & 7)
    if let look = task.pointee.skin.appearance { disguise(row, cells, inHand, look) }
    let told = (UnsafeRawPointer(task) + Playroom.toldOffset).assumingMemoryBound(to: UInt8.self)
    for index in 0..<task.pointee.panel.count { inHand[2 &+ index] = Float(told[index]) }
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
    let shift = UInt32(truncatingIfNeeded: across &+ Playroom.Map.margin &- half)
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
  func position(of cell: Cell, _ state: State, _ side: Int) -> Int {
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
