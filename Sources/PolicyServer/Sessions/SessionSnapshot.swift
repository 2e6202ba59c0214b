internal import Foundation
internal import Tensors

/// All that a session holds, to be kept by the client and put into another session.
struct SessionSnapshot: Sendable, Codable, Equatable {
  var policy: String
  var version: String
  var nextStep: Int
  var trial: Int
  var beginsTry: Bool
  var isTryEnded: Bool
  var memory: [Float]
  var lastAction: [Float]
  var lastReward: Float?
  /// Left out where the policy remembers none.
  var moment: [Float]?
  var random: RandomStream

  enum CodingKeys: String, CodingKey {
    case nextStep = "next_step"
    case beginsTry = "begins_try"
    case isTryEnded = "try_ended"
    case lastAction = "last_action"
    case lastReward = "last_reward"
    case policy, version, trial, memory, moment, random
  }

  init(_ state: SessionState, _ version: PolicyVersion) {
    policy = version.name
    self.version = version.label
    nextStep = state.nextStep
    trial = state.trial
    beginsTry = state.beginsTry
    isTryEnded = state.isTryEnded
    memory = state.memory
    lastAction = state.lastAction
    lastReward = state.lastReward
    moment = state.moment.isEmpty ? nil : state.moment
    random = state.random
  }

  /// Reads a body, within the limits that every body has.
  init(_ bytes: [UInt8]) throws(APIError) {
    var scanner = JSONScanner(bytes)
    try scanner.skip()
    try scanner.end()
    do {
      self = try JSONDecoder().decode(SessionSnapshot.self, from: Data(bytes))
    } catch let DecodingError.keyNotFound(key, _) {
      throw .shape(
        "the body", expected: "a state as GET gives it", got: "none of \(key.stringValue)")
    } catch let DecodingError.typeMismatch(_, context) {
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw .shape(place, expected: "a state as GET gives it", got: "another kind of value")
    } catch {
      throw .shape("the body", expected: "a state as GET gives it", got: "another document")
    }
  }

  /// Makes sure that a session of a version can hold this.
  func check(for session: PolicyVersion) throws(APIError) {
    guard policy == session.name, version == session.label else {
      throw .shape(
        "state", expected: "policy \(session.name), version \(session.label)",
        got: "policy \(policy.prefix(40)), version \(version.prefix(20))")
    }
    guard memory.count == session.memoryWidth, memory.allSatisfy(\.isFinite) else {
      throw .shape(
        "memory", expected: "\(session.memoryWidth) finite numbers", got: "\(memory.count)")
    }
    guard lastAction.count == session.layout.actionCount, lastAction.allSatisfy(\.isFinite),
      lastReward?.isFinite ?? true
    else {
      throw .shape(
        "last_action", expected: "\(session.layout.actionCount) finite numbers",
        got: "\(lastAction.count)")
    }
    let momentCount = session.layout.momentCount
    guard (moment ?? []).count == momentCount, (moment ?? []).allSatisfy(\.isFinite) else {
      throw .shape(
        "moment", expected: "\(momentCount) finite numbers", got: "\((moment ?? []).count)")
    }
    let counts = 0...9_007_199_254_740_992
    guard counts.contains(nextStep), counts.contains(trial) else {
      throw .shape("next_step", expected: "a whole number from 0", got: "\(nextStep)")
    }
  }

  /// Puts all of it into a session's state; what was answered before is forgotten.
  func write(to state: inout SessionState) {
    state.nextStep = nextStep
    state.trial = trial
    state.beginsTry = beginsTry
    state.isTryEnded = isTryEnded
    state.memory = memory
    state.lastAction = lastAction
    state.lastReward = lastReward
    state.moment = moment ?? []
    state.random = random
    state.lastReply = nil
  }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let text = try? encoder.encode(self) else { return "{}" }
    return String(decoding: text, as: UTF8.self)
  }
}
