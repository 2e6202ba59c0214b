import Environments
import Tensors

/// Shows how many steps were taken, times ten; step n is worth n. Choice 1 ends it.
struct Counting: Environment {
  var stepLimit: Int? = 3
  /// The step, counted from 1 in each try, whose reward is not a number.
  var badStep: Int?
  /// Whether what the expert is after can only be known after rewards.
  var isRiddle = false
  /// Whether someone says 0, and that it is for 3, where that cannot be known.
  var isSought = false
  var aimKinds: [Int] { isSought ? [5] : [] }
  let observationSpace = ObservationSpace(.init("count", [1]))
  let actionSpace = ActionSpace.discrete(2)

  func reset(using random: inout RandomStream) -> Int { 0 }

  func step(_ state: inout Int, _ action: Action, using random: inout RandomStream) -> Outcome {
    state += 1
    return Outcome(reward: state == badStep ? .nan : Float(state), terminated: action.index == 1)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(10 * state)
  }

  /// Chooses 1, but knows nothing after the first step.
  func makeExpert() -> (@Sendable (Int) -> Action?)? {
    { $0 == 1 ? nil : Action(1) }
  }

  func knowsAim(in state: Int, rewarded: Bool) -> Bool { rewarded || !isRiddle }

  func aim(in state: Int, into aim: inout MutableSpan<Int32>) { aim[0] = 2 }

  func exploration(in state: Int, into aim: inout MutableSpan<Int32>) -> Action? {
    guard isSought else { return nil }
    aim[0] = 3
    return Action(0)
  }

  /// A batch of one slot or more.
  func batch(slots: Int = 1) -> EnvironmentBatch {
    EnvironmentBatch(
      tasks: Array(repeating: self, count: slots), named: "counting",
      random: RandomStream(seed: 0))
  }
}

/// Shows a random number; the wanted choice, or vector, depends on the number before it.
struct Echo: Environment {
  typealias State = SIMD2<Float>
  var isContinuous = false
  var stepLimit: Int? = 7
  let observationSpace = ObservationSpace(.init("number", [1]))
  var actionSpace: ActionSpace {
    isContinuous ? .box(low: [-1, -1], high: [1, 1]) : .discrete(2)
  }

  func reset(using random: inout RandomStream) -> State { [0, random.uniform(-1...1)] }

  func step(
    _ state: inout State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    let wanted = state[0] > 0
    let hit = isContinuous ? (action[0] > action[1]) == wanted : (action.index == 1) == wanted
    state = [state[1], random.uniform(-1...1)]
    return Outcome(reward: hit ? 1 : 0, terminated: random.integer(below: 10) == 0)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = state[1]
  }
}
