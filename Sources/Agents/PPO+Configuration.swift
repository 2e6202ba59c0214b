internal import Environments
package import Networks

extension PPO.Configuration {
  /// Checks every setting.
  public func validate() throws(ConfigurationError) {
    try require((1...65536).contains(lanes), "lanes", lanes, "1 to 65536")
    try require(
      (1...65536).contains(slots) && slots % lanes == 0, "slots", slots,
      "a multiple of lanes (\(lanes)), 65536 at most")
    // A rollout is held whole; one beyond any machine's memory would end the process.
    let mostSteps = min(65536, (1 << 24) / slots)
    try require(
      (1...mostSteps).contains(rolloutSteps), "rolloutSteps", rolloutSteps,
      "1 to \(mostSteps) with \(slots) slots")
    try require((1...1000).contains(epochs), "epochs", epochs, "1 to 1000")
    let divisible = memory > 0 ? slots / lanes : slots / lanes * rolloutSteps
    try require(
      minibatches >= 1 && divisible % minibatches == 0, "minibatches", minibatches,
      "a divisor of \(divisible), a lane's \(memory > 0 ? "slots" : "steps")")
    try require((0...1).contains(discount), "discount", discount, "0 to 1")
    try require((0...1).contains(gaeLambda), "gaeLambda", gaeLambda, "0 to 1")
    try require(clipRange > 0 && clipRange.isFinite, "clipRange", clipRange, "above 0")
    try require(
      learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "above 0")
    try require(
      valueCoefficient >= 0 && valueCoefficient.isFinite, "valueCoefficient", valueCoefficient,
      "0 or more")
    try require(
      entropyCoefficient >= 0 && entropyCoefficient.isFinite, "entropyCoefficient",
      entropyCoefficient, "0 or more")
    try require(maximumGradientNorm > 0, "maximumGradientNorm", maximumGradientNorm, "above 0")
    try require(
      (0..<1).contains(noiseCorrelation), "noiseCorrelation", noiseCorrelation, "0 to below 1")
    try require(rewardScale.isFinite && rewardScale != 0, "rewardScale", rewardScale, "not 0")
    try require(
      hidden.count <= 16 && hidden.allSatisfy { (1...8192).contains($0) }, "hidden", hidden,
      "at most 16 widths of 1 to 8192")
    try require((0...8192).contains(memory), "memory", memory, "0 to 8192")
    try require(
      (2...1_000_000).contains(memoryHorizon), "memoryHorizon", memoryHorizon, "2 to 1,000,000")
    try require(
      memory == 0 || trunk == .shared, "trunk", trunk, "shared, if there is a memory")
    if memoryKind == .transformer { try validateTransformer() }
    try require((1...8192).contains(symbolWidth), "symbolWidth", symbolWidth, "1 to 8192")
    try require((1...8192).contains(contextWidth), "contextWidth", contextWidth, "1 to 8192")
    for (name, weight) in [
      ("observationPredictionWeight", observationPredictionWeight),
      ("rewardPredictionWeight", rewardPredictionWeight),
      ("aimPredictionWeight", aimPredictionWeight),
    ] {
      try require(weight >= 0 && weight.isFinite, name, weight, "0 or more")
      try require(weight == 0 || memory > 0, name, weight, "0 without a memory")
    }
  }

  private func validateTransformer() throws(ConfigurationError) {
    try require(memory > 0, "memoryKind", memoryKind, "gru, if memory is 0")
    try require((1...64).contains(memoryLayers), "memoryLayers", memoryLayers, "1 to 64")
    // All slots hold the inputs of their windows.
    let most = min(65536, (1 << 28) / (slots * memory * memoryLayers))
    try require(
      memoryWindow >= 1 && memoryWindow <= most, "memoryWindow", memoryWindow,
      "1 to \(most), for slots \(slots), memoryLayers \(memoryLayers) and memory \(memory)")
    try require(
      memoryHeads >= 1 && memory % memoryHeads == 0, "memoryHeads", memoryHeads,
      "a divisor of memory (\(memory))")
  }

  private func require(
    _ holds: Bool, _ setting: String, _ value: some Any, _ allowed: String
  ) throws(ConfigurationError) {
    if !holds { throw ConfigurationError(setting, value, allowed: allowed) }
  }

  /// Whether what follows a step is predicted.
  var predicts: Bool { observationPredictionWeight > 0 || rewardPredictionWeight > 0 }

  /// How the learning rate changes over a run.
  var learningRateSchedule: Schedule {
    annealsLearningRate ? .linear(from: learningRate, to: 0) : .constant(learningRate)
  }

  /// The network that the settings describe for given spaces.
  func network(
    observing observations: ObservationSpace, acting actions: ActionSpace
  ) -> ActorCritic.Configuration {
    var network = ActorCritic.Configuration(
      observationCount: observations.count, actions: ActorCritic.Actions(actions),
      hidden: hidden, activation: activation, trunk: trunk, memory: memory,
      parts: observations.parts, symbolWidth: symbolWidth, contextWidth: contextWidth)
    network.memoryKind = memoryKind
    network.memoryHorizon = memoryHorizon
    network.memoryWindow = memoryWindow
    network.memoryLayers = memoryLayers
    network.memoryHeads = memoryHeads
    network.predicts = predicts
    return network
  }

  /// Takes over the sizes of a network, so that a learner with these settings makes one like it.
  package mutating func adoptSizes(of network: ActorCritic.Configuration) {
    (hidden, activation, trunk) = (network.hidden, network.activation, network.trunk)
    memory = network.memory
    memoryKind = network.memoryKind
    memoryHorizon = network.memoryHorizon
    memoryWindow = network.memoryWindow
    memoryLayers = network.memoryLayers
    memoryHeads = network.memoryHeads
    (symbolWidth, contextWidth) = (network.symbolWidth, network.contextWidth)
  }
}
