import Agents
import AllocationCounter
import Environments
import Networks
import Tensors
import Testing

@Suite("Allocations of learners")
struct LearnerAllocationTests {
  /// The settings of a learner that does too little to change, so that all rollouts are alike.
  private static func configuration(
    memory: Int, _ kind: ActorCritic.MemoryKind, box: Bool
  ) -> PPO.Configuration {
    var configuration = PPO.Configuration()
    configuration.slots = 32
    configuration.lanes = 2
    configuration.rolloutSteps = 16
    configuration.epochs = 2
    configuration.minibatches = 2
    configuration.learningRate = 1e-9
    configuration.memory = memory
    configuration.memoryKind = kind
    (configuration.memoryWindow, configuration.memoryLayers) = (8, 2)
    configuration.trunk = memory > 0 || box ? .shared : .separate
    return configuration
  }

  /// The allocations of one iteration once all arrays and pools have their sizes.
  private static func allocations(_ configuration: PPO.Configuration, box: Bool) throws -> Int {
    var learner = try PPO(configuration, seed: 1) { slots, random in
      box
        ? EnvironmentBatch(SingleTask(Pendulum(), named: "p"), slots: slots, random: random)
        : EnvironmentBatch(
          SingleTask(CartPole(stepLimit: nil), named: "c"), slots: slots, random: random)
    }
    for _ in 0..<40 { _ = try learner.iterate(progress: 0) }
    var fewest = Int.max
    for _ in 0..<5 {
      let before = foal_allocation_count()
      _ = try learner.iterate(progress: 0)
      fewest = min(fewest, Int(foal_allocation_count() - before))
    }
    return fewest
  }

  @Test(
    "neither a step nor a minibatch allocates", .enabled(if: foal_counts_allocations()),
    arguments: [
      (0, .gru, false), (8, .gru, false), (8, .transformer, false), (0, .gru, true),
    ] as [(Int, ActorCritic.MemoryKind, Bool)])
  func iterations(memory: Int, kind: ActorCritic.MemoryKind, box: Bool) throws {
    let base = LearnerAllocationTests.configuration(memory: memory, kind, box: box)
    let once = try LearnerAllocationTests.allocations(base, box: box)
    var longer = base
    longer.rolloutSteps = 64
    #expect(try LearnerAllocationTests.allocations(longer, box: box) == once)
    var more = base
    more.epochs = 8
    #expect(try LearnerAllocationTests.allocations(more, box: box) == once)
  }
}
