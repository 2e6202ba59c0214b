import Tensors
import Testing

@Suite struct TensorTests {
  @Test func making() {
    #expect(Tensor(3).shape == [] && Tensor(3).item == 3)
    #expect(Tensor([1, 2]).shape == [2])
    #expect(Tensor([2, 2], [1, 2, 3, 4]).elements == [1, 2, 3, 4])
    #expect(Tensor.zeros([2]).elements == [0, 0])
    #expect(Tensor.ones([2, 1]).elements == [1, 1])
    #expect(Tensor(filling: [3], with: 7).elements == [7, 7, 7])
    let written = Tensor([3]) { span in for index in span.indices { span[index] = Float(index) } }
    #expect(written == Tensor([0, 1, 2]))
  }

  @Test func indexing() {
    let x = counting([2, 3, 4])
    #expect(x[0, 0, 0] == 0 && x[1, 2, 3] == 23 && x[1, 0, 2] == 14)
    #expect(Tensor([1, 1], [5]).item == 5)
    #expect(x.count == 24)
  }

  @Test func equality() {
    #expect(Tensor([1, 2]) == Tensor([1, 2]))
    #expect(Tensor([1, 2]) != Tensor([1, 3]))
    #expect(Tensor([1, 2]) != Tensor([1, 2], [1, 2]))
    #expect(Tensor([Float.nan]) != Tensor([Float.nan]))
  }

  @Test func descriptions() {
    #expect("\(Tensor([1, 2], [0.5, 2]))" == "Tensor([1, 2], [0.5, 2.0])")
    #expect("\(Tensor.zeros([20]))".hasSuffix("0.0, ...])"))
  }

  @Test func draws() {
    var random = RandomStream(seed: 5)
    let normal = Tensor.normal([100, 100], using: &random)
    #expect(abs(normal.mean().item) < 0.05)
    #expect(abs(normal.squared().mean().item - 1) < 0.05)
    let uniform = Tensor.uniform([100, 100], using: &random)
    #expect(abs(uniform.mean().item - 0.5) < 0.02)
    #expect(uniform.elements.allSatisfy { 0..<1 ~= $0 })
  }
}
