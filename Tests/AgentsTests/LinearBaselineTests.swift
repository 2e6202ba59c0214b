import Agents
import Testing

@Suite("Linear baseline")
struct LinearBaselineTests {
  /// Observations and times of 40 rows.
  private let observations = (0..<40).map { Float(($0 * 7) % 13) / 4 - 1 }
  private let times = (0..<40).map { $0 * 3 }

  @Test("returns that are made of its features are found again")
  func fits() {
    let returns = zip(observations, times).map { observation, time in
      let hundreds = Float(time) / 100
      return 2 * observation - observation * observation + 3 * hundreds * hundreds + 5
    }
    var baseline = LinearBaseline(observationCount: 1)
    baseline.fit(observations: observations, times: times, returns: returns)
    let estimates = baseline(observations: observations, times: times)
    #expect(zip(estimates, returns).allSatisfy { abs($0 - $1) < 1e-2 })
    #expect(abs(baseline.coefficients[0] - 2) < 0.01 && abs(baseline.coefficients[1] + 1) < 0.01)
  }

  @Test("features that never differ do no harm")
  func degenerate() {
    var baseline = LinearBaseline(observationCount: 2)
    baseline.fit(observations: [0, 0, 0, 0], times: [0, 0], returns: [1, 3])
    #expect(abs(baseline(observations: [0, 0], times: [0])[0] - 2) < 1e-2)
  }
}
