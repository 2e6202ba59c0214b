extension Playroom {
  /// The least and the greatest width and height of a playroom, walls included.
  public static let minimumSide = 5
  public static let maximumSide = 19

  /// What of a playroom never moves: walls, doors and coloured tiles.
  public struct Map: Sendable, Hashable {
    /// The most doors, and the most tiles.
    public static let capacity = 16
    /// How many cells of wall lie around the grid, so that a view never ends.
    static let margin = 6

    /// The number of columns and of rows, walls included.
    public let width: Int
    public let height: Int
    /// A bit for each wall, in a word for each row, and once more in a word for each column; rows
    /// and columns are counted from the margin.
    private var rowWalls = SIMD32<UInt32>(repeating: .max)
    private var columnWalls = SIMD32<UInt32>(repeating: .max)
    /// The cells without a wall; doors are among them.
    private(set) var floor = Board()

    private(set) var doorCount = 0
    private(set) var doorCells = SIMD16<UInt16>(repeating: Cell.nowhere.code)
    private(set) var doorColors = SIMD16<UInt8>()
    /// A bit for each door that stands open, and for each that is locked, when a try begins.
    private(set) var openDoors: UInt16 = 0
    private(set) var lockedDoors: UInt16 = 0
    /// The cells with doors.
    private(set) var doors = Board()

    private(set) var tileCount = 0
    private(set) var tileCells = SIMD16<UInt16>(repeating: Cell.nowhere.code)
    private(set) var tileColors = SIMD16<UInt8>()
    /// The cells with tiles.
    private(set) var tiles = Board()

    /// Makes one room with walls around it; sides of 5 to 19.
    public init(width: Int, height: Int) {
      for side in [width, height] {
        precondition(
          Playroom.minimumSide...Playroom.maximumSide ~= side,
          "a playroom's sides are \(Playroom.minimumSide) to \(Playroom.maximumSide), got \(side)")
      }
      self.width = width
      self.height = height
      for row in 1..<height - 1 {
        for column in 1..<width - 1 { setWall(Cell(column, row), false) }
      }
    }

    /// Whether a cell lies on the grid.
    func contains(_ cell: Cell) -> Bool { cell.column < width && cell.row < height }

    /// Builds a wall or takes it away; not on the border.
    mutating func setWall(_ cell: Cell, _ isWall: Bool) {
      let (column, row) = (cell.column + Map.margin, cell.row + Map.margin)
      let (columnBit, rowBit) = (UInt32(1) << UInt32(column), UInt32(1) << UInt32(row))
      if isWall {
        rowWalls[row] |= columnBit
        columnWalls[column] |= rowBit
        floor = floor.without(Board(cell))
      } else {
        rowWalls[row] &= ~columnBit
        columnWalls[column] &= ~rowBit
        floor.insert(cell)
      }
    }

    /// Puts a door into a cell, in the place of a wall if there is one.
    mutating func addDoor(_ cell: Cell, _ color: Color, isOpen: Bool, isLocked: Bool) {
      precondition(doorCount < Map.capacity, "a playroom has at most \(Map.capacity) doors")
      setWall(cell, false)
      doorCells[doorCount] = cell.code
      doorColors[doorCount] = color.rawValue
      if isOpen { openDoors |= 1 << UInt16(doorCount) }
      if isLocked { lockedDoors |= 1 << UInt16(doorCount) }
      doors.insert(cell)
      doorCount += 1
    }

    /// Colours a cell of the floor.
    mutating func addTile(_ cell: Cell, _ color: Color) {
      precondition(tileCount < Map.capacity, "a playroom has at most \(Map.capacity) tiles")
      tileCells[tileCount] = cell.code
      tileColors[tileCount] = color.rawValue
      tiles.insert(cell)
      tileCount += 1
    }

    @inline(__always)
    func isWall(_ cell: Cell) -> Bool {
      let row = (cell.row &+ Map.margin) & 31
      return rowWalls[row] &>> UInt32(truncatingIfNeeded: cell.column &+ Map.margin) & 1 != 0
    }

    /// The walls along a line of cells: bit i is the i-th cell of the row or column, counted from
    /// the margin.
    @inline(__always)
    func walls(alongRow row: Int) -> UInt32 { rowWalls[(row &+ Map.margin) & 31] }

    @inline(__always)
    func walls(alongColumn column: Int) -> UInt32 { columnWalls[(column &+ Map.margin) & 31] }

    /// The number of the door in a cell; `nil` if there is none.
    @inline(__always)
    func door(at cell: Cell) -> Int? {
      for index in 0..<doorCount where doorCells[index] == cell.code { return index }
      return nil
    }

    /// The colour of the floor at a cell; 0 where it is plain.
    @inline(__always)
    func tile(at cell: Cell) -> UInt8 {
      for index in 0..<tileCount where tileCells[index] == cell.code { return tileColors[index] }
      return 0
    }

    /// The cells with tiles of a colour.
    func tiles(of color: UInt8) -> Board {
      var board = Board()
      for index in 0..<tileCount where tileColors[index] == color {
        board.insert(Cell(code: tileCells[index]))
      }
      return board
    }
  }
}
