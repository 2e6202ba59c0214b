/// What a learner achieves after each amount of experience.
public struct LearningCurve: Hashable, Sendable {
  /// The experience in environment steps, increasing.
  public let steps: [Double]
  /// The return, or any score, at each of the steps.
  public let returns: [Double]

  /// Makes a curve of at least two points.
  /// - Throws: `StatisticsError.malformedCurve` if the numbers of steps and returns differ, are
  ///   under two or not finite, or the steps do not increase.
  public init(steps: [Double], returns: [Double]) throws(StatisticsError) {
    guard steps.count == returns.count, steps.count >= 2 else {
      throw .malformedCurve(reason: "\(steps.count) steps and \(returns.count) returns")
    }
    guard steps.allSatisfy(\.isFinite), returns.allSatisfy(\.isFinite) else {
      throw .malformedCurve(reason: "a step or a return is not finite")
    }
    guard zip(steps, steps.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .malformedCurve(reason: "the steps do not increase")
    }
    self.steps = steps
    self.returns = returns
  }

  /// Finds the first recorded step at which the return is at least a threshold; nil if none is.
  public func stepsToThreshold(_ threshold: Double) -> Double? {
    returns.firstIndex { $0 >= threshold }.map { steps[$0] }
  }

  /// Computes the mean of the last points, or of all if there are fewer.
  public func asymptote(pointCount: Int) -> Double {
    precondition(pointCount > 0, "an asymptote needs at least one point")
    let last = returns.suffix(pointCount)
    return last.reduce(0, +) / Double(last.count)
  }

  /// Computes the area under the curve, linear between points, over a part of its steps.
  public func area(over range: ClosedRange<Double>) -> Double {
    precondition(
      steps[0] <= range.lowerBound && range.upperBound <= steps[steps.count - 1],
      "a curve over \(steps[0])...\(steps[steps.count - 1]) has no area over \(range)")
    var area = 0.0
    for index in 1..<steps.count {
      let low = max(steps[index - 1], range.lowerBound)
      let high = min(steps[index], range.upperBound)
      guard low < high else { continue }
      let slope =
        (returns[index] - returns[index - 1]) / (steps[index] - steps[index - 1])
      let middle = returns[index - 1] + slope * ((low + high) / 2 - steps[index - 1])
      area += middle * (high - low)
    }
    return area
  }
}

/// What inborn knowledge bought: a learner with it against the same learner from scratch.
///
/// Source: Taylor & Stone (2009), "Transfer learning for reinforcement learning domains: a survey",
/// section 2; Zhu et al. (2020), arXiv:2009.07888.
public struct TransferMetrics: Hashable, Sendable, Codable {
  /// The first return with transfer, less the first from scratch.
  public var jumpstart: Double
  /// The final return with transfer, less the final from scratch.
  public var asymptoteDifference: Double
  /// The area under the curve with transfer, divided by that from scratch, over the steps that both
  /// cover; nil if the area from scratch is not positive, for then a ratio says nothing.
  public var areaRatio: Double?
  /// The steps until the threshold with transfer; nil if it is never reached.
  public var stepsToThreshold: Double?
  /// The steps until the threshold with transfer, plus those spent on learning what is transferred.
  public var totalStepsToThreshold: Double?
  /// The steps until the threshold from scratch; nil if it is never reached.
  public var scratchStepsToThreshold: Double?

  /// Compares two curves of the same task.
  /// - Parameters:
  ///   - threshold: the return that counts as having learned the task.
  ///   - asymptotePointCount: how many last points are averaged into a final return.
  ///   - sourceSteps: the steps spent on learning what is transferred.
  /// - Throws: `StatisticsError.disjointCurves` if the curves have no steps in common.
  public init(
    transfer: LearningCurve, scratch: LearningCurve, threshold: Double,
    asymptotePointCount: Int = 5, sourceSteps: Double = 0
  ) throws(StatisticsError) {
    let start = max(transfer.steps[0], scratch.steps[0])
    let end = min(
      transfer.steps[transfer.steps.count - 1], scratch.steps[scratch.steps.count - 1])
    guard start < end else { throw .disjointCurves }
    jumpstart = transfer.returns[0] - scratch.returns[0]
    asymptoteDifference =
      transfer.asymptote(pointCount: asymptotePointCount)
      - scratch.asymptote(pointCount: asymptotePointCount)
    let scratchArea = scratch.area(over: start...end)
    areaRatio = scratchArea > 0 ? transfer.area(over: start...end) / scratchArea : nil
    stepsToThreshold = transfer.stepsToThreshold(threshold)
    totalStepsToThreshold = stepsToThreshold.map { $0 + sourceSteps }
    scratchStepsToThreshold = scratch.stepsToThreshold(threshold)
  }
}
