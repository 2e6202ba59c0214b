public import Networks
public import Tensors

/// A value function of state, action and goal: Q(s, a, g) = φ(s, a)·ψ(g).
///
/// Two networks embed states and goals in the same space of few dimensions. A goal that was never
/// trained has values as soon as its features are known.
///
/// It is learned in two stages, ``fit(_:toEmbeddings:)``: factor a matrix of values into target
/// embeddings (``LowRankFactorization``), then regress both networks onto them. Or end to end,
/// ``fit(_:toValues:)``, on the values themselves.
///
/// Source: Schaul et al. (2015), "Universal value function approximators", ICML.
public struct UniversalValueFunction: Sendable {
  public struct Configuration: Sendable, Hashable, Codable {
    /// The number of features of a state and of a goal.
    public var stateFeatures: Int
    public var goalFeatures: Int
    public var actions: Int
    /// The number of dimensions of the embeddings.
    public var rank = 7
    /// The widths of the hidden layers of each network.
    public var hidden = [64, 64]
    public var activation = Activation.tanh
    /// Whether states and goals share the hidden layers; they must then have the same features.
    public var sharesTrunk = false
    /// The number of states and of goals drawn for an update; nil for all of them, each state with
    /// each goal.
    public var batch: Int?
    /// α of Adam, above 0; it falls to 0 over the updates of a fit.
    public var learningRate: Float = 3e-3

    public init(stateFeatures: Int, goalFeatures: Int, actions: Int) {
      self.stateFeatures = stateFeatures
      self.goalFeatures = goalFeatures
      self.actions = actions
    }

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      guard rank >= 1 else { throw ConfigurationError("rank", rank, allowed: "1 or more") }
      guard stateFeatures >= 1, goalFeatures >= 1, actions >= 1,
        hidden.allSatisfy({ $0 >= 1 })
      else { throw ConfigurationError("hidden", hidden, allowed: "widths of 1 or more") }
      guard !sharesTrunk || stateFeatures == goalFeatures else {
        throw ConfigurationError(
          "sharesTrunk", sharesTrunk, allowed: "false, unless states and goals look alike")
      }
      guard batch ?? 1 >= 1 else {
        throw ConfigurationError("batch", batch ?? 0, allowed: "1 or more")
      }
      guard learningRate > 0, learningRate.isFinite else {
        throw ConfigurationError("learningRate", learningRate, allowed: "above 0")
      }
    }
  }

  public let configuration: Configuration
  public var weights: Weights
  private let stateTrunk: [Linear]
  private let stateHead: Linear
  private let goalTrunk: [Linear]
  private let goalHead: Linear

  public init(
    _ configuration: Configuration, using random: inout RandomStream
  ) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    var layout = WeightLayout()
    func trunk(_ inputs: Int, _ name: String) -> [Linear] {
      var width = inputs
      return configuration.hidden.enumerated().map { index, size in
        defer { width = size }
        return Linear(
          width, size, activation: configuration.activation, named: "\(name)\(index)", in: &layout)
      }
    }
    stateTrunk = trunk(configuration.stateFeatures, "state")
    goalTrunk = configuration.sharesTrunk ? stateTrunk : trunk(configuration.goalFeatures, "goal")
    let width = configuration.hidden.last
    stateHead = Linear(
      width ?? configuration.stateFeatures, configuration.actions * configuration.rank,
      initializer: .orthogonal(gain: 1), named: "stateHead", in: &layout)
    goalHead = Linear(
      width ?? configuration.goalFeatures, configuration.rank, initializer: .orthogonal(gain: 1),
      named: "goalHead", in: &layout)
    weights = Weights(initializing: layout, using: &random)
  }

  /// φ of every action in states, `[N, stateFeatures]` give `[N · actions, rank]`.
  public func stateEmbeddings(_ states: Tensor, _ weights: Weights? = nil) -> Tensor {
    let weights = weights ?? self.weights
    let hidden = stateTrunk.reduce(states) { $1(weights, $0) }
    return stateHead(weights, hidden)
      .reshaped(to: [states.shape[0] * configuration.actions, configuration.rank])
  }

  /// ψ of goals, `[M, goalFeatures]` give `[M, rank]`.
  public func goalEmbeddings(_ goals: Tensor, _ weights: Weights? = nil) -> Tensor {
    let weights = weights ?? self.weights
    return goalHead(weights, goalTrunk.reduce(goals) { $1(weights, $0) })
  }

  /// Q of every action in N states for each of M goals, `[N · actions, M]`.
  public func values(_ states: Tensor, _ goals: Tensor, _ weights: Weights? = nil) -> Tensor {
    matrixProduct(
      stateEmbeddings(states, weights), goalEmbeddings(goals, weights), transposingSecond: true)
  }
}
