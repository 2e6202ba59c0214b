extension RoomMaze {
  /// The walls, the rooms and what is seen from each place; the same for every maze of a size.
  ///
  /// The 17 rooms lie on a grid of 5 by 5 with walls between them. Thirteen make a winding path from
  /// the goal's room on; four are dead ends.
  struct Map: Sendable {
    static let full = Map(roomSide: 5)
    static let small = Map(roomSide: 3)

    /// The cells of a room's side, and those of the maze's with the outer walls.
    let roomSide: Int
    let side: Int
    /// For each cell 0 in a wall, or its room's number and 1; row by row from the top.
    private(set) var rooms: [UInt8]
    /// For each cell its number among the free ones.
    private(set) var places: [Int32]
    /// What is seen from each free cell with each heading, `[places, 4, elements]`.
    private(set) var views: [Float] = []

    /// The rooms by column and row, along the path from the goal, then the dead ends.
    private static let layout: [(column: Int, row: Int)] = [
      (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (4, 1), (3, 1), (2, 1), (1, 1), (0, 1), (0, 2),
      (1, 2), (2, 2), (3, 2), (4, 2), (0, 3), (2, 3),
    ]
    /// The doors: two neighbouring rooms, and where in the wall between them.
    private static let doors: [(from: Int, to: Int, offset: Int)] = [
      (0, 1, 2), (1, 2, 1), (2, 3, 3), (3, 4, 2), (4, 5, 2), (5, 6, 1), (6, 7, 3), (7, 8, 2),
      (8, 9, 3), (9, 10, 2), (10, 11, 2), (11, 12, 1), (6, 13, 1), (5, 14, 3), (10, 15, 3),
      (12, 16, 1),
    ]

    private init(roomSide: Int) {
      self.roomSide = roomSide
      side = 5 * (roomSide + 1) + 1
      rooms = Array(repeating: 0, count: side * side)
      places = Array(repeating: 0, count: side * side)
      for number in Map.layout.indices {
        for y in 0..<roomSide {
          for x in 0..<roomSide { rooms[cell(inRoom: number, x, y)] = UInt8(number + 1) }
        }
      }
      for door in Map.doors {
        let (first, second) = (Map.layout[door.from], Map.layout[door.to])
        let offset = door.offset * roomSide / 5
        // The wall lies before the later one of the two, to its left or above it.
        let cell =
          first.row == second.row
          ? cell(inRoom: first.column < second.column ? door.to : door.from, -1, offset)
          : cell(inRoom: door.to, offset, -1)
        rooms[cell] = UInt8(door.from + 1)
      }
      var count: Int32 = 0
      for cell in rooms.indices where rooms[cell] > 0 {
        places[cell] = count
        count += 1
        for heading in 0..<4 { views += view(from: cell, heading: heading) }
      }
    }

    /// The number of a room's cell, by column and row from the room's upper left one.
    func cell(inRoom room: Int, _ x: Int, _ y: Int) -> Int {
      let corner = (Map.layout[room].column, Map.layout[room].row)
      return (1 + (roomSide + 1) * corner.1 + y) * side + 1 + (roomSide + 1) * corner.0 + x
    }

    /// The goal's cell, in a corner of the first room.
    var goal: Int { cell(inRoom: 0, 0, 0) }

    /// Seven columns of seven cells, the agent below in the middle, walls not hiding anything.
    private func view(from cell: Int, heading: Int) -> [Float] {
      let (x, y) = (cell % side, cell / side)
      let ahead = [(0, -1), (1, 0), (0, 1), (-1, 0)][heading]
      let right = [(1, 0), (0, 1), (-1, 0), (0, -1)][heading]
      var view: [Float] = []
      for side in -3...3 {
        for distance in 0...6 {
          let column = x + side * right.0 + distance * ahead.0
          let row = y + side * right.1 + distance * ahead.1
          let isInside = 0..<self.side ~= column && 0..<self.side ~= row
          view += look(at: isInside ? row * self.side + column : 0)
        }
      }
      return view
    }

    /// Whether there is a wall, whether there is the goal, the room's shade and its texture.
    private func look(at cell: Int) -> [Float] {
      let room = Int(rooms[cell])
      guard room > 0 else { return [1, 0, 0, 0] }
      // Tiles of a room are dark or light without a pattern, as Knuth's multiplicative hash falls.
      let hash = UInt32(truncatingIfNeeded: (room << 10) + cell) &* 2_654_435_769
      return [
        0, cell == goal ? 1 : 0, 0.2 * Float(1 + (2 * room) % 5), Float(hash >> 31),
      ]
    }

    /// The steps from every cell and heading to the goal on the shortest way, `[cells, 4]`; -1 in
    /// walls.
    func distances() -> [Int] {
      var distances = [Int](repeating: -1, count: 4 * side * side)
      let moves = [-side, 1, side, -1]
      var reached = (0..<4).map { (cell: goal, heading: $0) }
      for heading in 0..<4 { distances[4 * goal + heading] = 0 }
      var next = 0
      while next < reached.count {
        let (cell, heading) = reached[next]
        next += 1
        let sources = [
          (cell, (heading + 1) % 4), (cell, (heading + 3) % 4),
          (cell - moves[heading], heading),
        ]
        for source in sources
        where rooms[source.0] > 0 && distances[4 * source.0 + source.1] < 0 {
          distances[4 * source.0 + source.1] = distances[4 * cell + heading] + 1
          reached.append((source.0, source.1))
        }
      }
      return distances
    }
  }
}
