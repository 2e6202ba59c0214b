public import Tensors

extension Pendulum {
  public static func step(
    _ tasks: [Pendulum], _ states: inout [State], _ actions: ActionBatch,
    using streams: inout [RandomStream], rewards: inout [Float], terminated: inout [Bool],
    observations: inout [Float]
  ) {
    let width = observations.count / states.count
    Angles.withRoom { angles in
      var states = states.mutableSpan
      var rewards = rewards.mutableSpan
      var terminated = terminated.mutableSpan
      var observations = observations.mutableSpan
      let (tasks, torques) = (tasks.span, actions.components.span)
      for start in stride(from: 0, to: tasks.count, by: Angles.capacity) {
        let slots = start..<min(start + Angles.capacity, tasks.count)
        for slot in slots { angles[slot - start] = states[slot].angle }
        angles.evaluate(slots.count)
        for slot in slots {
          var state = states[slot]
          rewards[slot] = tasks[slot].move(&state, torques[slot], angles.sine(slot - start))
          terminated[slot] = false
          states[slot] = state
          angles[slot - start] = state.angle
        }
        angles.evaluate(slots.count)
        for slot in slots {
          observations[slot * width] = Float(angles.cosine(slot - start))
          observations[slot * width + 1] = Float(angles.sine(slot - start))
          observations[slot * width + 2] = Float(states[slot].angularVelocity)
        }
      }
    }
  }
}
