public import Tensors

/// A policy and a value function over observation vectors, with or without a memory.
///
/// Observations pass through hidden layers, then, if there is a memory, through a gated recurrent
/// unit or a gated transformer, then to a head with one column for each number that the policy's distribution needs and a
/// last one for the value.
public struct ActorCritic: Sendable, Hashable {
  /// What the policy is a distribution over.
  public enum Actions: Sendable, Hashable, Codable {
    /// One of `count` choices; the head gives logits.
    case categorical(_ count: Int)
    /// `count` numbers, independently normal; the head gives means, and the logarithms of the
    /// standard deviations are weights that do not depend on the observation.
    case gaussian(_ count: Int)

    /// The number of policy columns of the head.
    public var count: Int {
      switch self {
      case .categorical(let count), .gaussian(let count): count
      }
    }
  }

  /// Whether policy and value share their hidden layers.
  public enum Trunk: String, Sendable, Hashable, Codable, CaseIterable {
    case shared, separate
  }

  /// What remembers: a gated recurrent unit or a gated transformer.
  public enum MemoryKind: String, Sendable, Hashable, Codable, CaseIterable {
    case gru, transformer
  }

  /// The network's sizes.
  public struct Configuration: Sendable, Hashable {
    /// The number of elements of an observation.
    public var observationCount: Int
    public var actions: Actions
    /// The widths of the hidden layers.
    public var hidden: [Int]
    public var activation: Activation
    public var trunk: Trunk
    /// The number of memory cells, or the width of a transformer's layers; 0 for a policy without
    /// memory. Needs a shared trunk.
    public var memory: Int
    public var memoryKind = MemoryKind.gru
    /// Of a gated recurrent unit: for how many steps its most lasting cell keeps what it holds at
    /// first, 2 or more; the others last from 2 steps up to that.
    ///
    /// Source: Tallec and Ollivier (2018), arXiv:1804.11188. Deviation: spread evenly in the
    /// logarithm, not drawn.
    public var memoryHorizon = 2
    /// Of a transformer: the number of inputs that each layer attends to, that of layers, and that of
    /// heads, a divisor of `memory`.
    public var memoryWindow = 64
    public var memoryLayers = 1
    public var memoryHeads = 2
    /// What an observation holds, in its order; empty if all of it is numbers. Needs a shared trunk.
    public var parts: [ObservationPart]
    /// The width of symbols' embeddings, and that of what is made of goals, rules and words.
    public var symbolWidth: Int
    public var contextWidth: Int
    /// Whether there are heads that predict what follows an action. Needs a memory.
    public var predicts = false
    /// The number of codes of each symbol of an expert's aim, if there are heads that predict it; else
    /// empty. Needs a memory.
    public var aimKinds: [Int] = []

    public init(
      observationCount: Int, actions: Actions, hidden: [Int] = [64, 64],
      activation: Activation = .tanh, trunk: Trunk = .shared, memory: Int = 0,
      parts: [ObservationPart] = [], symbolWidth: Int = 32, contextWidth: Int = 64
    ) {
      self.observationCount = observationCount
      self.actions = actions
      self.hidden = hidden
      self.activation = activation
      self.trunk = trunk
      self.memory = memory
      self.parts = parts
      self.symbolWidth = symbolWidth
      self.contextWidth = contextWidth
    }
  }

  /// What the network gives for a batch of observations.
  public struct Output: Sendable {
    /// `[N, actions.count + 1]`: the policy's numbers and, in the last column, the value.
    public let head: Tensor
    /// The memory after the last step, `[B, memoryCount]`; nil without a memory.
    public let memory: Tensor?
    /// What the memory gave at each step, `[N, memory]`, for heads that predict; nil without them.
    package var features: Tensor?
    /// What is told, held and remembered at each step, `[N, width]`, for heads that predict aims; nil
    /// without them.
    package var meaning: Tensor?

    public init(head: Tensor, memory: Tensor? = nil) {
      self.head = head
      self.memory = memory
    }

    /// The policy's numbers, `[N, actions.count]`.
    public var policy: Tensor { head.slice(0..<head.shape[1] - 1, along: 1) }

    /// The values, `[N]`.
    public var values: Tensor {
      head.slice(head.shape[1] - 1..<head.shape[1], along: 1).reshaped(to: Shape(head.shape[0]))
    }
  }

  public let configuration: Configuration
  public let layout: WeightLayout
  /// The logarithms of a Gaussian policy's standard deviations, `[actions.count]`.
  public let logDeviation: Parameter?
  /// Predicts what follows an action; nil if nothing is predicted.
  package let predictor: TransitionPredictor?
  /// Predicts what an expert is after; nil if that is not predicted.
  package let aimPredictor: AimPredictor?
  private let encoder: ObservationEncoder?
  private let trunk: [Linear]
  private let memory: SequenceMemory?
  private let head: Linear
  private let valueTrunk: [Linear]
  private let valueHead: Linear?

  /// The policy's last layer starts small, so that the first policy is close to uniform.
  private static let policyGain: Float = 0.01

  public init(_ configuration: Configuration) {
    precondition(
      configuration.memory == 0 || configuration.trunk == .shared,
      "a memory needs a shared trunk")
    let parts = configuration.parts
    precondition(
      parts.isEmpty
        || configuration.trunk == .shared
          && parts.reduce(0) { $0 + $1.count } == configuration.observationCount,
      "parts \(parts) need a shared trunk and an observation of "
        + "\(parts.reduce(0) { $0 + $1.count }), got \(configuration.observationCount)")
    self.configuration = configuration
    var layout = WeightLayout()
    let count = configuration.actions.count
    encoder =
      parts.isEmpty
      ? nil
      : ObservationEncoder(
        parts, symbolWidth: configuration.symbolWidth, contextWidth: configuration.contextWidth,
        named: "encoder", in: &layout)
    let inputs = encoder?.featureCount ?? configuration.observationCount
    trunk = MLP.layers(
      inputs, configuration.hidden, activation: configuration.activation, named: "trunk",
      in: &layout)
    var width = configuration.hidden.last ?? inputs
    if configuration.memory > 0 {
      memory = SequenceMemory(width, configuration, in: &layout)
      width = configuration.memory
    } else {
      memory = nil
    }
    switch configuration.trunk {
    case .shared:
      let blocks: [Initializer.Block] = [
        .init(columns: count, gain: ActorCritic.policyGain), .init(columns: 1, gain: 1),
      ]
      head = Linear(
        width, count + 1, initializer: .orthogonalBlocks(blocks), named: "head", in: &layout)
      valueTrunk = []
      valueHead = nil
    case .separate:
      head = Linear(
        width, count, initializer: .orthogonal(gain: ActorCritic.policyGain), named: "head",
        in: &layout)
      valueTrunk = MLP.layers(
        configuration.observationCount, configuration.hidden,
        activation: configuration.activation, named: "valueTrunk", in: &layout)
      valueHead = Linear(
        width, 1, initializer: .orthogonal(gain: 1), named: "valueHead", in: &layout)
    }
    if case .gaussian = configuration.actions {
      logDeviation = layout.add("logDeviation", [count], .constant(0))
    } else {
      logDeviation = nil
    }
    precondition(
      !configuration.predicts && configuration.aimKinds.isEmpty || configuration.memory > 0,
      "predictions need a memory")
    // Last in the layout, so that a network without them has the same weights before.
    predictor =
      configuration.predicts
      ? TransitionPredictor(
        configuration.memory, actions: count,
        parts: parts.isEmpty ? [.numbers(configuration.observationCount)] : parts,
        named: "predictor", in: &layout) : nil
    aimPredictor =
      configuration.aimKinds.isEmpty
      ? nil
      : AimPredictor(
        configuration.aimKinds, meaningWidth: encoder?.meaningWidth,
        memory: configuration.memory, named: "aim", in: &layout)
    self.layout = layout
  }

  /// The multiplications in products of matrices that one observation needs at least.
  package var multiplications: Int {
    let layers = trunk + valueTrunk + [head] + (valueHead.map { [$0] } ?? [])
    return layers.reduce(encoder?.multiplications ?? 0) { $0 + $1.multiplications }
      + (memory?.multiplications ?? 0)
  }

  /// The number of elements of a slot's memory: a gated recurrent unit's cells, or a transformer's
  /// windows and one more; 0 without a memory.
  public var memoryCount: Int { memory?.stateCount ?? 0 }

  /// The memory of agents that have seen nothing yet, `[count, memoryCount]`; nil without a memory.
  public func emptyMemory(_ count: Int) -> Tensor? {
    memory.map { .zeros([count, $0.stateCount]) }
  }

  /// What is told, held and remembered, `[N, width]`; nil where observations are numbers only.
  package func meaning(_ weights: Weights, _ observations: Tensor) -> Tensor? {
    encoder?.meaning(weights, observations, rowsPerStep: observations.shape[0])
  }

  /// Applies the network to observations, for a memory in the order of time.
  ///
  /// - Parameters:
  ///   - observations: `[N, observationCount]`; with a memory `[T · B, observationCount]`, all of
  ///     the first step, then all of the second, and so on.
  ///   - memory: the memory before the first step, `[B, memoryCount]`.
  ///   - keep: 1 where a step starts from the memory, 0 where it is wiped first, `[T, B]`.
  public func callAsFunction(
    _ weights: Weights, _ observations: Tensor, memory state: Tensor? = nil, keep: Tensor? = nil
  ) -> Output {
    var reading: Reading?
    return self(weights, observations, memory: state, keep: keep, reading: &reading)
  }

  /// Applies the network to the observations of one step, the first four parameters as above.
  ///
  /// - Parameter reading: what was read one step before; nil if that is not kept.
  public func callAsFunction(
    _ weights: Weights, _ observations: Tensor, memory state: Tensor?, keep: Tensor?,
    reading: inout Reading?
  ) -> Output {
    let encoded =
      encoder?(
        weights, observations, rowsPerStep: keep?.shape[1] ?? observations.shape[0],
        reading: &reading) ?? observations
    let hidden = MLP.apply(trunk, weights, encoded)
    if let memory {
      guard let state, let keep else {
        preconditionFailure("a network with a memory needs the memory and where it is kept")
      }
      let (features, next) = memory(weights, hidden, memory: state, keep: keep)
      var output = Output(head: head(weights, features), memory: next)
      if predictor != nil || aimPredictor != nil { output.features = features }
      if aimPredictor != nil, let encoder { output.meaning = encoder.meaning(in: encoded) }
      return output
    }
    guard let valueHead else { return Output(head: head(weights, hidden), memory: nil) }
    let values = valueHead(weights, MLP.apply(valueTrunk, weights, observations))
    return Output(
      head: head(weights, hidden).concatenated(with: values, along: 1), memory: nil)
  }
}
