internal import Environments
internal import Networks
internal import Tensors

/// One share of the environments, with all that learning from it needs.
struct Lane: Sendable {
  var environments: EnvironmentBatch
  var memory: Tensor?
  var noise: CorrelatedNoise?
  var random: RandomStream
  var rollout: Rollout
  var actions: ActionBatch
  var finished: [Episode] = []
  var failure: EnvironmentError?
  /// How the failure can be seen again.
  var replay: EnvironmentReplay?
  /// Positions in the rollout, or slots if there is a memory, in the order of this epoch.
  var order: [Int32] = []
  /// Positions in the rollout of this minibatch, those of its first step, and its choices.
  var positions: [Int32] = []
  var starts: [Int32] = []
  var choices: [Int32] = []
  var samples = Samples()
  /// What teachers say about the rollout; nil without any.
  var lessons: Lessons?
  /// What is read before acting; nil otherwise.
  var texts: Texts?
  /// How far off predictions were in this minibatch; nil if nothing is predicted.
  var predictionErrors: Prediction.Errors?
  /// Of the rollout's advantages: their sum, the sum of their squares, and how many there are.
  var advantageSums = SIMD3<Double>()
  /// What advantages are normalised by, over all lanes.
  var advantages: (mean: Float, deviation: Float) = (0, 1)
  var loss: Float = 0
  var gradient = Tensor(0)
  var statistics = SurrogateStatistics()

  /// The rollout as tensors, all N = T · B steps.
  struct Samples: Sendable {
    var observations = Tensor(0)
    var vectors: Tensor?
    var masks: Tensor?
    /// What followed, for predictions; nil if nothing is predicted.
    var following: Tensor?
    var rewards: Tensor?
    /// Log-probabilities, advantages, returns and keeps: `[N, 4]`.
    var scalars = Tensor(0)
  }

  init(
    environments: EnvironmentBatch, memory: Tensor?, random: RandomStream,
    _ configuration: PPO.Configuration
  ) {
    self.environments = environments
    self.memory = memory
    self.random = random
    rollout = Rollout(steps: configuration.rolloutSteps, environments: environments)
    rollout.returnsSpanTries = configuration.returnsSpanTries
    if configuration.predicts { rollout.predictedRewards = rollout.rewards }
    if !environments.actionSpace.isDiscrete {
      noise = CorrelatedNoise(
        [environments.slots, environments.actionSpace.count],
        correlation: configuration.noiseCorrelation)
    }
    actions = ActionBatch(environments.actionSpace, slots: environments.slots)
  }

  mutating func collect(
    _ policy: Policy, _ configuration: PPO.Configuration, seed: UInt64, awaitsBonuses: Bool
  ) {
    let start = environments
    do {
      try rollout.collect(
        policy, &environments, memory: &memory, noise: &noise, actions: &actions, using: &random)
    } catch {
      failure = error
      replay = EnvironmentReplay(of: error, since: start, seed: seed) { slot, step in
        rollout.action(slot, step, in: environments.actionSpace)
      }
      return
    }
    finished = environments.buffers.finished
    environments.buffers.finished.removeAll(keepingCapacity: true)
    // A drive sees the transitions of all lanes first.
    if !awaitsBonuses { estimate(configuration) }
  }

  /// Estimates advantages, once any bonuses are known.
  mutating func estimate(_ configuration: PPO.Configuration, bonuses: ArraySlice<Float> = []) {
    rollout.estimate(
      discount: configuration.discount, lambda: configuration.gaeLambda,
      rewardScale: configuration.rewardScale, bonuses: bonuses)
    if configuration.normalizesAdvantages { advantageSums = sumAdvantages() }
  }

  private func sumAdvantages() -> SIMD3<Double> {
    var sums = SIMD3<Double>(0, 0, Double(rollout.advantages.count))
    for advantage in rollout.advantages {
      sums.x += Double(advantage)
      sums.y += Double(advantage) * Double(advantage)
    }
    return sums
  }

  /// Makes tensors of the rollout, and puts its positions in the order of time.
  private mutating func prepare(_ configuration: PPO.Configuration) {
    let count = rollout.steps * rollout.slots
    let choices = configuration.memory > 0 ? rollout.slots : count
    if order.count != choices { order = Array(repeating: 0, count: choices) }
    for index in order.indices { order[index] = Int32(index) }
    samples.observations = Tensor(Shape(count, rollout.width), rollout.observations)
    if !rollout.vectors.isEmpty {
      samples.vectors = Tensor(Shape(count, rollout.actionCount), rollout.vectors)
    }
    if !rollout.masks.isEmpty {
      samples.masks = Tensor(Shape(count, rollout.actionCount), rollout.masks)
    }
    if configuration.predicts {
      samples.following = Tensor(Shape(count, rollout.width), rollout.nextObservations)
      samples.rewards = Tensor(Shape(count, 1), rollout.predictedRewards)
    }
    samples.scalars = Tensor(Shape(count, 4)) { output in
      for index in 0..<count {
        output[4 * index] = rollout.logProbabilities[index]
        output[4 * index + 1] = (rollout.advantages[index] - advantages.mean) / advantages.deviation
        output[4 * index + 2] = rollout.returns[index]
        output[4 * index + 3] = rollout.keep[index]
      }
    }
  }

  /// Sets the positions of a minibatch in the rollout; with a memory, whole sequences in the order
  /// of time.
  private mutating func pick(_ minibatch: Int, _ configuration: PPO.Configuration) {
    let size = order.count / configuration.minibatches
    let start = minibatch * size
    let steps = configuration.memory > 0 ? rollout.steps : 1
    if positions.count != steps * size { positions = Array(repeating: 0, count: steps * size) }
    for step in 0..<steps {
      for index in 0..<size {
        positions[step * size + index] = Int32(step * rollout.slots) + order[start + index]
      }
    }
    if starts.count != size { starts = Array(repeating: 0, count: size) }
    for index in 0..<size { starts[index] = order[start + index] }
    guard !rollout.choices.isEmpty else { return }
    if choices.count != positions.count { choices = positions }
    for index in positions.indices { choices[index] = rollout.choices[Int(positions[index])] }
  }

  /// Takes the gradient of the loss on this lane's share of a minibatch.
  /// Each epoch goes through the rollout in an order of its own.
  mutating func differentiate(
    _ epoch: Int, _ minibatch: Int, _ policy: Policy, _ configuration: PPO.Configuration
  ) {
    if epoch == 0 && minibatch == 0 { prepare(configuration) }
    if minibatch == 0 { random.shuffle(&order) }
    pick(minibatch, configuration)
    let count = positions.count
    let observations = samples.observations.gathering(positions)
    let scalars = samples.scalars.gathering(positions)
    let surrogateSamples = SurrogateSamples(
      choices: choices,
      vectors: samples.vectors?.gathering(positions),
      allowed: samples.masks?.gathering(positions),
      logProbabilities: scalars.column(0), advantages: scalars.column(1),
      returns: scalars.column(2))
    var (keep, memory): (Tensor?, Tensor?)
    if let initial = rollout.initialMemory {
      let size = count / rollout.steps
      keep = scalars.column(3).reshaped(to: Shape(rollout.steps, size))
      memory = initial.gathering(starts)
    }
    let surrogate = ClippedSurrogate(
      clipRange: configuration.clipRange, valueCoefficient: configuration.valueCoefficient,
      entropyCoefficient: configuration.entropyCoefficient)
    let network = policy.network
    let pull = lessons?.pull.gathering(positions)
    let prediction = prediction(of: surrogateSamples, configuration)
    let result = valueAndGradient(at: policy.weights) { weights in
      let output = network(weights, observations, memory: memory, keep: keep)
      let (loss, statistics) = objective(
        output, surrogateSamples, pull, by: surrogate,
        logDeviation: network.logDeviation.map { weights[$0] })
      guard let (error, errors) = prediction.loss(of: network, weights, output)
      else { return (loss, (statistics, Prediction.Errors?.none)) }
      return (loss + error, (statistics, errors))
    }
    (loss, gradient) = (result.value.item, result.gradient)
    (statistics, predictionErrors) = result.auxiliary
  }

  /// What is learned from rewards and teachers.
  private func objective(
    _ output: ActorCritic.Output, _ samples: SurrogateSamples, _ pull: Tensor?,
    by surrogate: ClippedSurrogate, logDeviation: Tensor?
  ) -> (loss: Tensor, statistics: SurrogateStatistics) {
    if let pull { return taught(output, samples, pull, by: surrogate) }
    if samples.vectors == nil && samples.allowed == nil {
      return surrogate.fused(head: output.head, samples)
    }
    return surrogate.composed(output, logDeviation: logDeviation, samples)
  }

  /// What is to be predicted of a minibatch.
  private func prediction(
    of samples: SurrogateSamples, _ configuration: PPO.Configuration
  ) -> Prediction {
    var prediction = Prediction()
    if let following = self.samples.following, let rewards = self.samples.rewards {
      prediction.transition = Prediction.Transition(
        actions: samples.vectors ?? .choices(samples.choices, of: rollout.actionCount),
        following: following.gathering(positions), rewards: rewards.gathering(positions),
        observationWeight: configuration.observationPredictionWeight,
        rewardWeight: configuration.rewardPredictionWeight)
    }
    if !rollout.expertAims.isEmpty {
      let symbols = rollout.expertAims.count / (rollout.steps * rollout.slots)
      prediction.aims = positions.flatMap { position in
        rollout.expertAims[Int(position) * symbols..<(Int(position) + 1) * symbols]
      }
    }
    prediction.aimWeight = configuration.aimPredictionWeight
    return prediction
  }

  /// The loss with what the teachers add to it.
  private func taught(
    _ output: ActorCritic.Output, _ samples: SurrogateSamples, _ pull: Tensor,
    by surrogate: ClippedSurrogate
  ) -> (loss: Tensor, statistics: SurrogateStatistics) {
    let lesson = Lessons.loss(pull, logits: output.policy, allowed: samples.allowed)
    let (loss, statistics) =
      samples.allowed == nil
      ? surrogate.fused(head: output.head, samples)
      : surrogate.composed(output, logDeviation: nil, samples)
    return (lessons?.learnsFromReward == false ? lesson : loss + lesson, statistics)
  }

  /// Lets the teachers go through the rollout.
  mutating func hear(_ teaching: Teaching, progress: Float) {
    var lessons = lessons ?? Lessons(teaching, slots: rollout.slots)
    lessons.assess(rollout, teaching, progress: progress)
    self.lessons = lessons
  }
}

extension Tensor {
  /// A column of a matrix, `[rows]`.
  fileprivate func column(_ index: Int) -> Tensor {
    slice(index..<index + 1, along: 1).reshaped(to: Shape(shape[0]))
  }
}
