extension Playroom {
  /// A picture from above: walls, tiles, doors, objects and the agent, a triangle that points where it
  /// looks. What it holds lies on it, small. Beside stand goal and rules in words.
  public func draw(_ state: State) -> Drawing? {
    var drawing = Drawing(x: 0...Double(map.width), y: 0...Double(map.height))
    for row in 0..<map.height {
      for column in 0..<map.width {
        let cell = Cell(column, row)
        if map.isWall(cell) {
          let (x, y) = corner(cell)
          drawing.add(.rectangle(x: x...x + 1, y: y...y + 1, color: .gray, filled: true))
        }
      }
    }
    drawFloor(state, on: &drawing)
    for index in 0..<objectCount where state.kinds[index] != 0 {
      let cell = Cell(code: state.cells[index])
      if cell != .nowhere {
        draw(Kind(code: state.kinds[index]), around: middle(cell), 1, on: &drawing)
      }
    }
    drawAgent(state, on: &drawing)
    drawing.cells = Drawing.Cells(
      rows: (0..<map.height).map { row in
        (0..<map.width).map { glyph(at: Cell($0, row), state) }
      })
    drawing.notes = notes(state)
    return drawing
  }

  /// Goal, rules and what is held, in words; what the agent is not told is in brackets.
  private func notes(_ state: State) -> [String] {
    func line(_ text: String, isTold: Bool) -> String { isTold ? text : "(\(text))" }
    let isGoalTold = !telling.isDisjoint(with: .goal)
    let areRulesTold = !telling.isDisjoint(with: .rules)
    return [line("goal: \(instruction ?? "\(goal)")", isTold: isGoalTold)]
      + rules.map { line("rule: \($0)", isTold: areRulesTold) }
      + (state.heldKind.map { ["holds: \($0)"] } ?? [])
  }

  /// The goal in words as the agent reads it; `nil` if it is not told in words.
  public var instruction: String? {
    let start = Panel.goalCount + ruleSlots * Panel.ruleCount
    let words = (0..<Sentence.capacity).map { Int(panel[start + $0]) }.filter { $0 > 0 }
    return words.isEmpty ? nil : words.map { Playroom.vocabulary[$0 - 1] }.joined(separator: " ")
  }

  private func corner(_ cell: Cell) -> (x: Double, y: Double) {
    (Double(cell.column), Double(map.height - 1 - cell.row))
  }

  private func middle(_ cell: Cell) -> Drawing.Point {
    let (x, y) = corner(cell)
    return Drawing.Point(x + 0.5, y + 0.5)
  }

  private static func shade(_ code: UInt8) -> Drawing.Color {
    switch Color(rawValue: code) {
    case .red: .red
    case .green: .green
    case .blue: .blue
    case .yellow: .yellow
    case .purple: .purple
    case .gray, nil: .gray
    }
  }

  /// Draws tiles as frames and doors as bars.
  private func drawFloor(_ state: State, on drawing: inout Drawing) {
    for index in 0..<map.tileCount {
      let (x, y) = corner(Cell(code: map.tileCells[index]))
      let color = Playroom.shade(map.tileColors[index])
      for inset in [0.06, 0.12] {
        drawing.add(
          .rectangle(x: x + inset...x + 1 - inset, y: y + inset...y + 1 - inset, color: color))
      }
    }
    for index in 0..<map.doorCount {
      let (x, y) = corner(Cell(code: map.doorCells[index]))
      let color = Playroom.shade(map.doorColors[index])
      let isOpen = state.openDoors >> UInt16(index) & 1 != 0
      drawing.add(
        .rectangle(
          x: x + 0.08...x + (isOpen ? 0.24 : 0.92), y: y + 0.08...y + 0.92, color: color,
          filled: true))
      if state.lockedDoors >> UInt16(index) & 1 != 0 {
        drawing.add(
          .circle(center: Drawing.Point(x + 0.5, y + 0.5), radius: 0.16, color: .ink, filled: true))
      }
    }
  }

  /// Draws an object by its shape.
  private func draw(
    _ kind: Kind, around middle: Drawing.Point, _ scale: Double, on drawing: inout Drawing
  ) {
    let color = Playroom.shade(kind.color.rawValue)
    func point(_ x: Double, _ y: Double) -> Drawing.Point {
      Drawing.Point(middle.x + scale * x, middle.y + scale * y)
    }
    func line(_ from: (Double, Double), _ to: (Double, Double), _ width: Double = 0.1) {
      drawing.add(
        .line(
          from: point(from.0, from.1), to: point(to.0, to.1), width: scale * width, color: color))
    }
    func disc(_ x: Double, _ y: Double, _ radius: Double, filled: Bool = true) {
      drawing.add(
        .circle(center: point(x, y), radius: scale * radius, color: color, filled: filled))
    }
    func block(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) {
      let (low, high) = (point(x.lowerBound, y.lowerBound), point(x.upperBound, y.upperBound))
      drawing.add(.rectangle(x: low.x...high.x, y: low.y...high.y, color: color, filled: true))
    }
    switch kind.shape {
    case .ball: disc(0, 0, 0.28)
    case .box: block(-0.27...0.27, -0.27...0.27)
    case .cone:
      for step in 0...10 {
        let height = -0.28 + 0.056 * Double(step)
        let half = 0.28 * (1 - Double(step) / 10.5)
        line((-half, height), (half, height), 0.08)
      }
    case .cup:
      block(-0.24...0.14, -0.26...0.2)
      disc(0.18, -0.02, 0.13, filled: false)
      disc(0.18, -0.02, 0.1, filled: false)
    case .gem:
      for step in -5...5 {
        let half = 0.3 * (1 - Double(abs(step)) / 5.5)
        line((-half, 0.056 * Double(step)), (half, 0.056 * Double(step)), 0.08)
      }
    case .key:
      disc(-0.16, 0.1, 0.15)
      line((-0.1, 0.05), (0.28, -0.22))
      line((0.16, -0.13), (0.24, -0.02), 0.08)
    case .ring:
      for radius in [0.16, 0.19, 0.22, 0.25, 0.28] { disc(0, 0, radius, filled: false) }
    case .star:
      line((0, -0.3), (0, 0.3))
      line((-0.27, -0.15), (0.27, 0.15))
      line((-0.27, 0.15), (0.27, -0.15))
    }
  }

  private func drawAgent(_ state: State, on drawing: inout Drawing) {
    let middle = middle(state.agent)
    let (x, y) = [(0.0, 1.0), (1, 0), (0, -1), (-1, 0)][Int(state.facing)]
    for step in 0...12 {
      let along = -0.36 + 0.06 * Double(step)
      let half = 0.36 * (1 - Double(step) / 12.5)
      drawing.add(
        .line(
          from: .init(middle.x + along * x - half * y, middle.y + along * y - half * x),
          to: .init(middle.x + along * x + half * y, middle.y + along * y + half * x),
          width: 0.08, color: .orange))
    }
    if let kind = state.heldKind { draw(kind, around: middle, 0.5, on: &drawing) }
  }

  /// A cell as a character.
  private func glyph(at cell: Cell, _ state: State) -> Drawing.Cells.Cell {
    let tile = map.tile(at: cell)
    let ground = tile == 0 ? nil : Playroom.shade(tile)
    if cell == state.agent {
      return .init(["▲", "▶", "▼", "◀"][Int(state.facing)], .orange, on: ground)
    }
    let object = state.object(at: cell, of: objectCount)
    if object != 255 {
      let kind = Kind(code: state.kinds[Int(object)])
      return .init(kind.shape.glyph, Playroom.shade(kind.color.rawValue), on: ground)
    }
    if let door = map.door(at: cell) {
      let isOpen = state.openDoors >> UInt16(door) & 1 != 0
      let isLocked = state.lockedDoors >> UInt16(door) & 1 != 0
      return .init(
        isOpen ? "▯" : isLocked ? "▣" : "▮", Playroom.shade(map.doorColors[door]))
    }
    if map.isWall(cell) { return .init("██", .gray) }
    return tile == 0 ? .init("·", .gray) : .init("░░", Playroom.shade(tile), on: ground)
  }
}

extension Playroom.Shape {
  /// A character for the shape, one letter wide in most fonts.
  var glyph: String {
    switch self {
    case .ball: "●"
    case .box: "■"
    case .cone: "△"
    case .cup: "∪"
    case .gem: "◆"
    case .key: "⚷"
    case .ring: "○"
    case .star: "★"
    }
  }
}
