import Agents
import Environments
import Networks
import Tensors
import Testing

@Suite("MAML")
struct MAMLTests {
  /// Normal draws for a policy with one hidden layer.
  private let policy = GaussianPolicy(observationCount: 2, actionCount: 2, hidden: [5])

  private func sample(_ seed: UInt64) -> PolicySample {
    var random = RandomStream(seed: seed)
    return PolicySample(
      observations: .normal([12, 2], using: &random), vectors: .normal([12, 2], using: &random),
      advantages: .normal([12], using: &random))
  }

  private var weights: Tensor {
    var random = RandomStream(seed: 9)
    return 0.4 * Tensor.normal([policy.layout.count], using: &random)
  }

  private func objective(
    _ inner: InnerStep, steps: Int, isFirstOrder: Bool = false
  ) -> MetaObjective {
    var path = AdaptationPath(start: weights)
    for step in 0..<steps { path.add(sample(UInt64(step)), inner) }
    path.test = sample(100)
    var random = RandomStream(seed: 0)
    return MetaObjective(
      path: path, inner: inner, isFirstOrder: isFirstOrder, fisherSteps: 1000, using: &random)
  }

  /// The outer loss as one function of the weights at the start, inner gradients and all.
  private func nested(_ inner: InnerStep, steps: Int, at start: Tensor) -> Tensor {
    gradient(at: start) { start in
      var current = start
      for step in 0..<steps {
        let slope = gradient(at: current) {
          sample(UInt64(step)).scoreLoss(policy, Weights($0, layout: policy.layout))
        }
        current = current - inner.rate * (inner.mask.map { $0 * slope } ?? slope)
      }
      let end = Weights(current, layout: policy.layout)
      let acting = policy(
        Weights(end.values.withoutGradient, layout: policy.layout), sample(100).observations)
      return sample(100).surrogateLoss(policy, end, acting: acting)
    }
  }

  @Test("the gradient goes through the inner steps", arguments: [1, 2])
  func metaGradient(steps: Int) {
    for mask in [nil, policy.headMask] {
      let inner = InnerStep(policy: policy, rate: 0.3, mask: mask)
      let expected = nested(inner, steps: steps, at: weights)
      let gradient = objective(inner, steps: steps).lossAndGradient().gradient
      #expect((gradient - expected).norm < 1e-4 * expected.norm)
      let firstOrder = objective(inner, steps: steps, isFirstOrder: true).lossAndGradient()
      #expect((firstOrder.gradient - expected).norm > 1e-2 * expected.norm)
    }
  }

  @Test("the Fisher product is the divergence's second derivative through the inner step")
  func fisher() {
    let inner = InnerStep(policy: policy, rate: 0.3)
    let objective = objective(inner, steps: 1)
    var random = RandomStream(seed: 4)
    let direction = Tensor.normal([policy.layout.count], using: &random)
    let curvature = (direction * objective.fisherProduct(direction)).sum().item
    // The divergence has its least value, 0, at the weights: d(εv) ≈ ε²·vᵀFv / 2.
    let step: Float = 0.02
    let ahead = objective.evaluate(weights + step * direction).divergence
    let back = objective.evaluate(weights - step * direction).divergence
    #expect(abs((ahead + back) / (step * step) - curvature) < 0.05 * curvature)
  }

  @Test("only the last layer adapts where only it may")
  func head() {
    let inner = InnerStep(policy: policy, rate: 0.3, mask: policy.headMask)
    let change = inner(weights, sample(0)) - weights
    let head = policy.headMask.elements
    #expect(zip(change.elements, head).allSatisfy { ($0 != 0) == ($1 == 1) })
    #expect(head.reduce(0, +) == 12)
  }

  /// The mean returns on new goals before and after a step, meta-learned for a moment.
  private func returns(_ variant: MAML.Variant, innerRate: Float) throws -> [Float] {
    var configuration = MAML.Configuration()
    configuration.variant = variant
    configuration.tasks = 8
    configuration.tries = 10
    configuration.steps = 40
    configuration.hidden = [32, 32]
    configuration.innerRate = innerRate
    configuration.trustRegion = TrustRegion(divergenceLimit: 0.05, iterations: 5)
    configuration.fisherSteps = 50
    let source = TaskSource(PointNavigationFamily())
    var learner = try MAML(configuration, on: source, seed: 1)
    for _ in 0..<15 { _ = try learner.iterate() }
    return try GradientAdaptation(steps: [learner.innerStep], tries: 20, stepLimit: 40)(
      learner.weights, to: Array(0..<10), of: .heldOut, in: source, seed: 1
    ).map(\.meanReturn)
  }

  @Test("after meta-learning one step finds most of the way to a new goal")
  func learns() throws {
    let adapted = try returns(.secondOrder, innerRate: 0.5)
    #expect(adapted[1] > -11 && adapted[1] > adapted[0] + 4)
    // Standing still at the start is worth about -15.
    let still = try returns(.secondOrder, innerRate: 0)
    #expect(still[1] < -14)
  }

  @Test("settings out of their range are refused")
  func validation() {
    var configuration = MAML.Configuration()
    configuration.innerSteps = 0
    #expect(throws: ConfigurationError.self) { try configuration.validate() }
    configuration = MAML.Configuration()
    configuration.tries = 1
    #expect(throws: ConfigurationError.self) { try configuration.validate() }
  }
}
