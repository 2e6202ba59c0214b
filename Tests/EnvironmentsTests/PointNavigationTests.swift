import Environments
import FoalTesting
import Tensors
import Testing

@Suite("Points in the plane")
struct PointNavigationTests {
  @Test("both keep an environment's promises")
  func promises() throws {
    try checkEnvironment(PointNavigation(goalX: 0.05, goalY: -0.05), steps: 500)
    try checkEnvironment(PointNavigation(goalX: 0.3, goalY: 0.1, showsGoal: true), steps: 300)
    try checkEnvironment(GoalArc(angleRadians: 1), steps: 200)
    try checkEnvironment(GoalArc(angleRadians: 2, isSparse: true), steps: 200)
  }

  @Test("a step costs the distance and ends within 0.01 of the goal in both directions")
  func rewards() {
    let task = PointNavigation(goalX: 0.13, goalY: 0.04)
    var random = RandomStream(seed: 0)
    var state = task.reset(using: &random)
    #expect(state == .zero)
    let first = task.step(&state, Action([0.1, 0] as [Float]), using: &random)
    #expect(abs(first.reward + 0.05) < 1e-6 && !first.terminated)
    let second = task.step(&state, Action([0.025, 0.02] as [Float]), using: &random)
    #expect(!second.terminated)
    let third = task.step(&state, Action([0, 0.015] as [Float]), using: &random)
    #expect(third.terminated)
  }

  @Test("a batch shows what single steps show")
  func batch() throws {
    let tasks = [
      PointNavigation(goalX: 0.2, goalY: 0.1, showsGoal: true),
      PointNavigation(goalX: -0.2, goalY: 0.3, showsGoal: true),
    ]
    var batch = EnvironmentBatch(tasks: tasks, named: "points", random: RandomStream(seed: 0))
    var actions = ActionBatch(tasks[0].actionSpace, slots: 2)
    actions.components = [0.1, 0.05, -0.1, 0.1]
    try batch.step(actions)
    #expect(batch.buffers.observations == [0.1, 0.05, 0.2, 0.1, -0.1, 0.1, -0.2, 0.3])
    var random = RandomStream(seed: 0)
    for slot in 0..<2 {
      var state = PointNavigation.State.zero
      let action = Action(actions.components[2 * slot..<2 * slot + 2])
      let outcome = tasks[slot].step(&state, action, using: &random)
      #expect(batch.buffers.rewards[slot] == outcome.reward)
    }
  }

  @Test("the goals of the family fill the square")
  func family() {
    var random = RandomStream(seed: 5)
    let goals = (0..<1000).map { _ in PointNavigationFamily().task(.train, using: &random) }
    #expect(goals.allSatisfy { abs($0.goalX) <= 0.5 && abs($0.goalY) <= 0.5 })
    #expect(goals.contains { $0.goalX > 0.4 && $0.goalY < -0.4 })
    #expect(PointNavigationFamily(showsGoal: true).task(.heldOut, using: &random).showsGoal)
  }

  @Test("a sparse reward tells the distance only close to the goal")
  func sparse() {
    let (dense, sparse) = (GoalArc(angleRadians: 0), GoalArc(angleRadians: 0, isSparse: true))
    var random = RandomStream(seed: 0)
    for (x, reward) in [(1, -2), (1.3, -0.6)] as [(Float, Float)] {
      var state = SIMD2<Float>(x, 0)
      let outcome = sparse.step(&state, Action([0.1, 0] as [Float]), using: &random)
      #expect(abs(outcome.reward - reward) < 1e-5)
      state = SIMD2(x, 0)
      #expect(
        abs(dense.step(&state, Action([0.1, 0] as [Float]), using: &random).reward + (1.9 - x))
          < 1e-5)
    }
    for _ in 0..<100 {
      #expect(GoalArcFamily().task(.train, using: &random).goal.y >= -1e-6)
    }
  }
}
