extension Playroom {
  /// The shape of an object.
  public enum Shape: UInt8, Sendable, Hashable, CaseIterable {
    case ball, box, cone, cup, gem, key, ring, star
  }

  /// The colour of an object, a door or a tile of the floor.
  public enum Color: UInt8, Sendable, Hashable, CaseIterable {
    case red = 1
    case green, blue, yellow, purple, gray
  }

  /// What an object is: its shape and its colour. Two objects of a kind are alike in every respect.
  public struct Kind: Sendable, Hashable {
    /// The shape times 8 plus the colour; 0 for no object. Below 64.
    let code: UInt8

    public init(_ color: Color, _ shape: Shape) {
      code = shape.rawValue << 3 | color.rawValue
    }

    @inline(__always)
    init(code: UInt8) { self.code = code }

    static let none = Kind(code: 0)

    /// Every kind that there is: 48.
    public static let all = Shape.allCases.flatMap { shape in
      Color.allCases.map { Kind($0, shape) }
    }

    /// The object's shape.
    public var shape: Shape { Shape(rawValue: code >> 3)! }
    /// The object's colour.
    public var color: Color { Color(rawValue: code & 7)! }
  }

  /// The numbers that stand for what is in a cell, in the segments "shapes", "goal" and "rules".
  public enum Content {
    /// An empty cell, or no object.
    public static let nothing = 0
    public static let wall = 1
    public static let door = 2
    /// The first shape; the others follow in the order of ``Shape``.
    public static let firstShape = 3
    /// A tile of the floor, in goals and rules only.
    public static let tile = 11
    /// How many numbers there are.
    public static let count = 12

    /// The number of a shape.
    public static func shape(_ shape: Shape) -> Int { firstShape + Int(shape.rawValue) }
  }

  /// The numbers that stand for what lies under a cell's content, in the segment "grounds": 0 for
  /// plain floor, the colour of a tile, or how a door stands.
  public enum Ground {
    public static let openDoor = 7
    public static let closedDoor = 8
    public static let lockedDoor = 9
    /// How many numbers there are.
    public static let count = 10
  }

  /// What the agent can do, by number.
  public enum Move: Int, Sendable, Hashable, CaseIterable {
    case turnLeft, turnRight, forward, pickUp, putDown, toggle
  }
}

extension Playroom.Kind: CustomStringConvertible {
  /// The kind in words, for example "red ball".
  public var description: String { "\(color) \(shape)" }
}
