public import Tensors

extension Playroom {
  /// Draws where the objects and the agent are, those whose places are fixed excepted.
  ///
  /// Nothing lies on tiles or beside doors, no rule's condition and not the goal hold, and there is
  /// a way to the goal. If a few draws bring no such layout, it is the one that the task was found
  /// to be solvable with.
  public func reset(using random: inout RandomStream) -> State {
    layout(tries: 16, using: &random) ?? start
  }

  /// Draws a layout with a way to the goal; `nil` if some draws bring none.
  func layout(tries: Int, using random: inout RandomStream) -> State? {
    for _ in 0..<tries {
      guard let state = scatter(using: &random), isQuiet(state),
        isSolvable(from: state, within: stepLimit ?? .max)
      else { continue }
      return state
    }
    return nil
  }

  /// Puts objects and agent somewhere; `nil` if there is no room.
  func scatter(using random: inout RandomStream) -> State? {
    var state = State()
    state.kinds = objectKinds
    state.openDoors = map.openDoors
    state.lockedDoors = map.lockedDoors
    var free = map.floor.without(map.doors | map.doors.neighbours | map.tiles | Board(agentCell))
    for index in 0..<objectCount { free = free.without(Board(Cell(code: objectCells[index]))) }
    for index in 0..<objectCount {
      let fixed = Cell(code: objectCells[index])
      guard let cell = fixed == .nowhere ? map.draw(from: &free, using: &random) : fixed else {
        return nil
      }
      state.cells[index] = cell.code
    }
    guard let agent = agentCell == .nowhere ? map.draw(from: &free, using: &random) : agentCell
    else {
      return nil
    }
    state.agent = agent
    state.facing = agentFacing < 4 ? agentFacing : UInt8(random.integer(below: 4))
    return state
  }

  /// Whether neither the goal nor the condition of a rule holds.
  func isQuiet(_ state: State) -> Bool {
    withWorld { world in
      !world.holds(goal, state) && !rules.contains { world.holds($0.condition, state) }
    }
  }
}
