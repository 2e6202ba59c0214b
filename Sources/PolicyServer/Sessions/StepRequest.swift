internal import Environments
internal import Policies

/// What a client sends for one step: what it sees now, and what the last action led to.
struct StepRequest: Sendable {
  var step = -1
  var observation: [Float] = []
  /// The reward of the action before; nil if it is not known, which is not 0.
  var reward: Float?
  var terminated = false
  var truncated = false
  /// 1 for each allowed action; empty if nothing was said.
  var mask: [Float] = []

  private static let keys = "step, observation, reward, terminated, truncated and mask"

  init(_ bytes: [UInt8]) throws(APIError) {
    var scanner = JSONScanner(bytes)
    try scanner.object("the body") { (scanner, key) throws(APIError) in
      try read(key, &scanner)
    }
    try scanner.end()
    guard step >= 0 else {
      throw .shape(
        "step", expected: "a whole number from 0", got: step == -1 ? "nothing" : "\(step)")
    }
    guard !(terminated && truncated) else {
      throw APIError(400, "a try is terminated or truncated, not both")
    }
  }

  private mutating func read(_ key: String, _ scanner: inout JSONScanner) throws(APIError) {
    switch key {
    case "step": step = try scanner.integer(key)
    case "observation":
      observation.removeAll()
      try scanner.floats(key, into: &observation)
    case "reward": reward = try scanner.null() ? nil : try scanner.float(key)
    case "terminated": terminated = try scanner.bool(key)
    case "truncated": truncated = try scanner.bool(key)
    case "mask":
      mask.removeAll()
      try scanner.floats(key, into: &mask)
    default: throw .shape("the body", expected: Self.keys, got: "\"\(key.prefix(40))\"")
    }
  }

  /// Whether the try ended with the observation.
  var endsTry: Bool { terminated || truncated }

  /// The mask as the policy takes it, `[actions]`; empty if the policy is not masked.
  func mask(for version: PolicyVersion) throws(APIError) -> [Float] {
    let count = version.layout.actionCount
    guard version.policy.actionSpace.isMasked else {
      guard mask.isEmpty else { throw APIError(400, "mask: policy \(version.name) has no masks") }
      return []
    }
    if mask.isEmpty { return Array(repeating: 1, count: count) }
    guard mask.count == count, mask.allSatisfy({ $0 == 0 || $0 == 1 }), mask.contains(1) else {
      throw .shape("mask", expected: "\(count) numbers 0 or 1, one of them 1", got: "\(mask.count)")
    }
    return mask
  }
}

/// What a session's step led to.
struct StepReply: Sendable, Equatable {
  var step: Int
  /// What to do; nil for an observation that ended a try.
  var decision: StepDecision?
  /// The number of the try, from 0.
  var trial: Int
  var version: String

  /// The reply's body.
  var json: String {
    var text = JSONText()
    text.object { text in
      text.member("action", decision?.action)
      text.member("log_prob", decision?.logProbability)
      text.member("value", decision?.value)
      text.member("policy_version", version)
      text.member("step", step)
      text.member("trial", trial)
    }
    return text.text
  }
}
