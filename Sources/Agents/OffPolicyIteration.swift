public import Environments

/// What one iteration of an off-policy learner brought: some steps, then some updates.
public struct OffPolicyIteration: Sendable {
  /// Environment steps so far, over all slots.
  public internal(set) var steps: Int
  /// The tries that ended during the iteration.
  public internal(set) var episodes: [Episode] = []
  /// The updates of this iteration; what follows is 0 if there were none.
  public internal(set) var updates = 0
  /// The mean loss of the values.
  public internal(set) var valueLoss: Float = 0
  /// The mean length of the values' gradients before clipping.
  public internal(set) var gradientNorm: Float = 0
  /// The last loss of the policy; 0 if the policy is the values' own.
  public internal(set) var policyLoss: Float = 0

  /// Notes that steps were taken and takes over the tries that ended.
  init(steps: Int, taking finished: inout [Episode]) {
    self.steps = steps
    // Most iterations end no try; a list that nobody else holds keeps its memory.
    guard !finished.isEmpty else { return }
    episodes = finished
    finished.removeAll(keepingCapacity: true)
  }

  /// Notes an update.
  mutating func add(valueLoss: Float, gradientNorm: Float) {
    updates += 1
    self.valueLoss += (valueLoss - self.valueLoss) / Float(updates)
    self.gradientNorm += (gradientNorm - self.gradientNorm) / Float(updates)
  }
}
