/// What an agent does at a step of a session.
public struct Decision: Sendable, Equatable, Codable {
  /// What to do; nil for an observation that ended a try.
  public var action: Action?
  /// The logarithm of the action's probability; a density's for a box.
  public var logProbability: Float?
  /// What the agent expects to earn from here on, discounted.
  public var value: Float?
  /// The version that decided.
  public var policyVersion: String
  /// The number of the step, from 0 through all tries.
  public var step: Int
  /// The number of the try, from 0.
  public var trial: Int

  private enum CodingKeys: String, CodingKey {
    case action, value, step, trial
    case logProbability = "log_prob"
    case policyVersion = "policy_version"
  }
}
