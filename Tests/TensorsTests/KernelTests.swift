import Tensors
import Testing

@Suite struct KernelTests {
  @Test func adamSteps() {
    // By the formula, in Double.
    var (mean, square, weight) = (0.0, 0.0, 1.0)
    var (means, squares, weights) = (Tensor([0]), Tensor([0]), Tensor([1]))
    let kept = weights
    for step in 1...5 {
      let slope = weight * 2
      mean = 0.9 * mean + 0.1 * slope * 0.5
      square = 0.999 * square + 0.001 * slope * slope * 0.25
      let (m, v) = (
        mean / (1 - power(0.9, step)), square / (1 - power(0.999, step))
      )
      weight -= 0.1 * (m / (v.squareRoot() + 1e-8) + 0.01 * weight)
      Kernel.adam(
        gradient: 2 * weights, gradientScale: 0.5, rate: 0.1, beta1: 0.9, beta2: 0.999,
        epsilon: 1e-8, decay: 0.01, step: step, mean: &means, square: &squares,
        weights: &weights)
      #expect(abs(Double(weights.item) - weight) < 1e-5)
    }
    #expect(kept == Tensor([1]))
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { result, _ in result * base }
  }

  @Test func matrixProductsAddToWhatIsThere() {
    let (a, b) = (Tensor([1, 2], [1, 2]), Tensor([2, 1], [3, 4]))
    let c = Tensor([1, 1], [100])
    Kernel.matrixProduct(
      rows: 1, columns: 1, depth: 2, a, transposed: false, b, transposed: false, into: c, beta: 1)
    #expect(c.item == 111)
  }

  @Test func copiesWithinTensors() {
    let y = Tensor.zeros([5])
    Kernel.copy(counting([4]), at: 1, to: y, at: 2, count: 2)
    Kernel.add(counting([4]), at: 2, to: y, at: 3, count: 2)
    #expect(y == Tensor([0, 0, 1, 4, 3]))
  }
}
