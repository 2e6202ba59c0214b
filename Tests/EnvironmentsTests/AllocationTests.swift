import AllocationCounter
import Environments
import Tensors
import Testing

@Suite("Allocations")
struct AllocationTests {
  @Test("the counter counts", .enabled(if: foal_counts_allocations()))
  func counts() {
    let before = foal_allocation_count()
    let made = (0..<10).map { Array(repeating: Float($0), count: 1000) }
    #expect(foal_allocation_count() >= before + 10)
    #expect(made.count == 10)
  }

  @Test(
    "a batch step allocates nothing", .enabled(if: foal_counts_allocations()),
    arguments: EnvironmentCatalogue.all.map { "\($0.kind.rawValue) \($0.name)" })
  func batchStep(name: String) throws {
    let entry = try #require(
      EnvironmentCatalogue.all.first { "\($0.kind.rawValue) \($0.name)" == name })
    var batch = entry.tasks.batch(slots: 16, random: RandomStream(seed: 1))
    var actions = ActionBatch(batch.actionSpace, slots: 16)
    var random = RandomStream(seed: 2)
    actions.drawUniformly(from: batch.actionSpace, using: &random)
    // Long enough for every environment to end and begin again, and for the list of finished
    // tries to have grown to its size.
    for _ in 0..<2000 { try batch.step(actions) }
    batch.buffers.finished.removeAll(keepingCapacity: true)
    let before = foal_allocation_count()
    for _ in 0..<1000 { try batch.step(actions) }
    #expect(foal_allocation_count() == before)
  }
}
