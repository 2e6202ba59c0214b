public import Tensors

/// Bits to be flipped one by one until they are as wanted.
///
/// Every step costs 1, but for the one that makes the bits equal the goal, which costs nothing and
/// ends the task. With n bits there are 2ⁿ goals, so that random flips do not reach one by chance.
///
/// Source: Andrychowicz et al. (2017), arXiv:1707.01495, section 3.1.
public struct BitFlip: Environment, Hashable, Codable {
  /// The bits and the goal, bit i of each number.
  public struct State: Sendable, Hashable, Codable {
    public var bits: UInt64
    public var goal: UInt64

    public init(bits: UInt64, goal: UInt64) {
      self.bits = bits
      self.goal = goal
    }
  }

  /// The number of bits, in 1...64.
  public let count: Int
  /// The bits and the goal's bits, 0 or 1 each.
  public let observationSpace: ObservationSpace

  public init(_ count: Int) {
    precondition((1...64).contains(count), "bits are 1 to 64, got \(count)")
    self.count = count
    observationSpace = ObservationSpace(
      .init("achieved goal", [count], in: 0...1), .init("goal", [count], in: 0...1))
  }

  /// Which bit is flipped.
  public var actionSpace: ActionSpace { .discrete(count) }
  /// As many steps as there are bits, which is enough for any goal.
  public var stepLimit: Int? { count }

  /// How a step is judged by any goal.
  public var goals: Goals {
    Goals(in: observationSpace) { achieved, goal in
      for index in achieved.indices where achieved[index] != goal[index] {
        return Outcome(reward: -1)
      }
      return Outcome(reward: 0, terminated: true)
    }
  }

  /// Draws bits and goal uniformly.
  public func reset(using random: inout RandomStream) -> State {
    let unused = UInt64(64 - count)
    return State(bits: random.next() >> unused, goal: random.next() >> unused)
  }

  public func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    state.bits ^= 1 << UInt64(action.index)
    let isReached = state.bits == state.goal
    return Outcome(reward: isReached ? 0 : -1, terminated: isReached)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for index in 0..<count {
      observation[index] = Float(state.bits >> UInt64(index) & 1)
      observation[count + index] = Float(state.goal >> UInt64(index) & 1)
    }
  }

  /// Flips the first bit that is not as wanted.
  public func makeExpert() -> (@Sendable (State) -> Action?)? {
    { state in Action(min((state.bits ^ state.goal).trailingZeroBitCount, 63) % count) }
  }

  /// The bits in the upper row, those wanted in the lower one.
  public func draw(_ state: State) -> Drawing? {
    var drawing = Drawing(x: 0...Double(count), y: 0...2)
    for (row, bits) in [state.goal, state.bits].enumerated() {
      for index in 0..<count where bits >> UInt64(index) & 1 == 1 {
        let (x, y) = (Double(index), Double(row))
        drawing.add(
          .rectangle(
            x: x + 0.1...x + 0.9, y: y + 0.1...y + 0.9, color: row == 0 ? .green : .ink,
            filled: true))
      }
    }
    return drawing
  }
}
