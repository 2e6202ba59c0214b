internal import Agents
internal import Environments
internal import Foundation
internal import Networks
internal import Tensors

extension Reproduction {
  /// Structured exploration by a meta-learned latent space (Gupta et al. 2018, arXiv:1802.07245).
  static let maesn = Reproduction(
    summary: """
      A point that is not shown its goal on a half circle of radius 2. Meta-trained on 100 goals \
      with dense rewards; tested on 20 new goals with sparse ones, where only tries that come \
      within 0.8 of the goal learn anything, with 40 tries before each of two updates. The body is \
      a point; the paper's is a wheeled robot.
      """,
    scope: .mechanism, minutes: 2,
    arms: [
      Arm("MAESN", .method) { try latent(.meta, effort: $0, seed: $1) },
      Arm("MAML", .baseline) { try weightsAdapted(isMetaLearned: true, effort: $0, seed: $1) },
      Arm("no inner step in training", .baseline) { try latent(.test, effort: $0, seed: $1) },
      Arm("from scratch", .baseline) {
        try weightsAdapted(isMetaLearned: false, effort: $0, seed: $1)
      },
      Arm("no inner step", .ablation) { try latent(.never, effort: $0, seed: $1) },
    ],
    broken: "no inner step",
    measures: [
      Measure(success(0)), Measure(success(1)), Measure(success(2)),
      Measure("return after 2 updates"),
      Measure(entropy),
    ],
    figure: Figure(
      "Finding a goal by sparse rewards", x: "updates", y: "share of tries that end within 0.8",
      .curves("success"))
  ) { effort in
    [
      .atLeast(effort(0.7, quick: 0.45), success(2), of: "MAESN"),
      .atMost(0.35, success(2), of: "MAML"),
      .above(success(2), of: "MAESN", than: "MAML"),
      .above(success(2), of: "MAESN", than: "no inner step", factor: effort(1.5, quick: 1)),
      .above(entropy, of: "MAESN", than: "MAML", factor: 3),
    ]
  }

  private static let entropy = "heading entropy before updates (nats)"

  private static func success(_ count: Int) -> String {
    "success after \(count) \(count == 1 ? "update" : "updates")"
  }

  /// When the latent distribution is moved.
  private enum InnerSteps {
    case meta, test, never
  }

  private static func iterations(_ effort: Effort) -> Int { effort(80, quick: 30) }

  private static let stepLimit = 50
  private static let tries = 40
  private static let goalCount = 20
  private static let hidden = [64, 64]
  /// Little enough noise in the actions that it does not carry a try far by itself.
  private static let deviation: Float = 0.5
  private static let trustRegion = TrustRegion(divergenceLimit: 0.03, iterations: 8)

  /// A policy that is told a latent vector, whose distribution is what adapts.
  private static func latent(
    _ use: InnerSteps, effort: Effort, seed: UInt64
  ) throws -> Measurements {
    var configuration = MAESN.Configuration()
    configuration.steps = stepLimit
    configuration.hidden = hidden
    configuration.deviation = deviation
    configuration.trustRegion = trustRegion
    configuration.adaptsInTraining = use == .meta
    var learner = try MAESN(configuration, on: TaskSource(GoalArcFamily()), seed: seed)
    for _ in 0..<iterations(effort) { _ = try learner.iterate() }
    let updates = use == .never ? 0 : 2
    var all = try learner.adapt(
      to: Array(0..<goalCount), of: .heldOut, in: sparseTasks, steps: updates, tries: tries,
      seed: seed)
    while all.count < 3 { all.append(all[0]) }
    return measurements(all, seed: seed)
  }

  /// A policy whose weights adapt, meta-learned by MAML or drawn.
  private static func weightsAdapted(
    isMetaLearned: Bool, effort: Effort, seed: UInt64
  ) throws -> Measurements {
    var configuration = MAML.Configuration()
    configuration.steps = stepLimit
    configuration.hidden = hidden
    configuration.deviation = deviation
    configuration.activation = .tanh
    configuration.trustRegion = trustRegion
    configuration.fisherSteps = 100
    var learner = try MAML(configuration, on: TaskSource(GoalArcFamily()), seed: seed)
    for _ in 0..<(isMetaLearned ? iterations(effort) : 0) { _ = try learner.iterate() }
    let adaptation = GradientAdaptation(
      steps: [learner.innerStep, learner.innerStep], tries: tries, stepLimit: stepLimit)
    return measurements(
      try adaptation(
        learner.weights, to: Array(0..<goalCount), of: .heldOut, in: sparseTasks, seed: seed),
      seed: seed)
  }

  private static var sparseTasks: TaskSource { TaskSource(GoalArcFamily(isSparse: true)) }

  private static func measurements(_ all: [Trajectories], seed: UInt64) -> Measurements {
    var result = Measurements([
      entropy: headingEntropy(all[0]),
      "return after 2 updates": Double(all[2].meanReturn),
    ])
    for (count, tries) in all.enumerated() {
      let share = successShare(tries)
      result.values[success(count)] = share
      result.curves["success", default: []].append(CurvePoint(Double(count), share))
    }
    return result
  }

  /// The share of tries whose last step was worth more than that of a try that is nowhere near.
  private static func successShare(_ tries: Trajectories) -> Double {
    let hits = tries.finalRewards.count { $0 > -GoalArc.radius }
    return Double(hits) / Double(tries.finalRewards.count)
  }

  /// The entropy of where tries lead: to one of 24 directions, or nowhere, less than half the
  /// goals' distance from the start.
  private static func headingEntropy(_ tries: Trajectories) -> Double {
    let sectors = 24
    var counts = [Int](repeating: 0, count: sectors + 1)
    let width = tries.finalObservations.count / tries.returns.count
    for slot in tries.returns.indices {
      let x = tries.finalObservations[slot * width]
      let y = tries.finalObservations[slot * width + 1]
      let share = (atan2(y, x) + .pi) / (2 * .pi)
      let isNear = x * x + y * y < GoalArc.radius * GoalArc.radius / 4
      counts[isNear ? sectors : min(Int(share * Float(sectors)), sectors - 1)] += 1
    }
    return counts.filter { $0 > 0 }.reduce(0) { sum, count in
      let share = Double(count) / Double(tries.returns.count)
      return sum - share * log(share)
    }
  }
}
