import Agents
import Environments
import Schooling
import Tensors
import Testing

@Suite("Adaptation")
struct AdaptationTests {
  private func settings(tries: Int = 40) -> Adaptation.Settings {
    var settings = Adaptation.Settings()
    settings.tries = tries
    settings.seed = 11
    settings.learner.rolloutSteps = 8
    settings.learner.rewardScale = 1
    settings.learner.learningRate = 3e-2
    settings.fineTuningRate = 3e-2
    return settings
  }

  private func run(_ way: Way, _ settings: Adaptation.Settings) throws -> [Adaptation] {
    try Adaptation.run(.perfect(), on: .signs, numbers: [4, 0, 9, 2, 7, 5], way, settings)
  }

  @Test("in context the perfect agent needs one try where it guessed right, else two")
  func inContext() throws {
    let good = try TaskSource.goodChoices([4, 0, 9, 2, 7, 5], seed: 11)
    #expect(Set(good).count == 2)
    let met = try run(.inContext, settings(tries: 3))
    #expect(met.map(\.task) == [4, 0, 9, 2, 7, 5])
    #expect(met.map(\.returns) == good.map { $0 == 0 ? [1, 1, 1] : [-1, 1, 1] })
    #expect(met.map(\.solvedAtTry) == good.map { $0 + 1 })
  }

  @Test("transfer is counted against learning from scratch on the same tasks, steps and tries")
  func transfer() throws {
    let numbers = [4, 0, 9, 2, 7, 5]
    let settings = settings(tries: 6)
    let study = try TransferStudy(
      .perfect(), on: .signs, numbers: numbers, duelTry: 2, settings)
    #expect(study.ways.map(\.way) == Way.allCases)
    let (context, scratch) = (try run(.inContext, settings), try run(.fromScratch, settings))
    // A try is one step, so that two tries from scratch take the steps of two in context.
    let better = zip(context, scratch).filter {
      $0.returns[1] > $1.returns.prefix(2).reduce(0, +) / 2
    }
    #expect(study.duel.above == Double(better.count) / 6)
    #expect(study.duel.above + study.duel.same + study.duel.below == 1)
    let first = zip(context, scratch).map { $0.returns[0] - $1.returns[0] }
    let jumpstart = try #require(study.ways[0].jumpstart?.estimate)
    #expect(abs(jumpstart - Double(first.reduce(0, +)) / 6) < 1e-12)
    #expect(study.ways[0].tries.last?.mean == 1)
    #expect(study.ways[2].jumpstart == nil && study.ways[2].areaRatio == nil)
  }

  @Test("every way meets the same tasks: what each ends with is what is good in the task")
  func sameTasks() throws {
    for way in [Way.fineTuned, .fromScratch] {
      let met = try run(way, settings(tries: 160))
      #expect(met.allSatisfy { $0.returns.count == 160 })
      // A single state and ±1 for each choice: learning ends at the good choice.
      for adaptation in met {
        #expect(adaptation.returns.suffix(20).reduce(0, +) >= 14, "\(way) \(adaptation.task)")
      }
    }
  }

  @Test("fine-tuning starts from the agent, with its memory wiped; scratch does not")
  func startingPoints() throws {
    // The perfect agent takes choice 0 at first with probability σ(1), and no step is taken.
    var settings = settings(tries: 300)
    settings.fineTuningRate = 1e-30
    settings.learner.learningRate = 1e-30
    let share = { (met: [Adaptation]) -> Float in
      let good = try TaskSource.goodChoices([4, 0, 9, 2, 7, 5], seed: 11)
      let zeros = zip(met, good).map { met, good in
        met.returns.filter { ($0 > 0) == (good == 0) }.count
      }
      return Float(zeros.reduce(0, +)) / Float(6 * 300)
    }
    let (fineTuned, fresh) = (
      try share(run(.fineTuned, settings)), try share(run(.fromScratch, settings))
    )
    #expect(abs(fineTuned - 0.731) < 0.06)
    #expect(abs(fresh - 0.5) < 0.06)
  }

  @Test("a solved task is left after the least number of tries", arguments: Way.allCases)
  func leaving(way: Way) throws {
    var settings = settings()
    settings.leavesSolvedAfter = 5
    for adaptation in try run(way, settings) {
      let solved = try #require(adaptation.solvedAtTry)
      #expect(adaptation.returns.count == max(5, solved))
    }
  }

  @Test("the result does not depend on the number of threads")
  func threads() throws {
    var settings = settings(tries: 20)
    let one = try run(.fromScratch, settings)
    settings.workers = 3
    #expect(try run(.fromScratch, settings) == one)
  }

  @Test("settings out of their range are refused")
  func mistakes() throws {
    var settings = settings(tries: 0)
    #expect(throws: ConfigurationError.self) { try run(.inContext, settings) }
    settings.tries = 2
    settings.learner.epochs = 0
    #expect(throws: ConfigurationError.self) { try run(.fromScratch, settings) }
    settings.learner.epochs = 1
    settings.fineTuningEpochs = 0
    #expect(throws: ConfigurationError.self) { try run(.fineTuned, settings) }
    settings.fineTuningEpochs = 1
    settings.learner.slots = 4
    let error = #expect(throws: ConfigurationError.self) { try run(.fineTuned, settings) }
    #expect(error?.setting == "slots")
  }

  @Test("a comparison gives each way at least the tries that are shown")
  func comparison() throws {
    var settings = settings(tries: 2)
    settings.leavesSolvedAfter = 1
    let comparison = try Comparison(
      .perfect(), on: .signs, numbers: Array(0..<12), shownTries: 3, settings)
    #expect(comparison.ways.map(\.way) == Way.allCases)
    #expect(comparison.ways.allSatisfy { $0.tries.map(\.try) == [1, 2, 3] && $0.budget == 3 })
    #expect(comparison.tasks == 12 && comparison.seed == 11 && comparison.family == "sign")
    let inContext = comparison.ways[0]
    #expect(inContext.tries[1].mean == 1 && inContext.tries[2].mean == 1)
    #expect(inContext.solvedAtTry.unsolved == 0)
    #expect(comparison.ways[2].tries[1].mean < 1)
  }
}
