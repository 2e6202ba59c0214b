/// What a session is opened with.
public struct SessionSettings: Sendable, Equatable, Codable {
  /// The policy's name; needed where more than one is served.
  public var policy: String?
  /// The version to stay with; the current one if nil.
  public var version: String?
  /// What is wanted, as numbers, for an agent with goals.
  public var goal: [Float]?
  /// What is wanted, as a sentence, for an agent that takes one.
  public var instruction: String?
  /// Names all draws, 0 or more; drawn by the server if nil.
  public var seed: Int?
  /// Whether the most probable action is taken rather than one that is drawn.
  public var isDeterministic: Bool
  /// The seconds without a request after which the session ends, 1 to 86,400; 900 if nil.
  public var timeToLiveSeconds: Int?

  public init(
    policy: String? = nil, version: String? = nil, goal: [Float]? = nil,
    instruction: String? = nil, seed: Int? = nil, isDeterministic: Bool = true,
    timeToLiveSeconds: Int? = nil
  ) {
    self.policy = policy
    self.version = version
    self.goal = goal
    self.instruction = instruction
    self.seed = seed
    self.isDeterministic = isDeterministic
    self.timeToLiveSeconds = timeToLiveSeconds
  }

  private enum CodingKeys: String, CodingKey {
    case policy, version, goal, instruction, seed
    case isDeterministic = "deterministic"
    case timeToLiveSeconds = "ttl_s"
  }
}
