internal import Charts
internal import Records
internal import Schooling

extension FieldBuilder {
  /// The learning curves of the return, annotated, and in sentences.
  var learningCurve: Part? {
    let shown = source.curves.filter { $0.metric.hasPrefix("return/try-") }
    let curves = shown.isEmpty ? source.curves.filter { $0.metric == "return" } : shown
    let means = curves.map { (curve: $0, mean: MeanCurve($0)) }.filter { !$0.mean.points.isEmpty }
    guard let longest = means.map(\.mean.points.count).max(), longest > 1 else { return nil }
    // Of many tries the first and the last tell most.
    let told = means.count > 3 ? [means[0], means[means.count - 1]] : means
    let seeds = source.runs.count
    let average = seeds == 1 ? "" : ", mean of \(seeds) seeds"
    let chart = Chart(
      title: "Return while learning", x: .init("environment steps"), y: .init("return"),
      series: told.map { .line(Self.name($0.curve.metric) + average, $0.mean.points) },
      marks: marks, levels: levels, bandLabel: "95 % interval over \(seeds) seeds")
    let ends = told.count > 1 ? [told[0], told[told.count - 1]] : told
    var sentences = ends.flatMap { stretches(of: $0.mean, Self.name($0.curve.metric)) }
    if seeds == 1 { sentences.append("One seed: there is no band, and another seed may differ.") }
    sentences += source.events.filter { $0.kind.mark != nil && $0.environmentStep != nil }.map {
      "At step \(Quantities.readable(Double($0.environmentStep ?? 0))): \($0.message)"
        + (seeds == 1 ? "." : " (\(source.run.name)).")
    }
    return .chart(chart, sentences: sentences, source: trainingOrigin)
  }

  /// The learning curve and the tries, to be drawn small.
  var glance: [Chart] {
    var charts: [Chart] = []
    if case .chart(let chart, _, _)? = learningCurve { charts.append(chart) }
    if let main = source.mainEvaluation, case .chart(var chart, _, _)? = triesCurve(main) {
      chart.title = "Return on each try"
      let shown = ["the agent", "memory wiped each try", "random actions", "an expert"]
      chart.series = chart.series.filter { shown.contains($0.name) }
      charts.append(chart)
    }
    return charts
  }

  private static func name(_ metric: String) -> String {
    metric == "return" ? "return" : "return on " + metric.dropFirst(7).replacing("-", with: " ")
  }

  private func stretches(of mean: MeanCurve, _ name: String) -> [String] {
    CurveSegments.find(in: mean.points).map { $0.sentence(of: name) }
  }

  /// What happened while the run learned.
  private var marks: [Chart.Mark] {
    source.events.compactMap { event in
      guard let label = event.kind.mark, let step = event.environmentStep else { return nil }
      return Chart.Mark(label, at: Double(step))
    }
  }

  /// The level at which a try counts as solved.
  var levels: [Chart.Mark] {
    source.environment?.solvedReturn.map {
      [Chart.Mark("solved: \(Quantities.significant($0))", at: $0)]
    } ?? []
  }

  /// What tells whether the learning itself is sound: small, side by side.
  var trainingHealth: Part? {
    let shown = [
      ("policy/entropyNats", "Entropy of the policy", "nats"),
      ("policy/divergenceNats", "Change of the policy an update", "nats"),
      ("policy/clippedShare", "Share of clipped samples", nil),
      ("loss/value", "Loss of the value", nil), ("gradient/norm", "Length of the gradient", nil),
      ("loss/policy", "Loss of the policy", nil),
    ]
    let charts = shown.compactMap { metric, title, unit -> Chart? in
      guard let curve = source.curves.first(where: { $0.metric == metric }) else { return nil }
      let points = MeanCurve(curve).points
      guard points.count > 1 else { return nil }
      return Chart(
        title: title, x: .init("steps"), y: .init("", unit: unit),
        series: [.line(title, points)], marks: marks.map { Chart.Mark("", at: $0.value) })
    }
    return charts.isEmpty ? nil : .charts(charts, source: trainingOrigin)
  }

  /// Which tasks were met, where a curriculum chose them.
  private var tasksMet: Part? {
    var curves: [String: [Chart.Point]] = [:]
    for curve in source.curves { curves[curve.metric] = MeanCurve(curve).points }
    let charts = Chart.curriculum(curves, marks: marks.map { Chart.Mark("", at: $0.value) })
    return charts.isEmpty ? nil : .charts(charts, source: trainingOrigin)
  }

  var algorithmicDetails: [Part] {
    let run = source.run
    var parts: [Part] = [
      .pairs([
        Pair("algorithm", run.algorithm), Pair("command", "foal \(run.command) \(run.task)"),
        Pair("steps", Quantities.count(run.steps)),
        Pair("seeds", source.seeds.map { "\($0)" }.joined(separator: ", ")),
        Pair("Foal", run.foalVersion),
        Pair("agent", source.lastAgent.map { "\($0.path), SHA-256 \($0.sha256)" } ?? "none kept"),
      ])
    ]
    if let trainingHealth { parts.append(trainingHealth) }
    if let tasksMet { parts.append(tasksMet) }
    if !source.configuration.isEmpty {
      parts.append(.text("Settings:"))
      parts.append(.pairs(source.configuration.map { Pair($0.name, $0.value) }))
    }
    return parts
  }

  var rewardDetails: [Part] {
    let terms = source.rewardTerms
    guard !terms.isEmpty else { return wholeReward }
    let chart = Chart(
      title: "Return by reward term", x: .init("term", scale: .categories(terms.map(\.name))),
      y: .init("return of a try"),
      series: [.bars("return", terms.map { ($0.mean, $0.low, $0.high) })],
      bandLabel: "95 % interval over \(source.runs.count) seeds")
    let total = terms.reduce(0) { $0 + $1.mean }
    let largest = terms.max { $0.mean.magnitude < $1.mean.magnitude }
    let sentence = largest.map {
      "The terms add up to \(Quantities.significant(total)); the largest is \($0.name), "
        + "\($0.text)."
    }
    return [.chart(chart, sentences: sentence.map { [$0] } ?? [], source: trainingOrigin)]
  }

  /// The reward of an environment that gives it as one number: one term, which is all of it.
  private var wholeReward: [Part] {
    let text = Part.text(
      "Reward by term: the environment gives its reward as one number, not as a sum of terms, so "
        + "the only term is the whole reward.")
    var rows: [[Cell]] = []
    if let curve = source.curves.first(where: { $0.metric == Metric.returnName }),
      let last = MeanCurve(curve).points.last
    {
      rows.append(["whole reward", "at the end of the training", Cell(last.returnText)])
    }
    if let last = source.mainEvaluation?.evaluation.tries.last {
      rows.append(["whole reward", "evaluation, try \(last.try)", Cell(last.meanText)])
    }
    guard !rows.isEmpty else { return [text] }
    return [
      text,
      .table(
        Table(
          "Return by reward term",
          [("term", false), ("measured in", false), ("mean return of a try", true)], rows),
        source: ([trainingOrigin] + (source.mainEvaluation.map { [origin($0)] } ?? []))
          .joined(separator: "; ")),
    ]
  }

  var environmentDetails: [Part] {
    guard let environment = source.environment else {
      return [.text("Nothing is recorded of \(source.run.task) but its name.")]
    }
    var pairs = [
      Pair(environment.isFamily ? "family" : "environment", source.run.task),
      Pair("task", environment.summary), Pair("origin", environment.origin),
      Pair("the agent sees", environment.observations), Pair("it does", environment.actions),
      Pair("step limit", environment.stepLimit.map(Quantities.count) ?? "none"),
    ]
    if let solved = environment.solvedReturn {
      pairs.append(Pair("solved at a return of", Quantities.significant(solved)))
    }
    pairs += [
      Pair("return of random actions", Quantities.significant(environment.randomReturn)),
      Pair("return of reference", Quantities.significant(environment.referenceReturn)),
    ]
    return [.pairs(pairs)]
  }
}
