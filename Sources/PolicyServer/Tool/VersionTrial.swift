internal import Foundation
internal import Policies
internal import Records

/// Two agents evaluated on the same held-out tasks, by the tool, to tell whether one is worse.
struct VersionTrial: Sendable {
  /// What an agent earned on its last try.
  struct Score: Sendable, Equatable {
    /// The interquartile mean, and the lower end of its 95 % interval.
    var mean: Double
    var low: Double
  }

  let tool: ToolProcess
  let family: String
  /// The number of tasks that each agent meets.
  var tasks = 200

  /// The longest that an evaluation may take.
  private static let longest = Duration.seconds(1800)

  /// Evaluates an agent's file.
  func score(_ path: String) async throws(APIError) -> Score {
    let output = try await tool.run(
      ["evaluate", path, "--tasks", "\(tasks)", "--no-record", "--json"], within: Self.longest)
    guard let document = try? JSONValue(parsing: output),
      case .array(let tries) = document["tries"],
      let mean = tries.last?["iqm"]?.double, let low = tries.last?["iqmLow"]?.double
    else { throw APIError(422, "the evaluation of \(path) could not be read") }
    return Score(mean: mean, low: low)
  }

  /// Whether a new agent is no worse than an old one: its mean lies at or above the old one's, or at
  /// least within the old one's interval if that is enough.
  static func isAccepted(_ new: Score, after old: Score, withinInterval: Bool) -> Bool {
    new.mean >= (withinInterval ? old.low : old.mean)
  }
}

extension JSONValue {
  /// The value as a number; nil if it is none.
  fileprivate var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

extension PolicyVersion {
  /// Writes the version's agent to a file of its own: the one that it was read from may be another
  /// version's by now.
  func writeCopy() throws(APIError) -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("foal-\(UUID().uuidString).safetensors").path
    do {
      try Agent(card: card, policy: policy).write(to: path)
    } catch {
      throw APIError(422, "the agent could not be handed to the tool: \(error)")
    }
    return path
  }
}
