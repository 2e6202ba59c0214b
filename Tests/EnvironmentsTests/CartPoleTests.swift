import Environments
import Tensors
import Testing

struct CartPoleTests {
  private static let upright = CartPole.State(x: 0, xVelocity: 0, angle: 0, angularVelocity: 0)

  private func stepped(
    _ task: CartPole, _ index: Int, from start: CartPole.State = upright
  ) -> CartPole.State {
    var random = RandomStream(seed: 0)
    var state = start
    _ = task.step(&state, Action(index), using: &random)
    return state
  }

  @Test func anUprightPoleFallsAwayFromThePush() {
    // u = 10 / 1.1; θ̈ = −u / (0.5·(4/3 − 0.1/1.1)); ẍ = u − 0.05·θ̈ / 1.1
    let state = stepped(CartPole.gymnasium, 1)
    #expect(abs(state.xVelocity - 0.1951219512195122) < 1e-15)
    #expect(abs(state.angularVelocity + 0.2926829268292683) < 1e-15)
    #expect(state.x == 0 && state.angle == 0)
  }

  @Test func theSignSwapsTheActions() {
    #expect(stepped(CartPole(actionSign: -1), 0) == stepped(CartPole(), 1))
  }

  @Test func frictionBrakesAMovingCart() {
    let moving = CartPole.State(x: 0, xVelocity: 1, angle: 0, angularVelocity: 0)
    let free = stepped(CartPole(), 1, from: moving)
    let braked = stepped(CartPole(friction: 0.5), 1, from: moving)
    // A force of 9.5 N in place of 10 N.
    #expect(abs((braked.xVelocity - 1) / (free.xVelocity - 1) - 0.95) < 1e-12)
  }

  @Test(arguments: [(2.39, 0.0, false), (2.41, 0, true), (0, 0.209, false), (0, -0.21, true)])
  func endsBeyondTheLimits(x: Double, angle: Double, ends: Bool) {
    var state = CartPole.State(x: x, xVelocity: 0, angle: angle, angularVelocity: 0)
    var random = RandomStream(seed: 0)
    let outcome = CartPole.gymnasium.step(&state, Action(1), using: &random)
    #expect(outcome == Outcome(reward: 1, terminated: ends))
  }

  @Test func solvedIsReckonedFromTheLimit() {
    #expect(CartPole.gymnasium.stepLimit == 500)
    #expect(CartPole.gymnasium.solvedReturn == 475)
    #expect(CartPole(stepLimit: nil).solvedReturn == nil)
  }
}

struct CartPoleFamilyTests {
  private let family = CartPoleFamily()

  @Test(arguments: Split.allCases)
  func noTaskIsInBothSplits(split: Split) {
    let other: Split = split == .train ? .heldOut : .train
    var random = RandomStream(seed: 11)
    var flipped = 0
    for _ in 0..<100_000 {
      let task = family.task(split, using: &random)
      guard family.contains(task, in: split), !family.contains(task, in: other) else {
        Issue.record("\(task) is not in the split \(split.rawValue) alone")
        return
      }
      if task.actionSign < 0 { flipped += 1 }
    }
    // A fair coin's deviation is 158; this is six times that.
    #expect(abs(flipped - 50_000) < 950)
  }

  /// Tasks on and next to the borders of the ranges.
  private static let borders: [(CartPole, Split?)] = [
    (.gymnasium, .heldOut),
    (CartPole(actionSign: -1), .heldOut),
    (CartPole(friction: 1), .heldOut),
    (CartPole(friction: 1.01), nil),
    (CartPole(actionSign: 0.5), nil),
    (CartPole(cartMass: .nan), nil),
    // The excluded box belongs to the held-out split, its surface too.
    (CartPole(cartMass: 1.1), .heldOut),
    (CartPole(cartMass: (1.1).nextUp), .train),
    (CartPole(cartMass: (1.1).nextUp, friction: 0.5), .train),
    (CartPole(cartMass: (1.1).nextUp, friction: (0.5).nextUp), .heldOut),
    (CartPole(gravity: 9.8 * 1.1), .heldOut),
    (CartPole(gravity: (9.8 * 1.1).nextUp), .train),
    (CartPole(poleMass: (0.09).nextDown), .train),
    (CartPole(halfLength: (0.45).nextDown), .train),
    (CartPole(forceMagnitude: (9.0).nextDown), .train),
    // The surface of the train ranges belongs to the train split.
    (CartPole(gravity: 5), .train),
    (CartPole(gravity: (5.0).nextDown), .heldOut),
    (CartPole(gravity: 15), .train),
    (CartPole(gravity: (15.0).nextUp), .heldOut),
    (CartPole(gravity: 18), .heldOut),
    (CartPole(gravity: (18.0).nextUp), nil),
    (CartPole(halfLength: 0.2), .heldOut),
    (CartPole(halfLength: (0.2).nextDown), nil),
  ]

  @Test(arguments: borders)
  func bordersBelongToOneSplit(task: CartPole, split: Split?) {
    #expect(family.contains(task, in: .train) == (split == .train))
    #expect(family.contains(task, in: .heldOut) == (split == .heldOut))
  }

  @Test(arguments: Split.allCases)
  func theSameStreamGivesTheSameTask(split: Split) {
    var (first, second) = (RandomStream(seed: 4), RandomStream(seed: 4))
    #expect(family.task(split, using: &first) == family.task(split, using: &second))
    #expect(family.task(split, using: &first) != family.task(split, using: &first))
  }
}
