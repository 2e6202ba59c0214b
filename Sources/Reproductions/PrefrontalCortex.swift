internal import Agents
internal import Environments
internal import Networks
internal import Tensors

extension Reproduction {
  /// Prefrontal cortex as a meta-reinforcement learning system: a recurrent agent that was trained
  /// without a model behaves on the two-step task as if it had one.
  ///
  /// Source: Wang et al. (2018), doi:10.1038/s41593-018-0147-8, simulation 4. Deviations: a gated
  /// recurrent unit in place of an LSTM and PPO in place of an asynchronous advantage actor-critic.
  static let prefrontalCortex = Reproduction(
    summary: """
      The two-step task: choices lead to their place with 0.8, places pay with 0.9 and 0.1 and swap \
      with 0.025 before a trial, 100 trials an episode. A policy with 48 memory cells learns over \
      episodes; with its weights fixed, 300 more are watched for what it repeats after which trial.
      """,
    scope: .result, seeds: 8, quickSeeds: 3, minutes: 2,
    arms: [
      Arm("recurrent", .method) { effort, seed in
        let agent = try TwoStepAgent(effort, seed: seed, showsReward: true)
        return try agent.measure(seed)
      },
      Arm("model-free", .baseline) { _, seed in
        // What earns the most on a grid of learning rates and temperatures.
        .twoStep(.modelFree(learningRate: 0.5, inverseTemperature: 10), seed: seed)
      },
      Arm("without reward", .ablation) { effort, seed in
        let agent = try TwoStepAgent(effort, seed: seed, showsReward: false)
        return try agent.measure(seed)
      },
      Arm("ideal", .reference) { _, seed in .twoStep(.bayesian, seed: seed) },
    ],
    broken: "without reward",
    measures: kinds.map { Measure($0.name) } + [
      Measure("interaction", published: "> 0 (bars without numbers)"),
      Measure("reward effect", published: "about 0 (bars without numbers)"),
      Measure("reward per trial"),
    ],
    figure: Figure(
      "What is repeated after which trial", x: "kind of trial", y: "stay probability",
      .bars(kinds.map(\.name)))
  ) { _ in
    [
      .atLeast(0.4, "interaction", of: "recurrent"),
      .above("interaction", of: "recurrent", than: "model-free", factor: 3),
      .above("interaction", of: "recurrent", than: "without reward"),
      smallRewardEffect,
      .atLeast(0.63, "reward per trial", of: "recurrent"),
      .above("reward per trial", of: "recurrent", than: "model-free"),
      .above("reward per trial", of: "recurrent", than: "ideal", factor: 0.95),
      .above("reward effect", of: "model-free", than: "recurrent", margin: 0.1),
      .atMost(0.52, "reward per trial", of: "without reward"),
    ]
  }

  /// The four kinds of trials, in the order of the paper's figure.
  private static let kinds: [(name: String, rewarded: Bool, common: Bool)] = [
    ("rewarded, common", true, true), ("rewarded, uncommon", true, false),
    ("unrewarded, common", false, true), ("unrewarded, uncommon", false, false),
  ]

  private static let smallRewardEffect = Claim(
    "recurrent: reward effect at most a third of the interaction in 7 of 8 seeds"
  ) { result in
    let effects = result.values(of: "reward effect", arm: "recurrent")
    let interactions = result.values(of: "interaction", arm: "recurrent")
    guard effects.count > 1, effects.count == interactions.count else { return nil }
    let small = zip(effects, interactions).count { abs($0) <= $1 / 3 }
    return Double(small) >= 7.0 / 8 * Double(effects.count)
  }

  fileprivate static func measurements(_ episodes: [[TwoStepTrial]]) -> Measurements {
    var stays = StayProbabilities()
    for episode in episodes { stays.add(episode) }
    let trials = episodes.flatMap { $0 }
    var values = [
      "interaction": stays.interaction, "reward effect": stays.rewardEffect,
      "reward per trial": Double(trials.count(where: \.isRewarded)) / Double(trials.count),
    ]
    for kind in kinds { values[kind.name] = stays[rewarded: kind.rewarded, common: kind.common] }
    return Measurements(values)
  }
}

extension Measurements {
  /// What a strategy that was not learned over episodes does in 300 of them.
  fileprivate static func twoStep(_ strategy: TwoStepStrategy, seed: UInt64) -> Measurements {
    var random = RandomStream(seed: seed).split("episodes")
    return Reproduction.measurements(
      (0..<300).map { _ in strategy.play(TwoStepTask(), using: &random) })
  }
}

/// A policy with a memory that lived through many episodes of the two-step task.
private struct TwoStepAgent {
  let task = TwoStepTask()
  let trials: TrialSettings
  let policy: Policy

  init(_ effort: Effort, seed: UInt64, showsReward: Bool) throws {
    var trials = TrialSettings(showsHistory: true)
    trials.showsReward = showsReward
    self.trials = trials
    var configuration = PPO.Configuration()
    configuration.slots = 64
    configuration.lanes = 1
    configuration.rolloutSteps = 100
    configuration.discount = 0.9
    configuration.gaeLambda = 1
    configuration.entropyCoefficient = 0.01
    configuration.learningRate = 3e-3
    configuration.trunk = .shared
    configuration.hidden = []
    configuration.memory = 48
    let tasks = TaskSource(task, named: "two-step")
    var learner = try PPO(configuration, seed: seed) { slots, random in
      tasks.batch(slots: slots, trials: trials, random: random)
    }
    let steps = effort(3_000_000, quick: 1_200_000)
    while learner.steps < steps {
      _ = try learner.iterate(progress: Float(learner.steps) / Float(steps))
    }
    policy = learner.policy
  }

  /// Watches 300 episodes with the weights fixed.
  func measure(_ seed: UInt64) throws -> Measurements {
    let slots = 300
    var random = RandomStream(seed: seed).split("episodes")
    var batch = TaskSource(task, named: "two-step")
      .batch(slots: slots, trials: trials, random: random.split("tasks"))
    var memory = policy.network.emptyMemory(slots)
    var actions = ActionBatch(task.actionSpace, slots: slots)
    var episodes = [[TwoStepTrial]](repeating: [], count: slots)
    for _ in 0..<task.trials {
      var seen: [TwoStepTrial] = []
      for stage in 0..<2 {
        let decision = policy.decide(batch.buffers, memory: memory, greedy: false, using: &random)
        memory = decision.memory
        policy.write(decision, to: &actions)
        try batch.step(actions)
        let width = batch.observationSpace.count
        for slot in 0..<slots {
          if stage == 0 {
            let place = batch.buffers.observations[slot * width + 1] == 1 ? 0 : 1
            seen.append(
              TwoStepTrial(
                choice: Int(decision.choices[slot]), place: place, isRewarded: false))
          } else {
            seen[slot].isRewarded = batch.buffers.rewards[slot] > 0
            episodes[slot].append(seen[slot])
          }
        }
      }
    }
    return Reproduction.measurements(episodes)
  }
}
