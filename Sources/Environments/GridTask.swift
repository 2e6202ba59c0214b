public import Tensors

/// Four small tasks in grids of 8 × 8 cells that look alike, seen through a window of 7 × 7 cells
/// around the agent. Which task it is is not shown.
///
/// The border is wall; four actions move up, down, left and right, and a move into a wall or a
/// closed door does nothing. Every task pays 1 in all at most:
///
/// - key and door: a wall with a door divides the room; the key opens it, the fruit lies behind.
/// - collect: four fruits, each worth a quarter.
/// - avoid: one fruit among six fires, which end the episode and cost 0.5.
/// - memory: at the foot of a corridor a signal stands left or right. At its head, where the
///   signal is out of sight, one arm to each side ends in a fruit; that of the signal's side pays 1,
///   the other one nothing, and both end the episode.
public struct GridTask: Environment, Hashable, Codable {
  public enum Kind: Int, Sendable, Hashable, Codable, CaseIterable {
    case keyAndDoor, collect, avoid, memory
  }

  /// What a cell holds.
  enum Cell {
    static let empty: UInt8 = 0
    static let wall: UInt8 = 1
    static let fruit: UInt8 = 2
    static let key: UInt8 = 3
    static let door: UInt8 = 4
    static let fire: UInt8 = 5
    static let signal: UInt8 = 6
    /// A fruit that pays nothing and ends the episode; it looks like any other.
    static let falseFruit: UInt8 = 7
  }

  /// Where an episode is.
  public struct State: Sendable, Hashable, Codable {
    /// What each cell holds, row by row from the bottom.
    var cells = SIMD64<UInt8>()
    /// The cell that the agent is in.
    var position = 0
    /// The fruits that are left.
    var fruits = 0
    var hasKey = false
  }

  /// The number of cells along a side.
  static let side = 8
  /// The cells that are seen to each side of the agent.
  static let reach = 3
  /// What can be told apart: wall, fruit, key, door, fire and signal.
  static let channels = 6

  public var kind: Kind
  public var stepLimit: Int?

  public init(_ kind: Kind, stepLimit: Int? = 24) {
    self.kind = kind
    self.stepLimit = stepLimit
  }

  /// For each of the 7 × 7 cells around the agent, row by row, 1 for what it holds: wall, fruit,
  /// key, door, fire or signal. A key that is carried is seen in the agent's own cell.
  public var observationSpace: ObservationSpace {
    let width = 2 * GridTask.reach + 1
    return ObservationSpace(.init("window", [width, width, GridTask.channels], in: 0...1))
  }
  /// Up, down, left, right.
  public var actionSpace: ActionSpace { .discrete(4) }

  public func reset(using random: inout RandomStream) -> State {
    var state = State()
    for index in 0..<GridTask.side {
      for border in [index, 56 + index, 8 * index, 8 * index + 7] {
        state.cells[border] = Cell.wall
      }
    }
    switch kind {
    case .keyAndDoor: divide(&state, using: &random)
    case .collect:
      for _ in 0..<4 { state.cells[free(state, using: &random)] = Cell.fruit }
      state.fruits = 4
      state.position = free(state, using: &random)
    case .avoid:
      for _ in 0..<6 { state.cells[free(state, using: &random)] = Cell.fire }
      state.cells[free(state, using: &random)] = Cell.fruit
      state.fruits = 1
      state.position = free(state, using: &random)
    case .memory: dig(&state, using: &random)
    }
    return state
  }

  /// Puts up a wall with a door, the agent and the key on one side and the fruit on the other.
  private func divide(_ state: inout State, using random: inout RandomStream) {
    for row in 1...6 { state.cells[8 * row + 4] = Cell.wall }
    state.cells[8 * (1 + random.integer(below: 6)) + 4] = Cell.door
    state.cells[free(state, columns: 1...3, using: &random)] = Cell.key
    state.cells[free(state, columns: 5...6, using: &random)] = Cell.fruit
    state.fruits = 1
    state.position = free(state, columns: 1...3, using: &random)
  }

  /// Digs a corridor with two arms, and puts up the signal.
  private func dig(_ state: inout State, using random: inout RandomStream) {
    for row in 1...6 {
      for column in 1...6 { state.cells[8 * row + column] = Cell.wall }
    }
    for row in 1...6 { state.cells[8 * row + 4] = Cell.empty }
    for column in 2...6 { state.cells[48 + column] = Cell.empty }
    let isLeft = random.integer(below: 2) == 0
    state.cells[8 + (isLeft ? 3 : 5)] = Cell.signal
    state.cells[48 + 2] = isLeft ? Cell.fruit : Cell.falseFruit
    state.cells[48 + 6] = isLeft ? Cell.falseFruit : Cell.fruit
    state.fruits = 1
    state.position = 8 + 4
  }

  /// Draws an empty cell of some columns.
  private func free(
    _ state: State, columns: ClosedRange<Int> = 1...6, using random: inout RandomStream
  ) -> Int {
    while true {
      let column = columns.lowerBound + random.integer(below: columns.count)
      let cell = 8 * (1 + random.integer(below: 6)) + column
      if state.cells[cell] == Cell.empty { return cell }
    }
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    let move =
      switch action.index {
      case 0: 8
      case 1: -8
      case 2: -1
      default: 1
      }
    let target = state.position + move
    let cell = state.cells[target]
    let isClosed = cell == Cell.door && !state.hasKey
    if cell == Cell.wall || cell == Cell.signal || isClosed { return Outcome(reward: 0) }
    state.position = target
    state.cells[target] = Cell.empty
    switch cell {
    case Cell.key:
      state.hasKey = true
      return Outcome(reward: 0)
    case Cell.fire: return Outcome(reward: -0.5, terminated: true)
    case Cell.falseFruit: return Outcome(reward: 0, terminated: true)
    case Cell.fruit:
      state.fruits -= 1
      return Outcome(reward: kind == .collect ? 0.25 : 1, terminated: state.fruits == 0)
    default: return Outcome(reward: 0)
    }
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for index in 0..<observation.count { observation[index] = 0 }
    let (row, column) = (state.position / 8, state.position % 8)
    var start = 0
    for y in row - GridTask.reach...row + GridTask.reach {
      for x in column - GridTask.reach...column + GridTask.reach {
        let isInside = x >= 0 && x < 8 && y >= 0 && y < 8
        let cell = isInside ? state.cells[8 * y + x] : Cell.wall
        if cell == Cell.falseFruit {
          observation[start + 1] = 1
        } else if cell != Cell.empty {
          observation[start + Int(cell) - 1] = 1
        }
        start += GridTask.channels
      }
    }
    if state.hasKey { observation[24 * GridTask.channels + Int(Cell.key) - 1] = 1 }
  }

  public func draw(_ state: State) -> Drawing? {
    var drawing = Drawing(x: 0...8, y: 0...8)
    for cell in 0..<64 {
      let (x, y) = (Double(cell % 8), Double(cell / 8))
      let color: Drawing.Color
      switch state.cells[cell] {
      case Cell.empty: continue
      case Cell.wall: color = .gray
      case Cell.fruit, Cell.falseFruit: color = .green
      case Cell.fire: color = .red
      case Cell.signal: color = .blue
      default: color = .orange
      }
      drawing.add(
        .rectangle(x: x + 0.1...x + 0.9, y: y + 0.1...y + 0.9, color: color, filled: true))
    }
    let (x, y) = (Double(state.position % 8) + 0.5, Double(state.position / 8) + 0.5)
    drawing.add(.circle(center: .init(x, y), radius: 0.35, color: .ink, filled: true))
    return drawing
  }
}

/// The four kinds of ``GridTask``, one at random a task.
///
/// The layouts are drawn with each episode, so that both splits have the same four tasks.
public struct GridTaskFamily: TaskFamily {
  /// The kinds to draw from.
  public var kinds: [GridTask.Kind]

  public init(_ kinds: [GridTask.Kind] = GridTask.Kind.allCases) {
    precondition(!kinds.isEmpty, "a family needs at least one kind of tasks")
    self.kinds = kinds
  }

  public var name: String { "grid-tasks" }

  public func task(_ split: Split, using random: inout RandomStream) -> GridTask {
    GridTask(kinds[random.integer(below: kinds.count)])
  }
}
