import Environments
import FoalTesting
import Tensors
import Testing

@Suite("Room maze")
struct RoomMazeTests {
  private static let mazes = RoomMaze.Size.allCases.flatMap { size in
    RoomMaze.Noise.allCases.map { RoomMaze(size: size, noise: $0, stepLimit: 100) }
  }

  @Test("keeps an environment's promises", arguments: mazes)
  func conformance(maze: RoomMaze) throws {
    try checkEnvironment(maze)
  }

  private func view(_ maze: RoomMaze, _ state: RoomMaze.State) -> [Float] {
    var view = [Float](repeating: -1, count: maze.observationSpace.count)
    view.withMutableSpan(of: 0..<view.count) { maze.observe(state, into: &$0) }
    return view
  }

  @Test(
    "the starts lie as far from the goal as they are said to",
    arguments: [(RoomMaze.Size.full, 70, 110), (.small, 45, 72)])
  func starts(size: RoomMaze.Size, sparse: Int, verySparse: Int) {
    var random = RandomStream(seed: 0)
    for (start, steps) in [(RoomMaze.Start.sparse, sparse), (.verySparse, verySparse)] {
      let maze = RoomMaze(start: start, size: size)
      #expect(maze.optimalSteps(from: maze.reset(using: &random)) == steps)
    }
    let dense = RoomMaze(start: .dense, size: size)
    let rooms = Set((0..<500).map { _ in dense.room(of: dense.reset(using: &random)) })
    #expect(rooms == Set(1...16))
  }

  @Test("following the shortest way arrives after as many steps, and only then is paid")
  func shortestWay() {
    let maze = RoomMaze(start: .verySparse)
    var random = RandomStream(seed: 0)
    var state = maze.reset(using: &random)
    for left in (0..<110).reversed() {
      let choices = (0..<3).map { action -> (RoomMaze.State, Outcome) in
        var next = state
        let outcome = maze.step(&next, Action(action), using: &random)
        return (next, outcome)
      }
      let best = choices.min { maze.optimalSteps(from: $0.0) < maze.optimalSteps(from: $1.0) }!
      state = best.0
      #expect(maze.optimalSteps(from: state) == left)
      #expect(best.1 == Outcome(reward: left == 0 ? 1 : 0, terminated: left == 0))
    }
  }

  @Test("walls stop the agent, and four turns bring back what was seen")
  func moves() {
    let maze = RoomMaze()
    var random = RandomStream(seed: 0)
    // In the goal's corner, looking up at the outer wall.
    var state = RoomMaze.State(cell: 32, heading: 0)
    _ = maze.step(&state, Action(2), using: &random)
    #expect(state == RoomMaze.State(cell: 32, heading: 0))
    let before = view(maze, state)
    // The agent's own cell is the goal; the cell ahead of it is a wall.
    #expect(before[84...91] == [0, 1, before[86], before[87], 1, 0, 0, 0])
    for turn in 1...4 {
      _ = maze.step(&state, Action(1), using: &random)
      #expect(state.heading == turn % 4)
    }
    #expect(view(maze, state) == before)
    _ = maze.step(&state, Action(0), using: &random)
    #expect(state.heading == 3)
  }

  @Test("noise covers two fifths of the view, differs at every step and leaves the rest alone")
  func noise() {
    let (clear, noisy) = (RoomMaze(), RoomMaze(noise: .everywhere))
    var random = RandomStream(seed: 0)
    let state = noisy.reset(using: &random)
    var turned = state
    for _ in 0..<4 { _ = noisy.step(&turned, Action(1), using: &random) }
    let (first, second, plain) = (view(noisy, state), view(noisy, turned), view(clear, state))
    #expect(Array(first[80...]) == Array(plain[80...]))
    #expect(Array(second[80...]) == Array(plain[80...]))
    #expect(zip(first[..<80], second[..<80]).count { $0 != $1 } > 70)
    let television = RoomMaze(noise: .television)
    #expect(view(television, state) == plain)
    var elsewhere = state
    elsewhere.cell -= 6
    #expect(television.room(of: elsewhere) == 9)
    #expect(Array(view(television, elsewhere)[..<80]) == Array(first[..<80]))
    let mean = first[..<80].reduce(0, +) / 80
    #expect(abs(mean - 0.5) < 0.15)
  }
}
