extension Playroom {
  /// Whether the planner finds a way to the goal that takes no more than a number of steps.
  ///
  /// Every errand on the way is carried out by the world's own rules, so a way that is found is
  /// there. The walks are not taken step by step; the most steps that they can take are counted.
  func isSolvable(from start: State, within steps: Int) -> Bool {
    // The planner can go round in circles; no way that it finds is half as long.
    let steps = min(steps, 2000)
    return withWorld { world in
      var state = start
      var taken = 0
      while taken < steps {
        let planner = PlayroomPlanner(world, state)
        guard let errand = planner.firstErrand(),
          let walked = planner.walk(&state, to: errand)
        else { return false }
        // A cell takes at most a turn and a step; turning back at the start takes two more.
        taken += 2 * walked + 4 + map.doorCount
        if world.move(&state, errand.action.rawValue) { return taken <= steps }
      }
      return false
    }
  }

  /// Acts as someone who sees everything and knows the rules: the first step of the way that the
  /// planner finds. Where it finds none, all ways are searched, within bounds; `nil` where none is
  /// found there either.
  public func makeExpert() -> (@Sendable (State) -> Action?)? {
    { state in
      let move = withWorld { world in
        let planner = PlayroomPlanner(world, state)
        return planner.firstErrand().flatMap(planner.firstMove)
      }
      if let move { return Action(move.rawValue) }
      var search = PlayroomSearch(self, limit: 200)
      guard case .plan(let moves) = search.run(from: state) else { return nil }
      return moves.first.map { Action($0.rawValue) }
    }
  }
}

extension Playroom {
  /// Predicate, and content and colour of both operands, as a goal is told in symbols.
  public var aimKinds: [Int] {
    [1 + Predicate.allCases.count] + Array(repeating: Content.count, count: 4)
  }

  /// The condition that the planner works on, of a rule or the goal; that of the goal where it knows
  /// no way.
  public func aim(in state: State, into aim: inout MutableSpan<Int32>) {
    write(condition(in: state), to: &aim)
  }

  /// Writes a condition as it is told in symbols.
  func write(_ condition: Condition, to aim: inout MutableSpan<Int32>) {
    let symbols = Panel.symbols(condition, skin)
    for index in aim.indices { aim[index] = Int32(symbols[index]) }
  }

  private func condition(in state: State) -> Condition {
    withWorld { PlayroomPlanner($0, state).firstErrand()?.aim } ?? goal
  }

  /// Whether the goal is told or was reached before, and so is the rule, if it is one, that the planner
  /// works on: told, or seen at work before, where it is shown what has been tried.
  public func knowsAim(in state: State, rewarded: Bool) -> Bool {
    guard rewarded || !telling.isDisjoint(with: .goal) else { return false }
    if !telling.isDisjoint(with: .rules) { return true }
    let condition = condition(in: state)
    return condition == goal
      || withWorld { state.diary.code(of: $0.look(of: condition)) & Tried.change != 0 }
  }
}

extension PlayroomPlanner {
  /// Puts the agent to where an errand's action is to be done, facing its target.
  ///
  /// - Returns: the cells that it walked; `nil` if there is no way.
  func walk(_ state: inout State, to errand: Errand) -> Int? {
    let places = errand.places
    var (wave, reached) = (Board(state.agent), Board(state.agent))
    var walked = 0
    while (wave & places).isEmpty {
      wave = (wave.neighbours & quiet).without(reached)
      if wave.isEmpty { return nil }
      reached = reached | wave
      walked += 1
    }
    var found = wave & places
    guard let cell = found.popFirst(),
      let facing = (0..<4).first(where: { errand.targets.contains(cell.next(UInt8($0))) })
    else { return nil }
    state.agent = cell
    state.facing = UInt8(facing)
    return walked
  }

  /// The first step of a shortest way to carry out an errand: a breadth-first search backwards from
  /// the places where its action can be done, over cells and directions.
  func firstMove(_ errand: Errand) -> Playroom.Move? {
    let (agent, facing) = (state.agent, Int(state.facing))
    // What is reached looking up, right, down and left.
    var boards = Boards()
    for direction in 0..<4 {
      boards[direction] = errand.targets.moved(UInt8(direction ^ 2)) & errand.places
    }
    if boards[facing].contains(agent) { return errand.action }
    let front = agent.next(state.facing)
    let left = (facing + 3) & 3
    let right = (facing + 1) & 3
    while true {
      if boards[facing].contains(front), reach.contains(front) {
        return task.isOpen(front, state) ? .forward : .toggle
      }
      if boards[left].contains(agent) { return .turnLeft }
      if boards[right].contains(agent) { return .turnRight }
      let last = boards
      for direction in 0..<4 {
        let stepped = last[direction].moved(UInt8(direction ^ 2)) & reach
        boards[direction] =
          last[direction] | stepped | last[(direction + 1) & 3] | last[(direction + 3) & 3]
      }
      if boards == last { return nil }
    }
  }

  /// A shortest way to carry out an errand, its action the last.
  func moves(for errand: Errand) -> [Playroom.Move]? {
    var walker = state
    var moves: [Playroom.Move] = []
    while moves.count < 4 * Playroom.maximumSide * Playroom.maximumSide {
      guard let move = PlayroomPlanner(task, walker).firstMove(errand) else { return nil }
      moves.append(move)
      if move == errand.action, PlayroomPlanner(task, walker).faces(errand) { return moves }
      _ = task.move(&walker, move.rawValue)
    }
    return nil
  }

  /// Whether the agent stands where an errand's action is to be done.
  func faces(_ errand: Errand) -> Bool {
    errand.places.contains(state.agent)
      && errand.targets.contains(state.agent.next(state.facing))
  }
}

/// A board for each direction.
private struct Boards: Equatable {
  private var up = Playroom.Board()
  private var right = Playroom.Board()
  private var down = Playroom.Board()
  private var left = Playroom.Board()

  subscript(direction: Int) -> Playroom.Board {
    get {
      switch direction {
      case 0: up
      case 1: right
      case 2: down
      default: left
      }
    }
    set {
      switch direction {
      case 0: up = newValue
      case 1: right = newValue
      case 2: down = newValue
      default: left = newValue
      }
    }
  }
}
