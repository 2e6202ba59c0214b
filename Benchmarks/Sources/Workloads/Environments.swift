import Foal

extension Workload {
  /// One step of 64 slots of each environment and family, observations written, and of playrooms whose
  /// tries are long, where few rooms are laid out. The actions are the same in every run.
  static var environmentSteps: [Workload] {
    let longTries = EnvironmentCatalogue.variants.filter { $0.name == "playroom-told" }
    return (EnvironmentCatalogue.all + longTries).map { entry in
      let kind = entry.kind == .family ? "family" : "environment"
      return Workload("step 64 slots, \(kind) \(entry.name)") {
        var batch = entry.tasks.batch(slots: 64, random: RandomStream(seed: 1))
        var random = RandomStream(seed: 2)
        var actions = (0..<16).map { _ in ActionBatch(batch.actionSpace, slots: 64) }
        for index in actions.indices {
          actions[index].drawUniformly(
            from: batch.actionSpace, masks: batch.buffers.masks, using: &random)
        }
        var step = 0
        return {
          try batch.step(actions[step % 16])
          step += 1
          batch.buffers.finished.removeAll(keepingCapacity: true)
        }
      }
    }
  }

  /// One step of 64 slots of CartPole-v1 with the actions of a policy, as when an agent is
  /// evaluated.
  static var policyStep: Workload {
    Workload("decide and step 64 slots, cartpole") {
      let entry = try EnvironmentCatalogue.environment(named: "cartpole")
      var batch = entry.tasks.batch(slots: 64, random: RandomStream(seed: 1))
      var random = RandomStream(seed: 2)
      let network = ActorCritic(
        .init(observationCount: 4, actions: .categorical(2), trunk: .separate))
      let policy = Policy(
        network: network, weights: Weights(initializing: network.layout, using: &random),
        actionSpace: batch.actionSpace)
      var actions = ActionBatch(batch.actionSpace, slots: 64)
      var decision = policy.decide(batch.buffers, memory: nil, greedy: false, using: &random)
      return {
        policy.decide(
          batch.buffers, memory: nil, greedy: false, using: &random, into: &decision)
        policy.write(decision, to: &actions)
        try batch.step(actions)
        batch.buffers.finished.removeAll(keepingCapacity: true)
      }
    }
  }
}
