internal import Agents
internal import Environments
internal import Tensors

extension Reproduction {
  /// Rewards learned from an expert in one random process, used in another.
  ///
  /// Source: Fu et al. (2018), arXiv:1710.11248, section 7.
  static let airl = Reproduction(
    summary: "Random processes of 16 states and 4 actions, reward 1 for any action in state 0, "
      + "begun in state 1, discount 0.9; the expert is soft-optimal. The learned reward is then "
      + "optimised under new random dynamics. In the full form also a point maze, sampled, whose "
      + "wall is mirrored.",
    scope: .result, seeds: 10, quickSeeds: 5, minutes: 2,
    arms: [
      Arm("state only", .method) { effort, seed in
        try RewardTransfer(seed).learned(.stateOnly)
          .with(effort) { try MazeTransfer(seed).adversarial(.stateOnly) }
      },
      Arm("cloned policy", .baseline) { effort, seed in
        try RewardTransfer(seed).policy().with(effort) { try MazeTransfer(seed).cloned() }
      },
      Arm("GAIL", .baseline) { effort, seed in
        try Measurements().with(effort) { try MazeTransfer(seed).adversarial(.imitation) }
      },
      Arm("state and action", .ablation) { effort, seed in
        try RewardTransfer(seed).learned(.stateAction)
          .with(effort) { try MazeTransfer(seed).adversarial(.stateAction) }
      },
      Arm("without shaping", .ablation) { _, seed in
        try RewardTransfer(seed).learned(.unshaped)
      },
      Arm("true reward", .reference) { effort, seed in
        try Measurements().with(effort) { try MazeTransfer(seed).oracle() }
      },
    ],
    broken: "state and action",
    measures: [
      Measure("correlation with the reward", published: "recovered up to a constant (figure)"),
      Measure("return after transfer", published: "optimal; with actions barely above random"),
      Measure("return in the expert's maze"),
      Measure(
        "return in the other maze",
        published: "-8.82; state and action -31.2; GAIL -29.9; true reward -8.45"),
      Measure("return of the same policy in the other maze"),
    ],
    figure: Figure(
      "A learned reward under new dynamics", x: "", y: "share of the best return",
      .bars(["correlation with the reward", "return after transfer"]))
  ) { effort in
    [
      .atLeast(0.98, "correlation with the reward", of: "state only"),
      .atLeast(0.98, "return after transfer", of: "state only"),
      .atMost(0.35, "return after transfer", of: "state and action"),
      .above("correlation with the reward", of: "state only", than: "without shaping"),
      .above("return after transfer", of: "state only", than: "cloned policy"),
    ]
      + effort(
        [
          .atLeast(-20, "return in the expert's maze", of: "state only"),
          .above("return in the other maze", of: "state only", than: "state and action"),
          .above("return in the other maze", of: "state only", than: "GAIL"),
        ], quick: [])
  }
}

extension Measurements {
  /// These and, in the full form, others.
  fileprivate func with(
    _ effort: Effort, _ others: () throws -> [String: Double]
  ) rethrows -> Measurements {
    guard effort == .full else { return self }
    var result = self
    result.values.merge(try others()) { $1 }
    return result
  }
}

/// One seed: a random process, its expert, and a process with the same reward and other dynamics.
private struct RewardTransfer {
  static let discount = 0.9
  let process: KnownMDP
  let other: KnownMDP
  let expert: [Double]
  let start: [Double]

  init(_ seed: UInt64) {
    var random = RandomStream(seed: seed).split("process")
    let (states, actions) = (16, 4)
    let rewards = (0..<states * actions).map { $0 < actions ? 1.0 : 0 }
    process = .random(states: states, actions: actions, rewards: rewards, using: &random)
    other = .random(states: states, actions: actions, rewards: rewards, using: &random)
    start = (0..<states).map { $0 == 1 ? 1 : 0 }
    expert = process.softmaxPolicy(
      process.softValues(discount: RewardTransfer.discount), temperature: 1)
  }

  /// Learns a reward from the expert, then does under the other dynamics what is best for it.
  func learned(_ form: TabularAIRL.Form) throws -> Measurements {
    var configuration = TabularAIRL.Configuration()
    configuration.form = form
    configuration.discount = RewardTransfer.discount
    var learner = try TabularAIRL(configuration, in: process, expert: expert, from: start)
    learner.run()
    var imagined = other
    imagined.rewards = learner.reward
    let policy = imagined.greedyPolicy(
      imagined.optimalValues(discount: RewardTransfer.discount))
    return Measurements([
      "correlation with the reward": correlation(learner.reward, process.rewards),
      "return after transfer": other.quality(
        of: policy, from: start, discount: RewardTransfer.discount),
    ])
  }

  /// Does under the other dynamics what the expert did under its own.
  func policy() -> Measurements {
    Measurements([
      "return after transfer": other.quality(
        of: expert, from: start, discount: RewardTransfer.discount)
    ])
  }

  private func correlation(_ first: [Double], _ second: [Double]) -> Double {
    let count = Double(first.count)
    let means = (first.reduce(0, +) / count, second.reduce(0, +) / count)
    var (cross, one, two) = (0.0, 0.0, 0.0)
    for (x, y) in zip(first, second) {
      cross += (x - means.0) * (y - means.1)
      one += (x - means.0) * (x - means.0)
      two += (y - means.1) * (y - means.1)
    }
    return cross / (one * two).squareRoot()
  }
}
