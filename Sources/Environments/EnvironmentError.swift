/// What can go wrong while an environment is stepped. Each stops the run before a bad number
/// reaches weights or files.
public enum EnvironmentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A reward that is not finite.
  case nonFiniteReward(environment: String, slot: Int, step: Int, value: Float)
  /// An observation with an element that is not finite.
  case nonFiniteObservation(environment: String, slot: Int, step: Int, element: Int)
  /// An action that the action space does not have.
  case actionOutOfSpace(environment: String, slot: Int, step: Int, action: String, space: String)

  public var description: String {
    switch self {
    case .nonFiniteReward(let environment, let slot, let step, let value):
      "\(environment) returned the reward \(value) at step \(step) of slot \(slot); "
        + "rewards must be finite"
    case .nonFiniteObservation(let environment, let slot, let step, let element):
      "\(environment) returned an observation whose element \(element) is not finite "
        + "at step \(step) of slot \(slot)"
    case .actionOutOfSpace(let environment, let slot, let step, let action, let space):
      "\(environment) was given the action \(action) at step \(step) of slot \(slot); "
        + "allowed: \(space)"
    }
  }
}
