import Agents
import Testing

@Suite("Bonus scale")
struct BonusScaleTests {
  @Test("bonuses are divided by their root mean square so far")
  func running() {
    var scale = BonusScale(weight: 2, .running)
    // √((9 + 16 + 0 + 0) / 4) = 2.5
    #expect(scale.apply(to: [3, 4, 0, 0]) == [2.4, 3.2, 0, 0])
    // √((25 + 11) / 9) = 2
    #expect(scale.apply(to: [1, 1, 3, 0, 0]) == [1, 1, 3, 0, 0])
  }

  @Test("a batch's mean scales only where its size is above 1")
  func batchMean() {
    var scale = BonusScale(weight: 1, .batchMean)
    #expect(scale.apply(to: [-6, -2]) == [-1.5, -0.5])
    #expect(scale.apply(to: [0.5, 0.25]) == [0.5, 0.25])
    var plain = BonusScale(weight: 3, .none)
    #expect(plain.apply(to: [5, -1]) == [15, -3])
  }

  @Test("nothing seen, or nothing but zeros, gives nothing")
  func empty() {
    var scale = BonusScale(weight: 1, .running)
    #expect(scale.apply(to: []) == [])
    #expect(scale.apply(to: [0, 0]) == [0, 0])
  }
}
