import Agents
import Checkpoints
import Environments
import Networks
import Schooling
import Tensors
import Testing

@Suite("Checkpoints of learning")
struct CheckpointTests {
  private static func learner(
    memory: Int, _ kind: ActorCritic.MemoryKind = .gru
  ) -> PPO.Configuration {
    var learner = PPO.Configuration()
    learner.slots = 8
    learner.lanes = 2
    learner.rolloutSteps = 16
    learner.hidden = [8]
    learner.memory = memory
    learner.memoryKind = kind
    learner.memoryWindow = 5
    learner.trunk = memory > 0 ? .shared : .separate
    learner.noiseCorrelation = 0.9
    return learner
  }

  private static func training(
    _ name: String, memory: Int, _ kind: ActorCritic.MemoryKind = .gru, seed: UInt64 = 1
  ) throws -> Training {
    var configuration = Training.Configuration()
    configuration.steps = 768
    configuration.learner = learner(memory: memory, kind)
    return try Training(
      on: EnvironmentCatalogue.environment(named: name).tasks, configuration, seed: seed)
  }

  private static func pretraining(seed: UInt64 = 1, steps: Int = 768) throws -> Pretraining {
    var configuration = Pretraining.Configuration(triesPerTask: 2, steps: steps)
    configuration.learner = learner(memory: 4)
    return try Pretraining(
      on: EnvironmentCatalogue.family(named: "cartpole").tasks, configuration, seed: seed)
  }

  @Test(
    "training goes on from every checkpoint as if it had never stopped",
    arguments: [
      ("cartpole", 0, .gru), ("cartpole", 4, .gru), ("pendulum", 0, .gru),
      ("mountain-car-continuous", 4, .gru), ("cartpole", 4, .transformer),
    ] as [(String, Int, ActorCritic.MemoryKind)])
  func training(name: String, memory: Int, kind: ActorCritic.MemoryKind) throws {
    var whole = try Self.training(name, memory: memory, kind)
    var saved = [try whole.checkpoint()]
    var returns: [Float] = []
    for _ in 0..<6 {
      returns.append(try whole.iterate().meanReturn)
      saved.append(try whole.checkpoint())
    }
    for (done, checkpoint) in saved.enumerated() {
      var resumed = try Self.training(name, memory: memory, kind)
      try resumed.restore(checkpoint)
      #expect(resumed.steps == 128 * done)
      #expect(try resumed.checkpoint() == checkpoint)
      for iteration in done..<6 { #expect(try resumed.iterate().meanReturn == returns[iteration]) }
      #expect(resumed.agent(named: "x").file.bytes() == whole.agent(named: "x").file.bytes())
      #expect(resumed.episodes == whole.episodes && resumed.solvedAtStep == whole.solvedAtStep)
    }
  }

  @Test("pretraining goes on from every checkpoint as if it had never stopped")
  func pretraining() throws {
    var whole = try Self.pretraining()
    var saved = [try whole.checkpoint()]
    var episodes: [[Int]] = []
    for _ in 0..<6 {
      episodes.append(try whole.iterate().episodes)
      saved.append(try whole.checkpoint())
    }
    for (done, checkpoint) in saved.enumerated() {
      var resumed = try Self.pretraining()
      // What the learner did before it was restored does not matter.
      _ = try resumed.iterate()
      try resumed.restore(checkpoint)
      for iteration in done..<6 { #expect(try resumed.iterate().episodes == episodes[iteration]) }
      #expect(resumed.returns == whole.returns)
      #expect(resumed.agent(named: "x").file.bytes() == whole.agent(named: "x").file.bytes())
    }
  }

  private static func preluded(_ ends: [Float]) throws -> Pretraining {
    var configuration = Pretraining.Configuration(triesPerTask: 2, steps: 768)
    configuration.learner = learner(memory: 4)
    configuration.preludes = zip(["playroom-hidden", "playroom-told"], ends).map {
      .init(family: $0, until: $1)
    }
    configuration.rememberedSegments = ["shapes", "colors", "grounds"]
    return try Pretraining(
      on: EnvironmentCatalogue.family(named: "playroom").tasks, configuration, seed: 1)
  }

  @Test("so does pretraining with preludes, which meets other tasks in each part")
  func preludes() throws {
    var whole = try Self.preluded([0.3, 0.6])
    var alone = try Self.preluded([0.9])
    var saved = [try whole.checkpoint()]
    var isAlike: [Bool] = []
    for _ in 0..<6 {
      let returns = [try whole.iterate(), try alone.iterate()].map(\.statistics.entropy)
      isAlike.append(returns[0] == returns[1])
      saved.append(try whole.checkpoint())
    }
    // After two iterations of six a third of the run is done.
    #expect(isAlike == [true, true, false, false, false, false])
    for (done, checkpoint) in saved.enumerated() {
      var resumed = try Self.preluded([0.3, 0.6])
      try resumed.restore(checkpoint)
      for _ in done..<6 { _ = try resumed.iterate() }
      #expect(resumed.agent(named: "x").file.bytes() == whole.agent(named: "x").file.bytes())
    }
  }

  @Test(
    "what is to be remembered are the first planes of what is seen",
    arguments: [("playroom", ["colors"]), ("playroom", ["held"]), ("cartpole", ["state"])])
  func rememberedSegments(family: String, segments: [String]) throws {
    var configuration = Pretraining.Configuration(triesPerTask: 2, steps: 400)
    configuration.learner = Self.learner(memory: 4)
    configuration.rememberedSegments = segments
    let tasks = try EnvironmentCatalogue.family(named: family).tasks
    let error = #expect(throws: ConfigurationError.self) {
      try Pretraining(on: tasks, configuration, seed: 1)
    }
    #expect(error?.setting == "rememberedSegments")
  }

  @Test("the first planes may be remembered without the others")
  func rememberedPlanes() throws {
    var configuration = Pretraining.Configuration(triesPerTask: 2, steps: 400)
    configuration.learner = Self.learner(memory: 4)
    configuration.rememberedSegments = ["shapes", "colors"]
    let tasks = try EnvironmentCatalogue.family(named: "playroom").tasks
    var run = try Pretraining(on: tasks, configuration, seed: 1)
    _ = try run.iterate()
    let remembered = run.agent(named: "x").card.observationSpace.segments.filter(\.isRemembered)
    #expect(remembered.map(\.name) == ["rewarded.shapes", "rewarded.colors", "rewarded.action"])
  }

  @Test("so does pretraining that begins with reading")
  func reading() throws {
    func run() throws -> Pretraining {
      var configuration = Pretraining.Configuration(triesPerTask: 2, steps: 400)
      configuration.learner = Self.learner(memory: 4)
      configuration.learner.aimPredictionWeight = 0.5
      configuration.learner.contextWidth = 8
      configuration.expertWeight = 1
      configuration.reading = .init(family: "playroom-told", until: 0.04)
      configuration.preludes = [.init(family: "playroom-told", until: 0.5, triesPerTask: 1)]
      return try Pretraining(
        on: EnvironmentCatalogue.family(named: "playroom").tasks, configuration, seed: 1)
    }
    var whole = try run()
    var saved = [try whole.checkpoint()]
    var steps: [Int] = []
    while !whole.isFinished {
      let progress = try whole.iterate()
      steps.append(progress.steps)
      // What experts are after is predicted for all of the run, imitated or not.
      #expect(try #require(progress.prediction).aim > 0)
      saved.append(try whole.checkpoint())
    }
    // Eight tasks are read at a time, up to a twenty-fifth of the run; then come rollouts.
    #expect(steps == [8, 16, 144, 272, 400])
    for (done, checkpoint) in saved.enumerated() {
      var resumed = try run()
      try resumed.restore(checkpoint)
      for _ in done..<steps.count { _ = try resumed.iterate() }
      #expect(resumed.agent(named: "x").file.bytes() == whole.agent(named: "x").file.bytes())
    }
  }

  @Test("what experts are after is not to be predicted where nobody is asked or none says it")
  func unsaid() throws {
    func run(_ family: String, expertWeight: Float) throws {
      var configuration = Pretraining.Configuration(triesPerTask: 2, steps: 400)
      configuration.learner = Self.learner(memory: 4)
      configuration.learner.aimPredictionWeight = 1
      configuration.expertWeight = expertWeight
      _ = try Pretraining(
        on: EnvironmentCatalogue.family(named: family).tasks, configuration, seed: 1)
    }
    #expect(throws: ConfigurationError.self) { try run("playroom", expertWeight: 0) }
    #expect(throws: ConfigurationError.self) { try run("cartpole", expertWeight: 1) }
    #expect(throws: Never.self) { try run("playroom", expertWeight: 1) }
    var alone = Training.Configuration()
    alone.learner = Self.learner(memory: 4)
    alone.learner.aimPredictionWeight = 1
    #expect(throws: ConfigurationError.self) {
      try Training(
        on: EnvironmentCatalogue.environment(named: "cartpole").tasks, alone, seed: 1)
    }
  }

  @Test("what tells nothing cannot be read, nor without a weight on what is read")
  func unreadable() throws {
    func run(_ family: String, weight: Float) throws -> Pretraining {
      var configuration = Pretraining.Configuration(triesPerTask: 2, steps: 400)
      configuration.learner = Self.learner(memory: 4)
      configuration.learner.aimPredictionWeight = weight
      configuration.reading = .init(family: family, until: 0.04)
      return try Pretraining(
        on: EnvironmentCatalogue.family(named: family).tasks, configuration, seed: 1)
    }
    #expect(throws: ConfigurationError.self) { try run("cartpole", weight: 1) }
    #expect(throws: ConfigurationError.self) { try run("playroom", weight: 0) }
    #expect(throws: Never.self) { try run("playroom", weight: 1) }
  }

  @Test(
    "preludes that do not rise, or show something else, are refused", arguments: [[0.6, 0.3], [1]])
  func wrongPreludes(ends: [Float]) {
    #expect(throws: ConfigurationError.self) { try Self.preluded(ends) }
  }

  @Test("a checkpoint of another run is refused in one line and changes nothing")
  func unfit() throws {
    var run = try Self.pretraining()
    _ = try run.iterate()
    let own = try run.checkpoint()
    var others = [
      try Self.training("cartpole", memory: 4).checkpoint(),
      try Self.pretraining(seed: 2).checkpoint(), try Self.pretraining(steps: 99).checkpoint(),
    ]
    for (name, entry) in own.tensors {
      var changed = own
      changed.tensors[name] = nil
      others.append(changed)
      changed.tensors[name] = .init(shape: [1] + entry.shape, values: entry.values)
      others.append(changed)
      changed.tensors[name] = .init(
        shape: entry.shape, values: [.nan] + entry.values.dropFirst())
      others.append(changed)
    }
    var changed = own
    changed.tensors["more"] = .init(shape: [0], values: [])
    others.append(changed)
    changed = own
    changed.environmentStep += 1
    others.append(changed)
    for state in ["", "{}", "[]", String(decoding: own.state.dropLast(), as: UTF8.self)] {
      changed = own
      changed.state = Array(state.utf8)
      others.append(changed)
    }
    for other in others {
      let error = #expect(throws: CheckpointError.self) { try run.restore(other) }
      #expect("\(try #require(error))".contains("does not fit the run"))
      #expect(try run.checkpoint() == own)
    }
  }
}
