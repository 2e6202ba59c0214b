public import Tensors

/// Something that can be reset and stepped.
///
/// An environment is a plain value that holds its parameters; what changes while it runs is its
/// `State`, also a plain value. Copying a state is a snapshot, saving it is a checkpoint. Step
/// limits, batching, tries and the memory's bookkeeping are not an environment's business:
/// ``EnvironmentBatch`` adds them.
public protocol Environment: Sendable {
  /// All that changes from step to step.
  associatedtype State: Sendable & Codable

  /// What the agent sees: named segments of `Float`s.
  var observationSpace: ObservationSpace { get }
  /// What the agent can do.
  var actionSpace: ActionSpace { get }
  /// The number of steps after which an episode is truncated; `nil` for no limit.
  var stepLimit: Int? { get }
  /// The undiscounted return at which an episode counts as solved; `nil` if there is no such level.
  var solvedReturn: Float? { get }

  /// Draws the first state of an episode.
  func reset(using random: inout RandomStream) -> State
  /// Hands on to the first state of a new try what is remembered of the tries before on the same task.
  /// Not called where memories are wiped.
  func carryOver(from last: State, to next: inout State)
  /// Moves the state one step on and says what came of it.
  func step(_ state: inout State, _ action: Action, using random: inout RandomStream) -> Outcome
  /// Writes what the agent sees of a state; `observation` has `observationSpace.count` elements.
  func observe(_ state: State, into observation: inout MutableSpan<Float>)
  /// Writes 1 for each discrete action that is allowed in a state and 0 for the others.
  /// Called only if `actionSpace.isMasked`.
  func mask(_ state: State, into allowed: inout MutableSpan<Float>)
  /// Returns a picture of a state to be shown to people; `nil` if there is none.
  func draw(_ state: State) -> Drawing?
  /// Makes a policy that knows the environment's parameters and the whole state: a yardstick for
  /// agents that must find them out, and a teacher. `nil` if there is none. The policy gives `nil`
  /// where it knows no way any more; it is then not asked again in that try.
  func makeExpert() -> (@Sendable (State) -> Action?)?
  /// How many codes each symbol of an expert's aim can be; empty if experts tell only what they do.
  var aimKinds: [Int] { get }
  /// Writes what an expert is after in a state, in `aimKinds.count` symbols: what it does is for
  /// that. Called only where the expert knows a way.
  func aim(in state: State, into aim: inout MutableSpan<Int32>)
  /// Whether an agent can know what an expert is after in a state: it is told, was rewarded for in a try
  /// before, or was seen at work. Who imitates an expert that acts on what it cannot know learns to guess.
  ///
  /// - Parameter rewarded: whether a try before, on the same task, has brought rewards.
  ///
  /// Source: Weihs et al. (2021), "Bridging the imitation gap by adaptive insubordination",
  /// arXiv:2007.12173. Deviation: who knows what is said by the task, not learned.
  func knowsAim(in state: State, rewarded: Bool) -> Bool
  /// What someone would do who has to find out what is wanted, and, in `aim`, what for; `nil` where there
  /// is nothing to be said. Asked for where the agent cannot know what an expert is after.
  func exploration(in state: State, into aim: inout MutableSpan<Int32>) -> Action?
  /// Moves many environments of the type one step on, as `step` and `observe` would one by one.
  ///
  /// Need not be written; an environment may do better than one by one, if the results are the
  /// same to the bit.
  ///
  /// - Parameters:
  ///   - tasks: the environments, one a slot.
  ///   - states: their states, `[slots]`.
  ///   - actions: their actions, which the space is known to have.
  ///   - streams: their random streams, `[slots]`.
  ///   - rewards: what to write the rewards to, `[slots]`.
  ///   - terminated: what to write to whether the tasks ended, `[slots]`.
  ///   - observations: what to write the observations to, a row for each slot. A row may be longer
  ///     than what the environment shows; the rest of it stays.
  static func step(
    _ tasks: [Self], _ states: inout [State], _ actions: ActionBatch,
    using streams: inout [RandomStream], rewards: inout [Float], terminated: inout [Bool],
    observations: inout [Float])
}

extension Environment {
  @inlinable
  public static func step(
    _ tasks: [Self], _ states: inout [State], _ actions: ActionBatch,
    using streams: inout [RandomStream], rewards: inout [Float], terminated: inout [Bool],
    observations: inout [Float]
  ) {
    let width = observations.count / tasks.count
    let components = actions.components.count / tasks.count
    let sensed = tasks[0].observationSpace.count
    for slot in tasks.indices {
      var action = Action(components == 0 ? Int(actions.indices[slot]) : 0)
      for component in 0..<components {
        action.components[component] = actions.components[slot * components + component]
      }
      let outcome = tasks[slot].step(&states[slot], action, using: &streams[slot])
      rewards[slot] = outcome.reward
      terminated[slot] = outcome.terminated
      observations.withMutableSpan(of: slot * width..<slot * width + sensed) {
        tasks[slot].observe(states[slot], into: &$0)
      }
    }
  }

  public func carryOver(from last: State, to next: inout State) {}
  public func makeExpert() -> (@Sendable (State) -> Action?)? { nil }
  public var aimKinds: [Int] { [] }
  public func aim(in state: State, into aim: inout MutableSpan<Int32>) {}
  public func knowsAim(in state: State, rewarded: Bool) -> Bool { true }
  public func exploration(in state: State, into aim: inout MutableSpan<Int32>) -> Action? { nil }
  public var stepLimit: Int? { nil }
  public var solvedReturn: Float? { nil }
  public func mask(_ state: State, into allowed: inout MutableSpan<Float>) {}
  public func draw(_ state: State) -> Drawing? { nil }
}

/// What one step brought.
public struct Outcome: Sendable, Hashable {
  /// The reward of the step.
  public var reward: Float
  /// Whether the task ended. A step limit is not an end: it truncates the episode.
  public var terminated: Bool

  public init(reward: Float, terminated: Bool = false) {
    self.reward = reward
    self.terminated = terminated
  }
}

/// One action: an index for a discrete space, up to 32 components for a box.
public struct Action: Sendable, Hashable {
  /// The largest number of components that an action of a box can have.
  public static let maximumComponents = 32

  /// The chosen action of a discrete space, `0..<n`.
  public var index: Int
  /// The components of a box's action; those past the space's count are 0.
  public var components: SIMD32<Float>

  /// An action of a discrete space.
  @inlinable
  public init(_ index: Int) {
    self.index = index
    components = SIMD32()
  }

  /// An action of a box; at most ``maximumComponents`` values.
  @inlinable
  public init(_ values: some Collection<Float>) {
    precondition(
      values.count <= Action.maximumComponents,
      "an action has at most \(Action.maximumComponents) components, got \(values.count)")
    index = 0
    components = SIMD32()
    for (position, value) in values.enumerated() { components[position] = value }
  }

  /// The component at a position of a box's action.
  @inlinable
  public subscript(position: Int) -> Float { components[position] }
}
