internal import Foundation
public import Records
public import Schooling

/// The triggers of one agent, as they are kept with it: a file of JSON.
public struct TriggerSet: Sendable, Hashable, Codable {
  /// The triggers, in the order in which they are shown.
  public var triggers: [Trigger]

  /// Makes a set.
  public init(_ triggers: [Trigger]) {
    self.triggers = triggers
  }

  /// Triggers for an agent whose last returns spread as the last quarter of these: a fall of the
  /// return by a spread and a half over ten readings, one observation in a hundred that is invalid,
  /// 90 days without a look, and a drift of anything that it saw or did when it was trained.
  public static func standard(
    returns: [Double], experience: Experience? = nil
  ) -> TriggerSet {
    let recent = returns.filter(\.isFinite).suffix(max(1, min(200, returns.count / 4)))
    let mean = recent.reduce(0) { $0 + $1 / Double(recent.count) }
    let variance = recent.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / Double(recent.count) }
    let spread = max(variance.squareRoot(), 0.02 * mean.magnitude, 1e-3)
    func rounded(_ value: Double) -> Double {
      let step = pow(10, log10(value).rounded(.down) - 1)
      return (value / step).rounded() * step
    }
    return TriggerSet(
      [
        .returnFalls(
          PageHinkley(tolerance: rounded(spread / 2), threshold: rounded(15 * spread), window: 200)),
        .inputInvalid(InvalidInputRate()), .reportOverdue(Cadence(days: 90)),
      ]
        + (experience?.inputs ?? []).map { input in
          .inputDrifts(PopulationStability(input: input.name, reference: input.histogram))
        })
  }

  /// The standard triggers of a run's agent.
  public static func standard(for run: Run, in store: RunStore) throws -> TriggerSet {
    let last = try store.experiences(of: run).last
    return standard(
      returns: try store.metrics(of: run, named: Metric.returnName).map(\.value),
      experience: try last?.document.decoded(as: Experience.self))
  }

  /// Reads a set from a file's content.
  /// - Throws: ``ReportError`` that names the file and what is wrong in it.
  public init(parsing content: [UInt8], path: String) throws(ReportError) {
    do {
      self = try JSONDecoder().decode(TriggerSet.self, from: Data(content))
    } catch let error as DecodingError {
      throw .unreadable(path: path, reason: error.reason)
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
    if let reason = triggers.lazy.compactMap(\.defect).first {
      throw .unreadable(path: path, reason: reason)
    }
  }

  /// The set as a file's content.
  public var content: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Triggers are made of strings and finite numbers, which can always be encoded.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? ""
  }
}

extension Trigger {
  /// What is wrong with a trigger's settings; nil if they are in their ranges.
  var defect: String? {
    guard threshold.isFinite, threshold >= 0 else { return "the threshold of \(name) is below 0" }
    let window =
      switch self {
      case .returnFalls(let test): test.window
      case .inputDrifts(let test): test.window
      case .inputInvalid(let test): test.window
      case .reportOverdue: 1
      }
    return window >= 1 ? nil : "the window of \(name) is below 1"
  }
}

extension DecodingError {
  /// What is wrong, and where, in a line.
  var reason: String {
    func place(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch self {
    case .keyNotFound(let key, let context):
      let parent = place(context.codingPath)
      return "\(parent.isEmpty ? "" : "\(parent): ")\"\(key.stringValue)\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      let path = place(context.codingPath)
      return "\(path.isEmpty ? "it" : path) is not of the right kind"
    case .dataCorrupted(let context):
      let path = place(context.codingPath)
      return path.isEmpty ? "it is not JSON" : "\(path): \(context.debugDescription)"
    @unknown default: return "\(self)"
    }
  }
}
