internal import Environments
internal import Foundation
internal import Schooling

/// The demonstration's results as text.
struct DemoText {
  private let comparison: Comparison
  private let stream: StandardStream
  private var style: Style { stream.style }

  init(_ comparison: Comparison, _ stream: StandardStream) {
    self.comparison = comparison
    self.stream = stream
  }

  /// Says what is about to be done.
  static func introduction(
    _ agent: Agent, tasks: Int, budget: Int, _ stream: StandardStream
  ) -> String {
    let text =
      "The agent \(stream.style.bold(agent.card.name)) was pretrained on cart-poles of many "
      + "gravities, masses, lengths and forces. It now meets \(Quantities.count(tasks)) that it "
      + "has never seen, the first of them Gymnasium's CartPole-v1, beside the same agent "
      + "fine-tuned on each and the same network from scratch, with up to "
      + "\(Quantities.count(budget)) tries on each. In brackets: 95 % intervals over the tasks."
    return text.wrapped(toColumns: min(stream.columns, 80)) + "\n"
  }

  /// The table, the plot and what they say.
  var text: String {
    """

    \(returns.rendered(style: style))
    \(solved.rendered(style: style))
    \(chart.terminal(columns: min(stream.columns, 80), rows: 12, style: style))
    \(conclusion.wrapped(toColumns: min(stream.columns, 80)))
    Next: foal watch cartpole cartpole-v1

    """
  }

  private var returns: Table {
    let count = comparison.ways.first?.tries.count ?? 0
    let shown = [1, 2, 3, 5].filter { $0 <= count }
    var table = Table([.left("mean return")] + shown.map { .left("try \($0)") })
    for row in comparison.ways {
      table.append(
        [row.way.words]
          + shown.map {
            let attempt = row.tries[$0 - 1]
            return Quantities.interval(attempt.mean, attempt.low, attempt.high)
          })
    }
    return table
  }

  private var solved: Table {
    var table = Table([
      .left("475 balanced"), .left("median try"), .right("not in \(budget) tries"),
    ])
    for row in comparison.ways {
      let unsolved = 100 * Double(row.solvedAtTry.unsolved) / Double(comparison.tasks)
      table.append([
        row.way.words, row.solvedAtTry.words(budget: row.budget),
        "\(Quantities.fixed(unsolved, decimals: 0)) % of tasks",
      ])
    }
    return table
  }

  private var budget: String { Quantities.count(comparison.ways.first?.budget ?? 0) }

  private var chart: Chart {
    Chart(
      x: .init("try on a task never seen before"),
      y: .init("mean return", unit: "steps balanced"),
      series: comparison.ways.map { row in
        .line(
          row.way.words,
          row.tries.map {
            Chart.Point(x: Double($0.try), y: $0.mean, low: $0.low, high: $0.high)
          })
      })
  }

  private var conclusion: String {
    guard let inContext = comparison.ways.first(where: { $0.way == .inContext }),
      let scratch = comparison.ways.first(where: { $0.way == .fromScratch })
    else { return "" }
    let needed =
      scratch.solvedAtTry.median.map { "needs \(Quantities.significant($0)) tries" }
      ?? "needs more than \(budget) tries"
    guard let median = inContext.solvedAtTry.median else {
      return "The agent does not solve the median cart-pole that it has never seen in \(budget) "
        + "tries; the same network from scratch \(needed)."
    }
    let tries = median == 1 ? "1 try" : "\(Quantities.significant(median)) tries"
    return "Pretraining bought this: the agent solves the median cart-pole that it has never seen "
      + "(475 steps balanced) in \(tries), without changing a weight; the same network from "
      + "scratch \(needed)."
  }
}
