internal import Charts
internal import Records

/// What the dashboard reads of an evaluation's document: how an agent did, try by try.
struct RecordedEvaluation: Codable, Sendable {
  /// One try over all tasks, with its 95 % intervals.
  struct Attempt: Codable, Sendable {
    var `try`: Int
    var iqm: Double
    var iqmLow: Double
    var iqmHigh: Double
    var mean: Double
    var low: Double
    var high: Double
  }

  /// The same tasks, met in other ways.
  struct Controls: Codable, Sendable {
    var memoryWiped: [Attempt]
    var random: [Attempt]
    var expert: [Attempt]?
    var seeker: [Attempt]?
    var learned: Learned?
  }

  /// What learning on each task alone brings.
  struct Learned: Codable, Sendable {
    var fineTuned: [Attempt]
    var fromScratch: [Attempt]
  }

  var agent: String
  var family: String
  var split: String
  var tasks: Int
  var seed: UInt64
  var tries: [Attempt]
  var controls: Controls

  /// The tasks in words: `1000 held-out tasks of cartpole`.
  var tasksText: String { "\(tasks) \(split) tasks of \(family)" }

  /// The return of each try, beside what the same tasks bring in other ways; bars if there is one try.
  var chart: Chart {
    var ways = [(agent, tries), ("memory wiped before each try", controls.memoryWiped)]
    if let learned = controls.learned {
      ways += [("fine-tuned", learned.fineTuned), ("from scratch", learned.fromScratch)]
    }
    ways.append(("random actions", controls.random))
    if let expert = controls.expert { ways.append(("expert", expert)) }
    if let seeker = controls.seeker { ways.append(("expert told no more", seeker)) }
    let summary = "How \(agent) does on \(tasksText), try by try."
    let y = Chart.Axis("interquartile mean of returns")
    guard tries.count > 1 else {
      // With one try there is no memory that could be wiped before it.
      let ways = ways.filter { $0.0 != "memory wiped before each try" }
      return Chart(
        summary: summary, x: .init("", scale: .categories(ways.map(\.0))), y: y,
        series: [.bars("return", ways.map { $0.1.first.map { ($0.iqm, $0.iqmLow, $0.iqmHigh) } })])
    }
    return Chart(
      summary: summary, x: .init("try on a task"), y: y,
      series: ways.map { name, attempts in
        .line(
          name,
          attempts.map {
            Chart.Point(x: Double($0.try), y: $0.iqm, low: $0.iqmLow, high: $0.iqmHigh)
          })
      })
  }
}
