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

  /// The return of each try, beside what the same tasks bring in other ways.
  var chart: Chart {
    func line(_ name: String, _ attempts: [Attempt]) -> Chart.Series {
      .line(
        name,
        attempts.map {
          Chart.Point(x: Double($0.try), y: $0.iqm, low: $0.iqmLow, high: $0.iqmHigh)
        })
    }
    var series = [line(agent, tries), line("memory wiped before each try", controls.memoryWiped)]
    if let learned = controls.learned {
      series.append(line("fine-tuned", learned.fineTuned))
      series.append(line("from scratch", learned.fromScratch))
    }
    series.append(line("random actions", controls.random))
    if let expert = controls.expert { series.append(line("expert", expert)) }
    return Chart(
      title: "",
      summary: "How \(agent) does on \(tasksText), try by try.",
      x: .init("try on a task"), y: .init("interquartile mean of returns"), series: series)
  }
}
