/// A request to let an agent meet a task that Foal has, and what the tool is told for it.
struct AdaptRequest: Sendable {
  var policy: String?
  var version: String?
  var task: String?
  var tries = 10
  var way = "in-context"
  var seed = 0

  private static let ways = ["in-context", "fine-tuned", "from-scratch"]
  private static let mostTries = 1000

  init(_ bytes: [UInt8]) throws(APIError) {
    var scanner = JSONScanner(bytes)
    try scanner.object("the body") { (scanner, key) throws(APIError) in
      try read(key, &scanner)
    }
    try scanner.end()
    guard let task, Self.isName(task) else {
      throw .shape(
        "task", expected: "an environment or FAMILY:NUMBER",
        got: task.map { "\"\($0.prefix(40))\"" } ?? "nothing")
    }
    guard (1...Self.mostTries).contains(tries) else {
      throw .shape("tries", expected: "1 to \(Self.mostTries)", got: "\(tries)")
    }
    guard Self.ways.contains(way) else {
      throw .shape(
        "way", expected: Self.ways.joined(separator: ", "), got: "\"\(way.prefix(40))\"")
    }
    guard seed >= 0 else {
      throw .shape("seed", expected: "a whole number from 0", got: "\(seed)")
    }
  }

  private mutating func read(_ key: String, _ scanner: inout JSONScanner) throws(APIError) {
    switch key {
    case "policy": policy = try scanner.string(key)
    case "version":
      version =
        try scanner.next() == .number ? "\(try scanner.integer(key))" : try scanner.string(key)
    case "task": task = try scanner.string(key)
    case "tries": tries = try scanner.integer(key)
    case "way": way = try scanner.string(key)
    case "seed": seed = try scanner.integer(key)
    default:
      throw .shape(
        "the body", expected: "policy, version, task, tries, way and seed",
        got: "\"\(key.prefix(40))\"")
    }
  }

  /// Whether a task is named and not a file: letters, digits and dashes, a number behind a colon.
  private static func isName(_ task: String) -> Bool {
    let parts = task.split(separator: ":", omittingEmptySubsequences: false)
    let name = parts[0].utf8
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return parts.count <= 2 && (1...60).contains(name.count)
      && name.first.map(letters.contains) == true
      && name.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "-") }
      && (parts.count == 1
        || (1...9).contains(parts[1].count) && parts[1].utf8.allSatisfy(digits.contains))
  }

  /// What the tool is told.
  /// - Parameter agent: the agent's file.
  func arguments(agent: String) -> [String] {
    guard let task else { return [] }
    return [
      "adapt", agent, task, "--tries", "\(tries)", "--way", way, "--seed", "\(seed)", "--no-record",
      "--json",
    ]
  }
}
