import Foal

extension Workload {
  /// One update: forward, clipped surrogate, backward, Adam with a clipped norm. Observations of 8,
  /// 4 actions, shared hidden layers.
  static var updates: [Workload] {
    [
      update("update 64x64, 512 samples", hidden: [64, 64], sequences: 512),
      update(
        "update 128 and GRU 128, 16 sequences of 16", hidden: [128], memory: 128, sequences: 16,
        steps: 16),
    ]
  }

  private static func update(
    _ name: String, hidden: [Int], memory: Int = 0, sequences: Int, steps: Int = 1
  ) -> Workload {
    Workload(name) {
      let count = sequences * steps
      var random = RandomStream(seed: 0)
      let network = ActorCritic(
        .init(observationCount: 8, actions: .categorical(4), hidden: hidden, memory: memory))
      var weights = Weights(initializing: network.layout, using: &random)
      var adam = Adam(count: network.layout.count)
      let observations = Tensor.normal([count, 8], using: &random)
      let samples = SurrogateSamples(
        choices: (0..<count).map { _ in Int32(random.integer(below: 4)) },
        logProbabilities: Tensor(filling: [count], with: -1.386),
        advantages: .normal([count], using: &random), returns: .normal([count], using: &random))
      let loss = ClippedSurrogate(clipRange: 0.2, valueCoefficient: 0.5, entropyCoefficient: 0.01)
      let state = network.emptyMemory(sequences)
      let keep = state.map { _ in Tensor.ones([steps, sequences]) }
      return {
        let (_, gradient, _) = valueAndGradient(at: weights) { weights in
          loss.fused(head: network(weights, observations, memory: state, keep: keep).head, samples)
        }
        adam.update(&weights, gradient: gradient, rate: 3e-4, maximumNorm: 0.5)
      }
    }
  }
}

extension AddedWork {
  /// What a whole learner does, with all that lies around an update and a step.
  static var learnerWork: [AddedWork] {
    [
      minibatch("minibatch of 64, PPO", memory: 0),
      minibatch("minibatch of 4 sequences of 16, recurrent PPO", memory: 32),
      rolloutStep("rollout step of 16 slots and an epoch on it, PPO", memory: 0),
      rolloutStep("rollout step of 16 slots and an epoch on it, recurrent PPO", memory: 32),
    ]
  }

  /// A minibatch with its share of an epoch's shuffling, from what 5 epochs take more than 1.
  private static func minibatch(_ name: String, memory: Int) -> AddedWork {
    AddedWork(
      name: name, times: 4 * 4, more: iteration(epochs: 5, steps: 16, memory: memory),
      less: iteration(epochs: 1, steps: 16, memory: memory))
  }

  /// A step, and what it adds to the four minibatches, from what 32 steps take more than 16.
  private static func rolloutStep(_ name: String, memory: Int) -> AddedWork {
    AddedWork(
      name: name, times: 16, more: iteration(epochs: 1, steps: 32, memory: memory),
      less: iteration(epochs: 1, steps: 16, memory: memory))
  }

  /// A rollout of 16 slots of CartPole-v1 and its updates, in one lane.
  private static func iteration(epochs: Int, steps: Int, memory: Int) -> Workload {
    Workload("iterate \(epochs) epochs, \(steps) steps, memory \(memory)") {
      var configuration = PPO.Configuration()
      configuration.slots = 16
      configuration.lanes = 1
      configuration.rolloutSteps = steps
      configuration.epochs = epochs
      configuration.hidden = [32, 32]
      configuration.memory = memory
      configuration.trunk = memory > 0 ? .shared : .separate
      let tasks = try EnvironmentCatalogue.environment(named: "cartpole").tasks
      var learner = try PPO(configuration, seed: 0) { slots, random in
        tasks.batch(slots: slots, random: random)
      }
      return { _ = try learner.iterate(progress: 0) }
    }
  }
}
