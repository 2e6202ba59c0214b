internal import Agents
internal import Environments
internal import Networks
internal import Tensors

extension Reproduction {
  /// Model-agnostic meta-learning on 2D point navigation (Finn et al. 2017, arXiv:1703.03400,
  /// section 5.3).
  static let maml = Reproduction(
    summary: """
      A point that is not shown its goal, as published: goals uniform in a square of side 1, 100 \
      steps, networks of 2 x 100, inner steps of 0.5 and 0.25. Every arm plays 50 iterations of 20 \
      tasks and 40 tries; the published ones are 100 of 40 tasks. Tested on 40 new goals.
      """,
    scope: .result, minutes: 3,
    arms: [
      Arm("MAML", .method) { try metaLearned(.secondOrder, effort: $0, seed: $1) },
      Arm("pretrained", .baseline) { try pretrained(effort: $0, seed: $1) },
      Arm("random", .baseline) { try untrained(effort: $0, seed: $1) },
      Arm("first order", .ablation) { try metaLearned(.firstOrder, effort: $0, seed: $1) },
      Arm("Reptile", .ablation) { try metaLearned(.reptile, effort: $0, seed: $1) },
      Arm("ANIL", .ablation) { try metaLearned(.head, effort: $0, seed: $1) },
      Arm("no inner step", .ablation) {
        try metaLearned(.secondOrder, innerRate: 0, effort: $0, seed: $1)
      },
      Arm("oracle", .reference) { try oracle(effort: $0, seed: $1) },
    ],
    broken: "no inner step",
    measures: [
      Measure(after(0), published: "-40.4; pretrained -40.8, random -82.7, oracle -2.3"),
      Measure(after(1), published: "-11.7; pretrained -19.7, random -58.0"),
      Measure(after(2), published: "-3.3; pretrained -11.7, random -53.8"),
      Measure(after(3), published: "-3.2; pretrained -8.5, random -46.8"),
      Measure(after(4), published: "-3.4; pretrained -7.5, random -42.9"),
      Measure(tuned),
    ],
    figure: Figure(
      "Adapting to a new goal", x: "policy gradient steps", y: "mean return", .curves("return"))
  ) { effort in
    let shared: [Claim] = [
      .atLeast(effort(-15, quick: -20), after(1), of: "MAML"),
      .atLeast(effort(-6, quick: -15), after(3), of: "MAML"),
      .above(after(1), of: "MAML", than: "random", margin: 20),
    ]
    // After few iterations a pretrained policy still adapts as well; the gap is the full form's.
    let gap = Claim.above(after(1), of: "MAML", than: "pretrained", margin: 5)
    return effort(shared + [gap], quick: shared)
  }

  /// The inner step size of the paper's script; later steps are half as long.
  private static let rate: Float = 0.5
  private static let tuned = "return after 1 step of the best size"

  private static func after(_ count: Int) -> String {
    "return after \(count) \(count == 1 ? "step" : "steps")"
  }

  /// The limits of the outer steps, the same for all arms.
  private static let trustRegion = TrustRegion(divergenceLimit: 0.03, iterations: 8)

  private static func iterations(_ effort: Effort) -> Int { effort(50, quick: 12) }

  /// MAML and its variants: 20 tries of each task before the inner step and 20 after it.
  private static func metaLearned(
    _ variant: MAML.Variant, innerRate: Float = rate, effort: Effort, seed: UInt64
  ) throws -> Measurements {
    var configuration = MAML.Configuration()
    configuration.variant = variant
    configuration.innerRate = innerRate
    configuration.tasks = effort(20, quick: 10)
    configuration.trustRegion = trustRegion
    configuration.fisherSteps = 100
    let source = TaskSource(PointNavigationFamily())
    var learner = try MAML(configuration, on: source, seed: seed)
    for _ in 0..<iterations(effort) { _ = try learner.iterate() }
    return try adapted(
      learner.weights, by: learner.innerStep, on: source, effort: effort, seed: seed)
  }

  /// One policy for all tasks, with as many tries of each task.
  private static func multitask(
    _ source: TaskSource, iterations: Int, effort: Effort, seed: UInt64
  ) throws -> TRPO {
    var configuration = TRPO.Configuration()
    configuration.tasks = effort(20, quick: 10)
    configuration.tries = 40
    configuration.hidden = [100, 100]
    configuration.activation = .relu
    configuration.trustRegion = trustRegion
    configuration.fisherSteps = 100
    var learner = try TRPO(configuration, on: source, seed: seed)
    for _ in 0..<iterations { _ = try learner.iterate() }
    return learner
  }

  private static func pretrained(effort: Effort, seed: UInt64) throws -> Measurements {
    let source = TaskSource(PointNavigationFamily())
    let learner = try multitask(
      source, iterations: iterations(effort), effort: effort, seed: seed)
    return try adapted(
      learner.weights, by: InnerStep(policy: learner.policy, rate: rate), on: source,
      effort: effort, seed: seed)
  }

  private static func untrained(effort: Effort, seed: UInt64) throws -> Measurements {
    let source = TaskSource(PointNavigationFamily())
    let learner = try multitask(source, iterations: 0, effort: effort, seed: seed)
    return try adapted(
      learner.weights, by: InnerStep(policy: learner.policy, rate: rate), on: source,
      effort: effort, seed: seed)
  }

  /// A policy that sees the goal and need not adapt.
  private static func oracle(effort: Effort, seed: UInt64) throws -> Measurements {
    let source = TaskSource(PointNavigationFamily(showsGoal: true))
    let learner = try multitask(
      source, iterations: iterations(effort), effort: effort, seed: seed)
    let stay = InnerStep(policy: learner.policy, rate: 0)
    let tries = try GradientAdaptation(steps: [stay])(
      learner.weights, to: newGoals(effort), of: .heldOut, in: source, seed: seed)
    return Measurements([after(0): Double(tries[0].meanReturn)])
  }

  private static func newGoals(_ effort: Effort) -> [Int] { Array(0..<effort(40, quick: 20)) }

  /// The returns on new goals after 0 to 4 steps, and after one whose size was chosen.
  private static func adapted(
    _ weights: Weights, by first: InnerStep, on source: TaskSource, effort: Effort, seed: UInt64
  ) throws -> Measurements {
    var next = first
    next.rate = first.rate / 2
    let tries = try GradientAdaptation(steps: [first, next, next, next])(
      weights, to: newGoals(effort), of: .heldOut, in: source, seed: seed)
    var measurements = Measurements()
    for (count, tries) in tries.enumerated() {
      let value = Double(tries.meanReturn)
      measurements.values[after(count)] = value
      measurements.curves["return", default: []].append(CurvePoint(Double(count), value))
    }
    guard effort == .full, first.rate > 0 else { return measurements }
    measurements.values[tuned] = try adaptedByBestSize(
      weights, first, on: source, effort: effort, seed: seed)
    return measurements
  }

  /// The return on new goals after one step, of the size that was best on train goals.
  private static func adaptedByBestSize(
    _ weights: Weights, _ step: InnerStep, on source: TaskSource, effort: Effort, seed: UInt64
  ) throws -> Double {
    func result(_ rate: Float, _ goals: [Int], _ split: Split) throws -> Float {
      var step = step
      step.rate = rate
      return try GradientAdaptation(steps: [step])(
        weights, to: goals, of: split, in: source, seed: seed)[1].meanReturn
    }
    let rates: [Float] = [0.5, 0.25, 0.1, 0.05]
    let trained = try rates.map { try result($0, Array(0..<20), .train) }
    let best = trained.indices.max { trained[$0] < trained[$1] }!
    return Double(try result(rates[best], newGoals(effort), .heldOut))
  }
}
