import Agents
import Environments
import Tensors
import Testing

@Suite("Tabular Markov decision processes")
struct KnownMDPTests {
  /// State 0: action 0 stays for 1, action 1 goes to state 1 for nothing. State 1: action 0 ends for
  /// 3, action 1 goes back to 0 with probability 1/2 and ends otherwise, for nothing.
  private let process = KnownMDP(states: 2, actions: 2) { state, action in
    switch (state, action) {
    case (0, 0): (1, [(0, 1)])
    case (0, _): (0, [(1, 1)])
    case (_, 0): (3, [])
    default: (0, [(0, 0.5)])
    }
  }

  private func close(_ values: [Double], _ expected: [Double], _ tolerance: Double = 1e-6) -> Bool {
    values.count == expected.count
      && zip(values, expected).allSatisfy { abs($0 - $1) <= tolerance }
  }

  @Test("value iteration finds the best policy's values")
  func optimal() {
    // With a discount of 0.5 staying is worth 2, going 1.5; at 0.8 staying 5, going back 2.
    let low = process.optimalValues(discount: 0.5)
    #expect(close(low, [2, 1.5, 3, 0.5]))
    #expect(process.greedyPolicy(low) == [1, 0, 1, 0])
    #expect(close(process.optimalValues(discount: 0.8), [5, 2.4, 3, 2]))
  }

  @Test("soft values are the optimal ones at a low temperature and more at a high one")
  func soft() {
    let cold = process.softValues(discount: 0.5, temperature: 0.001)
    #expect(close(cold, [2, 1.5, 3, 0.5], 0.01))
    // One state, two actions that end, rewards 0 and log 3: V = log(1 + 3).
    let single = KnownMDP(states: 1, actions: 2) { _, action in
      (action == 0 ? 0 : 1.098_612_288_668, [])
    }
    let values = single.softValues(discount: 0.9)
    #expect(close(single.softmaxPolicy(values, temperature: 1), [0.25, 0.75]))
  }

  @Test("a policy's values and visits are those of its chain")
  func policy() {
    let values = process.values(of: process.uniformPolicy, discount: 0.5)
    // v0 = ½(1 + ½v0) + ½·½v1, v1 = ½·3 + ½·½·½v0
    let v0 = 0.875 / (0.75 - 0.25 * 0.125)
    #expect(close(values, [v0, 1.5 + 0.125 * v0]))
    let visits = process.visits(of: [0, 1, 0, 1], from: [1, 0], discount: 0.5)
    // In 0 at steps 0, 2, 4, ... with probability (1/2)^k, in 1 one step later.
    #expect(close(visits, [0.5 / (1 - 0.125), 0.25 / (1 - 0.125)]))
  }

  @Test("the best policy has quality 1, random actions 0, the worst less")
  func quality() {
    let best = process.greedyPolicy(process.optimalValues(discount: 0.9))
    #expect(abs(process.quality(of: best, from: [1, 0], discount: 0.9) - 1) < 1e-6)
    let random = process.quality(of: process.uniformPolicy, from: [1, 0], discount: 0.9)
    #expect(abs(random) < 1e-6)
    #expect(process.quality(of: [0, 1, 0, 1], from: [1, 0], discount: 0.9) < 0)
  }

  @Test("on a map values fall with the distance to the goal")
  func map() {
    let process = KnownMDP(.fourRooms, goal: 0)
    let values = process.optimalValues(discount: 0.9)
    // Cell 1 is the goal's right neighbour; the first cell of the second row lies below it.
    #expect(values[1 * 4 + 3] == 1 && abs(values[2 * 4 + 3] - 0.9) < 1e-12)
    let random = process.values(of: process.uniformPolicy, discount: 0.9)
    #expect(random[1] < 0.9 && random[103] < 0.001)
  }

  @Test("random processes have probabilities that add up to 1")
  func random() {
    var random = RandomStream(seed: 0)
    let process = KnownMDP.random(
      states: 5, actions: 3, rewards: Array(repeating: 0, count: 15), using: &random)
    #expect(close(process.expectation(of: [1, 1, 1, 1, 1]), Array(repeating: 1, count: 15), 1e-12))
    #expect(process.probabilities.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(Set(process.probabilities).count == 75)
  }
}
