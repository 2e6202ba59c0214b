/// Searches all ways to the goal, the shortest in errands first.
///
/// What the agent can walk to without setting off a rule counts as one place, for it can go there and
/// back as it likes, and so do doors that can be opened: between two
/// places lies whatever can be done at the end of a walk. So the search is exact: if it ends without a plan, there is none.
public struct PlayroomSearch {
  /// What a search found.
  public enum Outcome: Sendable, Hashable {
    /// Moves that lead to the goal.
    case plan([Playroom.Move])
    /// There is no way to the goal.
    case impossible
    /// The limit was reached before a way was found or all were tried.
    case undecided
  }

  private struct Node {
    var state: Playroom.State
    var parent: Int
    var errand: PlayroomPlanner.Errand?
  }

  let task: Playroom
  let limit: Int
  /// The number of places looked at.
  public private(set) var visited = 0

  /// - Parameter limit: the number of places after which the search gives up.
  public init(_ task: Playroom, limit: Int = 100_000) {
    self.task = task
    self.limit = limit
  }

  /// Searches from a state.
  public mutating func run(from start: Playroom.State) -> Outcome {
    task.withWorld { run($0, start) }
  }

  private mutating func run(_ task: PlayroomWorld, _ start: Playroom.State) -> Outcome {
    if task.holds(task.goal, start) { return .plan([]) }
    var nodes = [Node(state: start, parent: -1)]
    var known: Set<Playroom.State> = [canonical(start, task)]
    var next = 0
    while next < nodes.count {
      if next == limit { return .undecided }
      let planner = PlayroomPlanner(task, nodes[next].state)
      for errand in planner.allErrands() {
        var state = nodes[next].state
        guard planner.walk(&state, to: errand) != nil else { continue }
        let isReached = task.move(&state, errand.action.rawValue)
        if isReached || known.insert(canonical(state, task)).inserted {
          nodes.append(Node(state: state, parent: next, errand: errand))
        }
        if isReached {
          visited = next + 1
          return .plan(moves(to: nodes.count - 1, nodes, task))
        }
      }
      next += 1
    }
    visited = next
    return .impossible
  }

  /// One state for all that differ in nothing that matters.
  private func canonical(
    _ state: Playroom.State, _ task: PlayroomWorld
  ) -> Playroom.State {
    var state = state
    state.openDoors = 0
    state.facing = 0
    var reach = PlayroomPlanner(task, state).reach
    if let first = reach.popFirst() { state.agent = first }
    return state
  }

  /// The moves from the start to a node.
  private func moves(
    to last: Int, _ nodes: [Node], _ task: PlayroomWorld
  ) -> [Playroom.Move] {
    var path: [Int] = []
    var node = last
    while nodes[node].parent >= 0 {
      path.append(node)
      node = nodes[node].parent
    }
    var state = nodes[0].state
    var moves: [Playroom.Move] = []
    for node in path.reversed() {
      guard let errand = nodes[node].errand,
        let way = PlayroomPlanner(task, state).moves(for: errand)
      else { preconditionFailure("a way that was found is not there") }
      for move in way { _ = task.move(&state, move.rawValue) }
      moves += way
    }
    return moves
  }
}

extension PlayroomPlanner {
  /// Everything that can be done at the end of a walk and changes something.
  func allErrands() -> [Errand] {
    var errands: [Errand] = []
    func add(_ action: Playroom.Move, _ cells: Board) {
      var cells = cells & reach.neighbours
      while let cell = cells.popFirst() {
        // From where it is done can matter: something put down can cut the way.
        var places = Board(cell).neighbours & reach
        while let place = places.popFirst() {
          errands.append(Errand(action: action, targets: Board(cell), places: Board(place)))
        }
      }
    }
    var objects = Board()
    for index in 0..<task.objectCount { objects.insert(Cell(code: state.cells[index])) }
    if state.held == 255 {
      add(.pickUp, objects)
    } else {
      add(.putDown, floor.without(task.map.doors))
    }
    add(.forward, floor.without(quiet))
    for door in 0..<task.map.doorCount where state.lockedDoors >> UInt16(door) & 1 != 0 {
      if state.carried == Playroom.key(task.map.doorColors[door]) {
        add(.toggle, Board(Cell(code: task.map.doorCells[door])))
      }
    }
    return errands
  }
}
