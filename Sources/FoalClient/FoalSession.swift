public import Foundation

/// An agent's memory over the steps and tries of one task; ``FoalClient/session(_:)`` opens one.
///
/// Steps are counted here. One whose reply was lost may be sent again, by the same call: it is answered
/// as before.
public struct FoalSession: Sendable {
  /// The session's name at the server.
  public let id: String
  /// The policy that acts.
  public let policy: String
  /// The version that the session stays with.
  public let policyVersion: String
  /// What names all draws.
  public let seed: UInt64
  /// The number of the step that comes next, from 0 through all tries.
  public private(set) var nextStep: Int

  private let client: FoalClient
  private var path: String { "/v1/sessions/\(id)" }

  struct Opened: Decodable {
    var session: String
    var policy: String
    var policyVersion: String
    var seed: UInt64
    var nextStep: Int

    private enum CodingKeys: String, CodingKey {
      case session, policy, seed
      case policyVersion = "policy_version"
      case nextStep = "next_step"
    }
  }

  init(_ opened: Opened, of client: FoalClient) {
    id = opened.session
    policy = opened.policy
    policyVersion = opened.policyVersion
    seed = opened.seed
    nextStep = opened.nextStep
    self.client = client
  }

  /// How a try ended.
  public enum Ending: Sendable {
    /// The task ended it.
    case terminated
    /// A limit did.
    case truncated
  }

  /// Shows the agent what it sees and returns what it does.
  /// - Parameters:
  ///   - observation: what is seen, flat.
  ///   - reward: what the action before earned; nil if it is not known yet, which is not 0.
  ///   - ending: how the try ended with this observation, if it did.
  ///   - mask: 1 for each action that is allowed, for an agent with masks.
  public mutating func act(
    _ observation: [Float], reward: Float? = nil, ending: Ending? = nil, mask: [Float]? = nil
  ) async throws(FoalClientError) -> Decision {
    let step = Step(
      step: nextStep, observation: observation, reward: reward, ending: ending, mask: mask)
    let decision = try await client.ask("POST", path + "/act", step, as: Decision.self)
    nextStep = decision.step + 1
    return decision
  }

  /// Begins the next try, with the memory kept, and returns its number, from 0.
  /// - Parameters:
  ///   - reward: what the last action earned, if that was not said.
  ///   - ending: how the try before ended, if its last observation was not shown.
  public func trial(
    reward: Float? = nil, ending: Ending? = nil
  ) async throws(FoalClientError) -> Int {
    try await client.ask("POST", path + "/trial", Trial(reward, ending), as: Begun.self).trial
  }

  /// Says what the action of a step earned, when it becomes known later.
  /// - Parameter source: who or what says so.
  public func feedback(
    step: Int, reward: Float, source: String? = nil
  ) async throws(FoalClientError) {
    let feedback = Feedback(step: step, reward: reward, source: source)
    _ = try await client.ask("POST", path + "/feedback", feedback, as: Ignored.self)
  }

  /// Returns all that the session holds, as JSON, to be put into another.
  public func state() async throws(FoalClientError) -> Data {
    try await client.ask("GET", path + "/state")
  }

  /// Goes on from a state that ``state()`` returned, of this session or of another.
  public mutating func restore(_ state: Data) async throws(FoalClientError) {
    let reply = try await client.ask("PUT", path + "/state", state)
    nextStep = try FoalClient.read(reply, as: Restored.self).nextStep
  }

  /// Ends the session.
  public func close() async throws(FoalClientError) {
    _ = try await client.ask("DELETE", path)
  }
}

private struct Step: Encodable {
  var step: Int
  var observation: [Float]
  var reward: Float?
  var terminated: Bool?
  var truncated: Bool?
  var mask: [Float]?

  init(
    step: Int, observation: [Float], reward: Float?, ending: FoalSession.Ending?, mask: [Float]?
  ) {
    self.step = step
    self.observation = observation
    self.reward = reward
    self.mask = mask
    if ending == .terminated { terminated = true }
    if ending == .truncated { truncated = true }
  }
}

private struct Trial: Encodable {
  var reward: Float?
  var terminated: Bool?
  var truncated: Bool?

  init(_ reward: Float?, _ ending: FoalSession.Ending?) {
    self.reward = reward
    if ending == .terminated { terminated = true }
    if ending == .truncated { truncated = true }
  }
}

private struct Feedback: Encodable {
  var step: Int
  var reward: Float
  var source: String?
}

private struct Begun: Decodable {
  var trial: Int
}

private struct Restored: Decodable {
  var nextStep: Int

  private enum CodingKeys: String, CodingKey {
    case nextStep = "next_step"
  }
}

private struct Ignored: Decodable {}
