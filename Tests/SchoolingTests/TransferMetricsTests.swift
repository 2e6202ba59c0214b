import Schooling
import Testing

@Suite("Transfer metrics")
struct TransferMetricsTests {
  static func curve(_ returns: [Double], every step: Double = 10) throws -> LearningCurve {
    try LearningCurve(steps: returns.indices.map { Double($0) * step }, returns: returns)
  }

  @Test("a curve against itself gains nothing")
  func identity() throws {
    let curve = try Self.curve([0, 1, 2, 3])
    let metrics = try TransferMetrics(transfer: curve, scratch: curve, threshold: 2)
    #expect(metrics.jumpstart == 0)
    #expect(metrics.asymptoteDifference == 0)
    #expect(metrics.areaRatio == 1)
    #expect(metrics.stepsToThreshold == 20)
    #expect(metrics.scratchStepsToThreshold == 20)
  }

  @Test("a head start shows in every metric")
  func headStart() throws {
    let metrics = try TransferMetrics(
      transfer: Self.curve([2, 4, 4]), scratch: Self.curve([0, 2, 4]), threshold: 4,
      asymptotePointCount: 1, sourceSteps: 100)
    #expect(metrics.jumpstart == 2)
    #expect(metrics.asymptoteDifference == 0)
    #expect(metrics.areaRatio == 70.0 / 40)
    #expect(metrics.stepsToThreshold == 10)
    #expect(metrics.totalStepsToThreshold == 110)
    #expect(metrics.scratchStepsToThreshold == 20)
  }

  @Test("harm is negative")
  func negativeTransfer() throws {
    let metrics = try TransferMetrics(
      transfer: Self.curve([-1, 0, 1]), scratch: Self.curve([0, 2, 4]), threshold: 2,
      asymptotePointCount: 2)
    #expect(metrics.jumpstart == -1)
    #expect(metrics.asymptoteDifference == -2.5)
    #expect(metrics.areaRatio == 0)
    #expect(metrics.stepsToThreshold == nil)
    #expect(metrics.totalStepsToThreshold == nil)
  }

  @Test("the area ratio uses the steps that both curves cover")
  func overlap() throws {
    let transfer = try LearningCurve(steps: [5, 15], returns: [1, 3])
    let metrics = try TransferMetrics(
      transfer: transfer, scratch: Self.curve([0, 2, 2]), threshold: 1)
    // From step 5 to 15: 20 with transfer; from scratch 7.5 to step 10 and 10 after it.
    #expect(metrics.areaRatio == 20 / 17.5)
  }

  @Test("a ratio to nothing is not a number to report")
  func noRatio() throws {
    let metrics = try TransferMetrics(
      transfer: Self.curve([1, 1]), scratch: Self.curve([-1, -1]), threshold: 9)
    #expect(metrics.areaRatio == nil)
    #expect(metrics.scratchStepsToThreshold == nil)
  }

  @Test("what is not a curve is refused")
  func refusals() throws {
    for (steps, returns) in [
      ([0], [1]), ([0, 1], [1]), ([0, 0], [1, 1]), ([1, 0], [1, 1]), ([0, .nan], [1, 1]),
      ([0, 1], [1, .infinity]),
    ] as [([Double], [Double])] {
      #expect(throws: StatisticsError.self) { try LearningCurve(steps: steps, returns: returns) }
    }
    let early = try LearningCurve(steps: [0, 1], returns: [0, 0])
    let late = try LearningCurve(steps: [1, 2], returns: [0, 0])
    #expect(throws: StatisticsError.disjointCurves) {
      try TransferMetrics(transfer: early, scratch: late, threshold: 0)
    }
  }
}
