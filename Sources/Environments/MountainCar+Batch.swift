public import Tensors

extension MountainCar {
  public static func step(
    _ tasks: [MountainCar], _ states: inout [State], _ actions: ActionBatch,
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
        for slot in slots { angles[slot - start] = 3 * states[slot].position }
        angles.evaluate(slots.count)
        for slot in slots {
          var state = states[slot]
          terminated[slot] = tasks[slot].move(
            &state, Int(indices[slot]), angles.cosine(slot - start))
          rewards[slot] = -1
          states[slot] = state
          observations[slot * width] = Float(state.position)
          observations[slot * width + 1] = Float(state.velocity)
        }
      }
    }
  }
}
