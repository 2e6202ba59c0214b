internal import Agents
internal import Environments
internal import Tensors

extension Reproduction {
  /// A learner whose step size, inverse temperature and discount tune themselves on a ring that
  /// calls for patience and, from half of the run on, for taking what little there is.
  ///
  /// Source: Schweighofer and Doya (2003), "Meta-learning in reinforcement learning".
  static let metaParameters = Reproduction(
    summary: "SARSA on a ring of 10 places whose prize falls from 50 to 1 at half time, and all "
      + "rewards to a tenth; begun with a discount of 0.3, an inverse temperature of 0.03 or a "
      + "step size of 0.02. Rewards are shares of the best possible; 144 fixed settings learn each "
      + "condition alone.",
    scope: .mechanism, seeds: 10, quickSeeds: 5, minutes: 1,
    arms: [
      Arm("self-tuned", .method) { _, seed in
        try RingRun.tuned(seed, steps: 3_000_000, noise: 0.4)
      },
      Arm("fixed settings", .reference) { effort, seed in
        RingRun.grid(seed, steps: effort(100_000, quick: 30_000))
      },
      Arm("no noise", .ablation) { _, seed in
        try RingRun.tuned(seed, steps: 3_000_000, noise: 0)
      },
    ],
    broken: "no noise",
    measures: RingRun.starts.flatMap { start in
      [Measure("patience, from \(start.name)"), Measure("after the switch, from \(start.name)")]
    } + [
      Measure("recovery time, share of the run", published: "recovers (figure)"),
      Measure("worse condition"),
    ],
    figure: Figure(
      "Rewards around the switch, begun with a low discount", x: "share of the run",
      y: "reward, share of the best fixed setting", .curves("reward"))
  ) { effort in
    RingRun.starts.flatMap { start -> [Claim] in
      [
        .atLeast(0.9, "patience, from \(start.name)", of: "self-tuned"),
        .atLeast(0.9, "after the switch, from \(start.name)", of: "self-tuned"),
      ]
    } + [
      .atMost(0.3, "recovery time, share of the run", of: "self-tuned"),
      .atMost(0.7, "worse condition", of: "fixed settings"),
      .above("worse condition", of: "self-tuned", than: "fixed settings"),
    ]
  }
}

/// A run on the ring.
private enum RingRun {
  /// Settings that a learner begins with, one of them bad.
  struct Start: Sendable {
    let name: String
    let stepSize: Double
    let inverseTemperature: Double
    let discount: Double
  }

  static let starts = [
    Start(name: "a low discount", stepSize: 0.1, inverseTemperature: 0.3, discount: 0.3),
    Start(name: "a high temperature", stepSize: 0.1, inverseTemperature: 0.03, discount: 0.9),
    Start(name: "small steps", stepSize: 0.02, inverseTemperature: 0.3, discount: 0.9),
  ]
  static let patience = Ring(prize: 50, stepLimit: nil)
  static let impatience = Ring(prize: 1, unit: 0.1, stepLimit: nil)
  /// The parts of a run that rewards are averaged over.
  static let parts = 40

  /// Learns on a ring whose prize may change; returns the mean reward of each part of the run.
  static func rewards(
    _ learner: inout SARSA, tuner: MetaParameterTuner?, steps: Int, from first: Ring,
    to second: Ring, _ random: RandomStream
  ) -> [Double] {
    var (tuner, stream, noise) = (tuner, random.split("steps"), random.split("noise"))
    var rewards = [Double](repeating: 0, count: parts)
    var state = first.reset(using: &stream)
    var action = learner.action(in: Int(state.place), using: &stream)
    for step in 0..<steps {
      let place = Int(state.place)
      let ring = step < steps / 2 ? first : second
      let reward = ring.step(&state, Action(action), using: &stream).reward
      let next = learner.action(in: Int(state.place), using: &stream)
      learner.learn(
        state: place, action: action, reward: reward, next: (Int(state.place), next))
      action = next
      rewards[step * parts / steps] += Double(reward) * Double(parts) / Double(steps)
      guard tuner != nil else { continue }
      tuner!.add(reward, using: &noise)
      learner.stepSize = tuner!.values[0]
      learner.inverseTemperature = tuner!.values[1]
      learner.discount = tuner!.values[2]
    }
    return rewards
  }

  /// The best rates are those that going round for good gives, which the best fixed settings reach.
  static func tuned(_ seed: UInt64, steps: Int, noise: Double) throws -> Measurements {
    var measurements = Measurements()
    var (worst, recovery) = (1.0, 0.0)
    for start in starts {
      var configuration = MetaParameterTuner.Configuration()
      configuration.noise = noise
      let tuner = try MetaParameterTuner(
        [
          .stepSize(start.stepSize), .inverseTemperature(start.inverseTemperature),
          .discount(start.discount),
        ], configuration)
      var learner = SARSA(
        states: patience.places, actions: 2, stepSize: start.stepSize,
        inverseTemperature: start.inverseTemperature, discount: start.discount)
      let rewards = rewards(
        &learner, tuner: tuner, steps: steps, from: patience, to: impatience,
        RandomStream(seed: seed).split(start.name))
      let shares = rewards.enumerated().map { part, reward in
        reward / Double(part < parts / 2 ? patience.bestRate : impatience.bestRate)
      }
      let late = (mean(shares[parts / 2 - 4..<parts / 2]), mean(shares[parts - 4..<parts]))
      measurements.values["patience, from \(start.name)"] = late.0
      measurements.values["after the switch, from \(start.name)"] = late.1
      worst = min(worst, late.0, late.1)
      let recovered = shares[(parts / 2)...].firstIndex { $0 >= 0.9 } ?? parts
      recovery = max(recovery, Double(recovered - parts / 2 + 1) / Double(parts))
      if start.name == starts[0].name {
        measurements.curves["reward"] = shares.enumerated().map {
          CurvePoint(Double($0.offset + 1) / Double(parts), $0.element)
        }
      }
    }
    measurements.values["worse condition"] = worst
    measurements.values["recovery time, share of the run"] = recovery
    return measurements
  }

  /// Lets fixed settings learn either condition alone, and finds those whose worse one is best.
  static func grid(_ seed: UInt64, steps: Int) -> Measurements {
    var rates: [(patience: Double, impatience: Double)] = []
    for stepSize in [0.01, 0.03, 0.1, 0.3] {
      for inverseTemperature in [0.1, 0.3, 1, 3, 10, 30] {
        for discount in [0, 0.5, 0.8, 0.9, 0.95, 0.98] {
          func rate(_ ring: Ring) -> Double {
            var learner = SARSA(
              states: ring.places, actions: 2, stepSize: stepSize,
              inverseTemperature: inverseTemperature, discount: discount)
            let rewards = rewards(
              &learner, tuner: nil, steps: steps, from: ring, to: ring, RandomStream(seed: seed))
            return mean(rewards[(parts / 2)...]) / Double(ring.bestRate)
          }
          rates.append((rate(patience), rate(impatience)))
        }
      }
    }
    var values: [String: Double] = [:]
    for start in starts {
      values["patience, from \(start.name)"] = rates.map(\.patience).max()
      values["after the switch, from \(start.name)"] = rates.map(\.impatience).max()
    }
    values["worse condition"] = rates.map { min($0.patience, $0.impatience) }.max()
    return Measurements(values)
  }

  private static func mean(_ values: ArraySlice<Double>) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
}
