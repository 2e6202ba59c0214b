import Environments
import FoalTesting
import Tensors
import Testing

@Suite("Ring")
struct RingTests {
  @Test("the environment keeps its promises")
  func check() throws {
    try checkEnvironment(Ring())
  }

  @Test("a lap forwards is worth the prize less the steps, backwards the opposite")
  func laps() {
    for (prize, forwards) in [(Float(50), Float(41)), (1, -8)] {
      let ring = Ring(prize: prize)
      var random = RandomStream(seed: 0)
      for (action, expected) in [(0, forwards), (1, -forwards)] {
        var state = Ring.State(place: 4)
        let rewards = (0..<10).map { _ in
          ring.step(&state, Action(action), using: &random).reward
        }
        #expect(rewards.reduce(0, +) == expected)
        #expect(state.place == 4)
      }
    }
    #expect(Ring(prize: 50).bestRate == 4.1 && Ring(prize: 1).bestRate == 0.8)
    #expect(Ring(prize: 9).bestRate == 0 && Ring(prize: 50, unit: 0.5).bestRate == 2.05)
  }

  @Test("a step and the step back cancel out")
  func back() {
    var random = RandomStream(seed: 0)
    for place in 0..<10 {
      var state = Ring.State(place: place)
      let rewards = [0, 1].map { Ring().step(&state, Action($0), using: &random).reward }
      #expect(rewards[0] + rewards[1] == 0)
      #expect(Int(state.place) == place)
    }
  }
}
