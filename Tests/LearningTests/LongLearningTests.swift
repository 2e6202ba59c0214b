import Foal
import Foundation
import Testing

@Suite(
  "Long learning", .serialized,
  .enabled(if: ProcessInfo.processInfo.environment["FOAL_LONG"] == "1"))
struct LongLearningTests {
  /// The mean returns of the last 100 episodes, seed by seed.
  private func finals(_ name: String, seeds: ClosedRange<UInt64>) throws -> [Float] {
    let tasks = try EnvironmentCatalogue.environment(named: name).tasks
    return try seeds.map { seed in
      var training = try Training(on: tasks, .init(for: name), seed: seed, workers: 2)
      let start = ContinuousClock.now
      try training.run()
      let solved = training.solvedAtStep.map { "solved at step \($0)" } ?? "not solved"
      print("\(name), seed \(seed): \(training.meanReturn), \(solved), \(start.duration(to: .now))")
      return training.meanReturn
    }
  }

  @Test("the cart-pole is solved on ten of ten seeds")
  func longCartPole() throws {
    let finals = try finals("cartpole", seeds: 1...10)
    #expect(finals.allSatisfy { $0 >= 475 }, "\(finals)")
  }

  @Test(
    "the other environments are solved on four of five seeds",
    arguments: [
      ("pendulum", -250), ("acrobot", -100), ("mountain-car-continuous", 90),
    ] as [(String, Float)])
  func longControl(name: String, level: Float) throws {
    let finals = try finals(name, seeds: 1...5)
    #expect(finals.filter { $0 >= level }.count >= 4, "\(finals)")
  }
}
