internal import Reproductions
internal import Schooling

/// What came of a reproduction, as text.
struct ReproductionText {
  private let system: PublishedSystem
  private let reproduction: Reproduction
  private let result: ReproductionResult

  init(
    _ system: PublishedSystem, _ reproduction: Reproduction, _ result: ReproductionResult
  ) {
    self.system = system
    self.reproduction = reproduction
    self.result = result
  }

  /// The head, the table, the figure, the claims and the verdict.
  func rendered(for stream: StandardStream) -> String {
    let style = stream.style
    let seeds = result.seeds.count == 1 ? "1 seed" : "\(result.seeds.count) seeds"
    let form = result.effort == .quick ? ", quick form" : ""
    let seconds = Quantities.time(.seconds(result.seconds))
    return """
      \(style.bold(system.title)), \(reproduction.scope.rawValue) (\(seeds)\(form), \(seconds))
      \(system.source)
      \(reproduction.summary)

      \(table.rendered(style: style, limit: stream.tableLimit))
      \(figure(for: stream))\(claims(style))
      """
  }

  private var table: Table {
    let mean = result.seeds.count > 1 ? "IQM [95 %]" : "of one seed"
    var table = Table([.left("measure"), .left("arm"), .left(mean), .left("published")])
    for (index, measure) in reproduction.measures.enumerated() {
      let arms = reproduction.arms.filter {
        !result.values(of: measure.name, arm: $0.name).isEmpty
      }
      if index > 0, !arms.isEmpty { table.appendRule() }
      for (row, arm) in arms.enumerated() {
        table.append([
          row == 0 ? measure.name : "", "\(arm.name) (\(arm.role.rawValue))",
          value(of: measure, arm), row == 0 ? measure.published ?? "-" : "",
        ])
      }
    }
    return table
  }

  private func value(of measure: Measure, _ arm: Arm) -> String {
    let shown = Quantities.significant
    if let interval = result.interval(of: measure.name, arm: arm.name) {
      return
        "\(shown(interval.estimate)) [\(shown(interval.low)), \(shown(interval.high))]"
    }
    return result.estimate(of: measure.name, arm: arm.name).map(shown) ?? "-"
  }

  private func figure(for stream: StandardStream) -> String {
    guard !result.seeds.isEmpty else { return "" }
    let columns = min(100, stream.columns)
    return reproduction.chart(of: result).terminal(columns: columns, style: stream.style) + "\n"
  }

  private func claims(_ style: Style) -> String {
    var lines = ""
    for claim in reproduction.claims(result.effort) {
      let mark =
        switch result.verdict(on: claim) {
        case .holds: style.paint("✓", .green)
        case .fails: style.paint("✗", .red)
        case .undecided: "?"
        }
      lines += "\(mark) \(claim.text)\n"
    }
    let verdict = reproduction.verdict(on: result)
    return lines + style.bold("\(system.name) \(verdict.words)") + "\n"
  }
}

extension Claim.Verdict {
  /// The verdict on a whole reproduction in words.
  var words: String {
    switch self {
    case .holds: "passes: every claim holds"
    case .fails: "fails"
    case .undecided: "is undecided: intervals need two seeds, better five"
    }
  }
}

/// What `foal reproduce --json` prints.
struct ReproductionDocument: Encodable {
  let number: Int
  let name: String
  let title: String
  let source: String
  let scope: Reproduction.Scope
  let effort: Effort
  let seeds: [UInt64]
  let seconds: Double
  let verdict: String
  let claims: [Statement]
  let measures: [Row]
  let figure: Chart
  let run: String?

  struct Statement: Encodable {
    let text: String
    let verdict: Claim.Verdict
  }

  struct Row: Encodable {
    let measure: String
    let published: String?
    let arm: String
    let role: Arm.Role
    /// Interquartile mean and interval; nil for fewer than two seeds.
    let interval: Interval?
    /// One value a seed.
    let values: [Double]
  }

  init(
    _ system: PublishedSystem, _ reproduction: Reproduction, _ result: ReproductionResult,
    run: String?
  ) {
    number = system.number
    name = system.name
    title = system.title
    source = system.source
    scope = reproduction.scope
    effort = result.effort
    seeds = result.seeds
    seconds = result.seconds
    let whole = reproduction.verdict(on: result)
    verdict = whole == .holds ? "passes" : whole.rawValue
    claims = reproduction.claims(result.effort).map {
      Statement(text: $0.text, verdict: result.verdict(on: $0))
    }
    measures = reproduction.measures.flatMap { measure in
      reproduction.arms.compactMap { arm in
        let values = result.values(of: measure.name, arm: arm.name)
        guard !values.isEmpty else { return nil }
        return Row(
          measure: measure.name, published: measure.published, arm: arm.name, role: arm.role,
          interval: result.interval(of: measure.name, arm: arm.name), values: values)
      }
    }
    figure = reproduction.chart(of: result)
    self.run = run
  }
}
