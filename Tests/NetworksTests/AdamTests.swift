import Networks
import Tensors
import Testing

@Suite("Adam")
struct AdamTests {
  private func weights(_ values: [Float]) -> Weights {
    var layout = WeightLayout()
    _ = layout.add("w", [values.count], .constant(0))
    return Weights(Tensor(values), layout: layout)
  }

  @Test("two steps computed by hand, with the bias correction")
  func literalSequence() {
    var weights = weights([1, -2])
    var adam = Adam(count: 2, beta1: 0.5, beta2: 0.75, epsilon: 0)
    // Without ε the first step is the sign of the gradient, whatever its size.
    adam.update(&weights, gradient: Tensor([4, -0.5]), rate: 0.1)
    expectClose(weights.values, Tensor([0.9, -1.9]))
    #expect(adam.mean.elements == [2, -0.25])
    #expect(adam.square.elements == [4, 0.0625])
    // m = (1, 0.125), v = (3, 0.109375); m̂ = m / 0.75, v̂ = v / 0.4375:
    // steps 1.333333 / √6.857143 and 0.1666667 / √0.25.
    adam.update(&weights, gradient: Tensor([0, 0.5]), rate: 0.1)
    expectClose(weights.values, Tensor([0.9 - 0.0509175, -1.9 - 0.0333333]))
    #expect(adam.step == 2)
  }

  @Test("ε is added to the root")
  func epsilon() {
    var weights = weights([0])
    var adam = Adam(count: 1, epsilon: 1)
    adam.update(&weights, gradient: Tensor([3]), rate: 1)
    expectClose(weights.values, Tensor([-0.75]))
  }

  @Test("decay shrinks the weights beside the step, in proportion to the rate")
  func decay() {
    var weights = weights([2])
    var adam = Adam(count: 1, epsilon: 0, decay: 0.1)
    adam.update(&weights, gradient: Tensor([5]), rate: 0.5)
    // 2 - 0.5 · (1 + 0.1 · 2)
    expectClose(weights.values, Tensor([1.4]))
  }

  @Test("a gradient longer than the limit is scaled to it, a shorter one is not")
  func clipping() {
    var weights = weights([0, 0])
    var adam = Adam(count: 2, beta1: 0.5)
    let long = adam.update(&weights, gradient: Tensor([3, 4]), rate: 0, maximumNorm: 1)
    #expect(long == 5)
    expectClose(adam.mean, Tensor([0.3, 0.4]))
    adam = Adam(count: 2, beta1: 0.5)
    adam.update(&weights, gradient: Tensor([3, 4]), rate: 0, maximumNorm: 6)
    expectClose(adam.mean, Tensor([1.5, 2]))
  }

  @Test("a gradient of 0 is not divided by its length")
  func zeroGradient() {
    var weights = weights([1])
    var adam = Adam(count: 1)
    #expect(adam.update(&weights, gradient: Tensor([0]), rate: 1, maximumNorm: 1) == 0)
    #expect(weights.values.elements == [1])
  }

  @Test("a gradient that is not finite changes nothing", arguments: [Float.nan, .infinity])
  func nonFinite(bad: Float) {
    var weights = weights([1, 2])
    var adam = Adam(count: 2, decay: 0.1)
    adam.update(&weights, gradient: Tensor([1, -1]), rate: 0.1)
    let before = (weights.values, adam.mean, adam.square)
    let norm = adam.update(&weights, gradient: Tensor([1, bad]), rate: 0.1, maximumNorm: 1)
    #expect(!norm.isFinite)
    #expect((weights.values, adam.mean, adam.square) == before)
    #expect(adam.step == 1)
  }

  @Test("copies of weights keep their values")
  func valueSemantics() {
    var weights = weights([1])
    let copy = weights
    var adam = Adam(count: 1)
    adam.update(&weights, gradient: Tensor([1]), rate: 0.1)
    #expect(copy.values.elements == [1])
    #expect(weights.values.elements != [1])
  }

  @Test("a schedule moves in a straight line and stops at its ends")
  func schedules() {
    #expect(Schedule.constant(3).value(at: 0.7) == 3)
    let line = Schedule.linear(from: 4, to: 2)
    #expect([0, 0.25, 1, -1, 2].map(line.value) == [4, 3.5, 2, 4, 2])
  }
}
