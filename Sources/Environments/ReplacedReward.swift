public import Tensors

/// An environment whose steps are rewarded by somebody else: by a reward that was learned, or not at
/// all.
///
/// Nothing of the environment's own reward is left. States, observations and ends are its own.
public struct ReplacedReward<Base: Environment>: Environment {
  /// The reward of a step: what was seen, what was done, what was seen then.
  public typealias Reward = @Sendable (_ seen: [Float], Action, _ then: [Float]) -> Float

  public let base: Base
  private let reward: Reward

  public init(_ base: Base, reward: @escaping Reward) {
    self.base = base
    self.reward = reward
  }

  public var observationSpace: ObservationSpace { base.observationSpace }
  public var actionSpace: ActionSpace { base.actionSpace }
  public var stepLimit: Int? { base.stepLimit }

  public func reset(using random: inout RandomStream) -> Base.State {
    base.reset(using: &random)
  }

  public func step(
    _ state: inout Base.State, _ action: Action, using random: inout RandomStream
  ) -> Outcome {
    let seen = observation(of: state)
    let outcome = base.step(&state, action, using: &random)
    return Outcome(
      reward: reward(seen, action, observation(of: state)), terminated: outcome.terminated)
  }

  private func observation(of state: Base.State) -> [Float] {
    var seen = [Float](repeating: 0, count: observationSpace.count)
    seen.withMutableSpan(of: 0..<seen.count) { base.observe(state, into: &$0) }
    return seen
  }

  public func observe(_ state: Base.State, into observation: inout MutableSpan<Float>) {
    base.observe(state, into: &observation)
  }

  public func mask(_ state: Base.State, into allowed: inout MutableSpan<Float>) {
    base.mask(state, into: &allowed)
  }

  public func draw(_ state: Base.State) -> Drawing? { base.draw(state) }
}
