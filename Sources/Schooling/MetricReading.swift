public import Agents

/// One number that a run measured of itself, under the name by which stores and charts know it.
///
/// A run hands its readings out and knows nothing of who keeps them.
public struct MetricReading: Sendable, Hashable, Codable {
  /// `return`, or a group and a name: `loss/policy`, `policy/entropyNats`.
  public var name: String
  public var value: Double

  public init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }
}

extension Training.Progress {
  /// The rollout's numbers by name. `return` is the mean of the last 100 episodes, and missing
  /// before the first.
  public var readings: [MetricReading] {
    let returns = episodes > 0 ? [MetricReading("return", Double(meanReturn))] : []
    return returns + [MetricReading("episodes", Double(episodes))]
      + statistics.readings(gradientNorm: gradientNorm)
  }
}

extension Pretraining.Progress {
  /// The rollout's numbers by name. `return/try-1` is the mean over the recent first tries, and
  /// `return` that of the last try on each task; they are missing before the first of their kind.
  public var readings: [MetricReading] {
    var readings: [MetricReading] = []
    if let last = episodes.last, last > 0 {
      readings.append(MetricReading("return", Double(returns[returns.count - 1])))
    }
    for (index, count) in episodes.enumerated() where count > 0 {
      readings.append(MetricReading("return/try-\(index + 1)", Double(returns[index])))
    }
    return readings + [MetricReading("episodes", Double(episodes.reduce(0, +)))]
      + statistics.readings(gradientNorm: gradientNorm) + (curriculum?.readings ?? [])
      + (prediction?.readings ?? [])
  }
}

extension CurriculumStatistics {
  /// The rollout's numbers by name, each after `curriculum/`; what is of levels is missing where none
  /// came to its end, and what is of successes where nobody knows what one is.
  public var readings: [MetricReading] {
    var numbers: [(name: String, value: Double)] = []
    if levels > 0 {
      numbers += [
        ("replayedShare", replayedShare), ("editedShare", editedShare), ("edits", meanEdits),
        ("score", meanScore),
      ]
      if knowsSuccess {
        numbers += [
          ("successRate", meanSuccessRate), ("solvedShare", solvedShare),
          ("unsolvedShare", unsolvedShare),
        ]
      }
    }
    numbers += [
      ("levels", Double(levels)), ("bufferedLevels", Double(bufferedLevels)),
      ("entropyNats", entropyNats),
    ]
    return numbers.map { MetricReading("curriculum/\($0.name)", $0.value) }
  }
}

extension SurrogateStatistics {
  fileprivate func readings(gradientNorm: Float) -> [MetricReading] {
    [
      MetricReading("loss/policy", Double(policyLoss)),
      MetricReading("loss/value", Double(valueLoss)),
      MetricReading("policy/entropyNats", Double(entropy)),
      MetricReading("policy/divergenceNats", Double(divergence)),
      MetricReading("policy/clippedShare", Double(clipped)),
      MetricReading("gradient/norm", Double(gradientNorm)),
    ]
  }
}

extension Prediction.Errors {
  fileprivate var readings: [MetricReading] {
    [("observation", observation), ("reward", reward), ("aim", aim)].filter { $0.1 != 0 }
      .map { MetricReading("loss/\($0.0)Prediction", Double($0.1)) }
  }
}
