import Agents
import Environments
import Tensors
import Testing

@Suite("Universal value functions")
struct UniversalValueFunctionTests {
  /// Values that are a product of functions of two rows of features: Q(s, a, g) = (a + 1)·s·g.
  private let states = Tensor([7, 1], [-1, -0.6, -0.3, 0, 0.4, 0.8, 1])
  private let known = Tensor([4, 1], [-1, -0.2, 0.6, 1])
  private let new = Tensor([2, 1], [-0.6, 0.3])

  private func values(_ goals: Tensor) -> Tensor {
    let rows = states.elements.flatMap { state in [1, 2].map { $0 * state } }
    return Tensor(
      [14, goals.count], rows.flatMap { row in goals.elements.map { row * $0 } })
  }

  private func function(
    batch: Int? = nil, sharesTrunk: Bool = false, using random: inout RandomStream
  ) throws -> UniversalValueFunction {
    var configuration = UniversalValueFunction.Configuration(
      stateFeatures: 1, goalFeatures: 1, actions: 2)
    (configuration.rank, configuration.hidden) = (2, [16])
    (configuration.batch, configuration.sharesTrunk) = (batch, sharesTrunk)
    configuration.learningRate = 0.01
    return try UniversalValueFunction(configuration, using: &random)
  }

  private func error(_ function: UniversalValueFunction) -> Float {
    (function.values(states, new) - values(new)).squared().mean().item
  }

  @Test("in two stages goals that were never seen have the right values", arguments: [nil, 4])
  func twoStages(batch: Int?) throws {
    var random = RandomStream(seed: 0)
    var function = try function(batch: batch, using: &random)
    let factors = LowRankFactorization(
      of: values(known).elements.map { Double($0) }, rows: 14, columns: 4, rank: 2, ridge: 0.01,
      using: &random)
    let before = error(function)
    function.fit(
      600, toEmbeddings: .init(states: states, goals: known, factors: factors), using: &random)
    #expect(error(function) < 0.01 && before > 0.05)
  }

  @Test("end to end too, with or without a shared trunk", arguments: [nil, 8], [false, true])
  func endToEnd(batch: Int?, sharesTrunk: Bool) throws {
    var random = RandomStream(seed: 1)
    var function = try function(batch: batch, sharesTrunk: sharesTrunk, using: &random)
    function.fit(
      600, toValues: .init(states: states, goals: known, values: values(known)), using: &random)
    #expect(error(function) < 0.01)
  }

  @Test("values that are not known have no influence")
  func unknown() throws {
    var random = RandomStream(seed: 2)
    let mask = Tensor([14, 4], (0..<56).map { $0 % 3 == 0 ? 0 : 1 })
    let spoilt = values(known) + 100 * (1 - mask)
    var function = try function(using: &random)
    function.fit(
      600, toValues: .init(states: states, goals: known, values: spoilt, known: mask),
      using: &random)
    #expect(error(function) < 0.02)
  }

  @Test("settings out of their range are named")
  func settings() {
    var configuration = UniversalValueFunction.Configuration(
      stateFeatures: 2, goalFeatures: 3, actions: 2)
    configuration.sharesTrunk = true
    #expect(throws: ConfigurationError.self) { try configuration.validate() }
    configuration.sharesTrunk = false
    configuration.rank = 0
    #expect(throws: ConfigurationError.self) { try configuration.validate() }
  }
}
