/// What can go wrong while an environment is stepped. Each stops the run before a bad number
/// reaches weights or files.
public enum EnvironmentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A reward that is not finite.
  case nonFiniteReward(environment: String, slot: Int, step: Int, value: Float)
  /// An observation with an element that is not finite.
  case nonFiniteObservation(environment: String, slot: Int, step: Int, element: Int)
  /// An observation with an element outside the bounds that its space states.
  case observationOutOfSpace(
    environment: String, slot: Int, step: Int, element: Int, value: Float, space: String)
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
    case .observationOutOfSpace(
      let environment, let slot, let step, let element, let value, let space):
      "\(environment) returned an observation whose element \(element) is \(value) "
        + "at step \(step) of slot \(slot); its space: \(space)"
    case .actionOutOfSpace(let environment, let slot, let step, let action, let space):
      "\(environment) was given the action \(action) at step \(step) of slot \(slot); "
        + "allowed: \(space)"
    }
  }

  /// The environment's or the family's name.
  public var environment: String {
    switch self {
    case .nonFiniteReward(let environment, _, _, _),
      .nonFiniteObservation(let environment, _, _, _),
      .observationOutOfSpace(let environment, _, _, _, _, _),
      .actionOutOfSpace(let environment, _, _, _, _):
      environment
    }
  }

  /// The slot, and the step of its batch, that it happened in.
  public var place: (slot: Int, step: Int) {
    switch self {
    case .nonFiniteReward(_, let slot, let step, _),
      .nonFiniteObservation(_, let slot, let step, _),
      .observationOutOfSpace(_, let slot, let step, _, _, _),
      .actionOutOfSpace(_, let slot, let step, _, _):
      (slot, step)
    }
  }
}
