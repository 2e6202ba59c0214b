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
}
