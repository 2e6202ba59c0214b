public import Tensors

/// A maze of 17 rooms, seen from within: one reward, at the goal, many rooms away.
///
/// On 31 by 31 cells, or 21 by 21 with smaller rooms, the agent turns left, turns right or goes one cell forward; it sees the seven
/// by seven cells ahead of it, with a texture for each room. Reaching the goal is worth 1 and ends
/// the episode; nothing else is worth anything. Part of the view can be white noise.
///
/// The room maze stands in for VizDoom's MyWayHome with the sparse and very sparse starts of Pathak
/// et al. (2017), arXiv:1705.05363.
public struct RoomMaze: Environment, Hashable, Codable {
  /// Where an episode begins.
  public enum Start: String, Sendable, Hashable, Codable, CaseIterable {
    /// In the middle of a room drawn uniformly, the goal's left out.
    case dense
    /// 70 steps from the goal on the shortest way, 45 in a small maze.
    case sparse
    /// 110 steps from the goal on the shortest way, 72 in a small maze.
    case verySparse = "very-sparse"
  }

  /// Where part of the view is white noise, new at every step: the left 20 of the 49 cells.
  public enum Noise: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nowhere.
    case none
    /// From every place.
    case everywhere
    /// From one room only, next to that of the sparse start and on no way from there to the goal.
    case television
  }

  /// How large the rooms are.
  public enum Size: String, Sendable, Hashable, Codable, CaseIterable {
    /// 5 by 5 cells.
    case full
    /// 3 by 3 cells.
    case small
  }

  /// What moves.
  public struct State: Sendable, Hashable, Codable {
    /// The number of the agent's cell, row by row from the top left.
    public var cell: Int
    /// 0 is up, 1 right, 2 down, 3 left.
    public var heading: Int
    /// What the noise in the view follows from; 0 without noise.
    public var noise: UInt64

    public init(cell: Int, heading: Int, noise: UInt64 = 0) {
      self.cell = cell
      self.heading = heading
      self.noise = noise
    }
  }

  /// The elements of a view: 7 columns of 7 cells, 4 numbers each.
  static let elements = 7 * 7 * 4
  /// The elements that noise replaces: 20 of the 49 cells, from the left.
  static let noisyElements = 20 * 4

  /// Where an episode begins.
  public var start: Start
  public var size: Size
  /// Where two fifths of the view are white noise.
  public var noise: Noise
  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int?

  public init(
    start: Start = .sparse, size: Size = .full, noise: Noise = .none, stepLimit: Int? = 500
  ) {
    self.start = start
    self.size = size
    self.noise = noise
    self.stepLimit = stepLimit
  }

  /// The cells ahead, column by column from the left, from the agent's row on: whether there is a
  /// wall, whether there is the goal, the room's shade and its texture.
  public var observationSpace: ObservationSpace {
    ObservationSpace(.init("view", [7, 7, 4], in: 0...1))
  }
  /// 0 turns left, 1 turns right, 2 goes forward.
  public var actionSpace: ActionSpace { .discrete(3) }
  public var solvedReturn: Float? { 0.9 }

  /// The maze's map.
  @inline(__always)
  var map: Map { size == .full ? .full : .small }

  /// Puts the agent where ``start`` says.
  public func reset(using random: inout RandomStream) -> State {
    let middle = map.roomSide / 2
    var state =
      switch start {
      case .dense:
        State(cell: map.cell(inRoom: 1 + random.integer(below: 16), middle, middle), heading: 0)
      case .sparse: State(cell: map.cell(inRoom: 8, 3 * map.roomSide / 5, middle), heading: 1)
      case .verySparse: State(cell: map.cell(inRoom: 16, map.roomSide / 5, middle), heading: 1)
      }
    if noise != .none { state.noise = random.next() }
    return state
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    let rooms = map.rooms
    RoomMaze.move(&state, action.index, rooms.span, side: map.side)
    if noise != .none { state.noise = random.next() }
    let isThere = state.cell == map.goal
    return Outcome(reward: isThere ? 1 : 0, terminated: isThere)
  }

  /// Turns or goes forward, unless a wall is in the way.
  @inline(__always)
  static func move(_ state: inout State, _ action: Int, _ rooms: Span<UInt8>, side: Int) {
    switch action {
    case 0: state.heading = (state.heading &+ 3) & 3
    case 1: state.heading = (state.heading &+ 1) & 3
    default:
      let ahead =
        switch state.heading {
        case 0: state.cell &- side
        case 1: state.cell &+ 1
        case 2: state.cell &+ side
        default: state.cell &- 1
        }
      if rooms[ahead] > 0 { state.cell = ahead }
    }
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let (places, views) = (map.places, map.views)
    let isNoisy = RoomMaze.isNoisy(noise, inRoom: map.rooms[state.cell])
    RoomMaze.show(state, isNoisy, places.span, views.span, in: &observation, at: 0)
  }

  /// Whether part of the view is noise from a room, by its number and 1.
  @inline(__always)
  static func isNoisy(_ noise: Noise, inRoom room: UInt8) -> Bool {
    noise == .everywhere || noise == .television && room == 10
  }

  /// Writes a view into a row that begins at an element.
  @inline(__always)
  static func show(
    _ state: State, _ isNoisy: Bool, _ places: Span<Int32>, _ views: Span<Float>,
    in observation: inout MutableSpan<Float>, at row: Int
  ) {
    let start = (Int(places[state.cell]) &* 4 &+ state.heading) &* elements
    let first = isNoisy ? noisyElements : 0
    for element in first..<elements {
      observation[row &+ element] = views[start &+ element]
    }
    guard isNoisy else { return }
    // A word of SplitMix64 for every eight elements.
    var seed = state.noise
    for element in stride(from: 0, to: noisyElements, by: 8) {
      seed &+= 0x9E37_79B9_7F4A_7C15
      var word = (seed ^ (seed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      word ^= word >> 31
      for byte in 0..<8 {
        let level = (word >> UInt64(8 &* byte)) & 255
        observation[row &+ element &+ byte] = Float(level) * (1 / 255)
      }
    }
  }

  /// The steps to the goal on the shortest way from a state.
  public func optimalSteps(from state: State) -> Int {
    map.distances()[4 * state.cell + state.heading]
  }

  /// The number of the room that a state is in, 0 the goal's ... 16.
  public func room(of state: State) -> Int { Int(map.rooms[state.cell]) - 1 }
}
