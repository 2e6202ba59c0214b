import Agents
import Environments
import Schooling
import Synchronization
import Tensors
import Testing

@Suite("Evaluation")
struct EvaluationTests {
  private func settings(workers: Int = 1, seed: UInt64 = 3) -> Evaluation.Settings {
    var settings = Evaluation.Settings(tasks: 300, tries: 2)
    settings.seed = seed
    settings.workers = workers
    return settings
  }

  @Test("an agent that is perfect by design: right half the time, then always")
  func knownAnswer() throws {
    let settings = settings()
    let good = try TaskSource.goodChoices(Array(0..<300), seed: settings.seed)
    // It starts with choice 0, so its first return is known task by task.
    let first = good.map { $0 == 0 ? Float(1) : -1 }
    let returns = try Agent.perfect().returns(on: .signs, settings)
    #expect(returns.map { $0[0] } == first)
    #expect(returns.allSatisfy { $0[1] == 1 })

    let evaluation = try Evaluation(.perfect(), on: .signs, settings)
    let mean = Double(first.reduce(0, +)) / 300
    #expect(abs(evaluation.tries[0].mean - mean) < 1e-9)
    #expect(evaluation.tries[0].low < mean && mean < evaluation.tries[0].high)
    #expect(evaluation.tries[1].mean == 1 && evaluation.tries[1].iqm == 1)
    #expect(evaluation.tries[1].low == 1 && evaluation.tries[1].high == 1)
    #expect(evaluation.tries.map(\.try) == [1, 2])
    // With its memory wiped it takes choice 0 in both tries.
    #expect(evaluation.controls.memoryWiped.map(\.mean) == [mean, mean])
    #expect(abs(evaluation.controls.random[0].mean) < 0.3)
    let gain = try #require(evaluation.gainFromMemory)
    #expect(abs(gain.estimate - (1 - mean)) < 1e-9 && gain.low > 0.5)
    #expect(evaluation.rise == nil, "returns below 0 have no ratio")
    #expect(evaluation.solvedAtTry?.unsolved == 0)
    #expect(evaluation.split == "held-out" && evaluation.tasks == 300 && evaluation.seed == 3)
    #expect(evaluation.agent == "perfect" && evaluation.family == "sign")
  }

  @Test("the result depends on the seed, not on the number of threads")
  func threads() throws {
    let one = try Evaluation(.perfect(), on: .signs, settings())
    #expect(try Evaluation(.perfect(), on: .signs, settings(workers: 3)) == one)
    #expect(try Evaluation(.perfect(), on: .signs, settings(seed: 4)) != one)
  }

  @Test("controls are played under the agent's own step limit")
  func stepLimit() throws {
    let tasks = TaskSource(CartPole.gymnasium, named: "cartpole")
    let settings = settings()
    #expect(try expertReturns(on: tasks, settings, stepLimit: 7)?.joined().max() == 7)
    #expect(try randomReturns(on: tasks, settings, stepLimit: 7).joined().max() == 7)
  }

  @Test("an expert told no more than the agent finds out over tries; told all, it seeks nothing")
  func seeker() throws {
    let hidden = try EnvironmentCatalogue.family(named: "playroom-hidden").tasks
    var settings = Evaluation.Settings(tasks: 200, tries: 4)
    let returns = try #require(try seekerReturns(on: hidden, settings))
    let means = (0..<4).map { attempt in returns.reduce(0) { $0 + $1[attempt] } / 200 }
    #expect(means[0] < 0.5 && means[3] > 0.8 && means[3] > 1.8 * means[0], "\(means)")
    settings.workers = 2
    #expect(try seekerReturns(on: hidden, settings) == returns)
    let told = try EnvironmentCatalogue.family(named: "playroom-told").tasks
    let known = try #require(try seekerReturns(on: told, settings))
    #expect(known.joined().allSatisfy { $0 == 1 })
    // Without a sight of what was tried nobody can say what is left.
    let unshown = TaskSource(PlayroomFamily(PlayroomFamily.Configuration()))
    #expect(try seekerReturns(on: unshown, settings) == nil)
    #expect(try seekerReturns(on: .signs, settings) == nil)
  }

  @Test("how many times the first try the last one is, over the tasks")
  func rise() throws {
    let tasks = try EnvironmentCatalogue.family(named: "playroom-hidden").tasks
    let evaluation = try Evaluation(
      try Agent(named: "playroom"), on: tasks, Evaluation.Settings(tasks: 60, tries: 2))
    let rise = try #require(evaluation.rise)
    let means = evaluation.tries.map(\.mean)
    #expect(abs(rise.estimate - means[1] / means[0]) < 1e-9)
    #expect(rise.low < rise.estimate && rise.estimate < rise.high && rise.low > 0)
    #expect(evaluation.controls.seeker?.count == 2)
    let once = Evaluation.Settings(tasks: 4, tries: 1)
    #expect(try Evaluation(try Agent(named: "playroom"), on: tasks, once).rise == nil)
  }

  @Test("the worst tasks come with what they fix, and where that lies among all")
  func worstTasks() throws {
    let settings = settings()
    let evaluation = try Evaluation(.perfect(), on: .signs, settings)
    // It has found the good choice by its last try, so the first ten of equally good tasks are shown.
    let worst = try #require(evaluation.worstTasks)
    #expect(worst.map(\.number) == Array(0..<10))
    let good = try TaskSource.goodChoices(Array(0..<300), seed: settings.seed)
    let zeros = Double(good.filter { $0 == 0 }.count) / 300
    for task in worst {
      #expect(task.returns == [good[task.number] == 0 ? 1 : -1, 1])
      #expect(
        task.parameters == [
          TaskParameter("good", Double(good[task.number])), TaskParameter("size", 1),
        ])
      // No held-out task differs in size; of the choices, those that are 0 lie below 1.
      #expect(task.ranks == [good[task.number] == 0 ? 0 : zeros, nil])
    }
  }

  @Test("learning on the tasks themselves is measured where it is asked for")
  func learned() throws {
    let agent = try Agent(named: "cartpole")
    let tasks = TaskSource(CartPoleFamily())
    var settings = Evaluation.Settings(tasks: 6, tries: 2)
    let without = try Evaluation(agent, on: tasks, settings)
    #expect(without.controls.learned == nil)
    settings.learnedTasks = 3
    settings.workers = 2
    let played = Counts()
    var evaluation = try Evaluation(agent, on: tasks, settings) { played.add($0) }
    #expect(played.total == Evaluation.tryCount(on: tasks, settings))
    let learned = try #require(evaluation.controls.learned)
    #expect(learned.tasks == 3)
    #expect(learned.fineTuned.map(\.try) == [1, 2] && learned.fromScratch.map(\.try) == [1, 2])
    // The agent's weights are born with something, fresh ones are not.
    #expect(learned.fineTuned[0].mean > 2 * learned.fromScratch[0].mean)
    evaluation.controls.learned = nil
    #expect(evaluation == without, "it changed what was measured beside it")
    settings.learnedTasks = 7
    #expect(throws: ConfigurationError.self) { try Evaluation(agent, on: tasks, settings) }
  }

  @Test("settings out of their range are named")
  func mistakes() throws {
    for (tasks, tries, name) in [(0, 1, "tasks"), (1, 0, "tries")] {
      let error = try #require(throws: ConfigurationError.self) {
        try Evaluation(.perfect(), on: .signs, .init(tasks: tasks, tries: tries))
      }
      #expect(error.setting == name)
    }
  }

  @Test("summaries of returns computed by hand")
  func attemptSummaries() {
    var random = RandomStream(seed: 1)
    let summaries = attempts([[0, 5], [1, 5], [2, 5], [9, 5]], using: &random)
    #expect(summaries.map(\.mean) == [3, 5])
    // The middle half of 0, 1, 2, 9.
    #expect(summaries.map(\.iqm) == [1.5, 5])
    #expect(summaries[0].low >= 0 && summaries[0].low < 3 && summaries[0].high > 3)
    #expect(summaries[1].low == 5 && summaries[1].high == 5 && summaries[1].p20 == 5)
    #expect(summaries[0].p20 >= 0 && summaries[0].p20 <= 1)
    let single = attempts([[4]], using: &random)
    #expect(single.count == 1 && single[0].mean == 4 && single[0].p20 == 4)
    #expect(attempts([], using: &random).isEmpty)
  }

  @Test("the first solved try, and its median over tasks")
  func solved() {
    #expect(firstSolved([1, 5, 7], 5) == 2)
    #expect(firstSolved([1, 2], 5) == nil)
    #expect(firstSolved([9], nil) == nil)
    var random = RandomStream(seed: 1)
    let summary = Evaluation.Solved([1, 2, 2, 3, nil], tries: 4, using: &random)
    #expect(summary.median == 2 && summary.unsolved == 1 && summary.low != nil)
    // A median among the unsolved tasks is more than the tries, which is not a number to show.
    let hopeless = Evaluation.Solved([1, nil, nil], tries: 4, using: &random)
    #expect(hopeless.median == nil && hopeless.unsolved == 2 && hopeless.high == nil)
  }
}

/// Counts from any thread.
private final class Counts: Sendable {
  private let count = Mutex(0)

  var total: Int { count.withLock { $0 } }

  func add(_ more: Int) { count.withLock { $0 += more } }
}
