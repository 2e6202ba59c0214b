import Environments
import FoalTesting
import Tensors
import Testing

@Suite("Grid maps")
struct GridMapTests {
  private let small = GridMap(
    """
    #####
    #11~#
    #1.1#
    #####
    """)

  @Test("cells are numbered row by row, and moves lead to their neighbours")
  func neighbours() {
    #expect(small.cells == 5 && small.rows == 4 && small.columns == 5)
    #expect(small.places == [6, 7, 11, 12, 13])
    #expect(small.rooms == [1, 1, 1, 0, 1])
    // Up, right, down, left.
    #expect((0..<4).map { small.neighbour(of: 0, move: $0) } == [0, 1, 2, 0])
    #expect((0..<4).map { small.neighbour(of: 1, move: $0) } == [1, nil, 3, 0])
    #expect((0..<4).map { small.neighbour(of: 4, move: $0) } == [nil, 4, 4, 3])
  }

  @Test("features are a bump over the rows and one over the columns")
  func features() {
    #expect(small.featureCount == 5)
    #expect(small.features(of: 0) == [1, 0.606_530_66, 1, 0.606_530_66, 0.135_335_28])
    #expect(small.features(of: 4) == [0.606_530_66, 1, 0.135_335_28, 0.606_530_66, 1])
  }

  @Test("the four rooms have 104 cells and 4 doorways, and every move can be undone")
  func fourRooms() {
    let map = GridMap.fourRooms
    #expect(map.cells == 104)
    #expect((0...4).map { room in map.rooms.count { $0 == room } } == [4, 25, 30, 25, 20])
    for cell in 0..<map.cells {
      for move in 0..<4 {
        guard let next = map.neighbour(of: cell, move: move), next != cell else { continue }
        #expect(map.neighbour(of: next, move: (move + 2) % 4) == cell)
      }
    }
  }

  @Test("walking keeps its promises", arguments: [GridMap.fourRooms, .lavaWorld])
  func environment(map: GridMap) throws {
    try checkEnvironment(GridNavigation(map, goal: 3))
  }

  @Test("the goal pays and ends the episode, and so does lava without paying")
  func ends() {
    let task = GridNavigation(small, goal: 3, start: 1)
    var random = RandomStream(seed: 0)
    var state = task.reset(using: &random)
    #expect(state.cell == 1)
    #expect(task.step(&state, Action(1), using: &random) == Outcome(reward: 0, terminated: true))
    state = .init(cell: 0)
    #expect(task.step(&state, Action(0), using: &random) == Outcome(reward: 0))
    #expect(task.step(&state, Action(2), using: &random) == Outcome(reward: 0))
    #expect(task.step(&state, Action(1), using: &random) == Outcome(reward: 1, terminated: true))
  }

  @Test("held-out goals are never goals of the train split")
  func family() {
    let family = GridGoals(.fourRooms, named: "four-rooms")
    var random = RandomStream(seed: 1)
    func goals(_ split: Split) -> Set<Int> {
      Set((0..<1000).map { _ in family.task(split, using: &random).goal })
    }
    let (known, new) = (goals(.train), goals(.heldOut))
    #expect(known.isDisjoint(with: new))
    #expect(known.count == 78 && new == Set(family.heldOut))
  }

  @Test("nobody starts on the goal")
  func starts() {
    let task = GridNavigation(small, goal: 2)
    var random = RandomStream(seed: 2)
    let starts = Set((0..<200).map { _ in task.reset(using: &random).cell })
    #expect(starts == [0, 1, 3, 4])
  }
}
