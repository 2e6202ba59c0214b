import Agents
import Testing

@Suite("Generalized advantages")
struct ReturnsTests {
  private func advantages(
    rewards: [Float] = [1, 2, 4], values: [Float] = [1, 2, 3], nextValues: [Float] = [2, 3, 8],
    done: [Bool] = [false, false, false], batch: Int = 1, lambda: Float
  ) -> [Float] {
    generalizedAdvantages(
      rewards: rewards, values: values, nextValues: nextValues, done: done, batch: batch,
      discount: 0.5, lambda: lambda)
  }

  // δ = (1 + 1 - 1, 2 + 1.5 - 2, 4 + 4 - 3) = (1, 1.5, 5)

  @Test("with λ = 0 an advantage is the one-step error")
  func oneStep() {
    #expect(advantages(lambda: 0) == [1, 1.5, 5])
  }

  @Test("with λ = 1 it is the discounted return less the value")
  func wholeReturn() {
    // 1 + 2/2 + 4/4 + 8/8 - 1,  2 + 4/2 + 8/4 - 2,  4 + 8/2 - 3
    #expect(advantages(lambda: 1) == [3, 4, 5])
  }

  @Test("between them errors fade by γλ")
  func between() {
    // 1.5 + 5/4 = 2.75 and 1 + 2.75/4
    #expect(advantages(lambda: 0.5) == [1.6875, 2.75, 5])
  }

  @Test("nothing flows back over the end of a try; a cut one counts what would have followed")
  func ends() {
    // The second step terminated: v′ = 0 and δ = 2 - 2.
    #expect(
      advantages(nextValues: [2, 0, 8], done: [false, true, false], lambda: 1) == [1, 0, 5])
    // The second step was cut where the value was 6: δ = 2 + 3 - 2.
    #expect(
      advantages(nextValues: [2, 6, 8], done: [false, true, false], lambda: 1) == [2.5, 3, 5])
  }

  @Test("slots do not mix")
  func slots() {
    let mixed = advantages(
      rewards: [1, 0, 2, 0, 4, 8], values: [1, 0, 2, 0, 3, 0], nextValues: [2, 0, 3, 0, 8, 0],
      done: [false, true, false, false, false, false], batch: 2, lambda: 1)
    #expect(mixed == [3, 0, 4, 4, 5, 8])
  }
}
