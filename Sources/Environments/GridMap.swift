/// A map of cells in rows and columns: rooms, doorways, walls and lava.
///
/// The cells that can be stood on are numbered from 0, row by row. A move is one of four: 0 up, 1
/// right, 2 down, 3 left. A wall leaves one where one is; lava is the end.
public struct GridMap: Sendable, Hashable, Codable {
  /// The number of moves from a cell.
  public static let moves = 4
  /// The size of the map in cells, walls included.
  public let rows: Int
  public let columns: Int
  /// Where each cell lies: its row times ``columns`` plus its column, `[cells]`.
  public let places: [Int]
  /// The room that each cell belongs to, 1 to 9; 0 for a doorway. `[cells]`.
  public let rooms: [Int]
  /// The cell that each move leads to; -1 is lava. `[cells, 4]`.
  public let neighbours: [Int32]

  /// Reads a drawing, a line for each row.
  ///
  /// - Parameter drawing: `#` is wall, `~` lava, a digit a cell of the room of that number, `.` a
  ///   doorway. All lines have the same length, and the border is wall.
  public init(_ drawing: String) {
    let lines = drawing.split(separator: "\n").map(Array.init)
    let columns = lines.first?.count ?? 0
    precondition(lines.allSatisfy { $0.count == columns }, "a map needs lines of equal length")
    let marks = lines.flatMap { $0 }
    let places = marks.indices.filter { marks[$0] != "#" && marks[$0] != "~" }
    var cell: [Int: Int32] = [:]
    for (number, place) in places.enumerated() { cell[place] = Int32(number) }
    neighbours = places.flatMap { place in
      [-columns, 1, columns, -1].map { offset in
        let next = place + offset
        precondition(marks.indices.contains(next), "a map's border must be wall")
        return marks[next] == "~" ? -1 : cell[next] ?? cell[place]!
      }
    }
    rooms = places.map { marks[$0].wholeNumberValue ?? 0 }
    self.places = places
    self.columns = columns
    rows = lines.count
  }

  /// The number of cells that can be stood on.
  public var cells: Int { places.count }

  /// The cell that a move leads to; nil is lava.
  @inlinable
  public func neighbour(of cell: Int, move: Int) -> Int? {
    let next = Int(neighbours[cell * GridMap.moves + move])
    return next < 0 ? nil : next
  }

  /// The number of ``features(of:)``.
  public var featureCount: Int { rows + columns - 4 }

  /// Where a cell lies, as a bump over the inner rows and one over the inner columns:
  /// exp(-d²/2) at distance d. Neighbours have similar features.
  public func features(of cell: Int) -> [Float] {
    let (row, column) = (places[cell] / columns, places[cell] % columns)
    // exp(-d²/2) for d = 0, 1, 2, 3; further away it is as good as 0.
    let bump: [Float] = [1, 0.606_530_66, 0.135_335_28, 0.011_108_997]
    func code(_ at: Int, of count: Int) -> [Float] {
      (1..<count - 1).map { abs($0 - at) < bump.count ? bump[abs($0 - at)] : 0 }
    }
    return code(row, of: rows) + code(column, of: columns)
  }

  /// Four rooms with a doorway between each two neighbours, 104 cells.
  ///
  /// Source: Sutton, Precup and Singh (1999), "Between MDPs and semi-MDPs".
  public static let fourRooms = GridMap(
    """
    #############
    #11111#22222#
    #11111#22222#
    #11111.22222#
    #11111#22222#
    #11111#22222#
    ##.####22222#
    #33333###.###
    #33333#44444#
    #33333#44444#
    #33333.44444#
    #33333#44444#
    #############
    """)

  /// Two rooms of 7 x 7 cells with a doorway between them and lava in both.
  ///
  /// Source: after LavaWorld in Schaul et al. (2015), whose layout is not published in numbers.
  public static let lavaWorld = GridMap(
    """
    #################
    #1111111#2222222#
    #11~1111#2222~22#
    #1111~11#22~2222#
    #1111111.2222222#
    #1~11111#22222~2#
    #111~111#222~222#
    #1111111#2222222#
    #################
    """)
}
