import Environments
import FoalTesting
import Tensors
import Testing

@Suite("Grid tasks")
struct GridTaskTests {
  private func sight(_ task: GridTask, _ state: GridTask.State) -> [Float] {
    var elements = [Float](repeating: .nan, count: 294)
    var span = elements.mutableSpan
    task.observe(state, into: &span)
    return elements
  }

  @Test("the tasks keep the promises of an environment", arguments: GridTask.Kind.allCases)
  func conformance(kind: GridTask.Kind) throws {
    try checkEnvironment(GridTask(kind))
  }

  @Test("the return is 1 at most and can be reached by chance", arguments: GridTask.Kind.allCases)
  func returns(kind: GridTask.Kind) {
    let task = GridTask(kind)
    var random = RandomStream(seed: 1)
    var best: Float = 0
    for _ in 0..<300 {
      var state = task.reset(using: &random)
      var total: Float = 0
      for _ in 0..<300 {
        let outcome = task.step(
          &state, Action(random.integer(below: 4)), using: &random)
        total += outcome.reward
        if outcome.terminated { break }
        #expect(total < 1)
      }
      best = max(best, total)
      #expect(total <= 1)
    }
    #expect(best == 1)
  }

  @Test("behind the door nobody gets without the key")
  func key() {
    let task = GridTask(.keyAndDoor)
    var random = RandomStream(seed: 2)
    for _ in 0..<50 {
      var state = task.reset(using: &random)
      #expect(sight(task, state)[24 * 6 + 2] == 0)
      for _ in 0..<400 {
        let before = sight(task, state)
        let outcome = task.step(&state, Action(random.integer(below: 4)), using: &random)
        if outcome.terminated {
          #expect(outcome.reward == 1 && before[24 * 6 + 2] == 1)
          break
        }
      }
    }
  }

  @Test("the signal is out of sight where it is needed, and tells which arm pays")
  func memory() {
    let task = GridTask(.memory)
    var random = RandomStream(seed: 3)
    var sides: Set<Bool> = []
    for _ in 0..<40 {
      var state = task.reset(using: &random)
      // The signal stands to the left or to the right of the agent's own cell.
      let isLeft = sight(task, state)[23 * 6 + 5] == 1
      #expect(sight(task, state)[25 * 6 + 5] == (isLeft ? 0 : 1))
      sides.insert(isLeft)
      for _ in 0..<5 { _ = task.step(&state, Action(0), using: &random) }
      let atHead = sight(task, state)
      #expect(stride(from: 5, to: 294, by: 6).allSatisfy { atHead[$0] == 0 })
      // Both fruits look the same.
      #expect(atHead[22 * 6 + 1] == 1 && atHead[26 * 6 + 1] == 1)
      let goesLeft = random.integer(below: 2) == 0
      let first = task.step(&state, Action(goesLeft ? 2 : 3), using: &random)
      #expect(!first.terminated)
      let outcome = task.step(&state, Action(goesLeft ? 2 : 3), using: &random)
      #expect(outcome == Outcome(reward: goesLeft == isLeft ? 1 : 0, terminated: true))
    }
    #expect(sides == [true, false])
  }
}
