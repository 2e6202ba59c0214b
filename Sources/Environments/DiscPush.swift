public import Tensors

/// A disc on a table that a round finger is to push to a point.
///
/// The finger moves by 5 cm times the action in each direction. What it meets it pushes before it:
/// nothing slides on by itself, and a disc that the finger would overlap is moved out of its way
/// along the line between their centres, so that it slips off to the side unless it is pushed
/// through its middle. The reward of a step is 0 if the disc's centre lies within 5 cm of the goal
/// and -1 elsewhere; the task never ends by itself.
///
/// It stands for FetchPush, whose arm and contacts it leaves out. Source of that: Plappert et al.
/// (2018), arXiv:1802.09464.
public struct DiscPush: Environment, Hashable, Codable {
  /// Places from the table's middle, in units of 10 cm.
  public struct State: Sendable, Hashable, Codable {
    public var finger: SIMD2<Float>
    public var disc: SIMD2<Float>
    public var goal: SIMD2<Float>

    public init(finger: SIMD2<Float>, disc: SIMD2<Float>, goal: SIMD2<Float>) {
      self.finger = finger
      self.disc = disc
      self.goal = goal
    }
  }

  // All lengths in units of 10 cm, so that what a network sees is about 1.
  static let stepLength: Float = 0.5
  static let goalRadius: Float = 0.5
  static let discRadius: Float = 0.4
  static let fingerRadius: Float = 0.2
  /// Half the table's edge; the centres of finger and disc stay on the table.
  static let table: Float = 2.5
  /// How far from the table's middle disc and goal are at the start, in each direction.
  static let start: ClosedRange<Float> = -1.5...1.5
  /// The parts that a move is made of, so that the finger does not jump through the disc.
  static let substeps = 5

  /// The number of steps after which an episode is truncated; `nil` for no limit.
  public var stepLimit: Int?

  public init(stepLimit: Int? = 50) {
    self.stepLimit = stepLimit
  }

  /// The finger's place, then where the disc is and should be, in units of 10 cm.
  public var observationSpace: ObservationSpace { DiscPush.space }
  private static let space = {
    let edge = -DiscPush.table...DiscPush.table
    return ObservationSpace(
      .init("finger", [2], in: edge), .init("achieved goal", [2], in: edge),
      .init("goal", [2], in: edge))
  }()
  /// The finger's move in each direction, in units of 5 cm.
  public var actionSpace: ActionSpace { .box(low: [-1, -1], high: [1, 1]) }

  /// How a step is judged by any goal.
  public var goals: Goals { .within(DiscPush.goalRadius, in: observationSpace) }

  /// Draws disc and goal at least two goal radii apart, and the finger clear of the disc.
  public func reset(using random: inout RandomStream) -> State {
    var state = State(finger: .zero, disc: DiscPush.place(&random), goal: .zero)
    repeat {
      state.goal = DiscPush.place(&random)
    } while DiscPush.length(state.goal - state.disc) < 2 * DiscPush.goalRadius
    repeat {
      state.finger = DiscPush.place(&random)
    } while DiscPush.length(state.finger - state.disc)
      < DiscPush.discRadius + DiscPush.fingerRadius
    return state
  }

  private static func place(_ random: inout RandomStream) -> SIMD2<Float> {
    [random.uniform(start), random.uniform(start)]
  }

  private static func length(_ way: SIMD2<Float>) -> Float {
    (way * way).sum().squareRoot()
  }

  private static func onTable(_ place: SIMD2<Float>) -> SIMD2<Float> {
    place.clamped(
      lowerBound: SIMD2(repeating: -table), upperBound: SIMD2(repeating: table))
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    let move = SIMD2(action[0], action[1]).clamped(
      lowerBound: SIMD2(repeating: -1), upperBound: SIMD2(repeating: 1))
    let contact = DiscPush.discRadius + DiscPush.fingerRadius
    for _ in 0..<DiscPush.substeps {
      let part = DiscPush.stepLength / Float(DiscPush.substeps) * move
      state.finger = DiscPush.onTable(state.finger + part)
      let way = state.disc - state.finger
      let distance = DiscPush.length(way)
      if distance < contact && distance > 0 {
        state.disc = DiscPush.onTable(state.finger + contact / distance * way)
      }
    }
    let isReached = DiscPush.length(state.disc - state.goal) <= DiscPush.goalRadius
    return Outcome(reward: isReached ? 0 : -1)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for axis in 0..<2 {
      observation[axis] = state.finger[axis]
      observation[2 + axis] = state.disc[axis]
      observation[4 + axis] = state.goal[axis]
    }
  }

  public func draw(_ state: State) -> Drawing? {
    let edge = Double(DiscPush.table + DiscPush.discRadius)
    var drawing = Drawing(x: -edge...edge, y: -edge...edge)
    drawing.add(.rectangle(x: -edge...edge, y: -edge...edge, color: .gray))
    func add(_ place: SIMD2<Float>, _ radius: Float, _ color: Drawing.Color, filled: Bool) {
      drawing.add(
        .circle(
          center: .init(Double(place.x), Double(place.y)), radius: Double(radius), color: color,
          filled: filled))
    }
    add(state.goal, DiscPush.goalRadius, .green, filled: false)
    add(state.disc, DiscPush.discRadius, .orange, filled: true)
    add(state.finger, DiscPush.fingerRadius, .ink, filled: true)
    return drawing
  }
}
