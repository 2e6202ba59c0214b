import Networks
import Tensors
import Testing

@Suite("Layers")
struct LayersTests {
  @Test("a linear layer multiplies, adds the bias and activates")
  func linearLayer() {
    var layout = WeightLayout()
    let layer = Linear(2, 3, activation: .relu, named: "layer", in: &layout)
    #expect(layout.parameters.map(\.name) == ["layer.weight", "layer.bias"])
    let weights = Weights(Tensor([1, 2, 3, 4, 5, 6, 0.5, 0, -20]), layout: layout)
    // [1, -1] · [[1, 2, 3], [4, 5, 6]] = [-3, -3, -3];  [2, 1] gives [6, 9, 12].
    #expect(
      layer(weights, Tensor([2, 2], [1, -1, 2, 1])) == Tensor([2, 3], [0, 0, 0, 6.5, 9, 0]))
  }

  @Test("a layer starts with bias 0 and the activation's gain")
  func initialLayer() throws {
    var layout = WeightLayout()
    _ = Linear(4, 2, activation: .tanh, named: "layer", in: &layout)
    var random = RandomStream(seed: 1)
    let weights = Weights(initializing: layout, using: &random)
    #expect(weights["layer.bias"] == Tensor([0, 0]))
    let matrix = try #require(weights["layer.weight"])
    let square = Float(25.0 / 9)
    expectClose(
      matrixProduct(matrix.transposed(), matrix), Tensor([2, 2], [square, 0, 0, square]))
  }

  @Test("a stack's parameters and a value computed by hand")
  func multilayerPerceptron() {
    let network = MLP(1, hidden: [2], 1, activation: .relu)
    #expect(
      network.layout.parameters.map(\.name)
        == ["layer0.weight", "layer0.bias", "layer1.weight", "layer1.bias"])
    #expect(network.layout.parameters.map(\.shape) == [[1, 2], [2], [2, 1], [1]])
    let weights = Weights(Tensor([1, -1, 0.5, 0, 2, 3, -1]), layout: network.layout)
    // x = 2: relu(2.5, -2) · (2, 3) - 1 = 4;  x = -1: relu(-0.5, 1) · (2, 3) - 1 = 2.
    #expect(network(weights, Tensor([2, 1], [2, -1])) == Tensor([2, 1], [4, 2]))
  }

  @Test("a stack without hidden layers is linear")
  func noHiddenLayers() {
    let network = MLP(2, hidden: [], 1)
    let weights = Weights(Tensor([3, -2, 1]), layout: network.layout)
    #expect(network(weights, Tensor([1, 2], [10, 4])).elements == [23])
  }

  @Test("a stack's gradient", arguments: [Activation.tanh, .sigmoid])
  func gradient(activation: Activation) {
    let network = MLP(3, hidden: [4, 3], 2, activation: activation)
    let input = draws([5, 3])
    expectGradient(at: drawnWeights(network.layout)) { network($0, input) }
  }

  /// One input, one cell.
  private func tinyUnit() -> (unit: GRU, weights: Weights) {
    var layout = WeightLayout()
    let unit = GRU(1, width: 1, named: "memory", in: &layout)
    // Input weights r, z, n; input biases; memory weights; memory biases.
    let values: [Float] = [1, 2, 3, 0.1, 0.2, 0.3, -1, 0.5, 2, 0, 0.1, -0.2]
    return (unit, Weights(Tensor(values), layout: layout))
  }

  @Test("the unit's value, computed by hand")
  func gatedRecurrentUnit() {
    let (unit, weights) = tinyUnit()
    #expect(
      weights.layout.parameters.map(\.name)
        == ["memory.input.weight", "memory.input.bias", "memory.weight", "memory.bias"])
    // x = 0.5, h = 0.4: r = σ(0.6 - 0.4), z = σ(1.2 + 0.3), n = tanh(1.8 + r · 0.6).
    let output = unit(
      weights, Tensor([1, 1], [0.5]), memory: Tensor([1, 1], [0.4]), keep: .ones([1, 1]))
    // r = 0.549834, z = 0.817574, n = tanh(2.1299004) = 0.972159; 0.182426 n + 0.817574 · 0.4
    expectClose(output, Tensor([1, 1, 1], [0.5043765]))
  }

  @Test("wiping equals starting from an empty memory")
  func wiping() {
    let (unit, weights) = tinyUnit()
    let input = Tensor([1, 1], [0.5])
    let wiped = unit(weights, input, memory: Tensor([1, 1], [0.4]), keep: .zeros([1, 1]))
    let empty = unit(weights, input, memory: .zeros([1, 1]), keep: .ones([1, 1]))
    #expect(wiped == empty)
    #expect(wiped != unit(weights, input, memory: Tensor([1, 1], [0.4]), keep: .ones([1, 1])))
  }

  @Test("the unit's gradient over a sequence with a wipe")
  func recurrentGradient() {
    var layout = WeightLayout()
    let unit = GRU(2, width: 3, named: "memory", in: &layout)
    let (inputs, memory) = (draws([8, 2]), draws([2, 3], 2))
    let keep = Tensor([4, 2], [1, 1, 1, 0, 1, 1, 0, 1])
    expectGradient(at: drawnWeights(layout)) { unit($0, inputs, memory: memory, keep: keep) }
  }
}
