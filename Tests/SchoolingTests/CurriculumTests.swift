import Agents
import Checkpoints
import Environments
import Foundation
import Schooling
import Tensors
import Testing

@Suite("Curricula of pretraining")
struct CurriculumTests {
  private static let kinds = Curriculum.Kind.allCases

  private static func pretraining(_ kind: Curriculum.Kind, workers: Int = 1) throws -> Pretraining {
    var configuration = Pretraining.Configuration(triesPerTask: 2, steps: 1536)
    configuration.learner.slots = 12
    configuration.learner.lanes = 3
    configuration.learner.rolloutSteps = 32
    configuration.learner.minibatches = 2
    configuration.learner.hidden = [8]
    configuration.learner.memory = 4
    configuration.curriculum = Curriculum.Configuration(kind, pool: 30)
    configuration.curriculum.bufferSize = 8
    configuration.curriculum.minimumFill = 0.25
    configuration.curriculum.successReturn = 20
    return try Pretraining(
      on: EnvironmentCatalogue.family(named: "cartpole").tasks, configuration, seed: 2,
      workers: workers)
  }

  private func bytes(_ run: Pretraining) -> [UInt8] { run.agent(named: "x").file.bytes() }

  @Test("the same bytes come of any number of threads", arguments: kinds)
  func threads(kind: Curriculum.Kind) throws {
    var one = try Self.pretraining(kind)
    try one.run()
    let checkpoint = try one.checkpoint()
    for workers in [2, 3] {
      var run = try Self.pretraining(kind, workers: workers)
      try run.run()
      #expect(try run.checkpoint() == checkpoint)
      #expect(bytes(run) == bytes(one))
    }
  }

  @Test("a run goes on from every checkpoint as if it had never stopped", arguments: kinds)
  func resumed(kind: Curriculum.Kind) throws {
    var whole = try Self.pretraining(kind)
    var saved = [try whole.checkpoint()]
    var readings: [[MetricReading]] = []
    while !whole.isFinished {
      readings.append(try whole.iterate().readings)
      saved.append(try whole.checkpoint())
    }
    for (done, checkpoint) in saved.enumerated() {
      var resumed = try Self.pretraining(kind)
      _ = try resumed.iterate()
      try resumed.restore(checkpoint)
      #expect(try resumed.checkpoint() == checkpoint)
      for iteration in done..<readings.count {
        #expect(try resumed.iterate().readings == readings[iteration])
      }
      #expect(bytes(resumed) == bytes(whole))
    }
  }

  @Test("a checkpoint whose curriculum is damaged is refused and changes nothing")
  func unfit() throws {
    var run = try Self.pretraining(.evolution)
    for _ in 0..<3 { _ = try run.iterate() }
    let own = try run.checkpoint()
    let text = String(decoding: own.state, as: UTF8.self)
    let changes = [
      ("\"met\":", "\"met\":-"), ("\"origin\":\"", "\"origin\":\"un"),
      ("\"number\":", "\"number\":9"), ("\"plays\":[{", "\"plays\":[{},{"),
    ]
    for (old, new) in changes {
      try #require(text.contains(old))
      var changed = own
      changed.state = Array(text.replacingOccurrences(of: old, with: new).utf8)
      #expect(throws: CheckpointError.self, "\(old)") { try run.restore(changed) }
      #expect(try run.checkpoint() == own)
    }
    #expect(throws: CheckpointError.self) {
      try run.restore(Self.pretraining(.replay).checkpoint())
    }
  }

  @Test("what was chosen is read with the other metrics")
  func readings() throws {
    var run = try Self.pretraining(.evolution)
    var last: [String: Double] = [:]
    while !run.isFinished {
      let progress = try run.iterate()
      for reading in progress.readings { last[reading.name] = reading.value }
    }
    for share in ["replayedShare", "editedShare", "successRate", "solvedShare", "unsolvedShare"] {
      #expect((0...1).contains(try #require(last["curriculum/\(share)"])))
    }
    #expect(last["curriculum/bufferedLevels"] == 8)
    #expect(try #require(last["curriculum/edits"]) > 0)
    #expect(try #require(last["curriculum/entropyNats"]) > 0)
    // A uniform pool keeps no level.
    var uniform = try Self.pretraining(.uniform)
    #expect(try uniform.iterate().curriculum?.bufferedLevels == 0)
  }

  @Test("settings come back from JSON, those that are not given too")
  func settings() throws {
    var settings = Pretraining.Configuration()
    let plain = try JSONEncoder().encode(settings)
    #expect(String(decoding: plain, as: UTF8.self).contains("\"successReturn\":null"))
    #expect(try JSONDecoder().decode(Pretraining.Configuration.self, from: plain) == settings)
    settings.curriculum = Curriculum.Configuration(.learnability, pool: 100)
    settings.curriculum.successReturn = 0.5
    let given = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(Pretraining.Configuration.self, from: given) == settings)
    settings.curriculum.temperature = 0
    #expect(throws: ConfigurationError.self) { try settings.validate() }
  }
}
