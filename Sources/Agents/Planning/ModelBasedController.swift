public import Tensors

/// Learns a linear model of an environment from a few episodes and acts by planning with it.
///
/// At every step the cross-entropy method looks for the controls of the next steps that the model
/// likes best, and only the first is carried out; the search at the next step begins with the rest.
/// What a state is worth is known, only the dynamics are learned.
///
/// Sources: Richards (2005), "Robust constrained model predictive control"; Chua et al. (2018),
/// arXiv:1805.12114, for planning with a learned model by the cross-entropy method.
public struct ModelBasedController: Sendable {
  public struct Configuration: Sendable, Hashable, Codable {
    /// The number of steps that are planned ahead.
    public var horizon = 20
    public var search = CrossEntropyMethod(population: 32, elites: 5, iterations: 2)
    /// What every control is kept in, or is made of if ``isBangBang``.
    public var low = -1.0
    public var high = 1.0
    /// Whether a control is always the lowest or the highest, as with two discrete actions.
    public var isBangBang = false

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      guard horizon >= 1 else {
        throw ConfigurationError("horizon", horizon, allowed: "1 or more")
      }
      guard low < high else { throw ConfigurationError("low", low, allowed: "below \(high)") }
    }
  }

  public let configuration: Configuration
  public var model: LinearDynamics
  /// The controls that the search begins with, `[horizon, controls]`.
  private var plan: [Double]
  private let value: @Sendable (_ path: [Double]) -> Double

  /// Makes a controller.
  ///
  /// - Parameter value: what a path is worth; it is given the state now and those that follow,
  ///   `[horizon + 1, states]`.
  public init(
    _ configuration: Configuration, model: LinearDynamics,
    value: @escaping @Sendable (_ path: [Double]) -> Double
  ) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    self.model = model
    self.value = value
    plan = []
    beginEpisode()
  }

  /// Forgets the plan of the last episode.
  public mutating func beginEpisode() {
    let middle = (configuration.low + configuration.high) / 2
    plan = Array(repeating: middle, count: configuration.horizon * model.controls)
  }

  /// The controls that seem best in a state, `[controls]`.
  public mutating func control(
    in state: [Double], using random: inout RandomStream
  ) -> [Double] {
    let (model, value, configuration) = (model, value, configuration)
    let found = configuration.search.maximise(
      from: plan, in: configuration.low...configuration.high, using: &random
    ) { plan in
      value(model.rollout(from: state, controls: configuration.carriedOut(plan)))
    }
    let middle = (configuration.low + configuration.high) / 2
    plan =
      Array(found.mean.dropFirst(model.controls))
      + Array(repeating: middle, count: model.controls)
    return configuration.carriedOut(Array(found.best.prefix(model.controls)))
  }
}

extension ModelBasedController.Configuration {
  /// The controls that a plan stands for.
  func carriedOut(_ plan: [Double]) -> [Double] {
    guard isBangBang else { return plan }
    let middle = (low + high) / 2
    return plan.map { $0 > middle ? high : low }
  }
}
