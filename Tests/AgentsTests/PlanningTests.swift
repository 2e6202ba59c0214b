import Agents
import Environments
import Tensors
import Testing

@Suite("Yardsticks that plan")
struct PlanningTests {
  @Test("an index is the mean at the last pull, and more the more there is to gain")
  func gittins() {
    let indices = GittinsIndices(pulls: 20)
    #expect(abs(indices.index(successes: 3, of: 5, remaining: 1) - 4.0 / 7) < 1e-4)
    // ½ − λ + ½·(⅔ − λ) = 0 with two pulls to go.
    #expect(abs(indices.index(successes: 0, of: 0, remaining: 2) - 5.0 / 9) < 1e-4)
    let rising = (1...20).map { indices.index(successes: 0, of: 0, remaining: $0) }
    #expect(zip(rising, rising.dropFirst()).allSatisfy { $0 < $1 })
    #expect(rising.last! < 1)
  }

  private func mean(_ strategy: BanditStrategy, pulls: Int) -> Float {
    let family = BanditFamily(.independent(5))
    var random = RandomStream(seed: 1)
    return (0..<1_500).reduce(Float(0)) { sum, _ in
      let bandit = family.task(.heldOut, using: &random)
      return sum + strategy.play(bandit, pulls: pulls, using: &random)
    } / 1_500
  }

  @Test("strategies for bandits rank as they are known to")
  func bandits() {
    let random = mean(.random, pulls: 10)
    let thompson = mean(.thompson, pulls: 10)
    let gittins = mean(.gittins(GittinsIndices(pulls: 10)), pulls: 10)
    #expect(abs(random - 5) < 0.15)
    #expect(thompson > random + 0.4)
    #expect(gittins > thompson + 0.4)
    #expect(mean(.greedy(exploration: 1), pulls: 10) < random + 0.2)
    #expect(mean(.upperConfidence(scale: 0.2), pulls: 10) > random + 0.7)
  }

  @Test("a process is learned over tries, and better so than not at all")
  func posteriorSampling() {
    var random = RandomStream(seed: 2)
    var (learned, any) = ([Float](repeating: 0, count: 10), Float(0))
    for _ in 0..<60 {
      let task = RandomMDPFamily().task(.heldOut, using: &random)
      let returns = PosteriorSampling().play(task, tries: 10, using: &random)
      for index in returns.indices { learned[index] += returns[index] / 60 }
      let uniform = PosteriorSampling(exploration: 1).play(task, tries: 10, using: &random)
      any += uniform.reduce(0, +) / 600
    }
    #expect(abs(any - 10) < 1.2)
    let (early, late) = (learned.prefix(3).reduce(0, +) / 3, learned.suffix(3).reduce(0, +) / 3)
    #expect(late > any + 3.5)
    #expect(late > early + 1)
  }

  private func stays(_ strategy: TwoStepStrategy) -> (StayProbabilities, reward: Double) {
    var random = RandomStream(seed: 3)
    var stays = StayProbabilities()
    var rewards = 0
    for _ in 0..<200 {
      let trials = strategy.play(TwoStepTask(), using: &random)
      stays.add(trials)
      rewards += trials.count(where: \.isRewarded)
    }
    return (stays, Double(rewards) / 20_000)
  }

  @Test("whoever knows the transitions shows an interaction, whoever does not a reward effect")
  func twoSteps() {
    let (bayesian, most) = stays(.bayesian)
    #expect(bayesian.interaction > 0.5)
    #expect(abs(bayesian.rewardEffect) < 0.1)
    #expect(most > 0.66 && most < 0.74)
    let (modelFree, less) = stays(.modelFree(learningRate: 1, inverseTemperature: 5))
    #expect(abs(modelFree.interaction) < 0.1)
    #expect(modelFree.rewardEffect > 0.4)
    #expect(less > 0.56 && less < most - 0.05)
  }
}
