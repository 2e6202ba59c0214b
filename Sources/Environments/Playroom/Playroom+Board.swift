extension Playroom {
  /// A set of cells: a bit for each of 19 rows of 20.
  ///
  /// Column 19 is never in it, so moving all cells one to the side brings none into another row
  /// that the floor would let stay: the grid's border is wall.
  struct Board: Sendable, Hashable {
    private var a: UInt64 = 0
    private var b: UInt64 = 0
    private var c: UInt64 = 0
    private var d: UInt64 = 0
    private var e: UInt64 = 0
    private var f: UInt64 = 0

    init() {}

    /// The set of one cell; empty for ``Cell/nowhere``.
    @inline(__always)
    init(_ cell: Cell) { insert(cell) }

    @inline(__always)
    private init(
      _ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64, _ e: UInt64, _ f: UInt64
    ) {
      (self.a, self.b, self.c, self.d, self.e, self.f) = (a, b, c, d, e, f)
    }

    @inline(__always)
    var isEmpty: Bool { (a | b | c | d | e | f) == 0 }

    @inline(__always)
    mutating func insert(_ cell: Cell) {
      let index = cell.row &* 20 &+ cell.column
      let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: index & 63)
      switch index >> 6 {
      case 0: a |= bit
      case 1: b |= bit
      case 2: c |= bit
      case 3: d |= bit
      case 4: e |= bit
      case 5: f |= bit
      default: break
      }
    }

    @inline(__always)
    func contains(_ cell: Cell) -> Bool {
      let index = cell.row &* 20 &+ cell.column
      let word: UInt64
      switch index >> 6 {
      case 0: word = a
      case 1: word = b
      case 2: word = c
      case 3: word = d
      case 4: word = e
      case 5: word = f
      default: word = 0
      }
      return word &>> UInt64(truncatingIfNeeded: index & 63) & 1 != 0
    }

    @inline(__always)
    static func & (left: Board, right: Board) -> Board {
      Board(
        left.a & right.a, left.b & right.b, left.c & right.c, left.d & right.d, left.e & right.e,
        left.f & right.f)
    }

    @inline(__always)
    static func | (left: Board, right: Board) -> Board {
      Board(
        left.a | right.a, left.b | right.b, left.c | right.c, left.d | right.d, left.e | right.e,
        left.f | right.f)
    }

    /// The cells of this set that are not in another.
    @inline(__always)
    func without(_ other: Board) -> Board {
      Board(
        a & ~other.a, b & ~other.b, c & ~other.c, d & ~other.d, e & ~other.e, f & ~other.f)
    }

    /// All cells moved towards higher places.
    @inline(__always)
    private func raised(_ n: UInt64) -> Board {
      let m = 64 &- n
      return Board(
        a &<< n, b &<< n | a &>> m, c &<< n | b &>> m, d &<< n | c &>> m, e &<< n | d &>> m,
        f &<< n | e &>> m)
    }

    /// All cells moved towards lower places.
    @inline(__always)
    private func lowered(_ n: UInt64) -> Board {
      let m = 64 &- n
      return Board(
        a &>> n | b &<< m, b &>> n | c &<< m, c &>> n | d &<< m, d &>> n | e &<< m,
        e &>> n | f &<< m, f &>> n)
    }

    /// All cells moved one step in a direction.
    @inline(__always)
    func moved(_ direction: UInt8) -> Board {
      switch direction & 3 {
      case 0: lowered(20)
      case 1: raised(1)
      case 2: raised(20)
      default: lowered(1)
      }
    }

    /// The cells beside those of the set.
    @inline(__always)
    var neighbours: Board { lowered(20) | raised(20) | lowered(1) | raised(1) }

    /// What can be walked to from this set over a floor.
    func flooding(_ floor: Board) -> Board {
      var reached = self
      while true {
        let wider = reached | (reached.neighbours & floor)
        if wider == reached { return reached }
        reached = wider
      }
    }

    /// Takes out the first cell; `nil` if the set is empty.
    mutating func popFirst() -> Cell? {
      func cell(_ word: inout UInt64, _ start: Int) -> Cell {
        let index = start + word.trailingZeroBitCount
        word &= word &- 1
        return Cell(index % 20, index / 20)
      }
      if a != 0 { return cell(&a, 0) }
      if b != 0 { return cell(&b, 64) }
      if c != 0 { return cell(&c, 128) }
      if d != 0 { return cell(&d, 192) }
      if e != 0 { return cell(&e, 256) }
      if f != 0 { return cell(&f, 320) }
      return nil
    }
  }
}
