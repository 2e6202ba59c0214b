internal import Tensors

extension Playroom.Map {
  typealias Cell = Playroom.Cell

  /// The walls between the rooms of a lattice: for each edge the two rooms, from 0, row by row.
  private struct Lattice {
    let columns: Int
    let rows: Int

    /// The smallest lattice of at least some rooms, each at least 2 by 2 cells; of two such one or
    /// the other.
    init(_ rooms: Int, _ width: Int, _ height: Int, using random: inout RandomStream) {
      var best = (columns: 3, rows: 3)
      let prefersTall = random.integer(below: 2) == 0
      for columns in 1...max(1, min((width - 1) / 3, 3)) {
        for rows in 1...max(1, min((height - 1) / 3, 3)) where columns * rows >= rooms {
          let (size, known) = (columns * rows, best.columns * best.rows)
          if size < known || size == known && prefersTall == (rows > columns) {
            best = (columns, rows)
          }
        }
      }
      (columns, rows) = best
    }

    var rooms: Int { columns * rows }
    var edges: Int { (columns - 1) * rows + columns * (rows - 1) }

    /// The rooms on both sides of an edge, and whether they lie beside each other.
    func rooms(at edge: Int) -> (first: Int, second: Int, areBeside: Bool) {
      let beside = (columns - 1) * rows
      if edge < beside {
        let first = edge / (columns - 1) * columns + edge % (columns - 1)
        return (first, first + 1, true)
      }
      return (edge - beside, edge - beside + columns, false)
    }
  }

  /// Divides the one room that there is into several, with doors between them by which all can be
  /// reached.
  ///
  /// - Parameters:
  ///   - rooms: 1...9, and as many as fit.
  ///   - lockColors: the colours of the first doors, which are locked.
  ///   - locks: how many of them are.
  mutating func addRooms(
    _ rooms: Int, lockColors: SIMD4<UInt8>, locks: Int, using random: inout RandomStream
  ) {
    guard rooms > 1 else { return }
    let lattice = Lattice(rooms, width, height, using: &random)
    let (xs, ys) = (lines(width, lattice.columns), lines(height, lattice.rows))
    buildWalls(xs, ys, lattice)
    var order = SIMD16<UInt8>()
    for edge in 0..<lattice.edges {
      let other = random.integer(below: edge + 1)
      order[edge] = order[other]
      order[other] = UInt8(edge)
    }
    // The rooms that can be reached from each other have the same label.
    var labels = SIMD16<UInt8>()
    for room in 0..<lattice.rooms { labels[room] = UInt8(room) }
    var merges = lattice.rooms - rooms
    for place in 0..<lattice.edges {
      let edge = lattice.rooms(at: Int(order[place]))
      let (first, second) = (labels[edge.first], labels[edge.second])
      // A few doors more than are needed make ways around.
      if first == second && (merges > 0 || random.integer(below: 4) > 0) { continue }
      labels.replace(with: first, where: labels .== second)
      let (column, row) = (edge.first % lattice.columns, edge.first / lattice.columns)
      let across = edge.areBeside ? Int(xs[column + 1]) : Int(ys[row + 1])
      let (low, high) =
        edge.areBeside
        ? (Int(ys[row]) + 1, Int(ys[row + 1]) - 1) : (Int(xs[column]) + 1, Int(xs[column + 1]) - 1)
      func cell(_ along: Int) -> Cell { edge.areBeside ? Cell(across, along) : Cell(along, across) }
      if merges > 0 {
        merges -= 1
        for along in low...high { setWall(cell(along), false) }
      } else {
        addDoor(at: cell(random.integer(in: low...high)), lockColors, locks, using: &random)
      }
    }
  }

  /// Builds the walls between the rooms, without doors.
  private mutating func buildWalls(_ xs: SIMD4<UInt8>, _ ys: SIMD4<UInt8>, _ lattice: Lattice) {
    for line in 1..<lattice.columns {
      for row in 1..<height - 1 { setWall(Cell(Int(xs[line]), row), true) }
    }
    for line in 1..<lattice.rows {
      for column in 1..<width - 1 { setWall(Cell(column, Int(ys[line])), true) }
    }
  }

  /// Puts in a door: the first ones are locked, of the others half stand open.
  private mutating func addDoor(
    at cell: Cell, _ lockColors: SIMD4<UInt8>, _ locks: Int, using random: inout RandomStream
  ) {
    let isLocked = doorCount < locks
    let code = isLocked ? lockColors[doorCount] : UInt8(1 + random.integer(below: 6))
    addDoor(
      cell, Playroom.Color(rawValue: code) ?? .gray,
      isOpen: !isLocked && random.integer(below: 2) == 0, isLocked: isLocked)
  }

  /// Where the walls of a lattice lie, the outer ones included.
  private func lines(_ side: Int, _ rooms: Int) -> SIMD4<UInt8> {
    var lines = SIMD4<UInt8>()
    for line in 0...rooms { lines[line] = UInt8(line * (side - 1) / rooms) }
    return lines
  }

  /// Takes a cell from a set at random; `nil` if it has hardly any.
  func draw(from free: inout Playroom.Board, using random: inout RandomStream) -> Cell? {
    let (columns, rows) = (width - 2, height - 2)
    for _ in 0..<64 {
      let drawn = random.integer(below: columns * rows)
      let cell = Cell(1 + drawn % columns, 1 + drawn / columns)
      guard free.contains(cell) else { continue }
      free = free.without(Playroom.Board(cell))
      return cell
    }
    return nil
  }
}
