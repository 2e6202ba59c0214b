import Agents
import Environments
import Networks
import Schooling
import Tensors

/// One step a try: of two choices one is worth 1, the other -1, always the same one in a task.
struct Sign: Environment, Hashable {
  /// The choice that is worth 1.
  var good: Int
  /// The size of the reward; tasks of the two splits differ in it.
  var size: Float = 1
  let observationSpace = ObservationSpace(.init("nothing", [1]))
  let actionSpace = ActionSpace.discrete(2)
  var solvedReturn: Float? { 1 }

  func reset(using random: inout RandomStream) -> Int { 0 }

  func step(_ state: inout Int, _ action: Action, using random: inout RandomStream) -> Outcome {
    Outcome(reward: action.index == good ? size : -size, terminated: true)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) { observation[0] = 0 }
}

struct SignFamily: TaskFamily {
  var name: String { "sign" }

  func task(_ split: Split, using random: inout RandomStream) -> Sign {
    Sign(good: random.integer(below: 2), size: split == .train ? 2 : 1)
  }
}

extension TaskSource {
  static let signs = TaskSource(SignFamily())

  /// The good choice of each of some held-out tasks.
  static func goodChoices(_ numbers: [Int], seed: UInt64) throws -> [Int] {
    var batch = signs.batch(
      tasks: numbers, of: .heldOut, seed: seed, trials: TrialSettings(),
      random: RandomStream(seed: 0))
    try batch.step(ActionBatch(.discrete(2), slots: numbers.count))
    return batch.buffers.rewards.map { $0 > 0 ? 0 : 1 }
  }
}

extension Agent {
  /// An agent that first takes choice 0, then what the last reward says, made by hand.
  ///
  /// After choice 0 the reward alone tells: stay if it was positive, else change. The one memory
  /// cell holds that reward.
  static func perfect(named name: String = "perfect") -> Agent {
    let trials = TrialSettings(triesPerTask: 2, showsHistory: true)
    let space = EnvironmentBatch.observationSpace(
      Sign(good: 0).observationSpace, .discrete(2), trials)
    let network = ActorCritic(
      .init(observationCount: space.count, actions: .categorical(2), hidden: [], memory: 1))
    var weights = Weights(.zeros([network.layout.count]), layout: network.layout)
    // Observation: nothing, action 0, action 1, reward, try began.
    // Candidate: tanh(4 · reward). After choice 1 the update gate keeps what is known.
    var values: [String: [Float]] = [:]
    values["memory.input.weight"] = [0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 4, 0, 0, 0]
    // Update gate -3: 95 % of the candidate is taken.
    values["memory.input.bias"] = [0, -3, 0]
    // Logits: choice 0 is the default, a negative memory prefers choice 1.
    values["head.weight"] = [9, -9, 0]
    values["head.bias"] = [0.5, -0.5, 0]
    var elements = weights.values.elements
    for parameter in network.layout.parameters {
      guard let own = values[parameter.name] else { continue }
      elements.replaceSubrange(parameter.position..<parameter.position + own.count, with: own)
    }
    weights.values = Tensor(elements)
    return Agent(
      card: Card(
        name: name, family: "sign", algorithm: "by hand", seed: 7, steps: 0,
        network: network.configuration, trials: trials, observationSpace: space,
        actionSpace: .discrete(2), trainingReturns: [0, 1]),
      policy: Policy(network: network, weights: weights, actionSpace: .discrete(2)))
  }
}
