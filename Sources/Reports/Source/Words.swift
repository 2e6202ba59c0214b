internal import Charts
internal import Foundation
internal import Records
internal import Schooling

extension Date {
  /// The minute in Greenwich: `2026-11-21 12:05 UTC`.
  var minute: String {
    let style = Date.ISO8601FormatStyle(
      dateSeparator: .dash, dateTimeSeparator: .space, timeSeparator: .colon, timeZone: .gmt)
    return String(
      formatted(style.year().month().day().time(includingFractionalSeconds: false)).dropLast(3))
      + " UTC"
  }

  /// The day in Greenwich: `2026-11-21`.
  var day: String { String(minute.prefix(10)) }
}

extension Chart.Point {
  /// A return with its interval, if it has one.
  var returnText: String {
    guard let low, let high else { return Quantities.shortReturn(y) }
    return Quantities.interval(y, low, high)
  }
}

extension Interval {
  /// The estimate and its interval.
  var text: String { Quantities.interval(estimate, low, high) }
}

extension Evaluation.Attempt {
  /// The interquartile mean and its interval.
  var iqmText: String { Quantities.interval(iqm, iqmLow, iqmHigh) }
  /// The mean and its interval.
  var meanText: String { Quantities.interval(mean, low, high) }
  /// The interquartile mean as a chart's point.
  var point: Chart.Point { Chart.Point(x: Double(`try`), y: iqm, low: iqmLow, high: iqmHigh) }
}

extension Evaluation.Solved {
  /// The median try and its interval; `-` where it is beyond the tries.
  var text: String {
    func shown(_ value: Double?) -> String { value.map { Quantities.significant($0) } ?? "-" }
    return low == nil && high == nil
      ? shown(median) : "\(shown(median)) [\(shown(low)), \(shown(high))]"
  }
}

extension Evaluation {
  /// What the agent is compared with: a key for citing, a name, its tries.
  var controlRows: [(key: String, name: String, tries: [Attempt])] {
    var rows = [
      ("memory-wiped", "memory wiped each try", controls.memoryWiped),
      ("memoryless", "memory wiped each step", controls.memoryless),
      ("random", "random actions", controls.random),
    ]
    if let expert = controls.expert { rows.append(("expert", "an expert", expert)) }
    if let seeker = controls.seeker { rows.append(("seeker", "an expert told no more", seeker)) }
    if let learned = controls.learned {
      let tasks = "\(Quantities.count(learned.tasks)) \(learned.tasks == 1 ? "task" : "tasks")"
      rows.append(("fine-tuned", "fine-tuned (\(tasks))", learned.fineTuned))
      rows.append(("from-scratch", "from scratch (\(tasks))", learned.fromScratch))
    }
    return rows.map { (key: $0.0, name: $0.1, tries: $0.2) }
  }

  /// What was met: `1,000 held-out tasks of cartpole, 3 tries each, seed 0`.
  var tasksText: String {
    "\(Quantities.count(tasks)) \(split) \(tasks == 1 ? "task" : "tasks") of \(family), "
      + "\(tries.count) \(tries.count == 1 ? "try" : "tries") each, seed \(seed)"
  }
}

extension ReportSource.RewardTerm {
  /// What the term adds, with its interval if it has one.
  var text: String {
    guard let low, let high else { return Quantities.significant(mean) }
    return "\(Quantities.significant(mean)) "
      + "[\(Quantities.significant(low)), \(Quantities.significant(high))]"
  }
}

extension String {
  /// The words of a name in camel case or with dashes, apart: `curriculumMoved`, `cartMass`.
  var apart: String {
    reduce(into: "") { text, letter in
      text += letter.isUppercase ? " \(letter.lowercased())" : letter == "-" ? " " : "\(letter)"
    }
  }

  /// The first digits of a hash, enough to know it by.
  var shortHash: String { String(prefix(12)) }
}

extension RunEvent.Kind {
  /// What a mark on a learning curve says of such an event; nil for events that leave no mark.
  var mark: String? {
    switch self {
    case .resumed, .curriculumMoved, .environmentFailed, .triggerFired, .solved, .stopped, .failed,
      .agentPretrainedAgain:
      rawValue.apart
    default: nil
    }
  }
}
