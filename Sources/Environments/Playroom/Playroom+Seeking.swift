extension Playroom {
  /// Does what has not been tried yet, the nearest first: so whoever does not know what is wanted finds it
  /// out. Only where it is shown what has been tried. It walks as the planner does, on ways on which no rule
  /// is set off, so of hidden rules it sets off only those about what is held.
  public func exploration(in state: State, into aim: inout MutableSpan<Int32>) -> Action? {
    guard showsTried else { return nil }
    let sought = withWorld { world -> (move: Move, condition: Condition)? in
      let planner = PlayroomPlanner(world, state)
      guard let (condition, errand) = planner.nearestUntried(),
        let move = planner.firstMove(errand)
      else { return nil }
      return (move, condition)
    }
    guard let sought else { return nil }
    write(sought.condition, to: &aim)
    return Action(sought.move.rawValue)
  }
}

extension PlayroomPlanner {
  /// The nearest condition that never held, and what to do first to bring it about; `nil` if there is none.
  ///
  /// What is in hand is tried with everything else before it is put down.
  func nearestUntried() -> (condition: Condition, errand: Errand)? {
    let lying = (0..<task.objectCount).filter { state.cells[$0] != Cell.nowhere.code }
      .map { Kind(code: state.kinds[$0]) }
    let held = state.carried
    let withHeld = held == .none ? [] : combinations(of: held, with: lying)
    return nearest(of: withHeld)
      ?? nearest(of: lying.flatMap { [Condition.beside($0), .holding($0)] })
      ?? nearest(of: lying.flatMap { combinations(of: $0, with: lying) })
      ?? onceCleared(of: lying)
  }

  /// What can be tried on a tile as soon as it is cleared: first, what lies there is picked up.
  private func onceCleared(of kinds: [Kind]) -> (condition: Condition, errand: Errand)? {
    for slot in 0..<task.objectCount {
      let tile = task.map.tile(at: Cell(code: state.cells[slot]))
      guard tile != 0, let color = Playroom.Color(rawValue: tile) else { continue }
      let untried = kinds.flatMap {
        [Condition.lying($0, on: color), .carrying($0, onto: color)]
      }.first { state.diary.code(of: task.look(of: $0)) == 0 }
      guard let untried, let errand = firstErrand(towards: .holding(Kind(code: state.kinds[slot])))
      else { continue }
      return (untried, errand)
    }
    return nil
  }

  /// What can be done with an object besides holding it and standing beside it, on tiles that are free.
  private func combinations(of kind: Kind, with others: [Kind]) -> [Condition] {
    let tiles = Playroom.Color.allCases.filter {
      !(task.map.tiles(of: $0.rawValue) & floor).isEmpty
    }
    return others.map { Condition.together(kind, $0) }
      + tiles.flatMap { [Condition.lying(kind, on: $0), .carrying(kind, onto: $0)] }
  }

  /// Of some conditions that never held the one to which the walk is the shortest.
  private func nearest(of conditions: [Condition]) -> (condition: Condition, errand: Errand)? {
    var nearest: (condition: Condition, errand: Errand)?
    var shortest = Int.max
    for condition in conditions where state.diary.code(of: task.look(of: condition)) == 0 {
      guard let errand = firstErrand(towards: condition) else { continue }
      var walker = state
      guard let distance = walk(&walker, to: errand), distance < shortest else { continue }
      (nearest, shortest) = ((condition, errand), distance)
    }
    return nearest
  }
}
