import Environments
import Foundation
import Tensors
import Testing

@Suite("Trial settings")
struct TrialSettingsTests {
  @Test("settings that were saved before rewards could be hidden show them")
  func older() throws {
    let text = #"{"triesPerTask":3,"showsHistory":true,"wipesMemoryEachTry":false}"#
    let settings = try JSONDecoder().decode(TrialSettings.self, from: Data(text.utf8))
    #expect(settings == TrialSettings(triesPerTask: 3, showsHistory: true))
    #expect(settings.showsReward)
    var hidden = settings
    hidden.showsReward = false
    let saved = try JSONEncoder().encode(hidden)
    #expect(try JSONDecoder().decode(TrialSettings.self, from: saved) == hidden)
  }

  @Test("a hidden reward is 0 in the history, and only there", arguments: [true, false])
  func hidden(showsReward: Bool) throws {
    var trials = TrialSettings(triesPerTask: 2, showsHistory: true)
    trials.showsReward = showsReward
    var batch = EnvironmentBatch(
      tasks: [Bandit([1, 0])], named: "bandit", trials: trials, random: RandomStream(seed: 0))
    try batch.step(ActionBatch(.discrete(2), slots: 1))
    #expect(batch.buffers.rewards == [1])
    // Nothing, the last action, the last reward, and that a try began.
    #expect(batch.buffers.observations == [0, 1, 0, showsReward ? 1 : 0, 1])
  }

  /// A playroom in which a ball lies before the agent and is wanted, and a batch of it.
  private func ballRoom(_ change: (inout TrialSettings) -> Void = { _ in }) throws
    -> EnvironmentBatch
  {
    let task = try playroom(
      """
      {"rooms": ["#####", "#...#", "#...#", "#...#", "#####"],
       "objects": [{"kind": "red ball", "at": [2, 1]}],
       "agent": {"at": [1, 1], "facing": "right"},
       "goal": {"when": "hold", "subject": "red ball"}, "told": []}
      """)
    var trials = TrialSettings(triesPerTask: 3, showsHistory: true)
    trials.rememberedSegments = ["shapes", "colors", "grounds"]
    change(&trials)
    return EnvironmentBatch(
      tasks: [task], named: "ball", trials: trials, random: RandomStream(seed: 0))
  }

  /// What a batch shows of the moment that is remembered.
  private func moment(_ batch: EnvironmentBatch) -> [Float] {
    let history = batch.actionSpace.count + 2
    let count = batch.observationSpace.segments.filter(\.isRemembered).reduce(0) { $0 + $1.count }
    return Array(batch.buffers.observations.dropLast(history).suffix(count))
  }

  private func take(_ move: Playroom.Move, in batch: inout EnvironmentBatch) throws {
    var actions = ActionBatch(batch.actionSpace, slots: 1)
    actions.indices[0] = Int32(move.rawValue)
    try batch.step(actions)
  }

  @Test("a rewarded moment stays in sight over the tries on a task")
  func remembered() throws {
    var batch = try ballRoom()
    let none = [Float](repeating: 0, count: moment(batch).count)
    #expect(none.count == 3 * 25 + 6)
    try take(.turnLeft, in: &batch)
    try take(.turnRight, in: &batch)
    #expect(moment(batch) == none)
    try take(.pickUp, in: &batch)
    #expect(batch.buffers.rewards == [1] && batch.buffers.terminated == [true])
    // What was seen last, and that something was picked up.
    let seen = Array(batch.buffers.finalObservations.prefix(3 * 25))
    let expected = seen + [0, 0, 0, 1, 0, 0]
    #expect(moment(batch) == expected)
    // What is held is seen where the agent stands.
    #expect(seen[22] == Float(Playroom.Content.shape(.ball)))
    try take(.turnLeft, in: &batch)
    #expect(moment(batch) == expected)
    try take(.turnRight, in: &batch)
    try take(.pickUp, in: &batch)
    #expect(moment(batch) == expected)
    // With the third try the task ends, and what is remembered of it.
    try take(.pickUp, in: &batch)
    #expect(batch.buffers.memoryWiped == [true] && moment(batch) == none)
  }

  @Test("whose memory is wiped at the end of a try remembers no moment")
  func wiped() throws {
    var batch = try ballRoom { $0.wipesMemoryEachTry = true }
    try take(.pickUp, in: &batch)
    #expect(batch.buffers.rewards == [1] && moment(batch).allSatisfy { $0 == 0 })
    #expect(!batch.knowsAim(slot: 0))
  }

  @Test(
    "what is wanted counts as known after a rewarded try, in a batch that is taken up again too")
  func known() throws {
    var batch = try ballRoom()
    #expect(!batch.knowsAim(slot: 0))
    try take(.turnLeft, in: &batch)
    #expect(!batch.knowsAim(slot: 0))
    try take(.turnRight, in: &batch)
    try take(.pickUp, in: &batch)
    #expect(batch.knowsAim(slot: 0))
    var other = try ballRoom()
    try other.restore(batch.snapshot())
    #expect(other.knowsAim(slot: 0) && moment(other) == moment(batch))
    for _ in 0..<2 { try take(.pickUp, in: &batch) }
    #expect(!batch.knowsAim(slot: 0))
  }

  @Test("settings that remember are saved with what they remember")
  func saved() throws {
    let batch = try ballRoom()
    let settings = try JSONEncoder().encode(batch.trials)
    #expect(try JSONDecoder().decode(TrialSettings.self, from: settings) == batch.trials)
    let space = try JSONEncoder().encode(batch.observationSpace)
    #expect(try JSONDecoder().decode(ObservationSpace.self, from: space) == batch.observationSpace)
  }
}
