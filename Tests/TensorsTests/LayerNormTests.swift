import Tensors
import Testing

@Suite struct LayerNormTests {
  @Test func values() {
    let x = Tensor([2, 2], [1, 3, -4, 4])
    let (gain, bias) = (Tensor([1, 2]), Tensor([0, 10]))
    expectClose(
      x.layerNorm(gain: gain, bias: bias), Tensor([2, 2], [-1, 12, -1, 12]), tolerance: 1e-4)
    expectClose(
      x.layerNorm(gain: gain, bias: bias, epsilon: 3),
      Tensor([2, 2], [-0.5, 11, -0.917_663, 11.835_326]))
  }

  @Test(arguments: [[4], [3, 4], [2, 3, 5], [1, 2]] as [Shape])
  func derivatives(shape: Shape) {
    let columns = shape[-1]
    let (x, gain, bias) = (draws(shape, 1), draws([columns], 2), draws([columns], 3))
    expectDerivatives(at: x, gain, bias, tolerance: 5e-3) {
      $0[0].layerNorm(gain: $0[1], bias: $0[2], epsilon: 0.1)
    }
  }

  @Test(arguments: [[3, 4], [17, 64], [2, 3, 5]] as [Shape])
  func fusedEqualsComposed(shape: Shape) {
    let columns = shape[-1]
    let (x, gain, bias) = (draws(shape, 1), draws([columns], 2), draws([columns], 3))
    let weights = draws(shape, 4)
    func composed(_ x: Tensor, _ gain: Tensor, _ bias: Tensor) -> Tensor {
      (Tensor.composedLayerNorm(x, gain, bias, epsilon: 1e-5) * weights).sum()
    }
    func fused(_ x: Tensor, _ gain: Tensor, _ bias: Tensor) -> Tensor {
      (x.layerNorm(gain: gain, bias: bias) * weights).sum()
    }
    expectClose(fused(x, gain, bias), composed(x, gain, bias), tolerance: 1e-4)
    expectClose(
      gradient(at: x) { fused($0, gain, bias) }, gradient(at: x) { composed($0, gain, bias) },
      tolerance: 1e-4)
    expectClose(
      gradient(at: gain) { fused(x, $0, bias) }, gradient(at: gain) { composed(x, $0, bias) },
      tolerance: 1e-4)
    expectClose(
      gradient(at: bias) { fused(x, gain, $0) }, gradient(at: bias) { composed(x, gain, $0) },
      tolerance: 1e-4)
  }
}
