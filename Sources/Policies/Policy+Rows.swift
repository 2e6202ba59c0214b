internal import Environments
internal import Networks
internal import Tensors

extension Policy {
  /// What several agents of one policy see at one time: a row each, with memories and chances of
  /// their own, so that what one does never depends on who else is in the batch.
  package struct Rows: Sendable {
    /// `[rows, observationCount]`.
    package var observations: [Float] = []
    /// `[rows, memory]`; empty for a policy without memory.
    package var memory: [Float] = []
    /// 1 for each allowed action, `[rows, actions]`; empty if the space is not masked.
    package var masks: [Float] = []
    /// What chance says: a share of 1 for a discrete space, `[rows]`; standard normal noise for a
    /// box, `[rows, components]`, with zeros for the means themselves.
    package var chances: [Float] = []
    /// Whether the most probable action is taken, `[rows]`.
    package var greedy: [Bool] = []

    package init() {}

    /// The number of rows.
    package var count: Int { greedy.count }

    /// Takes all rows out, and keeps the room for others.
    package mutating func removeAll() {
      observations.removeAll(keepingCapacity: true)
      memory.removeAll(keepingCapacity: true)
      masks.removeAll(keepingCapacity: true)
      chances.removeAll(keepingCapacity: true)
      greedy.removeAll(keepingCapacity: true)
    }
  }

  /// Decides for every row in one pass of the network.
  package func decide(_ rows: Rows) -> Decision {
    let count = rows.count
    let width = network.configuration.memory
    let output = network(
      weights, Tensor(Shape(count, network.configuration.observationCount), rows.observations),
      memory: width == 0 ? nil : Tensor(Shape(count, width), rows.memory),
      keep: width == 0 ? nil : Tensor(filling: Shape(1, count), with: 1))
    var decision = Decision(
      logProbabilities: [], values: output.values.elements, memory: output.memory)
    if let logDeviation = network.logDeviation {
      let policy = DiagonalGaussian(mean: output.policy, logDeviation: weights[logDeviation])
      let noise = Tensor(policy.mean.shape, rows.chances)
      let vectors = policy.mean + policy.logDeviation.exp() * noise
      decision.vectors = vectors.elements
      decision.logProbabilities = policy.logProbability(of: vectors).elements
      return decision
    }
    let policy =
      rows.masks.isEmpty
      ? Categorical(logits: output.policy)
      : Categorical(
        logits: output.policy, allowed: Tensor(Shape(count, actionSpace.count), rows.masks))
    let drawn = policy.choices(at: rows.chances)
    decision.choices = zip(zip(policy.mode, drawn), rows.greedy).map { $1 ? $0.0 : $0.1 }
    decision.logProbabilities = policy.logProbability(of: decision.choices).elements
    return decision
  }
}
