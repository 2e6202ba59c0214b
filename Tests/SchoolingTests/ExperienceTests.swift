import Agents
import Environments
import Schooling
import Tensors
import Testing

@Suite struct ExperienceTests {
  private func pretraining(workers: Int = 1) throws -> Pretraining {
    var configuration = Pretraining.Configuration(triesPerTask: 2, steps: 4096)
    configuration.learner.slots = 16
    configuration.learner.hidden = [8]
    configuration.learner.memory = 4
    return try Pretraining(
      on: TaskSource(CartPoleFamily()), configuration, seed: 3, workers: workers)
  }

  @Test func countsEveryElementAndActionOfTheLastRollout() throws {
    var run = try pretraining()
    #expect(run.experience == nil)
    _ = try run.iterate()
    let experience = try #require(run.experience)
    #expect(
      experience.inputs.map(\.name) == [
        "observation/state.1", "observation/state.2", "observation/state.3", "observation/state.4",
        "observation/lastAction.1", "observation/lastAction.2", "observation/lastReward",
        "observation/tryBegan", "action",
      ])
    // 16 slots of 64 steps: all of them.
    #expect(experience.steps == 1024 && experience.invalid == 0)
    for input in experience.inputs {
      #expect(input.histogram.counts.reduce(0, +) == 1024, "\(input.name)")
    }
    #expect(experience.inputs[8].histogram.borders == [0.5])
    let largest = try #require(experience.inputs[0].histogram.counts.max())
    #expect(largest < 250, "the bins do not hold about equally many")
  }

  @Test func lookingChangesNothing() throws {
    var looked = try pretraining()
    var other = try pretraining(workers: 2)
    for _ in 0..<3 {
      _ = try looked.iterate()
      _ = looked.experience
      _ = try other.iterate()
    }
    #expect(looked.agent(named: "a").file == other.agent(named: "a").file)
    #expect(looked.experience == other.experience)
  }

  @Test func anEvaluationSeesWhatItsTriesSaw() throws {
    let agent = try Agent(named: "cartpole")
    let tasks = TaskSource(CartPoleFamily())
    var settings = Evaluation.Settings(tasks: 130, tries: 1)
    let (evaluation, evidence) = try Evaluation.measure(agent, on: tasks, settings)
    settings.workers = 3
    let again = try Evaluation.measure(agent, on: tasks, settings)
    #expect(evaluation == again.evaluation)
    #expect(evidence.sample.observations == again.evidence.sample.observations)
    #expect(evidence.lastReturns.count == 130)
    // Two shares of 2,048 steps at most, from tries of some hundred steps.
    #expect(evidence.sample.count > 2048 && evidence.sample.count <= 4096)
    #expect(evidence.sample.seen == Int(evidence.lastReturns.reduce(0, +)))
    #expect(evidence.sample.invalid.count == evidence.sample.count)
    #expect(evaluation.experience?.steps == evidence.sample.count)
    #expect(evaluation.experience?.invalid == 0)
  }

  @Test func aSampleKeepsEachStepWithTheSameChance() throws {
    // Of slots 0 to 9 each step offers one; the mean of what is kept is that of all.
    let space = ObservationSpace(.init("number", [1], in: 0...999))
    var sums = 0.0
    for seed in 0..<40 {
      let batch = EnvironmentBatch(
        tasks: [CartPole.gymnasium], named: "cartpole", random: RandomStream(seed: 0))
      var buffers = batch.buffers
      let actions = ActionBatch(.discrete(2), slots: 1)
      var sample = ExperienceSample(
        of: space, .discrete(2), capacity: 20, random: RandomStream(seed: UInt64(seed)))
      for step in 0..<1000 {
        buffers.observations = [Float(step)]
        sample.take(buffers, actions) { _ in false }
      }
      #expect(sample.count == 20 && sample.seen == 1000)
      #expect(Set(sample.observations).count == 20, "a step was kept twice")
      sums += sample.observations.reduce(0) { $0 + Double($1) } / 20
    }
    // 800 draws from 0...999: the standard error of their mean is 10.
    #expect(abs(sums / 40 - 499.5) < 40)
  }

  @Test func invalidIsWhatIsNotFiniteOrOutOfItsSpace() throws {
    let space = ObservationSpace(.init("free", [1]), .init("bounded", [1], in: 0...1))
    var sample = ExperienceSample(
      of: space, .box(low: [-1, -1], high: [1, 1]), capacity: 9, random: RandomStream(seed: 0))
    for row in [[0, 0], [.nan, 0], [1e30, 1], [0, 1.5], [.infinity, 0.5]] as [[Float]] {
      sample.append(row[...], [0.25, -0.5])
    }
    #expect(sample.invalid == [false, true, false, true, true])
    let experience = Experience(sample)
    #expect(experience.invalid == 3 && experience.steps == 5)
    #expect(
      experience.inputs.map(\.name) == [
        "observation/free", "observation/bounded", "action.1", "action.2",
      ])
  }
}
