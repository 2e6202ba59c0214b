internal import Agents
internal import Environments
internal import Tensors

/// One seed of the maze: an expert that goes round the wall on the right, and a maze whose opening is
/// on the left.
struct MazeTransfer {
  /// The turns of an imitation, and the rollouts of every other run.
  let turns = 150
  let seed: UInt64
  let maze = PointMaze(opening: .right)
  let mirrored = PointMaze(opening: .left)

  init(_ seed: UInt64) {
    self.seed = seed
  }

  private var learner: PPO.Configuration {
    var configuration = PPO.Configuration()
    configuration.slots = 16
    configuration.lanes = 1
    configuration.rolloutSteps = 100
    configuration.epochs = 8
    configuration.minibatches = 4
    configuration.learningRate = 1e-3
    configuration.annealsLearningRate = false
    configuration.entropyCoefficient = 0.05
    configuration.rewardScale = 0.1
    configuration.hidden = [32, 32]
    return configuration
  }

  /// What a policy does that PPO found on the true reward, chance included: the theory asks for an
  /// expert that keeps some entropy.
  private func demonstrations() throws -> Demonstrations {
    let expert = try optimised(maze)
    var batch = EnvironmentBatch(
      tasks: Array(repeating: maze, count: 32), named: "maze",
      random: RandomStream(seed: seed).split("expert"))
    var stream = RandomStream(seed: seed).split("expert actions")
    return try Demonstrations(of: "maze", in: &batch, episodesPerSlot: 1) { batch, actions in
      let decision = expert.decide(batch.buffers, memory: nil, greedy: false, using: &stream)
      expert.write(decision, to: &actions)
    }
  }

  /// The mean return of a policy's likeliest actions in a maze, by the maze's own reward.
  private func meanReturn(_ policy: Policy, in maze: PointMaze) throws -> Double {
    var batch = EnvironmentBatch(
      tasks: Array(repeating: maze, count: 16), named: "maze",
      random: RandomStream(seed: seed).split("test"))
    var stream = RandomStream(seed: seed).split("test actions")
    let played = try Demonstrations(of: "maze", in: &batch, episodesPerSlot: 1) {
      batch, actions in
      let decision = policy.decide(batch.buffers, memory: nil, greedy: true, using: &stream)
      policy.write(decision, to: &actions)
    }
    return Double(played.returns.reduce(0, +)) / Double(played.returns.count)
  }

  /// The policy that PPO finds in a maze.
  private func optimised(_ maze: some Environment) throws -> Policy {
    var learner = try PPO(learner, seed: seed &+ 1) { slots, random in
      EnvironmentBatch(
        tasks: Array(repeating: maze, count: slots), named: "maze", random: random)
    }
    for _ in 0..<turns { _ = try learner.iterate(progress: 0) }
    return learner.policy
  }

  /// Learns from the expert; then a new policy learns from the learned reward in the other maze.
  func adversarial(_ form: AdversarialReward.Form) throws -> [String: Double] {
    var configuration = AdversarialImitation<PointMaze>.Configuration()
    configuration.learner = learner
    configuration.reward.form = form
    var imitation = try AdversarialImitation(
      configuration, on: maze, expert: demonstrations(), seed: seed)
    for _ in 0..<turns { try imitation.iterate(progress: 0) }
    let reward = imitation.reward
    let wanted = ReplacedReward(mirrored) { seen, action, _ in
      reward.transferredValue(seen: seen, action: action)
    }
    return [
      "return in the expert's maze": try meanReturn(imitation.policy, in: maze),
      "return in the other maze": try meanReturn(try optimised(wanted), in: mirrored),
      "return of the same policy in the other maze": try meanReturn(
        imitation.policy, in: mirrored),
    ]
  }

  func cloned() throws -> [String: Double] {
    var random = RandomStream(seed: seed).split("cloning")
    let policy = try BehaviorCloning().policy(from: demonstrations(), using: &random)
    return [
      "return in the expert's maze": try meanReturn(policy, in: maze),
      "return in the other maze": try meanReturn(policy, in: mirrored),
    ]
  }

  /// PPO on the true reward.
  func oracle() throws -> [String: Double] {
    [
      "return in the expert's maze": try meanReturn(try optimised(maze), in: maze),
      "return in the other maze": try meanReturn(try optimised(mirrored), in: mirrored),
    ]
  }
}
