import Agents
import Tensors
import Testing

@Suite("Trust region")
struct TrustRegionTests {
  /// The product with [[4, 1], [1, 3]].
  private func product(_ vector: Tensor) -> Tensor {
    let (x, y) = (vector[0], vector[1])
    return Tensor([4 * x + y, x + 3 * y])
  }

  @Test("conjugate gradients solve two equations in two iterations")
  func conjugate() {
    let solution = conjugateGradients(Tensor([1, 2]), iterations: 2, product: product)
    #expect(abs(solution[0] - 1 / 11) < 1e-6 && abs(solution[1] - 7 / 11) < 1e-6)
    let early = conjugateGradients(Tensor([1, 2]), iterations: 1, product: product)
    #expect(abs(early[0] - 0.25) < 1e-6 && abs(early[1] - 0.5) < 1e-6)
  }

  @Test("a Hessian's product is the gradient's derivative in a direction")
  func hessian() {
    // f = x³ + x²y: H = [[6x + 2y, 2x], [2x, 0]]
    let result = hessianProduct(at: Tensor([1, 2]), Tensor([1, -1])) { point in
      let (x, y) = (point.slice(0..<1), point.slice(1..<2))
      return (x * x * x + x * x * y).sum()
    }
    #expect(result.elements == [8, 2])
  }

  /// A step down the slope (2, 1) from the origin, where F is diagonal, (2, 0.5).
  private func step(
    _ region: TrustRegion, divergence: @escaping (Tensor) -> Float = { _ in 0 },
    loss: @escaping (Tensor) -> Float = { 2 * $0[0] + $0[1] }
  ) -> TrustRegion.Step {
    region.step(
      from: .zeros([2]), loss: 0, gradient: Tensor([2, 1]),
      fisherProduct: { $0 * Tensor([2, 0.5]) }, evaluate: { (loss($0), divergence($0)) })
  }

  @Test("the step follows the natural gradient as far as the limit")
  func naturalGradient() {
    // s = (1, 2), sᵀFs = 4, β = √(2 · 0.5 / 4) = 0.5
    let taken = step(TrustRegion(divergenceLimit: 0.5, damping: 0))
    #expect(abs(taken.weights[0] + 0.5) < 1e-5 && abs(taken.weights[1] + 1) < 1e-5)
    #expect(abs(taken.improvement - 2) < 1e-5)
  }

  @Test("it is shortened until the divergence is within the limit and the loss falls")
  func shortening() {
    let region = TrustRegion(divergenceLimit: 0.5, damping: 0, shortening: 0.5)
    let far = step(region, divergence: { $0[0] < -0.2 ? 1 : 0.25 })
    #expect(abs(far.weights[0] + 0.125) < 1e-5 && far.divergence == 0.25)
    let bowl = step(region, loss: { $0[1] < -0.6 ? 1 : -1 })
    #expect(abs(bowl.weights[1] + 0.5) < 1e-5)
  }

  @Test("without a good attempt the weights stay")
  func stays() {
    let stuck = step(TrustRegion(attempts: 3), loss: { _ in 1 })
    #expect(stuck.weights.elements == [0, 0] && stuck.improvement == 0)
  }

  @Test("settings out of their range are refused")
  func validation() {
    for region in [
      TrustRegion(divergenceLimit: 0), TrustRegion(iterations: 0), TrustRegion(damping: -1),
      TrustRegion(shortening: 1), TrustRegion(attempts: 0),
    ] {
      #expect(throws: ConfigurationError.self) { try region.validate() }
    }
  }
}
