internal import Environments
internal import Foundation
internal import Networks
internal import Policies

/// One version of a policy: an agent's file as it was when it was read. It never changes.
final class PolicyVersion: Sendable {
  /// The policy's name.
  let name: String
  /// The version's number, counted from 1 for each policy.
  let number: Int
  /// The SHA-256 of the agent's file.
  let checksum: String
  /// The file that the agent was read from, or its bundled name.
  let source: String
  let card: Agent.Card
  let policy: Policy
  let layout: ObservationLayout

  init(_ agent: Agent, name: String, number: Int, checksum: String, source: String) {
    self.name = name
    self.number = number
    self.checksum = checksum
    self.source = source
    card = agent.card
    policy = agent.policy
    layout = ObservationLayout(agent.card)
  }

  /// The version as replies name it.
  var label: String { "\(number)" }

  /// The number of memory cells.
  var memoryWidth: Int { policy.network.memoryCount }

  /// Whether actions are indices rather than vectors.
  var isDiscrete: Bool { policy.actionSpace.isDiscrete }

  /// The numbers that a row's chance needs.
  var chanceCount: Int { isDiscrete ? 1 : policy.actionSpace.count }

  /// A box's component, moved into the box.
  func inside(_ value: Float, component: Int) -> Float {
    guard case .box(let low, let high) = policy.actionSpace else { return value }
    return min(max(value, low[component]), high[component])
  }
}
