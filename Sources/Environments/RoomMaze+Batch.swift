public import Tensors

extension RoomMaze {
  public static func step(
    _ tasks: [RoomMaze], _ states: inout [State], _ actions: ActionBatch,
    using streams: inout [RandomStream], rewards: inout [Float], terminated: inout [Bool],
    observations: inout [Float]
  ) {
    let width = observations.count / states.count
    // Tasks of both sizes in one batch are stepped one by one.
    guard tasks.allSatisfy({ $0.size == tasks[0].size }) else {
      return stepEach(
        tasks, &states, actions, using: &streams, rewards: &rewards, terminated: &terminated,
        observations: &observations)
    }
    let map = tasks[0].map
    let (allRooms, allPlaces, allViews) = (map.rooms, map.places, map.views)
    let (rooms, places, views) = (allRooms.span, allPlaces.span, allViews.span)
    let (side, goal) = (map.side, map.goal)
    let (tasks, indices) = (tasks.span, actions.indices.span)
    var states = states.mutableSpan
    var streams = streams.mutableSpan
    var rewards = rewards.mutableSpan
    var terminated = terminated.mutableSpan
    var observations = observations.mutableSpan
    for slot in tasks.indices {
      var state = states[slot]
      let noise = tasks[slot].noise
      move(&state, Int(indices[slot]), rooms, side: side)
      if noise != .none { state.noise = streams[slot].next() }
      states[slot] = state
      let isThere = state.cell == goal
      rewards[slot] = isThere ? 1 : 0
      terminated[slot] = isThere
      let isNoisy = isNoisy(noise, inRoom: rooms[state.cell])
      show(state, isNoisy, places, views, in: &observations, at: slot &* width)
    }
  }

  /// Steps mazes of both sizes.
  private static func stepEach(
    _ tasks: [RoomMaze], _ states: inout [State], _ actions: ActionBatch,
    using streams: inout [RandomStream], rewards: inout [Float], terminated: inout [Bool],
    observations: inout [Float]
  ) {
    let width = observations.count / states.count
    for slot in tasks.indices {
      let outcome = tasks[slot].step(
        &states[slot], Action(Int(actions.indices[slot])), using: &streams[slot])
      (rewards[slot], terminated[slot]) = (outcome.reward, outcome.terminated)
      observations.withMutableSpan(of: slot * width..<slot * width + elements) {
        tasks[slot].observe(states[slot], into: &$0)
      }
    }
  }

  public func draw(_ state: State) -> Drawing? {
    let (map, side) = (map, Double(map.side))
    var drawing = Drawing(x: 0...side, y: 0...side)
    for (cell, room) in map.rooms.enumerated() where room == 0 {
      let (x, y) = (Double(cell % map.side), side - 1 - Double(cell / map.side))
      drawing.add(.rectangle(x: x...x + 1, y: y...y + 1, color: .gray, filled: true))
    }
    func middle(_ cell: Int) -> Drawing.Point {
      .init(Double(cell % map.side) + 0.5, side - 0.5 - Double(cell / map.side))
    }
    drawing.add(.circle(center: middle(map.goal), radius: 0.5, color: .green, filled: true))
    let agent = middle(state.cell)
    let (right, up) = [(0.0, 1.0), (1, 0), (0, -1), (-1, 0)][state.heading]
    drawing.add(.circle(center: agent, radius: 0.5, color: .red, filled: true))
    drawing.add(
      .line(
        from: agent, to: .init(agent.x + 1.5 * right, agent.y + 1.5 * up), width: 0.3,
        color: .orange))
    return drawing
  }
}
