extension Chart.Drawing {
  /// A mark with its label: where it stands, and in which row above the plot.
  private struct Placed {
    let mark: Chart.Mark
    let x: Double
    let name: String
    /// Where the label is, from side to side.
    let extent: ClosedRange<Double>
    /// The label's row, 0 next to the plot; nil for a mark whose label has no room.
    var row: Int?

    /// Whether the label stands on the left of its line.
    var isLeft: Bool { extent.lowerBound < x }
  }

  /// The rows of labels that marks may take.
  static let markRows = 3

  /// Draws marks as upright lines, each with its label above the plot where no other label is and
  /// no other line passes; a mark without such a place keeps its line and is told to a pointer.
  mutating func writeMarks(
    _ marks: [Chart.Mark], in sides: ClosedRange<Double>, _ heights: ClosedRange<Double>, rows: Int,
    place: (Double) -> Double?
  ) {
    var placed: [Placed] = []
    for mark in marks.sorted(by: { $0.value > $1.value }) {
      guard let x = place(mark.value) else { continue }
      var next = label(mark, at: x, sides)
      next.row = (0..<rows).first { row in
        !next.name.isEmpty && placed.allSatisfy { Self.isFree(row, next, beside: $0) }
      }
      placed.append(next)
    }
    for label in placed {
      let height = heights.lowerBound - 4 - 15 * Double(label.row ?? 0)
      rule(
        (label.x, label.row == nil ? heights.lowerBound : height - 9),
        (label.x, heights.upperBound), style: "mark", title: label.mark.label)
      guard label.row != nil else { continue }
      write(
        label.name, x: label.isLeft ? label.x - 4 : label.x + 4, y: height,
        anchor: label.isLeft ? "end" : "start", style: "small halo")
    }
  }

  /// The label of a mark: on the right of its line, or on the left where the right has no room.
  private func label(_ mark: Chart.Mark, at x: Double, _ sides: ClosedRange<Double>) -> Placed {
    let room = max(x, width - x) - 4
    let name = mark.label.cut(toWidth: min(room, width * 0.7), fontSize: Self.smallSize)
    let length = name.width(fontSize: Self.smallSize) + 4
    let extent = x + length <= width ? x...x + length : max(0, x - length)...x
    return Placed(mark: mark, x: x, name: name, extent: extent)
  }

  /// Whether a row is free for a label beside another: the labels are apart, and neither line, which
  /// rises to its own row, passes through the other's label.
  private static func isFree(_ row: Int, _ label: Placed, beside other: Placed) -> Bool {
    let otherRow = other.row ?? -1
    let areApart =
      label.extent.upperBound + 8 < other.extent.lowerBound
      || other.extent.upperBound + 8 < label.extent.lowerBound
    if areApart { return true }
    guard row != otherRow else { return false }
    let isBelow = row < otherRow
    let lower = isBelow ? label : other
    let upper = isBelow ? other : label
    // The lower label's line ends below the upper label; the upper's line passes the lower label.
    return !(lower.extent.lowerBound - 3...lower.extent.upperBound + 3).contains(upper.x)
      || otherRow < 0
  }
}
