import Environments
import Foundation
import Tensors
import Testing

/// Counts its steps. Action 1 is worth 0.5 and ends the episode from the third step on.
private struct Counter: Environment {
  typealias State = Int
  /// Added to the count in observations, so that tasks can be told apart.
  var offset: Float = 0
  /// The step whose reward is not finite.
  var badRewardAt: Int?
  /// The count that is shown as not finite.
  var badObservationAt: Int?
  var stepLimit: Int? { 5 }
  var observationSpace: ObservationSpace { ObservationSpace(.init("count", [1])) }
  var actionSpace: ActionSpace { .discrete(2) }

  func reset(using random: inout RandomStream) -> Int { 0 }

  func step(_ state: inout Int, _ action: Action, using random: inout RandomStream) -> Outcome {
    state += 1
    if state == badRewardAt { return Outcome(reward: .nan) }
    return Outcome(reward: Float(action.index) / 2, terminated: action.index == 1 && state >= 3)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) {
    observation[0] = state == badObservationAt ? .infinity : offset + Float(state)
  }

  func draw(_ state: Int) -> Drawing? {
    var drawing = Drawing(x: 0...1, y: 0...1)
    drawing.add(.text("\(state)", at: .init(0.5, 0.5)))
    return drawing
  }
}

/// Of two actions, the one that was taken last is not allowed.
private struct Alternating: Environment {
  typealias State = Int
  var observationSpace: ObservationSpace { ObservationSpace(.init("last", [1])) }
  var actionSpace: ActionSpace { .discrete(2, masked: true) }

  func reset(using random: inout RandomStream) -> Int { 0 }

  func step(_ state: inout Int, _ action: Action, using random: inout RandomStream) -> Outcome {
    state = action.index
    return Outcome(reward: 0)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state)
  }

  func mask(_ state: Int, into allowed: inout MutableSpan<Float>) {
    allowed[state] = 0
    allowed[1 - state] = 1
  }
}

struct EnvironmentBatchTests {
  @Test func goesOnFromASnapshotAsIfNeverLeft() throws {
    for entry in EnvironmentCatalogue.all {
      let trials = TrialSettings(triesPerTask: 2, showsHistory: true, stepLimit: 9)
      func make(seed: UInt64) -> EnvironmentBatch {
        entry.tasks.batch(slots: 5, trials: trials, random: RandomStream(seed: seed))
      }
      var batch = make(seed: 1)
      var random = RandomStream(seed: 2)
      var actions = ActionBatch(batch.actionSpace, slots: 5)
      func play(_ batch: inout EnvironmentBatch, steps: Int) throws {
        for _ in 0..<steps {
          actions.drawUniformly(from: batch.actionSpace, using: &random)
          try batch.step(actions)
        }
      }
      // Three tries: one on the second task.
      try play(&batch, steps: 30)
      let saved = try JSONEncoder().encode(batch.snapshot())
      let stream = random
      try play(&batch, steps: 25)

      var other = make(seed: 99)
      try other.restore(JSONDecoder().decode(EnvironmentBatch.Snapshot.self, from: saved))
      random = stream
      try play(&other, steps: 25)
      #expect(other.buffers == batch.buffers)
      #expect(
        (0..<5).allSatisfy { other.taskParameters(slot: $0) == batch.taskParameters(slot: $0) })
      #expect(try other.snapshot() == batch.snapshot())
    }
  }

  @Test func refusesASnapshotOfAnotherBatch() throws {
    let cartPoles = EnvironmentBatch(
      tasks: [CartPole(), CartPole()], named: "cartpole", random: RandomStream(seed: 1))
    var three = EnvironmentBatch(
      tasks: [CartPole(), CartPole(), CartPole()], named: "cartpole", random: RandomStream(seed: 1))
    let before = three.buffers
    let snapshot = try cartPoles.snapshot()
    #expect(throws: SnapshotError.self) { try three.restore(snapshot) }
    var pendulums = EnvironmentBatch(
      tasks: [Pendulum(), Pendulum()], named: "pendulum", random: RandomStream(seed: 1))
    #expect(throws: SnapshotError.self) { try pendulums.restore(snapshot) }
    #expect(three.buffers == before)
  }

  @Test(arguments: [1, 7, 8, 9, 40, 41, 100])
  func manyMoveAsOneByOne(slots: Int) throws {
    try check(CartPole(friction: 0.3, actionSign: -1), slots: slots)
    try check(Acrobot(), slots: slots)
    try check(Pendulum(), slots: slots)
    try check(MountainCar(), slots: slots)
    try check(MountainCarContinuous(), slots: slots)

    func check<Task: Environment>(_ task: Task, slots: Int) throws {
      let tasks = Array(repeating: task, count: slots)
      let width = task.observationSpace.count + 2
      var streams = (0..<slots).map { RandomStream(seed: 1).split($0) }
      var states = streams.indices.map { tasks[$0].reset(using: &streams[$0]) }
      var single = states
      var (rewards, terminated) = (
        [Float](repeating: .nan, count: slots), [Bool](repeating: false, count: slots)
      )
      var observations = [Float](repeating: 5, count: slots * width)
      var seen = observations
      var actions = ActionBatch(task.actionSpace, slots: slots)
      var random = RandomStream(seed: 3)
      for _ in 0..<120 {
        actions.drawUniformly(from: task.actionSpace, using: &random)
        Task.step(
          tasks, &states, actions, using: &streams, rewards: &rewards, terminated: &terminated,
          observations: &observations)
        for slot in 0..<slots {
          let action =
            task.actionSpace.isDiscrete
            ? Action(Int(actions.indices[slot])) : Action([actions.components[slot]])
          let outcome = task.step(&single[slot], action, using: &streams[slot])
          #expect(outcome == Outcome(reward: rewards[slot], terminated: terminated[slot]))
          seen.withMutableSpan(of: slot * width..<(slot + 1) * width - 2) {
            task.observe(single[slot], into: &$0)
          }
        }
        #expect(observations == seen)
      }
    }
  }

  private func batch(
    _ tasks: [Counter] = [Counter()], _ trials: TrialSettings = TrialSettings()
  ) -> EnvironmentBatch {
    EnvironmentBatch(tasks: tasks, named: "counter", trials: trials, random: RandomStream(seed: 1))
  }

  private func actions(_ indices: Int32...) -> ActionBatch {
    var actions = ActionBatch(.discrete(2), slots: indices.count)
    actions.indices = indices
    return actions
  }

  @Test func resetsAtOnceAndKeepsTheFinalObservation() throws {
    var batch = batch([Counter(), Counter(offset: 10)])
    #expect(batch.buffers.observations == [0, 10])
    #expect(batch.buffers.memoryWiped == [true, true])
    try batch.step(actions(0, 0))
    try batch.step(actions(1, 0))
    #expect(batch.buffers.observations == [2, 12])
    #expect(batch.buffers.rewards == [0.5, 0])
    #expect(batch.buffers.memoryWiped == [false, false])
    try batch.step(actions(1, 0))
    #expect(batch.buffers.observations == [0, 13])
    #expect(batch.buffers.finalObservations == [3, 0])
    #expect(batch.buffers.terminated == [true, false])
    #expect(batch.buffers.truncated == [false, false])
    #expect(batch.buffers.memoryWiped == [true, false])
    #expect(
      batch.buffers.finished == [
        Episode(slot: 0, attempt: 0, undiscountedReturn: 1, length: 3, terminated: true)
      ])
  }

  @Test func theLimitTruncates() throws {
    var batch = batch()
    for _ in 0..<4 { try batch.step(actions(0)) }
    #expect(batch.buffers.truncated == [false])
    try batch.step(actions(0))
    #expect(batch.buffers.truncated == [true])
    #expect(batch.buffers.terminated == [false])
    #expect(batch.buffers.finalObservations == [5])
    #expect(batch.buffers.finished.map(\.terminated) == [false])
  }

  @Test func anEndAtTheLimitIsATermination() throws {
    var batch = batch([Counter()], TrialSettings(stepLimit: 3))
    for index: Int32 in [0, 0, 1] { try batch.step(actions(index)) }
    #expect(batch.buffers.terminated == [true])
    #expect(batch.buffers.truncated == [false])
  }

  @Test(arguments: [false, true])
  func memoryIsWipedAtTheEndOfTasks(everyTry: Bool) throws {
    let trials = TrialSettings(triesPerTask: 3, wipesMemoryEachTry: everyTry, stepLimit: 2)
    var batch = batch([Counter()], trials)
    var wiped: [Bool] = []
    for _ in 0..<12 {
      try batch.step(actions(0))
      wiped += batch.buffers.memoryWiped
    }
    let expected =
      everyTry
      ? [false, true, false, true, false, true, false, true, false, true, false, true]
      : [false, false, false, false, false, true, false, false, false, false, false, true]
    #expect(wiped == expected)
    #expect(batch.buffers.finished.map(\.attempt) == [0, 1, 2, 0, 1, 2])
  }

  @Test func aNewTaskIsDrawnAfterItsTries() throws {
    // The offset counts the draws: it is drawn from the slot's own stream.
    var batch = EnvironmentBatch(
      named: "counter", slots: 1, trials: TrialSettings(triesPerTask: 2, stepLimit: 1),
      random: RandomStream(seed: 3)
    ) { _, random in Counter(offset: Float(1 + random.integer(below: 1000))) }
    var offsets = batch.buffers.observations
    for _ in 0..<4 {
      try batch.step(actions(0))
      offsets += batch.buffers.observations
    }
    #expect(offsets[0] == offsets[1])
    #expect(offsets[1] != offsets[2])
    #expect(offsets[2] == offsets[3])
    #expect(offsets[3] != offsets[4])
  }

  @Test func showsTheHistory() throws {
    let trials = TrialSettings(triesPerTask: 2, showsHistory: true)
    var batch = batch([Counter()], trials)
    #expect(
      batch.observationSpace.segments.map(\.name) == [
        "count", "lastAction", "lastReward", "tryBegan",
      ])
    // The count; action 0, action 1; reward; whether a try began.
    var seen = [batch.buffers.observations]
    for index: Int32 in [0, 1, 1, 0, 0, 1] {
      try batch.step(actions(index))
      seen.append(batch.buffers.observations)
    }
    #expect(
      seen == [
        [0, 0, 0, 0, 1],
        [1, 1, 0, 0, 0],
        [2, 0, 1, 0.5, 0],
        // A try ended: the next begins with what ended it.
        [0, 0, 1, 0.5, 1],
        [1, 1, 0, 0, 0],
        [2, 1, 0, 0, 0],
        // The task ended: nothing is carried over.
        [0, 0, 0, 0, 1],
      ])
    #expect(batch.buffers.finalObservations == [3, 0, 1, 0.5, 0])
  }

  @Test func theHistoryOfABoxHoldsItsComponents() throws {
    var batch = EnvironmentBatch(
      tasks: [MountainCarContinuous()], named: "car",
      trials: TrialSettings(showsHistory: true), random: RandomStream(seed: 1))
    var actions = ActionBatch(batch.actionSpace, slots: 1)
    actions.components = [-0.5]
    try batch.step(actions)
    #expect(Array(batch.buffers.observations[2...]) == [-0.5, -0.025, 0])
  }

  @Test func aBadRewardStopsTheBatch() throws {
    var batch = batch([Counter(), Counter(badRewardAt: 2)])
    try batch.step(actions(0, 0))
    let error = #expect(throws: EnvironmentError.self) { try batch.step(actions(0, 0)) }
    guard case .nonFiniteReward("counter", slot: 1, step: 1, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: [0, 1, 2])
  func aBadObservationStopsTheBatch(count: Int) throws {
    var batch = batch([Counter(badObservationAt: count)])
    let step = max(count - 1, 0)
    for _ in 0..<step { try batch.step(actions(0)) }
    #expect(
      throws: EnvironmentError.nonFiniteObservation(
        environment: "counter", slot: 0, step: step, element: 0)
    ) { try batch.step(actions(0)) }
  }

  @Test(arguments: [-1, 2] as [Int32])
  func anIndexOutsideTheSpaceIsRejected(index: Int32) {
    var batch = batch()
    #expect(
      throws: EnvironmentError.actionOutOfSpace(
        environment: "counter", slot: 0, step: 0, action: "\(index)", space: "[0, 1]")
    ) { try batch.step(actions(index)) }
  }

  @Test(arguments: [-1.5, 1.0001, .nan, .infinity] as [Float])
  func aComponentOutsideTheSpaceIsRejected(value: Float) {
    var batch = EnvironmentBatch(
      tasks: [MountainCarContinuous()], named: "car", random: RandomStream(seed: 1))
    var actions = ActionBatch(batch.actionSpace, slots: 1)
    actions.components = [value]
    #expect(
      throws: EnvironmentError.actionOutOfSpace(
        environment: "car", slot: 0, step: 0, action: "[\(value)]", space: "-1.0...1.0")
    ) { try batch.step(actions) }
  }

  @Test func anActionThatTheMaskForbidsIsRejected() throws {
    var batch = EnvironmentBatch(
      tasks: [Alternating()], named: "alternating", random: RandomStream(seed: 1))
    #expect(batch.buffers.masks == [0, 1])
    try batch.step(actions(1))
    #expect(batch.buffers.masks == [1, 0])
    #expect(
      throws: EnvironmentError.actionOutOfSpace(
        environment: "alternating", slot: 0, step: 1, action: "1", space: "[0]")
    ) { try batch.step(actions(1)) }
  }

  @Test func drawsTheAllowedActionsOnly() throws {
    var batch = EnvironmentBatch(
      tasks: [Alternating()], named: "alternating", random: RandomStream(seed: 1))
    var random = RandomStream(seed: 2)
    var actions = ActionBatch(batch.actionSpace, slots: 1)
    for _ in 0..<20 {
      actions.drawUniformly(
        from: batch.actionSpace, masks: batch.buffers.masks, using: &random)
      try batch.step(actions)
    }
  }

  @Test func theSameSeedGivesTheSameBytes() throws {
    func play(seed: UInt64) throws -> [UInt32] {
      var batch = EnvironmentBatch(
        CartPoleFamily(), slots: 4, trials: TrialSettings(triesPerTask: 2, showsHistory: true),
        random: RandomStream(seed: seed))
      var random = RandomStream(seed: 9)
      var actions = ActionBatch(batch.actionSpace, slots: 4)
      var seen: [UInt32] = []
      for _ in 0..<300 {
        actions.drawUniformly(from: batch.actionSpace, using: &random)
        try batch.step(actions)
        seen += batch.buffers.observations.map(\.bitPattern)
      }
      return seen
    }
    #expect(try play(seed: 1) == play(seed: 1))
    #expect(try play(seed: 1) != play(seed: 2))
  }

  @Test func aCopyGoesOnByItself() throws {
    var batch = batch()
    try batch.step(actions(0))
    var copy = batch
    try copy.step(actions(0))
    #expect(batch.buffers.observations == [1])
    #expect(copy.buffers.observations == [2])
    try batch.step(actions(0))
    #expect(batch.buffers.observations == [2])
  }

  @Test func watchingShowsEveryStateBeforeItIsActedOn() throws {
    var batch = batch([Counter()], TrialSettings(triesPerTask: 2))
    var frames: [Frame] = []
    let episodes = try batch.watch(
      choosing: { $1.indices = [1] },
      showing: { frame in
        frames.append(frame)
        return true
      })
    #expect(episodes.map(\.undiscountedReturn) == [1.5, 1.5])
    #expect(frames.map(\.attempt) == [0, 0, 0, 1, 1, 1])
    #expect(frames.map(\.step) == [0, 1, 2, 0, 1, 2])
    #expect(frames.map(\.undiscountedReturn) == [0, 0.5, 1, 0, 0.5, 1])
    #expect(frames[2].drawing?.shapes == [.text("2", at: .init(0.5, 0.5))])
    #expect(try batch.watch(choosing: { $1.indices = [1] }, showing: { _ in false }).isEmpty)
  }
}
