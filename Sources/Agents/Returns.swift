/// Generalized advantage estimation, computed backwards in time.
///
///     δₜ = rₜ + γ·v′ₜ − vₜ                  v′ₜ = 0 where the try terminated
///     Aₜ = δₜ + γλ(1 − doneₜ)·Aₜ₊₁          done = terminated ∨ truncated
///
/// Source: Schulman et al. (2016), arXiv:1506.02438.
/// - Parameters:
///   - rewards: `[T, B]`, reward per step.
///   - values: `[T, B]`, vₜ of the observation that was acted on.
///   - nextValues: `[T, B]`, v′ₜ of the observation that followed, before any reset, and 0 where
///     the try terminated.
///   - done: `[T, B]`, whether the try ended with this step.
///   - batch: B.
///   - discount: γ in `0...1`, per environment step.
///   - lambda: λ in `0...1`; 0 is one-step, 1 is the whole return.
/// - Returns: advantages, `[T, B]`.
public func generalizedAdvantages(
  rewards: [Float], values: [Float], nextValues: [Float], done: [Bool], batch: Int,
  discount: Float, lambda: Float
) -> [Float] {
  var advantages = [Float](repeating: 0, count: rewards.count)
  generalizedAdvantages(
    rewards: rewards, values: values, nextValues: nextValues, done: done, batch: batch,
    discount: discount, lambda: lambda, into: &advantages)
  return advantages
}

/// Generalized advantage estimation into an array of as many elements, `[T, B]`.
package func generalizedAdvantages(
  rewards: [Float], values: [Float], nextValues: [Float], done: [Bool], batch: Int,
  discount: Float, lambda: Float, into advantages: inout [Float]
) {
  let count = rewards.count
  precondition(
    values.count == count && nextValues.count == count && done.count == count
      && advantages.count == count && batch > 0 && count % batch == 0,
    "advantages need equal counts, a multiple of \(batch), got \(count), \(values.count), "
      + "\(nextValues.count), \(done.count)")
  for index in (0..<count).reversed() {
    var advantage = rewards[index] + discount * nextValues[index] - values[index]
    if !done[index] && index + batch < count {
      advantage += discount * lambda * advantages[index + batch]
    }
    advantages[index] = advantage
  }
}
