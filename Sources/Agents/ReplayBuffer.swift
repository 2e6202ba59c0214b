public import Environments
internal import Tensors

/// The last steps of a batch of environments, kept to learn from more than once.
///
/// All memory is taken at the start. The steps of a slot follow each other in time, so that what
/// came after a step is found beside it: its n-step return and the goals that were achieved later
/// are worked out when it is sampled.
public struct ReplayBuffer: Sendable {
  /// What is kept, and how it is sampled.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The number of steps kept, over all slots.
    public var capacity = 100_000
    /// n, the number of rewards that a return is made of before the value of what follows.
    public var returnSteps = 1
    /// γ in 0...1, per environment step.
    public var discount: Float = 0.99
    /// α of prioritised sampling in 0...1; nil for uniform sampling.
    ///
    /// Source: Schaul et al. (2016), arXiv:1511.05952.
    public var priorityExponent: Float?

    public init() {}

    /// Checks every setting.
    public func validate() throws(ConfigurationError) {
      try require((1...1 << 28).contains(capacity), "capacity", capacity, "1 to 2²⁸")
      try require((1...1000).contains(returnSteps), "returnSteps", returnSteps, "1 to 1000")
      try require((0...1).contains(discount), "discount", discount, "0 to 1")
      let exponent = priorityExponent ?? 0
      try require((0...1).contains(exponent), "priorityExponent", exponent, "0 to 1")
    }
  }

  public let configuration: Configuration
  /// How sampled steps get other goals; nil if they keep their own.
  public let hindsight: Hindsight?
  /// The number of steps of each slot so far, and the number that are kept.
  public private(set) var time = 0
  let rows: Int
  let slots: Int
  /// The elements of an observation, and the components of a box's action.
  let width: Int
  let components: Int
  let scale: BoxScale?

  // Element t mod rows · slots + slot of each is of step t of a slot.
  private(set) var observations: [Float]
  private(set) var nextObservations: [Float]
  /// The chosen actions of a discrete space; empty for a box.
  private(set) var choices: [Int32]
  /// The actions of a box, its bounds moved to -1 and 1; empty for a discrete space.
  private(set) var vectors: [Float]
  private(set) var rewards: [Float]
  private(set) var terminated: [Bool]
  /// Whether the episode ended with the step, terminated or truncated.
  private(set) var ended: [Bool]
  /// When the step's episode began, and its last step so far.
  private(set) var begins: [Int32]
  private(set) var ends: [Int32]
  /// When each slot's episode began.
  private var began: [Int32]
  var priorities: SumTree?
  /// The greatest priority so far: that of steps that were never sampled.
  var greatestPriority = 1.0

  /// Makes an empty buffer for the steps of a batch.
  public init(
    _ configuration: Configuration, for environments: EnvironmentBatch, hindsight: Hindsight? = nil
  ) {
    self.configuration = configuration
    self.hindsight = hindsight
    slots = environments.slots
    rows = max(configuration.capacity / slots, 1)
    width = environments.observationSpace.count
    scale = BoxScale(environments.actionSpace)
    components = scale?.count ?? 0
    let count = rows * slots
    observations = Array(repeating: 0, count: count * width)
    nextObservations = Array(repeating: 0, count: count * width)
    choices = Array(repeating: 0, count: scale == nil ? count : 0)
    vectors = Array(repeating: 0, count: count * components)
    rewards = Array(repeating: 0, count: count)
    terminated = Array(repeating: false, count: count)
    ended = Array(repeating: false, count: count)
    begins = Array(repeating: 0, count: count)
    ends = Array(repeating: 0, count: count)
    began = Array(repeating: 0, count: slots)
    if configuration.priorityExponent != nil { priorities = SumTree(count: count) }
  }

  /// The number of steps that are kept, over all slots.
  public var count: Int { min(time, rows) * slots }

  /// Steps the environments and keeps what happened.
  ///
  /// - Parameter actions: one action a slot, in the environments' own units.
  public mutating func record(
    _ actions: ActionBatch, stepping environments: inout EnvironmentBatch
  ) throws(EnvironmentError) {
    let row = time % rows * slots
    ReplayBuffer.copy(environments.buffers.observations, to: &observations, at: row * width)
    if let scale {
      for index in 0..<slots * components {
        vectors[row * components + index] = scale.unit(actions.components[index], index)
      }
    } else {
      for slot in 0..<slots { choices[row + slot] = actions.indices[slot] }
    }
    try environments.step(actions)
    ReplayBuffer.copy(environments.buffers.observations, to: &nextObservations, at: row * width)
    for slot in 0..<slots { keepOutcome(slot, environments.buffers, at: row + slot) }
    time += 1
  }

  // Static, for a method that reads the buffer while it changes a part of it would copy that part.
  private static func copy(_ values: [Float], to kept: inout [Float], at start: Int) {
    let from = values.span
    var into = kept.mutableSpan
    for index in from.indices { into[start &+ index] = from[index] }
  }

  private mutating func keepOutcome(_ slot: Int, _ buffers: StepBuffers, at position: Int) {
    rewards[position] = buffers.rewards[slot]
    terminated[position] = buffers.terminated[slot]
    ended[position] = buffers.terminated[slot] || buffers.truncated[slot]
    begins[position] = began[slot]
    ends[position] = .max
    priorities?[position] = greatestPriority
    guard ended[position] else { return }
    for element in 0..<width {
      nextObservations[position * width + element] =
        buffers.finalObservations[slot * width + element]
    }
    // What is older has been written over.
    for step in max(Int(began[slot]), time - rows + 1)...time {
      ends[step % rows * slots + slot] = Int32(time)
    }
    began[slot] = Int32(time + 1)
  }

  /// When the step at a position was taken.
  func time(of position: Int) -> Int {
    let (last, row) = (time - 1, position / slots)
    return last - (last - row) % rows
  }

  /// The times of the steps of a position's episode that are known.
  func episode(of position: Int) -> ClosedRange<Int> {
    max(Int(begins[position]), time - rows)...min(Int(ends[position]), time - 1)
  }
}
