import Environments
import Tensors
import Testing

@Suite("Environments with goals")
struct GoalTests {
  @Test("flipping the last wrong bit ends the task for nothing; any other flip costs 1")
  func bits() {
    let task = BitFlip(8)
    var random = RandomStream(seed: 0)
    var state = BitFlip.State(bits: 0b0000_0011, goal: 0b1000_0001)
    #expect(task.step(&state, Action(1), using: &random) == Outcome(reward: -1))
    #expect(state.bits == 1)
    #expect(
      task.step(&state, Action(7), using: &random) == Outcome(reward: 0, terminated: true))
    #expect(task.stepLimit == 8 && task.observationSpace.count == 16)
    #expect(task.reset(using: &random).bits < 256)
  }

  @Test("a step is judged by its own goal as the environment judged it")
  func judges() throws {
    try judge(BitFlip(3), BitFlip(3).goals)
    try judge(Reach(), Reach().goals)
    try judge(DiscPush(), DiscPush().goals)
  }

  private func judge<Task: Environment>(_ task: Task, _ goals: Goals) throws {
    let slots = 500
    var batch = EnvironmentBatch(
      SingleTask(task, named: "task"), slots: slots, random: RandomStream(seed: 4))
    var random = RandomStream(seed: 5)
    var actions = ActionBatch(task.actionSpace, slots: slots)
    let width = task.observationSpace.count
    var rewards = Set<Float>()
    var differences = 0
    for _ in 0..<40 {
      actions.drawUniformly(from: task.actionSpace, using: &random)
      try batch.step(actions)
      for slot in 0..<slots {
        let isOver = batch.buffers.terminated[slot] || batch.buffers.truncated[slot]
        let seen = isOver ? batch.buffers.finalObservations : batch.buffers.observations
        func part(_ range: Range<Int>) -> Range<Int> {
          slot * width + range.lowerBound..<slot * width + range.upperBound
        }
        let outcome = goals.outcome(
          seen.span.extracting(part(goals.achieved)), seen.span.extracting(part(goals.goal)))
        let isSame =
          outcome.reward == batch.buffers.rewards[slot]
          && outcome.terminated == batch.buffers.terminated[slot]
        differences += isSame ? 0 : 1
        rewards.insert(outcome.reward)
      }
    }
    #expect(differences == 0)
    #expect(rewards == [0, -1])
  }

  @Test("the gripper moves by 5 cm at most and stays within reach")
  func reach() {
    let task = Reach()
    var random = RandomStream(seed: 0)
    var state = Reach.State(gripper: [2.8, 0, 0], goal: [1, 1, 0])
    #expect(task.step(&state, Action([1, 0.5, -7]), using: &random).reward == -1)
    #expect(state.gripper == [3, 0.25, -0.5])
    state.gripper = [0.5, 1, 0]
    #expect(task.step(&state, Action([0, 0, 0]), using: &random).reward == 0)
  }

  @Test("experts reach every goal")
  func experts() throws {
    for family in [
      TaskSource(SingleTask(BitFlip(9), named: "b")), TaskSource(SingleTask(Reach(), named: "r")),
    ] {
      var batch = family.batch(slots: 100, random: RandomStream(seed: 2))
      var actions = ActionBatch(family.actionSpace, slots: 100)
      var reached = 0
      for _ in 0..<9 {
        let hasExpert = batch.writeExpertActions(to: &actions)
        #expect(hasExpert)
        try batch.step(actions)
        reached += batch.buffers.rewards.count { $0 == 0 }
      }
      #expect(reached >= 95)
    }
  }

  @Test("a disc is pushed along, slips off to the side, and stays on the table")
  func push() {
    let task = DiscPush()
    var random = RandomStream(seed: 0)
    var state = DiscPush.State(finger: [-0.7, 0], disc: [0, 0], goal: [0.7, 0])
    #expect(task.step(&state, Action([0.5, 0]), using: &random).reward == -1)
    #expect(abs(state.disc.x - 0.15) < 1e-5 && state.disc.y == 0)
    #expect(task.step(&state, Action([0.5, 0]), using: &random).reward == 0)
    // Off its middle, the disc gives way to the side; from behind, it stays.
    state = DiscPush.State(finger: [-0.6, -0.2], disc: [0, 0], goal: [2, 2])
    _ = task.step(&state, Action([1, 0]), using: &random)
    #expect(state.disc.x > 0 && state.disc.y > 0.05)
    let before = state.disc
    _ = task.step(&state, Action([-1, 0]), using: &random)
    #expect(state.disc == before)
    state = DiscPush.State(finger: [1.9, 0], disc: [2.4, 0], goal: [0, 0])
    for _ in 0..<5 { _ = task.step(&state, Action([1, 0]), using: &random) }
    #expect(state.disc.x <= 2.5 && state.finger.x <= 2.5)
  }

  @Test("disc, goal and finger start apart")
  func starts() {
    var random = RandomStream(seed: 3)
    for _ in 0..<200 {
      let state = DiscPush().reset(using: &random)
      let (way, gap) = (state.goal - state.disc, state.finger - state.disc)
      #expect((way * way).sum() >= 1 && (gap * gap).sum() >= 0.36)
    }
  }
}
