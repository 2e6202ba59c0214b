public import Tensors

/// Walking on a ``GridMap`` to a goal that the observation names.
///
/// Entering the goal is rewarded with 1 and ends the episode; so does lava, with nothing.
///
/// Source: Schaul et al. (2015), "Universal value function approximators", ICML.
public struct GridNavigation: Environment, Hashable, Codable {
  /// Where the walker stands.
  public struct State: Sendable, Hashable, Codable {
    public var cell: Int32

    public init(cell: Int) {
      self.cell = Int32(cell)
    }
  }

  public let map: GridMap
  /// The cell to reach.
  public let goal: Int
  /// The cell that episodes start in; nil for any but the goal, drawn uniformly.
  public let start: Int?
  public let stepLimit: Int?
  private let featureTable: [Float]

  public init(_ map: GridMap, goal: Int, start: Int? = nil, stepLimit: Int? = 200) {
    precondition(
      (0..<map.cells).contains(goal) && (0..<map.cells).contains(start ?? 0) && start != goal,
      "goal \(goal) and start \(start ?? 0) must be different cells of \(map.cells)")
    self.map = map
    self.goal = goal
    self.start = start
    self.stepLimit = stepLimit
    featureTable = (0..<map.cells).flatMap(map.features(of:))
  }

  /// The features of the place and those of the goal, see ``GridMap/features(of:)``.
  public var observationSpace: ObservationSpace {
    ObservationSpace(
      .init("place", [map.featureCount], in: 0...1), .init("goal", [map.featureCount], in: 0...1))
  }
  /// 0 up, 1 right, 2 down, 3 left.
  public var actionSpace: ActionSpace { .discrete(GridMap.moves) }
  public var solvedReturn: Float? { 1 }

  public func reset(using random: inout RandomStream) -> State {
    if let start { return State(cell: start) }
    let drawn = random.integer(below: map.cells - 1)
    return State(cell: drawn < goal ? drawn : drawn + 1)
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    guard let next = map.neighbour(of: Int(state.cell), move: action.index) else {
      return Outcome(reward: 0, terminated: true)
    }
    state.cell = Int32(next)
    return Outcome(reward: next == goal ? 1 : 0, terminated: next == goal)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let count = map.featureCount
    for index in 0..<count {
      observation[index] = featureTable[Int(state.cell) * count + index]
      observation[count + index] = featureTable[goal * count + index]
    }
  }

  public func draw(_ state: State) -> Drawing? {
    var drawing = Drawing(x: 0...Double(map.columns), y: 0...Double(map.rows))
    let isCell = Set(map.places)
    func square(_ place: Int, _ color: Drawing.Color) -> Drawing.Shape {
      let (x, y) = (place % map.columns, map.rows - 1 - place / map.columns)
      return .rectangle(
        x: Double(x)...Double(x + 1), y: Double(y)...Double(y + 1), color: color, filled: true)
    }
    for place in 0..<map.rows * map.columns where !isCell.contains(place) {
      drawing.add(square(place, .gray))
    }
    drawing.add(square(map.places[goal], .green))
    let place = map.places[Int(state.cell)]
    let middle = Drawing.Point(
      Double(place % map.columns) + 0.5, Double(map.rows - 1 - place / map.columns) + 0.5)
    drawing.add(.circle(center: middle, radius: 0.35, color: .blue, filled: true))
    return drawing
  }
}

/// The goals of a map as tasks: some to learn from, the others to be tested on.
public struct GridGoals: TaskFamily, Hashable, Codable {
  public let name: String
  public let map: GridMap
  /// The goals of the held-out split; all other cells are goals of the train split.
  public let heldOut: [Int]
  private let known: [Int]

  /// Keeps every n-th cell as a held-out goal.
  public init(_ map: GridMap, named name: String, holdingOutEvery n: Int = 4) {
    self.init(map, named: name, holdingOut: (0..<map.cells).filter { $0 % n == 0 })
  }

  /// Keeps the given cells as held-out goals; there must be others.
  public init(_ map: GridMap, named name: String, holdingOut heldOut: [Int]) {
    let known = (0..<map.cells).filter { !heldOut.contains($0) }
    precondition(
      !known.isEmpty && !heldOut.isEmpty, "both splits need a goal, got \(heldOut.count) held out")
    (self.map, self.name, self.heldOut, self.known) = (map, name, heldOut, known)
  }

  public func task(_ split: Split, using random: inout RandomStream) -> GridNavigation {
    let goals = split == .train ? known : heldOut
    return GridNavigation(map, goal: goals[random.integer(below: goals.count)])
  }
}
