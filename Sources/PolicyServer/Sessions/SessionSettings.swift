internal import Environments
internal import Tensors

/// What a session is opened with.
struct SessionSettings: Sendable {
  var policy: String?
  var version: String?
  var goal: [Float] = []
  var instruction: String?
  var seed: UInt64 = .random(in: 0...UInt64(1) << 53)
  var deterministic = true
  /// The seconds without a request after which the session is given up.
  var timeToLive = 900

  static let timesToLive = 1...86_400
  private static let keys =
    "policy, version, goal, instruction, seed, deterministic and ttl_s"

  init() {}

  init(_ bytes: [UInt8]) throws(APIError) {
    guard !bytes.isEmpty else { return }
    var scanner = JSONScanner(bytes)
    try scanner.object("the body") { (scanner, key) throws(APIError) in
      try read(key, &scanner)
    }
    try scanner.end()
  }

  private mutating func read(_ key: String, _ scanner: inout JSONScanner) throws(APIError) {
    switch key {
    case "policy": policy = try scanner.string(key)
    case "version":
      version =
        try scanner.next() == .number ? "\(try scanner.integer(key))" : try scanner.string(key)
    case "goal":
      goal.removeAll()
      try scanner.floats(key, into: &goal)
    case "instruction": instruction = try scanner.string(key)
    case "seed":
      let value = try scanner.integer(key)
      guard let seed = UInt64(exactly: value) else {
        throw .shape(key, expected: "a whole number from 0", got: "\(value)")
      }
      self.seed = seed
    case "deterministic": deterministic = try scanner.bool(key)
    case "ttl_s":
      timeToLive = try scanner.integer(key)
      guard Self.timesToLive.contains(timeToLive) else {
        throw .shape(key, expected: "1 to 86400 seconds", got: "\(timeToLive)")
      }
    default: throw .shape("the body", expected: Self.keys, got: "\"\(key.prefix(40))\"")
    }
  }

  /// What the session fixes of every observation, in the order in which it lies there.
  func fixedElements(
    of version: PolicyVersion
  ) throws(APIError) -> [(range: Range<Int>, values: [Float])] {
    var fixed: [(range: Range<Int>, values: [Float])] = []
    if !goal.isEmpty {
      guard let part = version.layout.part(named: "goal") else {
        throw APIError(400, "goal: policy \(version.name) has no goals")
      }
      guard goal.count == part.range.count else {
        throw .shape("goal", expected: "\(part.range.count) numbers", got: "\(goal.count)")
      }
      fixed.append((part.range, goal))
    }
    if let instruction {
      fixed.append(try Instruction.elements(of: instruction, for: version))
    }
    fixed.sort { $0.range.lowerBound < $1.range.lowerBound }
    var seen = Array(repeating: Float(0), count: version.layout.sensed)
    for (range, values) in fixed { seen.replaceSubrange(range, with: values) }
    try version.layout.check(seen, from: 0)
    return fixed
  }
}
