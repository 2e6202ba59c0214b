internal import RealModule
public import Tensors

/// A table of values of actions in states, learned on-policy, one step after the other, with a
/// softmax policy.
///
///     Q(s, a) ← Q(s, a) + α·(r + γ·Q(s′, a′) − Q(s, a))       π(a|s) ∝ exp(β·Q(s, a))
///
/// Its settings may change at any step, see ``MetaParameterTuner``.
///
/// Source: Rummery and Niranjan (1994), "On-line Q-learning using connectionist systems".
public struct SARSA: Sendable, Hashable, Codable {
  public let states: Int
  public let actions: Int
  /// α in 0...1.
  public var stepSize: Double
  /// β, 0 or more.
  public var inverseTemperature: Double
  /// γ in 0...1.
  public var discount: Double
  /// Q, `[states, actions]`.
  public private(set) var values: [Double]

  public init(
    states: Int, actions: Int, stepSize: Double = 0.1, inverseTemperature: Double = 1,
    discount: Double = 0.9
  ) {
    precondition(states > 0 && actions > 0, "\(states) states and \(actions) actions")
    (self.states, self.actions) = (states, actions)
    self.stepSize = stepSize
    self.inverseTemperature = inverseTemperature
    self.discount = discount
    values = Array(repeating: 0, count: states * actions)
  }

  /// Draws an action for a state.
  public func action(in state: Int, using random: inout RandomStream) -> Int {
    let start = state * actions
    var most = values[start]
    for action in 1..<max(actions, 1) { most = max(most, values[start + action]) }
    var sum = 0.0
    for action in 0..<actions {
      sum += Double.exp(inverseTemperature * (values[start + action] - most))
    }
    var left = Double(random.uniform()) * sum
    for action in 0..<actions - 1 {
      left -= Double.exp(inverseTemperature * (values[start + action] - most))
      if left < 0 { return action }
    }
    return actions - 1
  }

  /// Learns from a step.
  ///
  /// - Parameter next: the state that followed and the action chosen in it; nil after an end.
  public mutating func learn(
    state: Int, action: Int, reward: Float, next: (state: Int, action: Int)?
  ) {
    let index = state * actions + action
    let following = next.map { values[$0.state * actions + $0.action] } ?? 0
    values[index] += stepSize * (Double(reward) + discount * following - values[index])
  }
}
