import Environments
import FoalTesting
import Tensors
import Testing

@Suite("Point maze")
struct PointMazeTests {
  @Test("the environment keeps its promises", arguments: PointMaze.Opening.allCases)
  func check(opening: PointMaze.Opening) throws {
    try checkEnvironment(PointMaze(opening: opening))
  }

  @Test("the wall stops the point, the opening lets it through")
  func wall() {
    var random = RandomStream(seed: 0)
    for (x, y, opening, through) in [
      (0.0, -0.05, PointMaze.Opening.right, false), (0.6, -0.05, .right, true),
      (0.6, -0.05, .left, false), (-0.6, -0.05, .left, true), (0.0, 0.05, .right, false),
    ] {
      var state = PointMaze.State(x: x, y: y)
      let way: Float = y < 0 ? 1 : -1
      let outcome = PointMaze(opening: opening).step(&state, Action([0, way]), using: &random)
      #expect(abs(state.y - (through ? -y : y)) < 1e-12)
      #expect(outcome.reward == -Float(PointMaze.distance(state)))
    }
  }

  @Test("the expert comes to the goal on either side", arguments: PointMaze.Opening.allCases)
  func expert(opening: PointMaze.Opening) throws {
    let maze = PointMaze(opening: opening)
    let expert = try #require(maze.makeExpert())
    var random = RandomStream(seed: 1)
    for _ in 0..<20 {
      var state = maze.reset(using: &random)
      for _ in 0..<30 { _ = maze.step(&state, try #require(expert(state)), using: &random) }
      #expect(PointMaze.distance(state) < 0.01)
    }
  }
}
