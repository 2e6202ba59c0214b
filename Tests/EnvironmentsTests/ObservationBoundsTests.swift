import Environments
import Tensors
import Testing

/// Shows two numbers after its first step; the space bounds only the first.
private struct Showing: Environment {
  typealias State = Int
  var first: Float = 0
  var second: Float = 0
  var observationSpace: ObservationSpace {
    ObservationSpace(.init("bounded", [1], in: -1...2), .init("free", [1]))
  }
  var actionSpace: ActionSpace { .discrete(1) }

  func reset(using random: inout RandomStream) -> Int { 0 }

  func step(_ state: inout Int, _ action: Action, using random: inout RandomStream) -> Outcome {
    state += 1
    return Outcome(reward: 0)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) {
    observation[0] = state > 0 ? first : 0
    observation[1] = state > 0 ? second : 0
  }
}

struct ObservationBoundsTests {
  @Test(arguments: [-1.0001, 2.0001, -.infinity, .infinity, .nan] as [Float])
  func anObservationOutsideItsBoundsStopsTheBatch(value: Float) throws {
    var batch = EnvironmentBatch(
      tasks: [Showing(), Showing(first: value)], named: "showing", random: RandomStream(seed: 1))
    let error = #expect(throws: EnvironmentError.self) {
      try batch.step(ActionBatch(.discrete(1), slots: 2))
    }
    switch try #require(error) {
    case .observationOutOfSpace("showing", slot: 1, step: 0, element: 0, value: value, space: _):
      #expect(value.isFinite)
    case .nonFiniteObservation("showing", slot: 1, step: 0, element: 0):
      #expect(!value.isFinite)
    default: Issue.record("\(String(describing: error))")
    }
  }

  @Test(arguments: [(-1, -1e38), (2, 1e38)] as [(Float, Float)])
  func bothBoundsBelongToTheSpace(first: Float, second: Float) throws {
    var batch = EnvironmentBatch(
      tasks: [Showing(first: first, second: second)], named: "showing",
      random: RandomStream(seed: 1))
    try batch.step(ActionBatch(.discrete(1), slots: 1))
    #expect(batch.buffers.observations == [first, second])
  }
}
