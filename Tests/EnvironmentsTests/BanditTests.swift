import Environments
import FoalTesting
import Tensors
import Testing

@Suite("Bandits")
struct BanditTests {
  @Test("a bandit keeps the promises of an environment")
  func conformance() throws {
    try checkEnvironment(Bandit([0.2, 0.9, 0]))
  }

  @Test("an arm pays as often as its probability says, and every pull ends the try")
  func payment() {
    let bandit = Bandit([0, 1, 0.3])
    var random = RandomStream(seed: 0)
    var state = bandit.reset(using: &random)
    let sums = (0..<3).map { arm in
      (0..<5_000).reduce(Float(0)) { sum, _ in
        let outcome = bandit.step(&state, Action(arm), using: &random)
        #expect(outcome.terminated)
        return sum + outcome.reward
      }
    }
    #expect(sums[0] == 0 && sums[1] == 5_000 && abs(sums[2] - 1_500) < 120)
    #expect(bandit.makeExpert()?(state) == Action(1))
  }

  @Test(
    "pairs add up to 1 and have the gap of their difficulty",
    arguments: [(BanditFamily.Pair.easy, Float(0.1)), (.medium, 0.25), (.hard, 0.4)])
  func pairs(pair: BanditFamily.Pair, low: Float) {
    let family = BanditFamily(.dependent(pair))
    var random = RandomStream(seed: 1)
    let tasks = (0..<200).map { _ in family.task(.train, using: &random).probabilities }
    #expect(tasks.allSatisfy { $0.count == 2 && abs($0[0] + $0[1] - 1) < 1e-6 })
    #expect(tasks.allSatisfy { abs($0.min()! - low) < 1e-6 })
    let firstIsLow = tasks.count { $0[0] < 0.5 }
    #expect((70...130).contains(firstIsLow))
  }

  @Test("independent arms are uniform and of the asked number")
  func independent() {
    var random = RandomStream(seed: 2)
    let family = BanditFamily(.independent(5))
    let arms = (0..<400).flatMap { _ in family.task(.train, using: &random).probabilities }
    #expect(arms.count == 2_000)
    #expect(abs(arms.reduce(0, +) / 2_000 - 0.5) < 0.02)
    #expect(abs(Float(arms.count { $0 < 0.2 }) / 2_000 - 0.2) < 0.03)
  }
}
