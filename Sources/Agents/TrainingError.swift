/// What stops training, before a bad number reaches weights or files.
public enum TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The loss is not finite.
  case nonFiniteLoss(step: Int)
  /// The gradient is not finite.
  case nonFiniteGradient(step: Int)
  /// An update made a weight that is not finite.
  case nonFiniteWeights(step: Int)
  /// A drive gave a bonus that is not finite.
  case nonFiniteBonus(step: Int)

  public var description: String {
    switch self {
    case .nonFiniteLoss(let step):
      "the loss is not finite after \(step) environment steps; a smaller learning rate may help"
    case .nonFiniteGradient(let step):
      "the gradient is not finite after \(step) environment steps; "
        + "a smaller learning rate may help"
    case .nonFiniteWeights(let step):
      "the weights are not finite after \(step) environment steps; a smaller learning rate may help"
    case .nonFiniteBonus(let step):
      "a drive's bonus is not finite after \(step) environment steps"
    }
  }
}

/// A setting that is out of its range.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The setting's name.
  public var setting: String
  /// The value that it was given.
  public var value: String
  /// What is allowed.
  public var allowed: String

  public init(_ setting: String, _ value: some Any, allowed: String) {
    self.setting = setting
    self.value = "\(value)"
    self.allowed = allowed
  }

  public var description: String { "\(setting) is \(value); allowed: \(allowed)" }
}
