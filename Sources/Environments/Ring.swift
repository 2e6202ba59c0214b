public import Tensors

/// A ring of places on which a small loss at every step buys a large gain at the end of the lap, or
/// a small gain at every step has its price there.
///
/// Action 0 walks forwards: -1 a step, and ``prize`` for the step that closes the lap. Action 1
/// walks backwards: +1 a step, and -``prize`` for the step over the same place; all of it times
/// ``unit``. Turning round again and again is worth nothing. With a large prize only patience pays,
/// with a small one it is best to take what there is.
///
/// Source: after the Markov decision task in Schweighofer and Doya (2003), "Meta-learning in
/// reinforcement learning"; the rewards are Foal's own.
public struct Ring: Environment, Hashable, Codable {
  /// Where the walker stands.
  public struct State: Sendable, Hashable, Codable {
    public var place: Int32

    public init(place: Int) {
      self.place = Int32(place)
    }
  }

  /// The number of places.
  public let places: Int
  /// What closing a lap forwards is worth; the same step backwards costs as much.
  public var prize: Float
  /// What all rewards are multiplied by, above 0.
  public var unit: Float
  public let stepLimit: Int?

  public init(
    places: Int = 10, prize: Float = 50, unit: Float = 1, stepLimit: Int? = 500
  ) {
    precondition(
      places > 2 && unit > 0, "a ring needs 3 places and a unit above 0, got \(places), \(unit)")
    self.places = places
    self.prize = prize
    self.unit = unit
    self.stepLimit = stepLimit
  }

  /// The place, one-hot.
  public var observationSpace: ObservationSpace {
    ObservationSpace(.init("place", [places], in: 0...1))
  }
  /// 0 forwards, 1 backwards.
  public var actionSpace: ActionSpace { .discrete(2) }

  /// The reward of every step once a policy goes round in the better direction for good.
  public var bestRate: Float { unit * abs(prize - Float(places - 1)) / Float(places) }

  public func reset(using random: inout RandomStream) -> State {
    State(place: random.integer(below: places))
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    let place = Int(state.place)
    let isForwards = action.index == 0
    // The step between the last place and the first closes the lap.
    let closes = place == (isForwards ? places - 1 : 0)
    state.place = Int32((place + (isForwards ? 1 : places - 1)) % places)
    let reward = unit * (closes ? prize : -1)
    return Outcome(reward: isForwards ? reward : -reward)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for place in 0..<places { observation[place] = place == Int(state.place) ? 1 : 0 }
  }

  public func draw(_ state: State) -> Drawing? {
    var drawing = Drawing(x: 0...Double(places), y: -1...1)
    drawing.add(.rectangle(x: 0...1, y: -0.5...0.5, color: prize < 0 ? .red : .green))
    let middle = Drawing.Point(Double(state.place) + 0.5, 0)
    drawing.add(.circle(center: middle, radius: 0.4, color: .blue, filled: true))
    return drawing
  }
}
