internal import Schooling

/// Something that a reproduction must show.
public struct Claim: Sendable {
  /// What came of a claim.
  public enum Verdict: String, Sendable, Codable {
    case holds, fails
    /// Too few seeds for an interval, or nothing measured.
    case undecided
  }

  /// The claim in words.
  public let text: String
  /// Whether it holds of a result; nil if the result cannot tell.
  public let check: @Sendable (ReproductionResult) -> Bool?

  /// A claim of its own kind.
  public init(_ text: String, check: @escaping @Sendable (ReproductionResult) -> Bool?) {
    self.text = text
    self.check = check
  }

  /// The interquartile mean of a measure over seeds is at least a value.
  public static func atLeast(_ value: Double, _ measure: String, of arm: String) -> Claim {
    Claim("\(arm): \(measure) at least \(short(value))") { result in
      result.interval(of: measure, arm: arm).map { $0.estimate >= value }
    }
  }

  /// The interquartile mean of a measure over seeds is at most a value.
  public static func atMost(_ value: Double, _ measure: String, of arm: String) -> Claim {
    Claim("\(arm): \(measure) at most \(short(value))") { result in
      result.interval(of: measure, arm: arm).map { $0.estimate <= value }
    }
  }

  /// One arm's interval lies wholly above another's.
  ///
  /// - Parameters:
  ///   - factor: what the other's interval is multiplied by first; of no use below 0.
  ///   - margin: what is added to it then.
  public static func above(
    _ measure: String, of arm: String, than other: String, factor: Double = 1, margin: Double = 0
  ) -> Claim {
    let times = factor == 1 ? "" : "\(short(factor)) times "
    let more = margin == 0 ? "" : ", by \(short(margin)) or more"
    return Claim("\(measure): \(arm) above \(times)\(other)\(more)") { result in
      guard let first = result.interval(of: measure, arm: arm),
        let second = result.interval(of: measure, arm: other)
      else { return nil }
      return first.low > second.high * factor + margin
    }
  }

  /// One arm's interval lies wholly below another's.
  public static func below(
    _ measure: String, of arm: String, than other: String, factor: Double = 1
  ) -> Claim {
    let times = factor == 1 ? "" : "\(short(factor)) times "
    return Claim("\(measure): \(arm) below \(times)\(other)") { result in
      guard let first = result.interval(of: measure, arm: arm),
        let second = result.interval(of: measure, arm: other)
      else { return nil }
      return first.high < second.low * factor
    }
  }

  /// A measure is at least a value with a share of the seeds.
  public static func inSeeds(
    _ share: Double, _ measure: String, of arm: String, atLeast value: Double
  ) -> Claim {
    let percent = short(100 * share)
    return Claim("\(arm): \(measure) at least \(short(value)) in \(percent) % of seeds") { result in
      let values = result.values(of: measure, arm: arm)
      guard values.count > 1 else { return nil }
      return Double(values.count { $0 >= value }) >= share * Double(values.count)
    }
  }

  private static func short(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e6 ? "\(Int(value))" : "\(value)"
  }
}
