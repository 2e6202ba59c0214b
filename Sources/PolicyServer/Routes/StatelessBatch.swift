internal import Environments
internal import Policies
internal import Tensors

/// Many observations at once, each with all that it needs, and each with a reply or an error of its
/// own.
struct StatelessBatch: Sendable {
  /// One observation. What is left out is as at the start of a task.
  private struct Item: Sendable {
    var observation: [Float] = []
    var memory: [Float] = []
    var mask: [Float] = []
    var lastAction: [Float] = []
    var lastReward: Float?
    var rewarded: [Float] = []
    var beginsTry: Bool?
  }

  private var policy: String?
  private var version: String?
  private var deterministic = true
  private var seed: UInt64 = 0
  private var items: [Result<Item, APIError>] = []

  /// The most items of a request.
  private static let mostItems = 4096

  init(_ bytes: [UInt8]) throws(APIError) {
    var scanner = JSONScanner(bytes)
    try scanner.object("the body") { (scanner, key) throws(APIError) in
      switch key {
      case "policy": policy = try scanner.string(key)
      case "version":
        version =
          try scanner.next() == .number ? "\(try scanner.integer(key))" : try scanner.string(key)
      case "deterministic": deterministic = try scanner.bool(key)
      case "seed":
        let value = try scanner.integer(key)
        guard let seed = UInt64(exactly: value) else {
          throw .shape(key, expected: "a whole number from 0", got: "\(value)")
        }
        self.seed = seed
      case "items":
        items = []
        try scanner.array(key) { (scanner) throws(APIError) in try takeItem(&scanner) }
      default:
        throw .shape(
          "the body", expected: "policy, version, deterministic, seed and items",
          got: "\"\(key.prefix(40))\"")
      }
    }
    try scanner.end()
  }

  /// Reads an item; one of wrong shape keeps its place, with its error.
  private mutating func takeItem(_ scanner: inout JSONScanner) throws(APIError) {
    guard items.count < Self.mostItems else {
      throw APIError(400, "items: at most \(Self.mostItems) are taken")
    }
    var whole = scanner
    try whole.skip()
    do throws(APIError) {
      items.append(.success(try Self.item(&scanner)))
    } catch {
      items.append(.failure(error))
    }
    scanner = whole
  }

  private static func item(_ scanner: inout JSONScanner) throws(APIError) -> Item {
    var item = Item()
    try scanner.object("item") { (scanner, key) throws(APIError) in
      switch key {
      case "observation":
        item.observation.removeAll()
        try scanner.floats(key, into: &item.observation)
      case "memory":
        item.memory.removeAll()
        try scanner.floats(key, into: &item.memory)
      case "mask":
        item.mask.removeAll()
        try scanner.floats(key, into: &item.mask)
      case "last_action":
        item.lastAction.removeAll()
        if try scanner.next() == .number {
          item.lastAction.append(try scanner.float(key))
        } else {
          try scanner.floats(key, into: &item.lastAction)
        }
      case "last_reward": item.lastReward = try scanner.null() ? nil : try scanner.float(key)
      case "rewarded":
        item.rewarded.removeAll()
        try scanner.floats(key, into: &item.rewarded)
      case "begins_try": item.beginsTry = try scanner.bool(key)
      default:
        throw .shape(
          "item",
          expected:
            "observation, memory, mask, last_action, last_reward, rewarded and begins_try",
          got: "\"\(key.prefix(40))\"")
      }
    }
    return item
  }

  /// Decides for all items in one pass.
  func reply(_ core: ServerCore) throws(APIError) -> RouteReply {
    let version = try core.policies.version(policy, version)
    var random = RandomStream(seed: seed).split("batch")
    var rows = Policy.Rows()
    var errors: [APIError?] = []
    for item in items {
      do throws(APIError) {
        try append(try item.get(), to: &rows, for: version, &random)
        errors.append(nil)
      } catch {
        errors.append(error)
      }
    }
    var decisions = rows.count == 0 ? [] : StepDecision.all(rows, by: version)
    if rows.count > 0 { core.metrics.countPass(steps: rows.count) }
    decisions.reverse()
    return RouteReply { text in
      text.member("policy", version.name)
      text.member("policy_version", version.label)
      text.key("results")
      text.array { text in
        for error in errors {
          text.result(error == nil ? decisions.removeLast() : nil, or: error)
        }
      }
    }
  }

  private func append(
    _ item: Item, to rows: inout Policy.Rows, for version: PolicyVersion,
    _ random: inout RandomStream
  ) throws(APIError) {
    let layout = version.layout
    let seen = try layout.environmentPart(item.observation, fixed: [])
    let history = try Self.history(of: item, version)
    let memory =
      item.memory.isEmpty ? Array(repeating: 0, count: version.memoryWidth) : item.memory
    guard memory.count == version.memoryWidth else {
      throw .shape("memory", expected: "\(version.memoryWidth) numbers", got: "\(memory.count)")
    }
    var mask = item.mask
    if version.policy.actionSpace.isMasked {
      if mask.isEmpty { mask = Array(repeating: 1, count: layout.actionCount) }
      guard mask.count == layout.actionCount, mask.allSatisfy({ $0 == 0 || $0 == 1 }),
        mask.contains(1)
      else {
        throw .shape(
          "mask", expected: "\(layout.actionCount) numbers 0 or 1, one of them 1",
          got: "\(mask.count)")
      }
    } else if !mask.isEmpty {
      throw APIError(400, "mask: policy \(version.name) has no masks")
    }
    rows.observations += seen + history
    rows.memory += memory
    rows.masks += mask
    for _ in 0..<version.chanceCount {
      rows.chances.append(
        deterministic ? 0 : version.isDiscrete ? random.uniform() : random.normal())
    }
    rows.greedy.append(deterministic)
  }

  /// What the policy sees of the past.
  private static func history(
    of item: Item, _ version: PolicyVersion
  ) throws(APIError) -> [Float] {
    let layout = version.layout
    guard layout.trials.showsHistory else { return [] }
    var action = Array(repeating: Float(0), count: layout.actionCount)
    if version.isDiscrete, item.lastAction.count == 1 {
      guard let index = Int(exactly: item.lastAction[0]), action.indices.contains(index) else {
        throw .shape(
          "last_action", expected: "0 to \(layout.actionCount - 1)", got: "\(item.lastAction[0])")
      }
      action[index] = 1
    } else if !item.lastAction.isEmpty {
      guard item.lastAction.count == layout.actionCount, !version.isDiscrete else {
        throw .shape(
          "last_action", expected: "an action of the policy",
          got: "\(item.lastAction.count) numbers")
      }
      action = item.lastAction
    }
    guard item.lastAction.isEmpty || item.lastReward != nil || !layout.showsReward else {
      throw APIError(
        400, "last_reward: the policy sees the reward of its last action, which is missing")
    }
    let begins = item.beginsTry ?? item.lastAction.isEmpty
    var moment = item.rewarded
    if moment.isEmpty { moment = Array(repeating: 0, count: layout.momentCount) }
    guard moment.count == layout.momentCount else {
      throw .shape("rewarded", expected: "\(layout.momentCount) numbers", got: "\(moment.count)")
    }
    return moment + action + [layout.trials.showsReward ? item.lastReward ?? 0 : 0, begins ? 1 : 0]
  }
}

extension JSONText {
  fileprivate mutating func result(_ decision: StepDecision??, or error: APIError?) {
    if let error { return raw(error.message(withStatus: true)) }
    guard let decision = decision.flatMap({ $0 }) else {
      let error = APIError(400, "observation: the policy gives numbers that are not finite")
      return raw(error.message(withStatus: true))
    }
    object { text in
      text.member("action", decision.action)
      text.member("log_prob", decision.logProbability)
      text.member("value", decision.value)
      if !decision.memory.isEmpty { text.member("memory", decision.memory) }
    }
  }
}
