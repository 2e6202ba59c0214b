public import Tensors

extension MountainCarContinuous {
  public static func step(
    _ tasks: [MountainCarContinuous], _ states: inout [State], _ actions: ActionBatch,
    using streams: inout [RandomStream], rewards: inout [Float], terminated: inout [Bool],
    observations: inout [Float]
  ) {
    let width = observations.count / states.count
    Angles.withRoom { angles in
      var states = states.mutableSpan
      var rewards = rewards.mutableSpan
      var terminated = terminated.mutableSpan
      var observations = observations.mutableSpan
      let (tasks, forces) = (tasks.span, actions.components.span)
      for start in stride(from: 0, to: tasks.count, by: Angles.capacity) {
        let slots = start..<min(start + Angles.capacity, tasks.count)
        for slot in slots { angles[slot - start] = angle(states[slot]) }
        angles.evaluate(slots.count)
        for slot in slots {
          var state = states[slot]
          let outcome = tasks[slot].move(&state, forces[slot], angles.cosine(slot - start))
          rewards[slot] = outcome.reward
          terminated[slot] = outcome.terminated
          states[slot] = state
          observations[slot * width] = Float(state.position)
          observations[slot * width + 1] = Float(state.velocity)
        }
      }
    }
  }
}
