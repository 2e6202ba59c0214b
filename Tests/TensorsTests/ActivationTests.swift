import Tensors
import Testing

@Suite struct ActivationTests {
  @Test(arguments: Activation.allCases) func codes(activation: Activation) {
    #expect(Activation(code: activation.code) == activation)
  }

  @Test func values() {
    let x = Tensor([-1, 0, 2])
    #expect(x.activated(by: .identity) == x)
    #expect(x.activated(by: .relu) == Tensor([0, 0, 2]))
    expectClose(x.activated(by: .tanh), Tensor([-0.761_594_2, 0, 0.964_027_6]))
    expectClose(x.activated(by: .sigmoid), Tensor([0.268_941_4, 0.5, 0.880_797]))
  }

  @Test(arguments: Activation.allCases) func slopes(activation: Activation) {
    let x = Tensor([-1, 0.5, 2])
    let slope = activation.slope(output: x.activated(by: activation)) ?? .ones(x.shape)
    expectClose(slope, gradient(at: x) { $0.activated(by: activation).sum() })
  }

  @Test(arguments: Activation.allCases) func derivatives(activation: Activation) {
    expectDerivatives(at: draws([3, 4])) { $0[0].activated(by: activation) * $0[0] }
  }
}
