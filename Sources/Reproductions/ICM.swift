internal import Agents
internal import Environments
internal import Networks
internal import Tensors

extension Reproduction {
  /// Curiosity-driven exploration (Pathak et al. 2017, arXiv:1705.05363): a reward for what the
  /// forward model did not foresee in features that an inverse model has learned.
  static let icm = Reproduction(
    summary: """
      A maze of 17 rooms on 21 by 21 cells, seen from within, 1 at the goal and nothing else: 45 \
      steps away (sparse), 72 steps away (very sparse), and 45 steps away with two fifths of the \
      view white noise. PPO with one network of 64 and 64 units, the same for every arm.
      """,
    scope: .mechanism, seeds: 5, quickSeeds: 2, minutes: 5,
    arms: [
      Arm("curiosity", .method) { try explore($0, $1) { try curiosity(for: $0, seed: $1) } },
      Arm("no bonus", .ablation) { try explore($0, $1) { _, _ in nil } },
      Arm("random bonus", .ablation) {
        try explore($0, $1) { _, seed in try RandomBonus(weight: 0.1, seed: seed) }
      },
      Arm("raw prediction", .baseline) { try explore($0, $1) { try raw(for: $0, seed: $1) } },
      Arm("distillation", .baseline) {
        try explore($0, $1) { try distillation(for: $0, seed: $1) }
      },
    ],
    broken: "no bonus",
    measures: [
      Measure(Maze.sparse.measure, published: "100 %; 0 % without bonus"),
      Measure(Maze.noisy.measure, published: "100 %"),
      Measure(Maze.verySparse.measure, published: "100 % in 66 % of runs; 0 % without bonus"),
    ],
    figure: Figure(
      "The goal, 45 steps away, once in a maze of 17 rooms", x: "environment steps",
      y: "success", .curves(Maze.sparse.measure))
  ) { effort in
    var claims = [
      Claim.atLeast(0.9, Maze.sparse.measure, of: "curiosity"),
      .atMost(0.05, Maze.sparse.measure, of: "no bonus"),
      .atMost(0.05, Maze.sparse.measure, of: "random bonus"),
      .above(Maze.sparse.measure, of: "curiosity", than: "no bonus", margin: 0.5),
    ]
    guard effort == .full else { return claims }
    claims += [
      .atLeast(0.9, Maze.noisy.measure, of: "curiosity"),
      .atMost(0.5, Maze.noisy.measure, of: "raw prediction"),
      .inSeeds(0.6, Maze.verySparse.measure, of: "curiosity", atLeast: 0.9),
      .atMost(0.05, Maze.verySparse.measure, of: "no bonus"),
    ]
    return claims
  }
}

/// One of the three tasks.
private enum Maze: CaseIterable {
  case sparse, noisy, verySparse

  var measure: String {
    switch self {
    case .sparse: "success, sparse"
    case .noisy: "success, sparse with noise"
    case .verySparse: "success, very sparse"
    }
  }

  var environment: RoomMaze {
    RoomMaze(
      start: self == .verySparse ? .verySparse : .sparse, size: .small,
      noise: self == .noisy ? .everywhere : .none,
      stepLimit: 300)
  }

  var steps: Int {
    switch self {
    case .sparse: 450_000
    case .noisy: 900_000
    case .verySparse: 1_100_000
    }
  }
}

/// The learner, the same for every arm and every task.
private func configuration() -> PPO.Configuration {
  var configuration = PPO.Configuration()
  configuration.slots = 32
  configuration.lanes = 1
  configuration.rolloutSteps = 128
  configuration.epochs = 6
  configuration.minibatches = 8
  configuration.learningRate = 7e-4
  configuration.entropyCoefficient = 0.003
  configuration.annealsLearningRate = false
  configuration.trunk = .shared
  // A goal is worth as much as a hundred bonuses of the usual size.
  configuration.rewardScale = 10
  return configuration
}

private func curiosity(for spaces: DriveSpaces, seed: UInt64) throws -> any Drive {
  var configuration = ForwardCuriosity.Configuration()
  configuration.weight = 0.1
  configuration.forwardShare = 0.01
  configuration.activation = .relu
  configuration.fit.minibatch = 128
  return try ForwardCuriosity(configuration, for: spaces, seed: seed)
}

private func raw(for spaces: DriveSpaces, seed: UInt64) throws -> any Drive {
  var configuration = RawPrediction.Configuration()
  configuration.weight = 0.1
  configuration.activation = .relu
  configuration.fit.minibatch = 128
  return try RawPrediction(configuration, for: spaces, seed: seed)
}

private func distillation(for spaces: DriveSpaces, seed: UInt64) throws -> any Drive {
  var configuration = RandomNetworkDistillation.Configuration()
  configuration.weight = 0.1
  configuration.fit.minibatch = 128
  return try RandomNetworkDistillation(configuration, for: spaces, seed: seed)
}

/// Learns each task from scratch and measures how many of the last 100 tries found the goal.
private func explore(
  _ effort: Effort, _ seed: UInt64,
  drive: (DriveSpaces, UInt64) throws -> (any Drive)?
) throws -> Measurements {
  var measurements = Measurements()
  for maze in effort(Maze.allCases, quick: [.sparse]) {
    let tasks = TaskSource(maze.environment, named: "room-maze")
    var learner = try PPO(configuration(), seed: seed) { slots, random in
      tasks.batch(slots: slots, random: random)
    }
    learner.drive = try drive(DriveSpaces(tasks), seed)
    var successes: [Float] = []
    var curve: [CurvePoint] = []
    while learner.steps < maze.steps {
      successes += try learner.iterate(progress: 0).episodes.map(\.undiscountedReturn)
      curve.append(CurvePoint(Double(learner.steps), lastHundred(successes)))
    }
    measurements.values[maze.measure] = lastHundred(successes)
    measurements.curves[maze.measure] = curve.enumerated().filter { $0.offset % 4 == 3 }
      .map(\.element)
  }
  return measurements
}

private func lastHundred(_ successes: [Float]) -> Double {
  let last = successes.suffix(100)
  return last.isEmpty ? 0 : Double(last.reduce(0, +)) / Double(last.count)
}
