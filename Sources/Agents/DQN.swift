public import Environments
public import Networks
public import Tensors

/// Deep Q-learning: a network learns what each choice is worth from replayed steps, and the best
/// choice is taken, or now and then any other.
///
///     y = Σ γⁱ rᵢ + γⁿ·Q'(s′, a′)           a′ = argmax Q'(s′, ·), or argmax Q(s′, ·) if double
///     L = mean w·huber(Q(s, a) − y)
///
/// Sources: Mnih et al. (2015), doi:10.1038/nature14236; double: van Hasselt et al. (2016),
/// arXiv:1509.06461; dueling: Wang et al. (2016), arXiv:1511.06581; prioritised: Schaul et al.
/// (2016), arXiv:1511.05952; together: Hessel et al. (2018), arXiv:1710.02298.
public struct DQN: Sendable {
  /// The settings of a run.
  public struct Configuration: Sendable, Hashable, Codable {
    /// The number of environments stepped together.
    public var slots = 8
    /// The steps of each slot before each round of updates, and the updates of a round.
    public var rolloutSteps = 8
    public var updates = 8
    /// The number of steps that an update learns from; a multiple of `lanes`.
    public var batch = 64
    /// The number of shares that a minibatch is divided into, each of which a thread can take.
    public var lanes = 1
    /// What is kept and how it is sampled: n-step returns and priorities are asked for here.
    public var replay = ReplayBuffer.Configuration()
    /// β of prioritised sampling over the run, in 0...1.
    public var importance = Schedule.linear(from: 0.4, to: 1)
    /// The steps with random actions before the first update, over all slots.
    public var randomSteps = 1000
    /// ε, the share of random choices.
    public var exploration = Schedule.linear(from: 1, to: 0.05)
    /// The part of the run, above 0 and up to 1, over which ε changes.
    public var explorationShare: Float = 0.5
    /// Whether the network that learns chooses a′ and the target network says what it is worth.
    public var isDouble = true
    /// Whether the network has a head for the state's value and one for the choices' advantages.
    public var isDueling = false
    /// The updates after which the target network follows, and τ, how far it goes: 1 is a copy.
    public var targetInterval = 100
    public var targetShare: Float = 1
    /// The range of all possible returns, into which targets are moved; nil if it is not known.
    public var targetRange: ClosedRange<Float>?
    /// α of Adam, above 0.
    public var learningRate: Float = 1e-3
    /// Longer gradients are scaled down to this norm.
    public var maximumGradientNorm: Float = 10
    /// The widths of the hidden layers.
    public var hidden = [64, 64]
    public var activation = Activation.relu

    public init() {}
  }

  public let configuration: Configuration
  /// The weights that learn.
  public internal(set) var weights: Weights
  /// The number of threads that a minibatch is divided among.
  public var workers = 1
  /// Environment steps so far, over all slots.
  public private(set) var steps = 0
  private let network: QNetwork
  private var target: Weights
  private var optimizer: Adam
  private var environments: EnvironmentBatch
  private var replay: ReplayBuffer
  private var minibatch: Minibatch
  private var gradients: ShareGradients
  private var actions: ActionBatch
  private var random: RandomStream

  /// Makes a learner.
  ///
  /// - Parameters:
  ///   - seed: everything random follows from it.
  ///   - hindsight: the other goals that sampled steps get; nil for none.
  ///   - environments: makes a batch of a number of slots, with discrete actions.
  /// - Throws: ``ConfigurationError`` for a setting out of its range.
  public init(
    _ configuration: Configuration, seed: UInt64, hindsight: Hindsight? = nil,
    environments: (_ slots: Int, RandomStream) -> EnvironmentBatch
  ) throws {
    try configuration.validate()
    self.configuration = configuration
    let streams = RandomStream(seed: seed)
    let batch = environments(configuration.slots, streams.split("environments"))
    let space = batch.actionSpace
    try require(
      space.isDiscrete && !space.isMasked, "actions", space, "a discrete space without masks")
    self.environments = batch
    network = QNetwork(
      batch.observationSpace.count, hidden: configuration.hidden, choices: space.count,
      activation: configuration.activation, isDueling: configuration.isDueling)
    var drawing = streams.split("weights")
    weights = Weights(initializing: network.layout, using: &drawing)
    target = weights
    optimizer = Adam(count: network.layout.count)
    replay = ReplayBuffer(configuration.replay, for: batch, hindsight: hindsight)
    minibatch = Minibatch(count: configuration.batch, from: replay)
    gradients = ShareGradients(rows: configuration.batch, shares: configuration.lanes)
    actions = ActionBatch(space, slots: batch.slots)
    random = streams.split("actions")
  }

  /// Acts for some steps, then learns from what is remembered.
  ///
  /// - Parameter progress: the fraction of the run that is done, for schedules; 1 if it is more.
  /// - Throws: `EnvironmentError` or ``TrainingError``; the learner is then not to be used any more.
  public mutating func iterate(progress: Float) throws -> OffPolicyIteration {
    let isRandom = steps < configuration.randomSteps
    let epsilon = configuration.exploration.value(at: progress / configuration.explorationShare)
    for _ in 0..<configuration.rolloutSteps {
      explore(isRandom ? 1 : epsilon)
      try replay.record(actions, stepping: &environments)
      steps += environments.slots
    }
    var iteration = OffPolicyIteration(steps: steps, taking: &environments.buffers.finished)
    guard steps >= configuration.randomSteps else { return iteration }
    let importance = configuration.importance.value(at: progress)
    for _ in 0..<configuration.updates { try update(importance, &iteration) }
    return iteration
  }

  /// Writes the best action of each slot as far as is known.
  ///
  /// - Parameter buffers: what the last reset or step of a batch wrote.
  public func act(on buffers: borrowing StepBuffers, into actions: inout ActionBatch) {
    let values = network(weights, Tensor(observationsOf: buffers))
    for slot in 0..<buffers.rewards.count {
      actions.indices[slot] = Int32(values.bestColumn(ofRow: slot))
    }
  }

  private mutating func explore(_ epsilon: Float) {
    if epsilon < 1 { act(on: environments.buffers, into: &actions) }
    for slot in 0..<environments.slots where random.uniform() < epsilon {
      actions.indices[slot] = Int32(random.integer(below: environments.actionSpace.count))
    }
  }

  private mutating func update(_ importance: Float, _ iteration: inout OffPolicyIteration) throws {
    replay.sample(&minibatch, importance: importance, using: &random)
    let (network, online, target, minibatch) = (network, weights, target, minibatch)
    let (isDouble, range) = (configuration.isDouble, configuration.targetRange)
    let (loss, gradient) = gradients(at: weights, workers: workers) { weights, rows in
      let next = minibatch.nextObservations(rows)
      let values = network(target, next)
      let best = values.picking(bestOf: isDouble ? network(online, next) : values)
      var targets = minibatch.targets(rows, nextValues: best)
      if let range { targets = targets.clamped(to: range) }
      let chosen = minibatch.choices(rows, of: values.shape[1])
      let known = (network(weights, minibatch.observations(rows)) * chosen).sum(along: -1)
      let errors = known - targets
      // Huber's loss: ½δ² up to 1, |δ| − ½ beyond.
      let cut = errors.clamped(to: -1...1)
      return ((minibatch.weights(rows) * cut * (errors - 0.5 * cut)).mean(), errors)
    }
    guard loss.isFinite else { throw TrainingError.nonFiniteLoss(step: steps) }
    let norm = optimizer.update(
      &weights, gradient: gradient, rate: configuration.learningRate,
      maximumNorm: configuration.maximumGradientNorm)
    guard norm.isFinite else { throw TrainingError.nonFiniteGradient(step: steps) }
    for share in gradients.shares { replay.prioritize(minibatch, share.rows, by: share.rest) }
    if optimizer.step % configuration.targetInterval == 0 {
      self.target.follow(weights, by: configuration.targetShare)
    }
    iteration.add(valueLoss: loss, gradientNorm: norm)
  }
}

/// A network from observations to what each choice is worth.
struct QNetwork: Sendable, Hashable {
  private let network: MLP
  /// Whether the last column is the state's value and the others are advantages over it.
  private let isDueling: Bool

  init(
    _ inputs: Int, hidden: [Int], choices: Int, activation: Activation, isDueling: Bool
  ) {
    network = MLP(
      inputs, hidden: hidden, choices + (isDueling ? 1 : 0), activation: activation)
    self.isDueling = isDueling
  }

  var layout: WeightLayout { network.layout }

  /// `[rows, inputs]` give `[rows, choices]`: Q = V + A − mean A if dueling.
  func callAsFunction(_ weights: Weights, _ observations: Tensor) -> Tensor {
    let output = network(weights, observations)
    guard isDueling else { return output }
    let choices = output.shape[1] - 1
    let advantages = output.slice(0..<choices, along: 1)
    return output.slice(choices..<choices + 1, along: 1) + advantages
      - advantages.mean(along: 1, keepingAxis: true)
  }
}

extension Tensor {
  /// The column of a row's largest element, the first of equals.
  func bestColumn(ofRow row: Int) -> Int {
    let (elements, columns) = (span, shape[1])
    var best = 0
    for column in 1..<columns
    where elements[row &* columns &+ column] > elements[row &* columns &+ best] {
      best = column
    }
    return best
  }

  /// Of each row the element in the column where another tensor has its largest, `[rows]`; a
  /// constant.
  func picking(bestOf other: Tensor) -> Tensor {
    let (elements, columns) = (span, shape[1])
    return Tensor(Shape(shape[0])) { output in
      for row in output.indices {
        output[row] = elements[row &* columns &+ other.bestColumn(ofRow: row)]
      }
    }
  }
}

extension DQN.Configuration {
  /// Checks every setting.
  public func validate() throws(ConfigurationError) {
    try require((1...65536).contains(slots), "slots", slots, "1 to 65536")
    try require((1...65536).contains(rolloutSteps), "rolloutSteps", rolloutSteps, "1 to 65536")
    try require((0...65536).contains(updates), "updates", updates, "0 to 65536")
    try require(
      (1...64).contains(lanes) && batch % lanes == 0 && (1...1 << 20).contains(batch), "batch",
      batch, "a multiple of lanes (\(lanes), at most 64), 2²⁰ at most")
    try replay.validate()
    try require(randomSteps >= 0, "randomSteps", randomSteps, "0 or more")
    try require(
      explorationShare > 0 && explorationShare <= 1, "explorationShare", explorationShare,
      "above 0, at most 1")
    try require(targetInterval >= 1, "targetInterval", targetInterval, "1 or more")
    try require(
      targetShare > 0 && targetShare <= 1, "targetShare", targetShare, "above 0, at most 1")
    try require(
      learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "above 0")
    try require(maximumGradientNorm > 0, "maximumGradientNorm", maximumGradientNorm, "above 0")
    try require(
      hidden.count <= 16 && hidden.allSatisfy { (1...8192).contains($0) }, "hidden", hidden,
      "at most 16 widths of 1 to 8192")
  }
}
