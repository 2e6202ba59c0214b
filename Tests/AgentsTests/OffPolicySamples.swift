import Environments
import Tensors

/// One step: the reward is minus the squared distance between the action and the number shown.
struct Aim: Environment {
  let observationSpace = ObservationSpace(.init("number", [1], in: -1...1))
  let actionSpace = ActionSpace.box(low: [-2, 0], high: [2, 1])

  func reset(using random: inout RandomStream) -> Float { random.uniform(-1...1) }

  func step(_ state: inout Float, _ action: Action, using random: inout RandomStream) -> Outcome {
    let (first, second) = (action[0] - state, action[1] - 0.5)
    return Outcome(reward: -(first * first) - second * second, terminated: true)
  }

  func observe(_ state: Float, into observation: inout MutableSpan<Float>) {
    observation[0] = state
  }

  static func batch(_ slots: Int, _ random: RandomStream) -> EnvironmentBatch {
    EnvironmentBatch(SingleTask(Aim(), named: "aim"), slots: slots, random: random)
  }
}

/// The mean reward of the first step of 200 episodes.
func meanFirstReward(
  _ environments: EnvironmentBatch, _ act: (borrowing StepBuffers, inout ActionBatch) -> Void
) throws -> Float {
  var environments = environments
  var actions = ActionBatch(environments.actionSpace, slots: environments.slots)
  act(environments.buffers, &actions)
  try environments.step(actions)
  return environments.buffers.rewards.reduce(0, +) / Float(environments.slots)
}

/// The share of 200 goals that are reached.
func reachedShare(
  _ task: BitFlip, _ act: (borrowing StepBuffers, inout ActionBatch) -> Void
) throws -> Double {
  var environments = EnvironmentBatch(
    SingleTask(task, named: "bit-flip"), slots: 200, random: RandomStream(seed: 99))
  var actions = ActionBatch(environments.actionSpace, slots: 200)
  var hasEnded = Array(repeating: false, count: 200)
  var reached = 0
  for _ in 0..<task.count {
    act(environments.buffers, &actions)
    try environments.step(actions)
    for episode in environments.buffers.finished where !hasEnded[episode.slot] {
      hasEnded[episode.slot] = true
      reached += episode.terminated ? 1 : 0
    }
    environments.buffers.finished.removeAll()
  }
  return Double(reached) / 200
}
