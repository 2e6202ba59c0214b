extension Playroom {
  /// A cell of the grid: 32 times the row plus the column, both from 0, the row from the top.
  struct Cell: Sendable, Hashable {
    var code: UInt16

    /// No cell: where objects are that are held, used up or were never there.
    static let nowhere = Cell(code: .max)

    @inline(__always)
    init(code: UInt16) { self.code = code }

    @inline(__always)
    init(_ column: Int, _ row: Int) { code = UInt16(truncatingIfNeeded: row << 5 | column) }

    @inline(__always) var column: Int { Int(code & 31) }
    @inline(__always) var row: Int { Int(code >> 5) }

    /// The next cell in a direction.
    @inline(__always)
    func next(_ direction: UInt8) -> Cell {
      // The four differences, 16 bits each: -32, 1, 32, -1.
      let differences: UInt64 = 0xffff_0020_0001_ffe0
      return Cell(
        code: code &+ UInt16(truncatingIfNeeded: differences >> (16 * UInt64(direction & 3))))
    }

    /// Whether another cell is one of the four around this one.
    @inline(__always)
    func touches(_ other: Cell) -> Bool {
      let difference = code &- other.code
      return difference == 1 || difference == .max || difference == 32 || difference == 0xffe0
    }
  }

  /// All that changes while a playroom is played in: where the agent and the objects are, what the
  /// objects have become, how the doors stand, and what has been tried. Without references.
  public struct State: Sendable, Hashable {
    /// The most objects that a playroom can have.
    public static let maximumObjects = 16

    /// What the objects are now; 0 for one that there is not.
    var kinds = SIMD16<UInt8>()
    /// Where the objects lie, as ``Cell`` codes.
    var cells = SIMD16<UInt16>(repeating: Cell.nowhere.code)
    /// Where the agent stands.
    var agent = Cell.nowhere
    /// Where it looks: 0 up, 1 right, 2 down, 3 left.
    var facing: UInt8 = 0
    /// The number of the object that it holds; 255 for none.
    var held: UInt8 = 255
    /// A bit for each door that stands open, and for each that is locked.
    var openDoors: UInt16 = 0
    var lockedDoors: UInt16 = 0
    /// What the agent has brought about over the tries on the task; empty if that is not shown.
    package var diary = Diary()

    init() {}

    /// What the agent holds; `nil` if nothing.
    public var heldKind: Kind? { held == 255 ? nil : Kind(code: kinds[Int(held)]) }

    /// The kind in the agent's hands; ``Kind/none`` if they are empty.
    @inline(__always)
    var carried: Kind { held == 255 ? .none : Kind(code: kinds[Int(held)]) }

    /// The column and the row of the agent, from 0, the row from the top.
    public var agentPlace: (column: Int, row: Int) { (agent.column, agent.row) }

    /// The number of the object at a cell; 255 if there is none.
    @inline(__always)
    func object(at cell: Cell, of count: Int) -> UInt8 {
      for index in 0..<count where cells[index] == cell.code {
        return UInt8(truncatingIfNeeded: index)
      }
      return 255
    }

    /// The number of the first object of a kind; `nil` if there is none.
    func slot(of kind: Kind, among count: Int) -> Int? {
      // The one in hand counts first.
      if kind == carried, held != 255 { return Int(held) }
      return (0..<count).first { kinds[$0] == kind.code }
    }
  }
}

extension Playroom.State: Codable {
  private enum CodingKeys: String, CodingKey {
    case kinds, cells, agent, facing, held, openDoors, lockedDoors, diary
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kinds = try container.decode(SIMD16<UInt8>.self, forKey: .kinds)
    cells = try container.decode(SIMD16<UInt16>.self, forKey: .cells)
    agent.code = try container.decode(UInt16.self, forKey: .agent)
    facing = try container.decode(UInt8.self, forKey: .facing)
    held = try container.decode(UInt8.self, forKey: .held)
    openDoors = try container.decode(UInt16.self, forKey: .openDoors)
    lockedDoors = try container.decode(UInt16.self, forKey: .lockedDoors)
    // States of earlier versions have none.
    diary = try container.decodeIfPresent(Playroom.Diary.self, forKey: .diary) ?? Playroom.Diary()
    guard isSound else {
      throw DecodingError.dataCorruptedError(
        forKey: .cells, in: container, debugDescription: "not a playroom's state")
    }
  }

  /// Whether every code is one that a playroom can have.
  private var isSound: Bool {
    func isOnGrid(_ code: UInt16) -> Bool {
      let cell = Playroom.Cell(code: code)
      return cell.column < Playroom.maximumSide && cell.row < Playroom.maximumSide
    }
    let objects = (0..<Playroom.State.maximumObjects).allSatisfy {
      (kinds[$0] == 0 || kinds[$0] < 64 && 1...6 ~= kinds[$0] & 7)
        && (cells[$0] == Playroom.Cell.nowhere.code || isOnGrid(cells[$0]))
    }
    return objects && diary.isSound && isOnGrid(agent.code) && facing < 4
      && (held == 255 || held < 16 && kinds[Int(held)] != 0)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kinds, forKey: .kinds)
    try container.encode(cells, forKey: .cells)
    try container.encode(agent.code, forKey: .agent)
    try container.encode(facing, forKey: .facing)
    try container.encode(held, forKey: .held)
    try container.encode(openDoors, forKey: .openDoors)
    try container.encode(lockedDoors, forKey: .lockedDoors)
    if diary != Playroom.Diary() { try container.encode(diary, forKey: .diary) }
  }
}
