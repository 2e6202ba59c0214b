package import Environments
internal import Networks
internal import Tensors

/// Learning to read before acting: what is told of a task, beside what its expert is after at first.
///
/// Each task is read once, at its first observation; nothing is done in it. So a learner sees as many
/// tasks as it would else see steps, and what words mean, and which rule leads to what, is found after
/// some hundred thousand tasks, where by acting it takes many millions of steps.
extension PPO {
  /// The number of tasks, over all lanes, that one update learns from.
  private static let tasksPerUpdate = 32

  /// Reads as many tasks as there are slots and learns from them; each counts as a step.
  ///
  /// - Parameter progress: the fraction of the reading that is done: the learning rate falls to 0 over
  ///   it.
  /// - Throws: ``TrainingError``; the learner is then not to be used any more.
  package mutating func read(
    _ tasks: TaskSource, trials: TrialSettings, progress: Float
  ) throws -> Iteration {
    let random = RandomStream(seed: seed).split("reading").split(steps)
    let slots = configuration.slots / lanes.count
    concurrentForEach(&lanes, workers: workers) { lane, index in
      lane.texts = Texts(
        tasks.batch(slots: slots, trials: trials, random: random.split(index)))
    }
    steps += configuration.slots
    var iteration = Iteration(
      steps: steps, episodes: [], statistics: SurrogateStatistics(), gradientNorm: 0)
    let updates = min(max(configuration.slots / PPO.tasksPerUpdate, 1), slots)
    let rate = Schedule.linear(from: configuration.learningRate, to: 0).value(at: progress)
    let policy = policy.network
    for update in 0..<updates {
      let weights = self.policy.weights
      concurrentForEach(&lanes, workers: workers) { lane, _ in
        lane.read(update, of: updates, policy, weights)
      }
      let norm = optimizer.update(
        &self.policy.weights, gradient: try meanGradient().gradient, rate: rate,
        maximumNorm: configuration.maximumGradientNorm)
      guard norm.isFinite else { throw TrainingError.nonFiniteGradient(step: steps) }
      iteration.gradientNorm += norm / Float(updates)
      iteration.add(lanes.compactMap(\.predictionErrors), weight: 1 / Float(updates))
    }
    return iteration
  }

  /// Ends the reading: what comes is learned with fresh moments, for most weights were at rest.
  package mutating func endReading() {
    optimizer = Adam(count: policy.network.layout.count)
    for index in lanes.indices { lanes[index].texts = nil }
  }
}

/// The first observations of some tasks, and what their experts are after there.
struct Texts: Sendable {
  /// `[tasks, elements]`.
  let observations: Tensor
  /// `[tasks · symbols]`.
  private(set) var aims: [Int32]

  init(_ tasks: EnvironmentBatch) {
    observations = Tensor(
      Shape(tasks.slots, tasks.observationSpace.count), tasks.buffers.observations)
    aims = Array(repeating: -1, count: tasks.slots * tasks.aimKinds.count)
    tasks.writeAims(to: &aims, of: Array(repeating: true, count: tasks.slots))
  }
}

extension Lane {
  /// Takes the gradient of how far off the aims of a part of the texts are.
  fileprivate mutating func read(
    _ part: Int, of parts: Int, _ network: ActorCritic, _ weights: Weights
  ) {
    guard let texts, let predictor = network.aimPredictor else {
      preconditionFailure("there is nothing to read")
    }
    let size = texts.observations.shape[0] / parts
    let rows = part * size..<(part + 1) * size
    let symbols = predictor.kinds.count
    let observations = texts.observations.slice(rows)
    let aims = Array(texts.aims[rows.lowerBound * symbols..<rows.upperBound * symbols])
    let result = valueAndGradient(at: weights) { weights in
      guard let meaning = network.meaning(weights, observations) else {
        preconditionFailure("observations are numbers only")
      }
      return predictor.meaningError(weights, meaning, aims: aims)
    }
    (loss, gradient) = (result.value.item, result.gradient)
    predictionErrors = Prediction.Errors(aim: loss)
  }
}
