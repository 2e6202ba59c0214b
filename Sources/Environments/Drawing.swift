/// A picture of an environment's state: shapes in the environment's own units, y upwards.
///
/// A drawing is a plain value. ``terminalText(columns:rows:inColor:)`` shows it as text; other
/// ways to show it (images, films, web pages) read the same shapes. Later shapes lie over earlier
/// ones.
public struct Drawing: Sendable, Hashable, Codable {
  /// A place in the picture.
  public struct Point: Sendable, Hashable, Codable {
    public var x: Double
    public var y: Double

    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// The colours, by name, so that each way to show a drawing can pick shades that suit it.
  public enum Color: String, Sendable, Hashable, Codable, CaseIterable {
    /// What text is written in: black on white, white on black.
    case ink
    case gray, red, green, blue, orange, yellow, purple
  }

  /// A part of the picture. Widths and radii are in the picture's units; a line of width 0 is as
  /// thin as can be shown.
  public enum Shape: Sendable, Hashable, Codable {
    case line(from: Point, to: Point, width: Double = 0, color: Color = .ink)
    case circle(center: Point, radius: Double, color: Color = .ink, filled: Bool = false)
    case rectangle(
      x: ClosedRange<Double>, y: ClosedRange<Double>, color: Color = .ink, filled: Bool = false)
    /// Text whose middle lies at a place; its size is up to the way of showing.
    case text(String, at: Point, color: Color = .ink)
  }

  /// The part of the world that the picture shows, from left to right.
  public var x: ClosedRange<Double>
  /// The part of the world that the picture shows, from bottom to top.
  public var y: ClosedRange<Double>
  /// The shapes, the lowest first.
  public private(set) var shapes: [Shape] = []
  /// The same picture as rows of characters, where that reads better as text than dots do.
  public var cells: Cells?
  /// What is to be said beside the picture, a line each.
  public var notes: [String]?

  /// A grid of characters.
  public struct Cells: Sendable, Hashable, Codable {
    /// A character in a colour, on a ground of a colour; `nil` for none.
    public struct Cell: Sendable, Hashable, Codable {
      public var text: String
      public var color: Color
      public var ground: Color?

      public init(_ text: String, _ color: Color = .ink, on ground: Color? = nil) {
        self.text = text
        self.color = color
        self.ground = ground
      }
    }

    /// The rows from the top; all are as long, and each cell is as wide as two letters.
    public var rows: [[Cell]]

    public init(rows: [[Cell]]) { self.rows = rows }
  }

  /// Makes an empty picture of a part of the world; both ranges must be finite and not empty.
  public init(x: ClosedRange<Double>, y: ClosedRange<Double>) {
    for range in [x, y] {
      precondition(
        range.lowerBound < range.upperBound && (range.upperBound - range.lowerBound).isFinite,
        "a drawing needs finite bounds with an inside, got x \(x), y \(y)")
    }
    self.x = x
    self.y = y
  }

  /// Puts a shape over those already there.
  public mutating func add(_ shape: Shape) {
    shapes.append(shape)
  }
}
