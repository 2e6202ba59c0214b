/// What a client sends to begin a new try: what the last action of the old one led to, if that is
/// not said yet.
struct TrialRequest: Sendable {
  /// The reward of the last action; nil if it is not known or was given already.
  var reward: Float?
  /// How the old try ended.
  var ending = TryRecord.Ending.open

  init(_ bytes: [UInt8]) throws(APIError) {
    guard !bytes.isEmpty else { return }
    var scanner = JSONScanner(bytes)
    var reward: Float?
    try scanner.object("the body") { (scanner, key) throws(APIError) in
      switch key {
      case "reward": reward = try scanner.null() ? nil : try scanner.float(key)
      case "terminated": if try scanner.bool(key) { ending = .terminated }
      case "truncated": if try scanner.bool(key) { ending = .truncated }
      default:
        throw .shape(
          "the body", expected: "reward, terminated and truncated", got: "\"\(key.prefix(40))\"")
      }
    }
    try scanner.end()
    self.reward = reward
  }
}

/// A reward that comes apart from a step, for example from a person.
struct Feedback: Sendable {
  var step = -1
  var reward: Float = 0
  /// Who or what says so.
  var source = ""

  private static let longestSource = 100

  init(_ bytes: [UInt8]) throws(APIError) {
    var scanner = JSONScanner(bytes)
    var given: Float?
    try scanner.object("the body") { (scanner, key) throws(APIError) in
      switch key {
      case "step": step = try scanner.integer(key)
      case "reward": given = try scanner.float(key)
      case "source": source = try scanner.string(key)
      default:
        throw .shape(
          "the body", expected: "step, reward and source", got: "\"\(key.prefix(40))\"")
      }
    }
    try scanner.end()
    guard step >= 0 else {
      throw .shape("step", expected: "a whole number from 0", got: "\(step)")
    }
    guard let given else { throw .shape("reward", expected: "a number", got: "nothing") }
    guard source.count <= Self.longestSource else {
      throw .shape("source", expected: "up to 100 characters", got: "\(source.count)")
    }
    reward = given
  }
}
