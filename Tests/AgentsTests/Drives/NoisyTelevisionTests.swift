import Agents
import Testing

@Suite("Noisy television")
struct NoisyTelevisionTests {
  @Test(
    "curiosity about what actions change, and learning progress, tire of noise",
    arguments: [DriveSample.curiosity, .progress])
  func passes(sample: DriveSample) throws {
    let check = try NoisyTelevision(drive: sample.make)
    #expect(!check.isFooled, "\(check)")
    #expect(abs(check.learnable) < 0.5)
  }

  @Test(
    "plain prediction errors, surprisal and distillation keep paying for it",
    arguments: [DriveSample.raw, .surprisal, .distillation])
  func fails(sample: DriveSample) throws {
    let check = try NoisyTelevision(drive: sample.make)
    #expect(check.isFooled && check.excess > 0.15, "\(check)")
  }

  @Test("a random bonus prefers neither, and never tires")
  func random() throws {
    let check = try NoisyTelevision(drive: DriveSample.random.make)
    #expect(abs(check.excess) < 0.1)
    #expect(check.learnable > 0.5)
  }
}
