// first page: an environment
import Foal

/// One of four doors hides the prize, and it stays where it is from try to try.
struct Doors: Environment, TaskFamily {
  var prize = 0
  let observationSpace = ObservationSpace(.init("nothing", [1]))
  let actionSpace = ActionSpace.discrete(4)
  func task(_ split: Split, using random: inout RandomStream) -> Doors {
    Doors(prize: random.integer(below: 4))
  }
  func reset(using random: inout RandomStream) -> Int { 0 }
  func step(_ state: inout Int, _ action: Action, using random: inout RandomStream) -> Outcome {
    Outcome(reward: action.index == prize ? 1 : 0, terminated: true)
  }
  func observe(_ state: Int, into view: inout MutableSpan<Float>) { view[0] = 0 }
}
// first page: end
