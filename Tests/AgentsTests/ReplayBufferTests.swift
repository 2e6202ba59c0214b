import Agents
import Environments
import Tensors
import Testing

/// A walk along 0, 1, 2, ...: choice 1 steps on, choice 0 stays. The reward is the new place.
private struct Walk: Environment {
  var end = 100
  var stepLimit: Int?
  let observationSpace = ObservationSpace(.init("achieved goal", [1]), .init("goal", [1]))
  let actionSpace = ActionSpace.discrete(2)

  var goals: Goals {
    Goals(in: observationSpace) { achieved, goal in
      Outcome(reward: achieved[0] == goal[0] ? 50 : -50, terminated: achieved[0] == goal[0])
    }
  }

  func reset(using random: inout RandomStream) -> Int { 0 }
  func step(_ state: inout Int, _ action: Action, using random: inout RandomStream) -> Outcome {
    state += action.index
    return Outcome(reward: Float(state), terminated: state == end)
  }
  func observe(_ state: Int, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state)
    observation[1] = 99
  }
}

@Suite("Replay buffer")
struct ReplayBufferTests {
  /// A buffer that has seen so many steps forward of some slots.
  private func buffer(
    _ walk: Walk, steps: Int, capacity: Int = 100, slots: Int = 1, returnSteps: Int = 1,
    hindsight: Hindsight? = nil, priorityExponent: Float? = nil
  ) throws -> ReplayBuffer {
    var environments = EnvironmentBatch(
      tasks: Array(repeating: walk, count: slots), named: "walk", random: RandomStream(seed: 0))
    var configuration = ReplayBuffer.Configuration()
    configuration.capacity = capacity
    configuration.returnSteps = returnSteps
    configuration.discount = 0.5
    configuration.priorityExponent = priorityExponent
    var buffer = ReplayBuffer(configuration, for: environments, hindsight: hindsight)
    var actions = ActionBatch(walk.actionSpace, slots: slots)
    actions.indices = Array(repeating: 1, count: slots)
    for _ in 0..<steps { try buffer.record(actions, stepping: &environments) }
    return buffer
  }

  /// Where a sampled step began, what it returned, how the rest counts and where it led.
  private struct Sample: Hashable {
    var from: Float
    var returned: Float
    var discount: Float
    var to: Float
    var goal: Float = 99
  }

  /// All samples that a buffer gives in many draws.
  private func samples(_ buffer: ReplayBuffer) -> Set<Sample> {
    var (buffer, random) = (buffer, RandomStream(seed: 3))
    var minibatch = Minibatch(count: 500, from: buffer)
    buffer.sample(&minibatch, using: &random)
    let (before, after) = (
      minibatch.observations(0..<500), minibatch.nextObservations(0..<500)
    )
    return Set(
      (0..<500).map {
        Sample(
          from: before[$0, 0], returned: minibatch.returns[$0],
          discount: minibatch.discounts[$0], to: after[$0, 0], goal: before[$0, 1])
      })
  }

  @Test("a return ends where the task ends, and counts on where a limit cut the episode")
  func returns() throws {
    #expect(
      try samples(buffer(Walk(end: 3), steps: 3, returnSteps: 2)) == [
        Sample(from: 0, returned: 1 + 0.5 * 2, discount: 0.25, to: 2),
        Sample(from: 1, returned: 2 + 0.5 * 3, discount: 0, to: 3),
        Sample(from: 2, returned: 3, discount: 0, to: 3),
      ])
    #expect(
      try samples(buffer(Walk(stepLimit: 2), steps: 4, returnSteps: 3)) == [
        Sample(from: 0, returned: 1 + 0.5 * 2, discount: 0.25, to: 2),
        Sample(from: 1, returned: 2, discount: 0.5, to: 2),
      ])
  }

  @Test("the oldest steps of each slot make room for the newest")
  func capacity() throws {
    let full = try buffer(Walk(), steps: 7, capacity: 6, slots: 2, returnSteps: 2)
    #expect(full.count == 6)
    #expect(
      samples(full) == [
        Sample(from: 4, returned: 5 + 0.5 * 6, discount: 0.25, to: 6),
        Sample(from: 5, returned: 6 + 0.5 * 7, discount: 0.25, to: 7),
        Sample(from: 6, returned: 7, discount: 0.5, to: 7),
      ])
  }

  @Test(
    "hindsight puts in goals of the same episode and judges by them",
    arguments: Hindsight.Strategy.allCases)
  func hindsight(strategy: Hindsight.Strategy) throws {
    let walk = Walk(stepLimit: 3)
    // Two whole episodes and a part of a third, of which the first was written over in part.
    let buffer = try buffer(
      walk, steps: 8, capacity: 6,
      hindsight: Hindsight(walk.goals, strategy: strategy, goalsPerStep: 4))
    let seen = samples(buffer)
    let goals: [Float: Set<Float>] =
      switch strategy {
      case .future: [0: [1, 2, 3], 1: [2, 3], 2: [3]]
      case .final: [0: [2, 3], 1: [2, 3], 2: [3]]
      case .episode: [0: [1, 2, 3], 1: [1, 2, 3], 2: [1, 2, 3]]
      }
    for from in 0..<3 {
      let place = Float(from)
      let steps = seen.filter { $0.from == place }
      #expect(Set(steps.map(\.goal)) == goals[place]?.union([99]))
      for step in steps where step.goal == 99 {
        #expect(step.returned == place + 1 && step.discount == 0.5)
      }
      for step in steps where step.goal != 99 {
        let isReached = step.goal == place + 1
        #expect(step.returned == (isReached ? 50 : -50))
        #expect(step.discount == (isReached ? 0 : 0.5))
      }
    }
  }

  @Test("k steps have another goal for each that keeps its own")
  func share() throws {
    let walk = Walk(stepLimit: 3)
    var buffer = try buffer(walk, steps: 30, hindsight: Hindsight(walk.goals, goalsPerStep: 3))
    var random = RandomStream(seed: 1)
    var minibatch = Minibatch(count: 4000, from: buffer)
    buffer.sample(&minibatch, using: &random)
    let goals = minibatch.observations(0..<4000)
    let kept = (0..<4000).count { goals[$0, 1] == 99 }
    #expect(abs(Double(kept) / 4000 - 0.25) < 0.03)
  }

  @Test("steps are drawn in proportion to their priorities, and weighed against that")
  func priorities() throws {
    var buffer = try buffer(Walk(), steps: 4, priorityExponent: 1)
    var random = RandomStream(seed: 1)
    var minibatch = Minibatch(count: 4, from: buffer)
    buffer.sample(&minibatch, using: &random)
    // At first all have the same: each share of the whole is one step.
    #expect(minibatch.positions == [0, 1, 2, 3])
    #expect(minibatch.weights == [1, 1, 1, 1])
    buffer.prioritize(minibatch, 0..<4, by: Tensor([1, 0, 0, -3]))
    var large = Minibatch(count: 4000, from: buffer)
    buffer.sample(&large, importance: 1, using: &random)
    let last = large.positions.count { $0 == 3 }
    #expect(abs(Double(last) / 4000 - 0.75) < 0.01)
    let weights = Dictionary(
      zip(large.positions, large.weights), uniquingKeysWith: { first, _ in first })
    #expect(abs(weights[0]! - 1) < 1e-4 && abs(weights[3]! - 1.0 / 3) < 1e-4)
  }

  @Test("a box's actions are kept with its bounds at -1 and 1")
  func boxes() throws {
    var environments = EnvironmentBatch(
      tasks: [Pendulum()], named: "pendulum", random: RandomStream(seed: 0))
    var buffer = ReplayBuffer(ReplayBuffer.Configuration(), for: environments)
    var actions = ActionBatch(environments.actionSpace, slots: 1)
    actions.components = [-1]
    try buffer.record(actions, stepping: &environments)
    var random = RandomStream(seed: 1)
    var minibatch = Minibatch(count: 1, from: buffer)
    buffer.sample(&minibatch, using: &random)
    #expect(minibatch.actions(0..<1) == Tensor([1, 1], [-0.5]))
  }
}
