public import Tensors

extension CartPole {
  public static func step(
    _ tasks: [CartPole], _ states: inout [State], _ actions: ActionBatch,
    using streams: inout [RandomStream], rewards: inout [Float], terminated: inout [Bool],
    observations: inout [Float]
  ) {
    let width = observations.count / states.count
    Angles.withRoom { angles in
      var states = states.mutableSpan
      var rewards = rewards.mutableSpan
      var terminated = terminated.mutableSpan
      var observations = observations.mutableSpan
      let (tasks, indices) = (tasks.span, actions.indices.span)
      for start in stride(from: 0, to: tasks.count, by: Angles.capacity) {
        let slots = start..<min(start + Angles.capacity, tasks.count)
        for slot in slots { angles[slot - start] = states[slot].angle }
        angles.evaluate(slots.count)
        for slot in slots {
          var state = states[slot]
          tasks[slot].move(
            &state, Int(indices[slot]), angles.sine(slot - start), angles.cosine(slot - start))
          states[slot] = state
          rewards[slot] = 1
          terminated[slot] = hasFallen(state)
          let row = slot &* width
          observations[row] = Float(state.x)
          observations[row &+ 1] = Float(state.xVelocity)
          observations[row &+ 2] = Float(state.angle)
          observations[row &+ 3] = Float(state.angularVelocity)
        }
      }
    }
  }
}
