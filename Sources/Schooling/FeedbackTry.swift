internal import Agents
internal import Environments
internal import Foundation

/// One try that an agent played elsewhere, as a server keeps it: a line of JSON.
public struct FeedbackTry: Sendable, Hashable, Codable {
  /// The session that it belongs to.
  public var session: String
  /// The number of the try in the session, from 0.
  public var trial: Int
  /// The SHA-256 of the agent that played it.
  public var sha256: String
  /// How it ended: "terminated", "truncated", or "open" where nobody said.
  public var ending: String
  /// What the policy saw in each step.
  public var observations: [[Float]]
  /// An index for a discrete action, a list for a box's.
  public var actions: [RecordedAction]
  public var logProbabilities: [Float]
  public var values: [Float]
  /// nil where the reward never came.
  public var rewards: [Float?]

  public init(
    session: String, trial: Int, sha256: String, ending: String, observations: [[Float]],
    actions: [RecordedAction], logProbabilities: [Float], values: [Float], rewards: [Float?]
  ) {
    self.session = session
    self.trial = trial
    self.sha256 = sha256
    self.ending = ending
    self.observations = observations
    self.actions = actions
    self.logProbabilities = logProbabilities
    self.values = values
    self.rewards = rewards
  }

  enum CodingKeys: String, CodingKey {
    case logProbabilities = "log_probs"
    case session, trial, sha256, ending, observations, actions, values, rewards
  }

  /// An action as it is written: a number, or a list of numbers.
  public enum RecordedAction: Sendable, Hashable, Codable {
    case index(Int)
    case vector([Float])

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let index = try? container.decode(Int.self) {
        self = .index(index)
      } else {
        self = .vector(try container.decode([Float].self))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .index(let index): try container.encode(index)
      case .vector(let vector): try container.encode(vector)
      }
    }

    /// The action as numbers.
    var numbers: [Float] {
      switch self {
      case .index(let index): [Float(index)]
      case .vector(let vector): vector
      }
    }
  }

  /// Reads a server's file and groups the tries by session, in their order.
  ///
  /// - Parameter sha256: the agent whose tries are wanted; nil for any.
  /// - Throws: ``FeedbackError`` that names the line. A last line that is not complete, as a server that
  ///   writes leaves, is passed over.
  public static func sessions(
    in text: String, of sha256: String?
  ) throws(FeedbackError) -> [[FeedbackTry]] {
    let decoder = JSONDecoder()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var sessions: [String: [FeedbackTry]] = [:]
    var names: [String] = []
    for (number, line) in lines.dropLast().enumerated() {
      guard let attempt = try? decoder.decode(FeedbackTry.self, from: Data(line.utf8)) else {
        throw .unreadable(line: number + 1)
      }
      guard sha256 == nil || attempt.sha256 == sha256 else { continue }
      if sessions[attempt.session] == nil { names.append(attempt.session) }
      sessions[attempt.session, default: []].append(attempt)
    }
    return names.compactMap { name in sessions[name]?.sorted { $0.trial < $1.trial } }
  }

  /// Makes sure that the try is one of an agent's.
  func check(for agent: Agent) throws(FeedbackError) {
    let count = observations.count
    guard actions.count == count, logProbabilities.count == count, values.count == count,
      rewards.count == count
    else { throw .wrongShape(reason: "a try's lists are not of one length") }
    let space = agent.card.observationSpace
    guard observations.allSatisfy({ $0.count == space.count && space.holds($0) }) else {
      throw .wrongShape(reason: "an observation is not one of its \(space.count) numbers")
    }
    let actionCount = agent.card.actionSpace.count
    let isDiscrete = agent.card.actionSpace.isDiscrete
    let areSound = actions.allSatisfy { action in
      switch action {
      case .index(let index): isDiscrete && (0..<actionCount).contains(index)
      case .vector(let vector): !isDiscrete && vector.count == actionCount
      }
    }
    guard areSound else { throw .wrongShape(reason: "an action is not one of its actions") }
  }
}

extension ObservationSpace {
  /// Whether codes are codes that there are; numbers may be any.
  fileprivate func holds(_ observation: [Float]) -> Bool {
    var start = 0
    for segment in segments {
      defer { start += segment.count }
      guard segment.content != .numbers else { continue }
      for code in observation[start..<start + segment.count] {
        guard segment.bounds.contains(code), code == code.rounded() else { return false }
      }
    }
    return true
  }
}

extension FeedbackTry {
  /// One step as a learner takes it.
  struct Step {
    var observation: [Float]
    var action: [Float]
    var logProbability: Float
    var value: Float
    /// nil for a step whose return is not known.
    var advantage: Float?
    var wipesMemory: Bool
  }

  /// The steps of a session with their advantages.
  static func steps(
    of session: [FeedbackTry], _ learner: PPO.Configuration, wipesMemory: Bool
  ) -> [Step] {
    var steps: [Step] = []
    for attempt in session {
      let advantages = attempt.advantages(learner)
      for index in attempt.observations.indices {
        steps.append(
          Step(
            observation: attempt.observations[index], action: attempt.actions[index].numbers,
            logProbability: attempt.logProbabilities[index], value: attempt.values[index],
            advantage: advantages[index],
            wipesMemory: steps.isEmpty || index == 0 && wipesMemory))
      }
    }
    return steps
  }

  /// Generalized advantages; nil where a reward is missing. What followed the last step of a try that
  /// did not terminate is worth what the step was.
  private func advantages(_ learner: PPO.Configuration) -> [Float?] {
    var advantages = [Float?](repeating: nil, count: rewards.count)
    for index in rewards.indices.reversed() {
      guard let reward = rewards[index] else { continue }
      let isLast = index == rewards.count - 1
      let next = isLast ? (ending == "terminated" ? 0 : values[index]) : values[index + 1]
      let error = learner.rewardScale * reward + learner.discount * next - values[index]
      let later = isLast ? 0 : advantages[index + 1] ?? 0
      advantages[index] = error + learner.discount * learner.gaeLambda * later
    }
    return advantages
  }
}
