internal import Environments
internal import RealModule
public import Tensors

extension ReplayBuffer {
  /// Draws steps into a minibatch, with the goals that hindsight gives them.
  ///
  ///     P(i) = pᵢᵅ / Σ pⱼᵅ        wᵢ = (N·P(i))⁻ᵝ / max w
  ///
  /// - Parameter importance: β in 0...1, how far the weights make up for prioritised sampling.
  public mutating func sample(
    _ minibatch: inout Minibatch, importance: Float = 1, using random: inout RandomStream
  ) {
    precondition(count > 0, "nothing can be sampled from an empty replay buffer")
    if let priorities {
      drawByPriority(&minibatch, priorities, importance, using: &random)
    } else {
      random.fill(&minibatch.positions, below: count)
    }
    for index in 0..<minibatch.count {
      fill(index, of: &minibatch, using: &random)
    }
  }

  /// Sets the priorities of sampled steps to the size of their errors.
  ///
  /// - Parameter errors: of the steps in a range of a minibatch's rows, `[rows]`.
  public mutating func prioritize(
    _ minibatch: Minibatch, _ rows: Range<Int>, by errors: Tensor
  ) {
    guard let exponent = configuration.priorityExponent else { return }
    let errors = errors.span
    for index in errors.indices {
      let priority = Double.pow(Double(abs(errors[index])) + 1e-6, Double(exponent))
      priorities?[Int(minibatch.positions[rows.lowerBound + index])] = priority
      greatestPriority = max(greatestPriority, priority)
    }
  }

  /// One step from each of as many equal shares of all priorities.
  private func drawByPriority(
    _ minibatch: inout Minibatch, _ priorities: SumTree, _ importance: Float,
    using random: inout RandomStream
  ) {
    let share = priorities.total / Double(minibatch.count)
    var greatest: Float = 0
    for index in 0..<minibatch.count {
      let position = priorities.index(at: share * (Double(index) + Double(random.uniform())))
      let chance = priorities[position] / priorities.total
      let weight = Float.pow(Float(Double(count) * chance), -importance)
      minibatch.positions[index] = Int32(position)
      minibatch.weights[index] = weight
      greatest = max(greatest, weight)
    }
    for index in 0..<minibatch.count { minibatch.weights[index] /= greatest }
  }

  /// Writes a step and its return, as they were or with another goal.
  private func fill(
    _ index: Int, of minibatch: inout Minibatch, using random: inout RandomStream
  ) {
    let position = Int(minibatch.positions[index])
    let slot = position % slots
    let time = time(of: position)
    let last = min(time + configuration.returnSteps - 1, Int(ends[position]), self.time - 1)
    let goal = goalPosition(position, time, using: &random)
    var (total, factor) = (Float(0), Float(1))
    var end = position
    for step in time...last {
      end = step % rows * slots + slot
      let outcome = outcome(end, goal)
      total += factor * outcome.reward
      factor *= outcome.terminated ? 0 : configuration.discount
      if outcome.terminated { break }
    }
    minibatch.returns[index] = total
    minibatch.discounts[index] = factor
    ReplayBuffer.copyRow(width, observations, position, to: &minibatch.observations, index)
    ReplayBuffer.copyRow(width, nextObservations, end, to: &minibatch.nextObservations, index)
    if let goal, let goals = hindsight?.goals {
      for (element, achieved) in zip(goals.goal, goals.achieved) {
        let wanted = nextObservations[goal * width + achieved]
        minibatch.observations[index * width + element] = wanted
        minibatch.nextObservations[index * width + element] = wanted
      }
    }
    if components == 0 {
      minibatch.choices[index] = choices[position]
    } else {
      ReplayBuffer.copyRow(components, vectors, position, to: &minibatch.vectors, index)
    }
  }

  /// The position whose achieved goal takes the place of a step's own; nil if it keeps that.
  private func goalPosition(
    _ position: Int, _ time: Int, using random: inout RandomStream
  ) -> Int? {
    guard let hindsight, random.integer(below: hindsight.goalsPerStep + 1) > 0 else { return nil }
    let times = hindsight.times(of: time, in: episode(of: position))
    let chosen = times.lowerBound + random.integer(below: times.count)
    return chosen % rows * slots + position % slots
  }

  /// What the step at a position brought, judged by its own goal or by what another one achieved.
  private func outcome(_ position: Int, _ goal: Int?) -> Outcome {
    guard let goal, let goals = hindsight?.goals else {
      return Outcome(reward: rewards[position], terminated: terminated[position])
    }
    func achieved(at position: Int) -> Range<Int> {
      position * width + goals.achieved.lowerBound..<position * width + goals.achieved.upperBound
    }
    let seen = nextObservations.span
    return goals.outcome(
      seen.extracting(achieved(at: position)), seen.extracting(achieved(at: goal)))
  }

  private static func copyRow(
    _ width: Int, _ values: [Float], _ from: Int, to copies: inout [Float], _ row: Int
  ) {
    let source = values.span
    var target = copies.mutableSpan
    for element in 0..<width { target[row &* width &+ element] = source[from &* width &+ element] }
  }
}
