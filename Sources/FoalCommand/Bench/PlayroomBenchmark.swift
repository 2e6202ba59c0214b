internal import Agents
internal import Environments
internal import Networks
internal import Schooling

/// Pretraining in playrooms end to end, acting and learning, beside the matrix products that the
/// agent's network needs at the machine's best.
struct PlayroomBenchmark: Sendable {
  /// The least share of the ceiling that the products should reach, everything else included.
  static let target = 0.4

  /// Environment steps a second.
  private(set) var oneWorker = Rounds()
  private(set) var allWorkers = Rounds()
  private let workers: Int
  /// The network's weights.
  let parameters: Int
  /// What the products of one step need, from acting to the last epoch; one addition or
  /// multiplication is one operation.
  let operationsPerStep: Double

  /// The settings of the default agent of playrooms.
  private static var settings: Pretraining.Configuration { .suiting("playroom") }

  init(_ run: BenchRun) throws {
    workers = run.workers
    var settings = Self.settings
    settings.learner.slots = run.choose(settings.learner.slots, quick: settings.learner.slots / 4)
    var learner = try Self.learner(
      settings, on: EnvironmentCatalogue.family(named: "playroom").tasks)
    _ = try learner.iterate(progress: 0)
    let network = learner.policy.network
    parameters = network.layout.count
    // An update goes forward, back to the weights, and back to what the weights were given.
    let passes = 1 + 3 * settings.learner.epochs
    operationsPerStep = 2 * Double(network.multiplications * passes)
    (oneWorker, allWorkers) = try run.section("playrooms", measurements: run.rounds) { progress in
      var (one, all) = (Rounds(), Rounds())
      let seconds = run.choose(2, quick: 0.1)
      for _ in 0..<run.rounds {
        one.append(try learner.stepsPerSecond(workers: 1, for: seconds))
        try run.checkInterrupt()
        if run.workers > 1 {
          all.append(try learner.stepsPerSecond(workers: run.workers, for: seconds))
        }
        try progress.measured()
      }
      return (one, all)
    }
  }

  /// A learner as pretraining has it.
  private static func learner(
    _ settings: Pretraining.Configuration, on tasks: TaskSource
  ) throws -> PPO {
    let trials = settings.trials(of: settings.preludes.count)
    return try PPO(settings.learner, seed: 0) { slots, random in
      tasks.batch(split: .train, slots: slots, trials: trials, random: random)
    }
  }

  /// The learner that is held against peers, after its first rollout and updates: 1,024 rooms, 16
  /// steps, one epoch of 16 minibatches, a view of 5x5, no moment that is remembered, and a network of
  /// about as many weights as theirs.
  static func peersLearner(lanes: Int) throws -> PPO {
    var settings = settings
    settings.rememberedSegments = []
    settings.learner.slots = 1024
    settings.learner.lanes = lanes
    settings.learner.rolloutSteps = 16
    settings.learner.epochs = 1
    settings.learner.minibatches = 16
    settings.learner.symbolWidth = 32
    settings.learner.contextWidth = 32
    settings.learner.hidden = [36]
    settings.learner.memory = 84
    var family = PlayroomFamily.Configuration()
    family.viewSide = 5
    var learner = try learner(settings, on: TaskSource(PlayroomFamily(family)))
    _ = try learner.iterate(progress: 0)
    return learner
  }
}

extension PlayroomBenchmark {
  /// What is told of the result.
  struct Document: Encodable {
    /// On a number of cores.
    struct Speed: Encodable {
      var cores: Int
      var stepsPerSecond: Rounds
      var gigaflops: Double
      var ceilingGigaflops: Double
      var shareOfCeiling: Double
    }

    var parameters: Int
    var operationsPerStep: Double
    var targetShare = PlayroomBenchmark.target
    /// On one core and, with more than one, on all.
    var speeds: [Speed]
  }

  func document(under ceilings: Ceilings) -> Document {
    func speed(_ cores: Int, _ rounds: Rounds, _ ceiling: Double) -> Document.Speed {
      let gigaflops = rounds.median * operationsPerStep / 1e9
      return .init(
        cores: cores, stepsPerSecond: rounds, gigaflops: gigaflops, ceilingGigaflops: ceiling,
        shareOfCeiling: gigaflops / ceiling)
    }
    var speeds = [speed(1, oneWorker, ceilings.gigaflops.oneCore)]
    if workers > 1, let ceiling = ceilings.gigaflops.allCores {
      speeds.append(speed(workers, allWorkers, ceiling))
    }
    return Document(parameters: parameters, operationsPerStep: operationsPerStep, speeds: speeds)
  }
}
