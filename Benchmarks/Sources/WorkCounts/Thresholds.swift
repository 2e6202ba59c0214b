import Foundation

/// The committed file of what work may take.
struct Thresholds: Codable {
  /// What one piece of work may take each time.
  struct Limit: Codable {
    var allocations: Int
    var instructions: Int
  }

  /// How many more allocations than its limit a piece of work may make, each time: pools and lists
  /// grow now and then.
  var allocationTolerance: Double
  /// How many more instructions than its limit a piece of work may take, as a share of the limit.
  var instructionTolerance: Double
  var work: [String: Limit]

  init(reading path: String) throws {
    self = try JSONDecoder().decode(
      Thresholds.self, from: Data(contentsOf: URL(filePath: path)))
  }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(filePath: path))
  }

  /// Whether a count is within its limit; one that is not there has none to keep.
  func allows(allocations count: Double?, of limit: Limit) -> Bool {
    (count ?? 0) <= Double(limit.allocations) + allocationTolerance
  }

  func allows(instructions count: Double?, of limit: Limit) -> Bool {
    (count ?? 0) <= Double(limit.instructions) * (1 + instructionTolerance)
  }
}
