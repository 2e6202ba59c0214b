internal import Agents
internal import Environments
internal import Networks

extension Reproduction {
  /// Surprise-based intrinsic motivation (Achiam and Sastry 2017, arXiv:1703.01732): a reward for
  /// what a learned model of the environment held unlikely, or for how much better it has become.
  static let surprise = Reproduction(
    summary: """
      A weak car in a valley, 1 at the top of the hill and nothing else, and a hanging pole to be \
      swung up by its cart, 1 for each step upright. PPO in place of TRPO, networks of 32 and 32 \
      units, 400,000 steps, the same for every arm.
      """,
    scope: .mechanism, seeds: 10, quickSeeds: 3, minutes: 1,
    arms: [
      Arm("surprisal", .method) { try explore($0, $1) { try surprisal(for: $0, seed: $1) } },
      Arm("learning progress", .method) {
        try explore($0, $1) { try progress(for: $0, seed: $1) }
      },
      Arm("no bonus", .ablation) { try explore($0, $1) { _, _ in nil } },
      Arm("random bonus", .ablation) {
        try explore($0, $1) { _, seed in try RandomBonus(weight: 0.03, seed: seed) }
      },
    ],
    broken: "no bonus",
    measures: [
      Measure(Task.car.measure), Measure(Task.car.found), Measure(Task.swingUp.measure),
      Measure(Task.swingUp.found),
    ],
    figure: Figure(
      "A weak car that is paid for nothing but arriving", x: "environment steps",
      y: "success", .curves(Task.car.measure))
  ) { effort in
    [
      .atLeast(0.8, Task.car.measure, of: "surprisal"),
      .atLeast(0.8, Task.car.measure, of: "learning progress"),
      .atMost(0.05, Task.car.measure, of: "no bonus"),
      .atMost(0.05, Task.car.measure, of: "random bonus"),
      .above(Task.car.measure, of: "surprisal", than: "no bonus", margin: 0.3),
      .above(Task.swingUp.measure, of: "surprisal", than: "random bonus"),
      .above(Task.swingUp.measure, of: "learning progress", than: "random bonus"),
    ]
  }
}

/// One of the two tasks.
private enum Task: CaseIterable {
  case car, swingUp

  /// The mean return of the last 100 tries.
  var measure: String { self == .car ? "car, success" : "swing-up, return" }
  /// The share of all tries that were paid anything.
  var found: String { self == .car ? "car, tries that arrived" : "swing-up, tries that rose" }

  var tasks: TaskSource {
    switch self {
    case .car: TaskSource(MountainCarContinuous(stepLimit: 500, isSparse: true), named: "car")
    case .swingUp: TaskSource(CartPoleSwingUp(), named: "swing-up")
    }
  }
}

/// The learner, the same for every arm.
private func configuration(for task: Task) -> PPO.Configuration {
  var configuration = PPO.Configuration()
  configuration.slots = 32
  configuration.lanes = 1
  configuration.rolloutSteps = 128
  configuration.epochs = 8
  configuration.minibatches = 8
  configuration.entropyCoefficient = 0
  // Without any reward, normalised advantages are nothing but the value function's noise.
  configuration.normalizesAdvantages = false
  configuration.rewardScale = task == .car ? 10 : 1
  configuration.annealsLearningRate = false
  configuration.hidden = [32, 32]
  configuration.trunk = .shared
  return configuration
}

private func surprisal(for spaces: DriveSpaces, seed: UInt64) throws -> any Drive {
  var configuration = Surprisal.Configuration()
  configuration.weight = 0.03
  configuration.dynamics.fit.learningRate = 3e-4
  return try Surprisal(configuration, for: spaces, seed: seed)
}

private func progress(for spaces: DriveSpaces, seed: UInt64) throws -> any Drive {
  var configuration = LearningProgress.Configuration()
  configuration.weight = 0.01
  configuration.updates = 20
  // Slow, so that there is progress over twenty rollouts.
  configuration.dynamics.fit.learningRate = 1e-4
  configuration.dynamics.fit.minibatch = 1024
  return try LearningProgress(configuration, for: spaces, seed: seed)
}

/// Learns each task from scratch.
private func explore(
  _ effort: Effort, _ seed: UInt64,
  drive: (DriveSpaces, UInt64) throws -> (any Drive)?
) throws -> Measurements {
  var measurements = Measurements()
  for task in Task.allCases {
    let tasks = task.tasks
    var learner = try PPO(configuration(for: task), seed: seed) { slots, random in
      tasks.batch(slots: slots, random: random)
    }
    learner.drive = try drive(DriveSpaces(tasks), seed)
    var returns: [Float] = []
    var curve: [CurvePoint] = []
    while learner.steps < 400_000 {
      returns += try learner.iterate(progress: 0).episodes.map(\.undiscountedReturn)
      curve.append(CurvePoint(Double(learner.steps), mean(returns.suffix(100))))
    }
    measurements.values[task.measure] = mean(returns.suffix(100))
    measurements.values[task.found] = mean(returns.map { $0 > 0 ? 1 : 0 }[...])
    measurements.curves[task.measure] = curve
  }
  return measurements
}

private func mean(_ values: ArraySlice<Float>) -> Double {
  values.isEmpty ? 0 : Double(values.reduce(0, +)) / Double(values.count)
}
