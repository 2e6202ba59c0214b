internal import Agents
internal import Environments
internal import Tensors

extension Reproduction {
  /// Universal value function approximators on the four rooms and on LavaWorld.
  ///
  /// Source: Schaul et al. (2015), "Universal value function approximators", ICML.
  static let uvfa = Reproduction(
    summary: "Optimal action values of all pairs of cells and goals of the four rooms (104 cells, "
      + "discount 0.99) as a matrix of rank 7; networks of 64 x 64 for goals that were left out. "
      + "Policies are softmaxes at temperature 0.003.",
    scope: .mechanism, seeds: 10, quickSeeds: 3, minutes: 1,
    arms: [
      Arm("two stages", .method) { effort, seed in try UVFARun(seed, effort).twoStages(rank: 7) },
      Arm("end to end", .baseline) { effort, seed in try UVFARun(seed, effort).endToEnd() },
      Arm("concatenated", .baseline) { effort, seed in UVFARun(seed, effort).concatenated() },
      Arm("nearest goal", .baseline) { effort, seed in UVFARun(seed, effort).nearestGoal() },
      Arm("table", .baseline) { effort, seed in UVFARun(seed, effort).table() },
      Arm("rank 1", .ablation) { effort, seed in try UVFARun(seed, effort).twoStages(rank: 1) },
    ],
    broken: "rank 1",
    measures: [
      Measure("quality", published: "about 0.9 at rank 7"),
      Measure("quality, half of the values hidden", published: "falls slowly (figure)"),
      Measure("quality, goals left out", published: "useful (figure)"),
      Measure("quality, goals in an unseen room", published: "0.24 ± 0.08"),
      Measure("updates to fit LavaWorld", published: "10 times fewer in two stages"),
    ],
    figure: Figure(
      "Policies from a matrix with holes", x: "share of the values hidden", y: "policy quality",
      .curves("quality"))
  ) { effort in
    [
      .atLeast(0.9, "quality", of: "two stages"),
      .atLeast(0.8, "quality, half of the values hidden", of: "two stages"),
      .above("quality, half of the values hidden", of: "two stages", than: "table"),
      .above("quality", of: "two stages", than: "rank 1"),
      .atLeast(0.6, "quality, goals left out", of: "two stages"),
      .above("quality, goals left out", of: "two stages", than: "nearest goal"),
      .atLeast(0.16, "quality, goals in an unseen room", of: "two stages"),
      .above("quality, goals in an unseen room", of: "two stages", than: "nearest goal"),
      .below("updates to fit LavaWorld", of: "two stages", than: "end to end", factor: 0.2),
    ]
  }
}

/// One seed: which values are hidden and which goals are left out.
struct UVFARun {
  /// The most updates that are made to fit LavaWorld.
  static let mostUpdates = 6000

  let rooms = GridGoalValues.fourRooms
  let updates: Int
  let shares: [Double]
  let random: RandomStream
  /// Goals to learn from and goals to be tested on: halves at random; three rooms and the fourth.
  let halves: (known: [Int], new: [Int])
  let fourth: (known: [Int], new: [Int])

  init(_ seed: UInt64, _ effort: Effort) {
    updates = effort(3000, quick: 1500)
    shares = effort([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], quick: [0, 0.5])
    random = RandomStream(seed: seed)
    var (stream, order) = (random.split("goals"), rooms.cells.map { Int32($0) })
    stream.shuffle(&order)
    let half = order.count / 2
    halves = (order.prefix(half).map { Int($0) }, order.dropFirst(half).map { Int($0) })
    let map = rooms.map
    fourth = (
      rooms.cells.filter { map.rooms[$0] != 4 }, rooms.cells.filter { map.rooms[$0] == 4 }
    )
  }

  /// Which entries are known when a share is hidden.
  func known(hiding share: Double) -> [Bool] {
    var stream = random.split("hidden")
    return rooms.matrix.map { _ in Double(stream.uniform()) >= share }
  }

  private func factors(_ rank: Int, hiding share: Double) -> LowRankFactorization {
    var stream = random.split("factors")
    let rows = rooms.map.cells * GridMap.moves
    return LowRankFactorization(
      of: rooms.matrix, rows: rows, columns: rooms.map.cells,
      known: share > 0 ? known(hiding: share) : nil, rank: rank, ridge: 1, sweeps: 60,
      using: &stream)
  }

  private func function(
    _ rank: Int, on map: GridMap, sharesTrunk: Bool = false, batch: Int? = nil
  ) throws -> UniversalValueFunction {
    var configuration = UniversalValueFunction.Configuration(
      stateFeatures: map.featureCount, goalFeatures: map.featureCount, actions: GridMap.moves)
    configuration.rank = rank
    configuration.activation = .relu
    configuration.sharesTrunk = sharesTrunk
    configuration.batch = batch
    var stream = random.split("weights")
    return try UniversalValueFunction(configuration, using: &stream)
  }

  /// Factors the values for known goals into embeddings that both networks are regressed onto.
  private func regression(
    _ values: GridGoalValues, _ goals: [Int], rank: Int
  ) -> UniversalValueFunction.EmbeddingTargets {
    var stream = random.split("factors")
    let factors = LowRankFactorization(
      of: values.columns(goals), rows: values.map.cells * GridMap.moves, columns: goals.count,
      rank: rank, ridge: 1, sweeps: 60, using: &stream)
    return .init(
      states: values.features(values.cells), goals: values.features(goals), factors: factors)
  }

  /// The updates after which the values of LavaWorld are known to a mean squared error of 0.003.
  private func updatesToFit(
    rank: Int,
    _ fit: (
      inout UniversalValueFunction, inout RandomStream, (Int, UniversalValueFunction) -> Bool
    ) -> Void
  ) throws -> Double {
    let lava = GridGoalValues.lavaWorld
    var function = try function(rank, on: lava.map, batch: 32)
    var stream = random.split("batches")
    let features = lava.features(lava.cells)
    let matrix = Tensor(
      [lava.map.cells * GridMap.moves, lava.map.cells], lava.matrix.map { Float($0) })
    var reached = UVFARun.mostUpdates
    fit(&function, &stream) { update, function in
      guard update % 10 == 0 else { return true }
      let error = (function.values(features, features) - matrix).squared().mean().item
      if error <= 0.003 { reached = update }
      return error > 0.003
    }
    return Double(reached)
  }

  private func quality(
    _ function: UniversalValueFunction, _ goals: [Int]
  ) -> Double {
    let values = function.values(rooms.features(rooms.cells), rooms.features(goals))
    return rooms.quality(values.elements.map { Double($0) }, goals: goals)
  }

  func twoStages(rank: Int) throws -> Measurements {
    var (measurements, stream) = (Measurements(), random.split("batches"))
    measurements.curves["quality"] = shares.map { share in
      CurvePoint(
        share, rooms.quality(factors(rank, hiding: share).product, goals: rooms.cells))
    }
    let curve = measurements.curves["quality"]!
    measurements.values["quality"] = curve[0].y
    measurements.values["quality, half of the values hidden"] = curve.first { $0.x == 0.5 }?.y
    var half = try function(rank, on: rooms.map)
    half.fit(updates, toEmbeddings: regression(rooms, halves.known, rank: rank), using: &stream)
    measurements.values["quality, goals left out"] = quality(half, halves.new)
    var tied = try function(rank, on: rooms.map, sharesTrunk: true)
    tied.fit(updates, toEmbeddings: regression(rooms, fourth.known, rank: rank), using: &stream)
    measurements.values["quality, goals in an unseen room"] = quality(tied, fourth.new)
    let lava = regression(.lavaWorld, GridGoalValues.lavaWorld.cells, rank: rank)
    measurements.values["updates to fit LavaWorld"] = try updatesToFit(rank: rank) {
      $0.fit(UVFARun.mostUpdates, toEmbeddings: lava, using: &$1, onUpdate: $2)
    }
    return measurements
  }

  private func targets(
    _ values: GridGoalValues, _ goals: [Int]
  ) -> UniversalValueFunction.ValueTargets {
    .init(
      states: values.features(values.cells), goals: values.features(goals),
      values: Tensor(
        [values.map.cells * GridMap.moves, goals.count], values.columns(goals).map { Float($0) }))
  }

  func endToEnd() throws -> Measurements {
    var (measurements, stream) = (Measurements(), random.split("batches"))
    var half = try function(7, on: rooms.map)
    half.fit(updates, toValues: targets(rooms, halves.known), using: &stream)
    measurements.values["quality, goals left out"] = quality(half, halves.new)
    var tied = try function(7, on: rooms.map, sharesTrunk: true)
    tied.fit(updates, toValues: targets(rooms, fourth.known), using: &stream)
    measurements.values["quality, goals in an unseen room"] = quality(tied, fourth.new)
    let lava = targets(.lavaWorld, GridGoalValues.lavaWorld.cells)
    measurements.values["updates to fit LavaWorld"] = try updatesToFit(rank: 7) {
      $0.fit(UVFARun.mostUpdates, toValues: lava, using: &$1, onUpdate: $2)
    }
    return measurements
  }
}
