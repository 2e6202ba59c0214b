/// An observation to decide on without a session, with what is remembered.
public struct BatchItem: Sendable, Equatable, Codable {
  /// What is seen, flat.
  public var observation: [Float]
  /// What the last reply gave; empty at first if nil.
  public var memory: [Float]?
  /// 1 for each action that is allowed, for an agent with masks.
  public var mask: [Float]?
  /// The action before, if there was one.
  public var lastAction: Action?
  /// What that action earned; nil if it is not known, which is not 0.
  public var lastReward: Float?
  /// What an agent that remembers such moments is shown of the last rewarded one: what was seen then, as
  /// far as it is remembered, and the action that led there. None yet if nil.
  public var rewarded: [Float]?
  /// Whether a try begins; if nil, where there was no action before.
  public var beginsTry: Bool?

  public init(
    observation: [Float], memory: [Float]? = nil, mask: [Float]? = nil,
    lastAction: Action? = nil, lastReward: Float? = nil, rewarded: [Float]? = nil,
    beginsTry: Bool? = nil
  ) {
    self.observation = observation
    self.memory = memory
    self.mask = mask
    self.lastAction = lastAction
    self.lastReward = lastReward
    self.rewarded = rewarded
    self.beginsTry = beginsTry
  }

  private enum CodingKeys: String, CodingKey {
    case observation, memory, mask, rewarded
    case lastAction = "last_action"
    case lastReward = "last_reward"
    case beginsTry = "begins_try"
  }
}

/// What was decided on a batch.
public struct BatchReply: Sendable, Equatable, Decodable {
  /// What was decided on one observation.
  public struct Decision: Sendable, Equatable, Decodable {
    /// What to do.
    public var action: Action
    /// The logarithm of the action's probability; a density's for a box.
    public var logProbability: Float?
    /// What the agent expects to earn from here on, discounted.
    public var value: Float?
    /// What to send with the next observation; empty if the agent has no memory.
    public var memory: [Float]

    private enum CodingKeys: String, CodingKey {
      case action, value, memory
      case logProbability = "log_prob"
    }

    public init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: CodingKeys.self)
      action = try members.decode(Action.self, forKey: .action)
      logProbability = try members.decodeIfPresent(Float.self, forKey: .logProbability)
      value = try members.decodeIfPresent(Float.self, forKey: .value)
      memory = try members.decodeIfPresent([Float].self, forKey: .memory) ?? []
    }
  }

  /// The policy that decided.
  public var policy: String
  /// The version that decided.
  public var policyVersion: String
  /// For each item a decision, or why there is none.
  public var results: [Result<Decision, FoalClientError>]

  private enum CodingKeys: String, CodingKey {
    case policy, results
    case policyVersion = "policy_version"
  }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    policy = try members.decode(String.self, forKey: .policy)
    policyVersion = try members.decode(String.self, forKey: .policyVersion)
    results = try members.decode([Item].self, forKey: .results).map(\.result)
  }

  private struct Item: Decodable {
    var result: Result<Decision, FoalClientError>

    init(from decoder: any Decoder) throws {
      if let refusal = try? Refusal(from: decoder) {
        result = .failure(.refused(status: refusal.status ?? 400, message: refusal.error))
      } else {
        result = .success(try Decision(from: decoder))
      }
    }
  }
}

/// An error as the server words it.
struct Refusal: Decodable {
  var error: String
  /// The status, where the reply has none of its own.
  var status: Int?
}
