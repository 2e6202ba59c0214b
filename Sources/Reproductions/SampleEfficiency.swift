internal import Agents
internal import Environments
internal import Schooling
internal import Tensors

extension Reproduction {
  /// How many tries CartPole-v1 takes: gradients on episodes, a learned model, an agent that was
  /// pretrained.
  ///
  /// Sources: TensorFlow's actor-critic tutorial; Deisenroth and Rasmussen (2011), "PILCO", for how
  /// few tries a learned model needs.
  static let sampleEfficiency = Reproduction(
    summary: "Gymnasium's CartPole-v1. The actor-critic of TensorFlow's tutorial (128 units, one "
      + "update an episode); a linear model that is learned from at most 10 episodes and planned "
      + "with; Foal's bundled agent, pretrained on other cart-poles; random linear policies.",
    scope: .mechanism, seeds: 20, quickSeeds: 3, minutes: 2,
    arms: [
      Arm("learned model", .method) { effort, seed in
        try CartPoleTries(seed, effort).learnedModel(learns: true)
      },
      Arm("actor-critic", .baseline) { effort, seed in
        try CartPoleTries(seed, effort).actorCritic()
      },
      Arm("PPO", .baseline) { effort, seed in try CartPoleTries(seed, effort).ppo() },
      Arm("random search", .baseline) { effort, seed in
        CartPoleTries(seed, effort).randomSearch()
      },
      Arm("pretrained", .reference) { effort, seed in
        try CartPoleTries(seed, effort).pretrained()
      },
      Arm("nothing learned", .ablation) { effort, seed in
        try CartPoleTries(seed, effort).learnedModel(learns: false)
      },
    ],
    broken: "nothing learned",
    measures: [
      Measure("tries to criterion", published: "353 and 755 (two runs of the tutorial)"),
      Measure("tries to 195 of 200 steps"),
      Measure("mean return after at most 10 tries"),
    ],
    figure: Figure(
      "Tries until CartPole is balanced", x: "", y: "tries", .bars(["tries to criterion"]))
  ) { effort in
    [
      .inSeeds(0.9, "mean return after at most 10 tries", of: "learned model", atLeast: 475),
      .atMost(10, "tries to criterion", of: "learned model"),
      Claim("actor-critic: median of tries to criterion from 200 to 1000") { result in
        let tries = result.values(of: "tries to criterion", arm: "actor-critic").sorted()
        guard tries.count > 1 else { return nil }
        let median = (tries[(tries.count - 1) / 2] + tries[tries.count / 2]) / 2
        return (200...1000).contains(median)
      },
      .above("tries to criterion", of: "actor-critic", than: "learned model", factor: 30),
      .above("mean return after at most 10 tries", of: "learned model", than: "random search"),
      .atMost(3, "tries to criterion", of: "pretrained"),
    ]
  }
}

/// One seed.
private struct CartPoleTries {
  let fresh: Int
  let random: RandomStream
  let seed: UInt64

  init(_ seed: UInt64, _ effort: Effort) {
    fresh = effort(100, quick: 20)
    random = RandomStream(seed: seed)
    self.seed = seed
  }

  /// Plays an episode; `act` is shown position, velocity, angle and angular velocity.
  private func episode(
    _ stream: inout RandomStream, act: ([Double], inout RandomStream) -> Int,
    onStep: ([Double], Int, [Double]) -> Void = { _, _, _ in }
  ) -> Double {
    let cart = CartPole.gymnasium
    var state = cart.reset(using: &stream)
    for step in 1...500 {
      let seen = [state.x, state.xVelocity, state.angle, state.angularVelocity]
      let action = act(seen, &stream)
      let outcome = cart.step(&state, Action(action), using: &stream)
      onStep(
        seen, action, [state.x, state.xVelocity, state.angle, state.angularVelocity])
      if outcome.terminated { return Double(step) }
    }
    return 500
  }

  /// The mean return of episodes that nothing is learned from.
  private func meanReturn(act: ([Double], inout RandomStream) -> Int) -> Double {
    var (stream, sum) = (random.split("fresh"), 0.0)
    for _ in 0..<fresh { sum += episode(&stream, act: act) }
    return sum / Double(fresh)
  }

  /// Knows what a path is worth, and nothing yet of what controls do.
  private static func controller() throws -> ModelBasedController {
    var configuration = ModelBasedController.Configuration()
    configuration.isBangBang = true
    return try ModelBasedController(
      configuration, model: LinearDynamics(states: 4, controls: 1)
    ) { path in
      // One for each step before the end and, among plans that last, a little more for the middle.
      var sum = 0.0
      for start in stride(from: 4, to: path.count, by: 4) {
        let position = path[start] / CartPole.positionLimit
        let angle = path[start + 2] / CartPole.angleLimitRadians
        if abs(position) > 1 || abs(angle) > 1 { break }
        sum += 1 - 0.1 * (position * position + angle * angle)
      }
      return sum
    }
  }

  /// Learns a linear model from one episode after the other, the first with random actions, and
  /// plans with it, until fresh episodes reach the criterion.
  func learnedModel(learns: Bool) throws -> Measurements {
    var controller = try CartPoleTries.controller()
    func act(_ state: [Double], _ stream: inout RandomStream) -> Int {
      controller.control(in: state, using: &stream)[0] > 0 ? 1 : 0
    }
    var stream = random.split("episodes")
    var mean = 0.0
    for attempt in 1...10 {
      controller.beginEpisode()
      var steps: [([Double], Int, [Double])] = []
      _ = episode(&stream) {
        attempt == 1 ? $1.integer(below: 2) : act($0, &$1)
      } onStep: {
        steps.append(($0, $1, $2))
      }
      if learns {
        for (state, action, next) in steps {
          controller.model.add(state: state, control: [action == 1 ? 1 : -1], next: next)
        }
        controller.model.fit()
      }
      mean = meanReturn(act: act)
      if mean >= 475 {
        return Measurements([
          "tries to criterion": Double(attempt), "mean return after at most 10 tries": mean,
        ])
      }
    }
    // The criterion was not reached: it takes more than those that were made.
    return Measurements([
      "tries to criterion": 11, "mean return after at most 10 tries": mean,
    ])
  }

  /// The tutorial's agent and its criteria: a mean of 475 over 100 episodes of at most 500 steps; a
  /// running mean of 195 of 200.
  func actorCritic() throws -> Measurements {
    func tries(_ cart: CartPole, _ isSolved: ([Float]) -> Bool) throws -> Double {
      var stream = random.split("actor-critic")
      var learner = try EpisodicActorCritic(
        EpisodicActorCritic.Configuration(), observing: cart.observationSpace,
        acting: cart.actionSpace, using: &stream)
      var returns: [Float] = []
      while returns.count < 10_000 && !isSolved(returns) {
        returns.append(try learner.train(on: cart, using: &stream))
      }
      return Double(returns.count)
    }
    var running: Float = 0
    return Measurements([
      "tries to criterion": try tries(.gymnasium) {
        $0.count >= 100 && $0.suffix(100).reduce(0, +) / 100 > 475
      },
      "tries to 195 of 200 steps": try tries(CartPole(stepLimit: 200)) {
        guard let last = $0.last else { return false }
        running += 0.01 * (last - running)
        return running > 195
      },
    ])
  }

  /// Foal's settings for CartPole; episodes until the mean of the last 100 is 475.
  func ppo() throws -> Measurements {
    var training = try Training(
      on: TaskSource(CartPole.gymnasium, named: "cartpole"), .init(for: "cartpole"), seed: seed)
    while !training.isFinished && training.solvedAtEpisode == nil { _ = try training.iterate() }
    return Measurements([
      "tries to criterion": Double(training.solvedAtEpisode ?? training.episodes)
    ])
  }

  /// The best of ten random linear policies, each tried once.
  func randomSearch() -> Measurements {
    var stream = random.split("policies")
    func act(_ weights: [Double]) -> ([Double], inout RandomStream) -> Int {
      { state, _ in zip(weights, state).reduce(0) { $0 + $1.0 * $1.1 } > 0 ? 1 : 0 }
    }
    var (best, most) = ([Double](), -1.0)
    for _ in 0..<10 {
      let weights = (0..<4).map { _ in stream.uniform(-1.0...1.0) }
      let reached = episode(&stream, act: act(weights))
      if reached > most { (best, most) = (weights, reached) }
    }
    return Measurements(["mean return after at most 10 tries": meanReturn(act: act(best))])
  }

  /// The bundled agent, which has never seen this cart-pole; nothing is learned but in its memory.
  func pretrained() throws -> Measurements {
    var settings = Evaluation.Settings(tasks: fresh, tries: 3)
    settings.seed = seed
    let returns = try Agent(named: "cartpole").returns(
      on: TaskSource(CartPole.gymnasium, named: "cartpole-v1"), settings)
    let means = (0..<3).map { attempt in
      returns.reduce(0) { $0 + Double($1[attempt]) } / Double(returns.count)
    }
    return Measurements([
      "tries to criterion": Double((means.firstIndex { $0 >= 475 } ?? 3) + 1),
      "mean return after at most 10 tries": means[0],
    ])
  }
}
