public import Environments

extension KnownMDP {
  /// Walking on a map to a goal: entering it is worth 1 and ends the episode, lava ends it too.
  ///
  /// States are the map's cells, actions its moves. What starts on the goal has to leave it and
  /// come back.
  public init(_ map: GridMap, goal: Int) {
    self.init(states: map.cells, actions: GridMap.moves) { cell, move in
      guard let next = map.neighbour(of: cell, move: move) else { return (0, []) }
      return next == goal ? (1, []) : (0, [(next, 1)])
    }
  }
}
