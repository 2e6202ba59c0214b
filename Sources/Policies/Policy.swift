public import Environments
public import Networks
public import Tensors

/// A network with its weights, acting in an action space.
public struct Policy: Sendable {
  public let network: ActorCritic
  public var weights: Weights
  public let actionSpace: ActionSpace

  /// What a policy decided for a batch of slots.
  public struct Decision: Sendable {
    /// The chosen actions of a discrete space, `[slots]`; empty for a box.
    public var choices: [Int32] = []
    /// The chosen vectors for a box, before they are moved into it, `[slots, components]`.
    public var vectors: [Float] = []
    /// The logarithms of the actions' probabilities (densities for a box), `[slots]`.
    public var logProbabilities: [Float]
    /// `[slots]`.
    public var values: [Float]
    /// The memory after this step, `[slots, memoryCount]`; nil without one.
    public var memory: Tensor?
    /// What was read at this step, to be used at the next; nil if that is not kept.
    package var reading: Reading?

    package init(
      choices: [Int32] = [], vectors: [Float] = [], logProbabilities: [Float], values: [Float],
      memory: Tensor? = nil
    ) {
      self.choices = choices
      self.vectors = vectors
      self.logProbabilities = logProbabilities
      self.values = values
      self.memory = memory
    }
  }

  public init(network: ActorCritic, weights: Weights, actionSpace: ActionSpace) {
    precondition(
      network.configuration.actions == ActorCritic.Actions(actionSpace),
      "a policy for \(network.configuration.actions) actions cannot act in \(actionSpace)")
    precondition(
      weights.layout == network.layout,
      "\(weights.layout.count) weights do not fit a network of \(network.layout.count)")
    self.network = network
    self.weights = weights
    self.actionSpace = actionSpace
  }

  /// Decides for every slot of a batch.
  ///
  /// - Parameters:
  ///   - buffers: what the last reset or step wrote.
  ///   - memory: the memory so far, `[slots, memoryCount]`; wiped where the buffers say so.
  ///   - greedy: whether the most probable action is taken instead of a drawn one.
  ///   - noise: standard normal noise for a box's actions, `[slots, components]`; drawn if nil.
  public func decide(
    _ buffers: borrowing StepBuffers, memory: Tensor?, greedy: Bool,
    using random: inout RandomStream, noise: Tensor? = nil
  ) -> Decision {
    var decision = Decision(logProbabilities: [], values: [])
    decide(
      buffers, memory: memory, greedy: greedy, using: &random, noise: noise, into: &decision)
    return decision
  }

  /// Decides for every slot of a batch, as ``decide(_:memory:greedy:using:noise:)`` does, in the
  /// place of an earlier decision, whose arrays are used again.
  public func decide(
    _ buffers: borrowing StepBuffers, memory: Tensor?, greedy: Bool,
    using random: inout RandomStream, noise: Tensor? = nil, into decision: inout Decision
  ) {
    let slots = buffers.rewards.count
    let observations = Tensor(
      Shape(slots, network.configuration.observationCount), buffers.observations)
    let output = network(
      weights, observations, memory: memory, keep: memory == nil ? nil : Policy.keep(buffers),
      reading: &decision.reading)
    output.values.copyElements(to: &decision.values)
    decision.memory = output.memory
    if let logDeviation = network.logDeviation {
      let policy = DiagonalGaussian(
        mean: output.policy, logDeviation: weights[logDeviation])
      let vectors: Tensor
      if greedy {
        vectors = policy.mean
      } else if let noise {
        vectors = policy.mean + policy.logDeviation.exp() * noise
      } else {
        vectors = policy.sample(using: &random)
      }
      vectors.copyElements(to: &decision.vectors)
      policy.logProbability(of: vectors).copyElements(to: &decision.logProbabilities)
      return
    }
    let policy =
      buffers.masks.isEmpty
      ? Categorical(logits: output.policy)
      : Categorical(
        logits: output.policy, allowed: Tensor(Shape(slots, actionSpace.count), buffers.masks))
    if greedy {
      decision.choices = policy.mode
    } else {
      policy.sample(into: &decision.choices, using: &random)
    }
    policy.logProbability(of: decision.choices).copyElements(to: &decision.logProbabilities)
  }

  /// 1 where a slot's memory is kept and 0 where it is wiped, `[1, slots]`.
  private static func keep(_ buffers: borrowing StepBuffers) -> Tensor {
    let wiped = buffers.memoryWiped
    return Tensor(Shape(1, wiped.count)) { keep in
      for slot in wiped.indices { keep[slot] = wiped[slot] ? 0 : 1 }
    }
  }

  /// Writes a decision as actions, vectors moved into the box.
  public func write(_ decision: borrowing Decision, to actions: inout ActionBatch) {
    switch actionSpace {
    case .discrete:
      for slot in decision.choices.indices { actions.indices[slot] = decision.choices[slot] }
    case .box(let low, let high):
      for index in decision.vectors.indices {
        let component = index % low.count
        actions.components[index] = min(
          max(decision.vectors[index], low[component]), high[component])
      }
    }
  }
}

extension ActorCritic.Actions {
  /// The kind of distribution that an action space calls for.
  public init(_ space: ActionSpace) {
    self = space.isDiscrete ? .categorical(space.count) : .gaussian(space.count)
  }
}
