public import Agents
internal import Environments
internal import Networks
internal import Tensors

/// Fine-tunes an agent on tries that it played elsewhere, and keeps it near to what it was.
///
///     L = L_PPO + β · mean KL(π₀(·|x) ‖ π(·|x))        π₀ the agent as it was
///
/// The tries are used as they are; none are played. So the agent can only shift between what it did
/// already, and β holds it to what it did where the tries say little. Steps whose reward is missing
/// teach nothing, and no return runs over them.
///
/// Sources: the loss of Schulman et al. (2017), arXiv:1707.06347; the anchor as in Jaques et al. (2019),
/// arXiv:1907.00456, with the divergence turned so that what π₀ does is kept.
public struct FeedbackLearning: Sendable, Hashable, Codable {
  /// β, 0 or more.
  public var anchor: Float = 1
  /// The times that all sessions are gone through.
  public var epochs = 4
  /// The sessions of an update.
  public var sessionsPerUpdate = 8
  public var learningRate: Float = 1e-4
  /// The longest part of a session that a gradient runs through, in steps.
  public var longestSequence = 256

  public init() {}

  /// Checks every setting.
  public func validate() throws(ConfigurationError) {
    for (name, value, least) in [
      ("epochs", epochs, 1), ("sessionsPerUpdate", sessionsPerUpdate, 1),
      ("longestSequence", longestSequence, 1),
    ] where value < least {
      throw ConfigurationError(name, value, allowed: "\(least) or more")
    }
    guard anchor >= 0, anchor.isFinite else {
      throw ConfigurationError("anchor", anchor, allowed: "0 or more")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ConfigurationError("learningRate", learningRate, allowed: "above 0")
    }
  }

  /// What came of it.
  public struct Outcome: Sendable, Hashable, Codable {
    /// The steps that taught something.
    public var steps = 0
    /// The mean divergence of the new policy from the old one, in nats.
    public var divergence: Float = 0
  }

  /// Fine-tunes an agent on sessions, each a list of tries in their order.
  ///
  /// - Throws: ``ConfigurationError``, ``FeedbackError`` if the sessions are not the agent's, or
  ///   ``TrainingError`` if a gradient is not finite.
  /// - Returns: the agent as it is then, and what came of it.
  public func run(
    _ agent: Agent, on sessions: [[FeedbackTry]], seed: UInt64 = 0
  ) throws -> (agent: Agent, outcome: Outcome) {
    try validate()
    let learner = Adaptation.Settings(suiting: agent.card.family).learner
    var pieces: [SessionPiece] = []
    for session in sessions {
      for attempt in session { try attempt.check(for: agent) }
      pieces += SessionPiece.pieces(
        of: session, agent, learner, longest: longestSequence)
    }
    guard pieces.contains(where: { $0.teaches }) else { throw FeedbackError.nothingToLearn }
    SessionPiece.normalise(&pieces)
    var policy = agent.policy
    var optimizer = Adam(count: policy.weights.values.shape.count)
    let loss = ClippedSurrogate(
      clipRange: learner.clipRange, valueCoefficient: learner.valueCoefficient,
      entropyCoefficient: 0)
    var random = RandomStream(seed: seed).split("feedback")
    var order = pieces.indices.map { Int32($0) }
    for _ in 0..<epochs {
      random.shuffle(&order)
      for start in stride(from: 0, to: order.count, by: sessionsPerUpdate) {
        let chosen = order[start..<min(start + sessionsPerUpdate, order.count)]
          .map { pieces[Int($0)] }
        let gradient = valueAndGradient(at: policy.weights) { weights in
          chosen.reduce(Tensor(0)) {
            $0 + 1 / Float(chosen.count) * $1.loss(weights, policy.network, loss, anchor: anchor)
          }
        }.gradient
        let norm = optimizer.update(
          &policy.weights, gradient: gradient, rate: learningRate, maximumNorm: 1)
        guard norm.isFinite else { throw TrainingError.nonFiniteGradient(step: agent.card.steps) }
      }
    }
    var outcome = Outcome()
    outcome.steps = pieces.reduce(0) { $0 + $1.taught }
    outcome.divergence =
      pieces.reduce(0) { $0 + $1.divergence(policy.weights, policy.network).item }
      / Float(pieces.count)
    var learned = agent
    learned.policy = policy
    learned.card.steps += outcome.steps
    return (learned, outcome)
  }
}

/// Why feedback cannot be learned from.
public enum FeedbackError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A line of the file is no try.
  case unreadable(line: Int)
  /// A try is not one of the agent's.
  case wrongShape(reason: String)
  /// No step has a reward.
  case nothingToLearn

  public var description: String {
    switch self {
    case .unreadable(let line): "line \(line) of the feedback is no try"
    case .wrongShape(let reason): "the feedback is not the agent's: \(reason)"
    case .nothingToLearn: "there is nothing to learn from: no step has a reward"
    }
  }
}

/// A part of a session, no longer than a gradient is to run, with what the loss needs of it.
private struct SessionPiece {
  /// `[T, observationCount]`.
  let observations: Tensor
  /// 1 where the memory is kept, `[T, 1]`.
  let keep: Tensor
  /// The memory before it, as the old policy had it, `[1, memory]`.
  let memory: Tensor?
  /// What the old policy would do: log-probabilities `[T, choices]`, or means `[T, components]`.
  let old: Tensor
  let oldDeviation: Tensor?
  var samples: SurrogateSamples
  /// Whether each step teaches.
  let taughtSteps: [Bool]

  var taught: Int { taughtSteps.count { $0 } }
  var teaches: Bool { taughtSteps.contains(true) }

  static func pieces(
    of session: [FeedbackTry], _ agent: Agent, _ learner: PPO.Configuration, longest: Int
  ) -> [SessionPiece] {
    let steps = FeedbackTry.steps(
      of: session, learner, wipesMemory: agent.card.trials.wipesMemoryEachTry)
    var memory = agent.policy.network.emptyMemory(1)
    return stride(from: 0, to: steps.count, by: longest).map { start in
      SessionPiece(
        Array(steps[start..<min(start + longest, steps.count)]), agent.policy, &memory)
    }
  }

  private init(_ steps: [FeedbackTry.Step], _ policy: Policy, _ memory: inout Tensor?) {
    let count = steps.count
    observations = Tensor(
      Shape(count, policy.network.configuration.observationCount),
      steps.flatMap(\.observation))
    keep = Tensor(Shape(count, 1), steps.map { $0.wipesMemory ? 0 : 1 })
    self.memory = memory
    let output = policy.network(
      policy.weights, observations, memory: memory, keep: memory == nil ? nil : keep)
    memory = output.memory
    oldDeviation = policy.network.logDeviation.map { policy.weights[$0] }
    old = oldDeviation == nil ? Categorical(logits: output.policy).logProbabilities : output.policy
    taughtSteps = steps.map { $0.advantage != nil }
    samples = SurrogateSamples(
      choices: oldDeviation == nil ? steps.map { Int32($0.action[0]) } : [],
      vectors: oldDeviation.map { Tensor(Shape(count, $0.shape[0]), steps.flatMap(\.action)) },
      logProbabilities: Tensor(steps.map(\.logProbability)),
      advantages: Tensor(steps.map { $0.advantage ?? 0 }),
      returns: Tensor(steps.map { $0.value + ($0.advantage ?? 0) }))
  }

  /// Gives the advantages of all pieces together mean 0 and deviation 1; those of steps that teach
  /// nothing stay 0.
  static func normalise(_ pieces: inout [SessionPiece]) {
    let known = pieces.flatMap { piece in
      zip(piece.samples.advantages.elements, piece.taughtSteps).filter(\.1).map(\.0)
    }
    let mean = known.reduce(0, +) / Float(known.count)
    let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(known.count)
    let scale = 1 / (variance.squareRoot() + 1e-8)
    for index in pieces.indices {
      let piece = pieces[index]
      pieces[index].samples.advantages = Tensor(
        zip(piece.samples.advantages.elements, piece.taughtSteps).map {
          $1 ? ($0 - mean) * scale : 0
        })
    }
  }

  private func output(_ weights: Weights, _ network: ActorCritic) -> ActorCritic.Output {
    network(weights, observations, memory: memory, keep: memory == nil ? nil : keep)
  }

  func loss(
    _ weights: Weights, _ network: ActorCritic, _ surrogate: ClippedSurrogate, anchor: Float
  ) -> Tensor {
    let output = output(weights, network)
    let learned = surrogate.composed(
      output, logDeviation: network.logDeviation.map { weights[$0] }, samples
    ).loss
    return learned + anchor * divergence(output, weights, network)
  }

  /// KL(π₀ ‖ π), a mean over the steps.
  func divergence(_ weights: Weights, _ network: ActorCritic) -> Tensor {
    divergence(output(weights, network), weights, network)
  }

  private func divergence(
    _ output: ActorCritic.Output, _ weights: Weights, _ network: ActorCritic
  ) -> Tensor {
    if let oldDeviation, let logDeviation = network.logDeviation {
      let new = DiagonalGaussian(mean: output.policy, logDeviation: weights[logDeviation])
      return DiagonalGaussian(mean: old, logDeviation: oldDeviation).divergence(from: new).mean()
    }
    let new = Categorical(logits: output.policy).logProbabilities
    return (old.exp() * (old - new)).sum(along: -1).mean()
  }
}
