internal import RealModule
public import Tensors

/// A setting of a learner that tunes itself: step size, inverse temperature, discount.
///
/// What is tuned is a number without bounds, θ; the scale says what it stands for.
public struct MetaParameter: Sendable, Hashable, Codable {
  /// What θ stands for.
  public enum Scale: String, Sendable, Hashable, Codable {
    /// exp θ, for what is above 0.
    case exponential
    /// 1 − exp(−θ), for a discount: θ is the logarithm of the horizon 1/(1 − γ).
    case horizon
  }

  public var name: String
  public var scale: Scale
  /// The value to begin with, and the lowest and highest that it may take.
  public var initial: Double
  public var bounds: ClosedRange<Double>

  public init(
    _ name: String, _ scale: Scale, initial: Double, in bounds: ClosedRange<Double>
  ) {
    precondition(
      bounds.contains(initial) && bounds.lowerBound >= 0
        && (scale == .exponential ? bounds.lowerBound > 0 : bounds.upperBound < 1),
      "\(name) begins at \(initial) in \(bounds), which its scale does not have")
    (self.name, self.scale, self.initial, self.bounds) = (name, scale, initial, bounds)
  }

  /// A step size α in 0.001...1.
  public static func stepSize(_ initial: Double) -> MetaParameter {
    MetaParameter("step size", .exponential, initial: initial, in: 0.001...1)
  }

  /// An inverse temperature β in 0.01...100.
  public static func inverseTemperature(_ initial: Double) -> MetaParameter {
    MetaParameter("inverse temperature", .exponential, initial: initial, in: 0.01...100)
  }

  /// A discount γ in 0...0.99.
  public static func discount(_ initial: Double) -> MetaParameter {
    MetaParameter("discount", .horizon, initial: initial, in: 0...0.99)
  }

  func theta(_ value: Double) -> Double {
    scale == .exponential ? .log(value) : -.log(1 - value)
  }

  func value(_ theta: Double) -> Double {
    let value = scale == .exponential ? Double.exp(theta) : 1 - .exp(-theta)
    return min(max(value, bounds.lowerBound), bounds.upperBound)
  }
}

/// Tunes the settings of a running learner by nothing but the rewards that it gets.
///
/// All settings are perturbed by noise that is held for some steps. Where rewards have lately been
/// better than over a longer time the settings are moved towards the noise, otherwise away from it:
///
///     r̄₁ ← r̄₁ + (r − r̄₁)/τ₁      r̄₂ ← r̄₂ + (r̄₁ − r̄₂)/τ₂
///     θ ← θ + μ·(r̄₁ − r̄₂)·σ        σ drawn anew from N(0, ν²) every n steps
///
/// Source: Schweighofer and Doya (2003), "Meta-learning in reinforcement learning",
/// doi:10.1016/S0893-6080(02)00228-9. Deviation: r̄₁ − r̄₂ is divided by its mean size so far and
/// cut to -1...1, so that one μ serves rewards of any size.
public struct MetaParameterTuner: Sendable, Codable {
  public struct Configuration: Sendable, Hashable, Codable {
    /// n, the steps for which noise is held.
    public var holdSteps = 1000
    /// ν, the deviation of the noise; 0 tunes nothing.
    public var noise = 0.4
    /// μ.
    public var rate = 0.1
    /// τ₁ and τ₂, in steps.
    public var midTermSteps = 300.0
    public var longTermSteps = 3000.0

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      guard holdSteps >= 1 else {
        throw ConfigurationError("holdSteps", holdSteps, allowed: "1 or more")
      }
      for (name, value) in [("noise", noise), ("rate", rate)] where !(value >= 0) {
        throw ConfigurationError(name, value, allowed: "0 or more")
      }
      guard midTermSteps >= 1, longTermSteps >= 1 else {
        throw ConfigurationError(
          "midTermSteps", midTermSteps, allowed: "1 or more, as longTermSteps")
      }
    }
  }

  public let configuration: Configuration
  public let parameters: [MetaParameter]
  /// The settings to learn with now, noise included, in the order of ``parameters``.
  public private(set) var values: [Double]
  private var theta: [Double]
  private var noise: [Double]
  private var midTerm = 0.0
  private var longTerm = 0.0
  private var size = 1.0
  private var steps = 0

  public init(
    _ parameters: [MetaParameter], _ configuration: Configuration = Configuration()
  ) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    self.parameters = parameters
    theta = parameters.map { $0.theta($0.initial) }
    noise = Array(repeating: 0, count: parameters.count)
    values = parameters.map(\.initial)
  }

  /// The settings as tuned so far, without noise.
  public var settings: [Double] { zip(parameters, theta).map { $0.value($1) } }

  /// Takes the reward of a step.
  public mutating func add(_ reward: Float, using random: inout RandomStream) {
    midTerm += (Double(reward) - midTerm) / configuration.midTermSteps
    longTerm += (midTerm - longTerm) / configuration.longTermSteps
    steps += 1
    if steps % configuration.holdSteps == 0 { tune(using: &random) }
  }

  /// Learns from the noise held so far and draws the next.
  private mutating func tune(using random: inout RandomStream) {
    let difference = midTerm - longTerm
    size += 0.01 * (abs(difference) - size)
    let advantage = min(max(difference / (size + 1e-6), -1), 1)
    for (index, parameter) in parameters.enumerated() {
      let moved = theta[index] + configuration.rate * advantage * noise[index]
      theta[index] = parameter.theta(parameter.value(moved))
      noise[index] = configuration.noise * Double(random.normal())
      values[index] = parameter.value(theta[index] + noise[index])
    }
  }
}
