import Networks
import Tensors
import Testing

@Suite("GatedTransformer")
struct GatedTransformerTests {
  /// A transformer of inputs of two numbers.
  private func transformer(
    window: Int = 3, layers: Int = 2, heads: Int = 2
  ) -> (transformer: GatedTransformer, layout: WeightLayout) {
    var layout = WeightLayout()
    let transformer = GatedTransformer(
      2, width: 4, window: window, layers: layers, heads: heads, named: "m", in: &layout)
    return (transformer, layout)
  }

  /// A state of seven steps that were seen.
  private func seen(_ transformer: GatedTransformer, _ weights: Weights) -> Tensor {
    transformer(
      weights, draws([21, 2], 5), memory: .zeros([3, transformer.stateCount]), keep: .ones([7, 3])
    ).memory
  }

  /// Weights at which attention is uneven and no rectified unit is near its kink.
  private func smoothWeights(_ layout: WeightLayout) -> Weights {
    var elements = draws([layout.count]).elements
    for parameter in layout.parameters {
      let part = parameter.name.split(separator: ".").dropFirst(2).joined(separator: ".")
      let scores = ["query.weight", "key", "distance", "distanceBias"].contains(part)
      let shift: Float = ["output.bias", "hidden.bias", "change.bias"].contains(part) ? 2 : 0
      for element in parameter.position..<parameter.position + parameter.shape.count {
        elements[element] = elements[element] * (scores ? 0.6 : 0.15) + shift
      }
    }
    return Weights(Tensor(elements), layout: layout)
  }

  /// Six steps of three slots with wipes in the middle.
  private let keep = Tensor([6, 3], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1])

  @Test(
    "a sequence in one call equals calls step by step, and calls of parts",
    arguments: [(1, 1), (3, 1), (3, 2), (10, 2)])
  func stepByStep(window: Int, layers: Int) {
    let (transformer, layout) = transformer(window: window, layers: layers)
    let weights = drawnWeights(layout)
    let (inputs, start) = (draws([18, 2], 2), seen(transformer, weights))
    let whole = transformer(weights, inputs, memory: start, keep: keep)
    for parts in [[0..<1, 1..<2, 2..<3, 3..<4, 4..<5, 5..<6], [0..<4, 4..<6], [0..<1, 1..<6]] {
      var memory = start
      for steps in parts {
        let rows = steps.lowerBound * 3..<steps.upperBound * 3
        let part = transformer(
          weights, inputs.slice(rows), memory: memory, keep: keep.slice(steps))
        expectClose(part.features, whole.features.slice(rows))
        memory = part.memory
      }
      // What lies before a wipe may differ; what follows may not.
      let next = draws([6, 2], 3)
      expectClose(
        transformer(weights, next, memory: memory, keep: .ones([2, 3])).features,
        transformer(weights, next, memory: whole.memory, keep: .ones([2, 3])).features)
    }
  }

  @Test("no step sees past a wipe, at the start of a sequence or within it")
  func wipes() {
    let (transformer, layout) = transformer()
    let weights = drawnWeights(layout)
    let (inputs, start) = (draws([5, 2], 2), seen(transformer, weights).slice(0..<1))
    let empty = Tensor.zeros([1, transformer.stateCount])
    for wipe in 0..<5 {
      var marks = [Float](repeating: 1, count: 5)
      marks[wipe] = 0
      let wiped = transformer(weights, inputs, memory: start, keep: Tensor([5, 1], marks))
      let fresh = transformer(
        weights, inputs.slice(wipe..<5), memory: empty, keep: .ones([5 - wipe, 1]))
      expectClose(wiped.features.slice(wipe..<5), fresh.features)
    }
    let kept = transformer(weights, inputs, memory: start, keep: .ones([5, 1]))
    let fresh = transformer(weights, inputs, memory: empty, keep: .ones([5, 1]))
    #expect((kept.features - fresh.features).slice(0..<1).norm > 1e-2)
  }

  @Test("with one layer a step sees the last inputs of its window and no others")
  func window() {
    let (transformer, layout) = transformer(window: 3, layers: 1)
    let weights = drawnWeights(layout)
    let inputs = draws([6, 2], 2)
    func last(_ inputs: Tensor) -> Tensor {
      transformer(
        weights, inputs, memory: .zeros([1, transformer.stateCount]), keep: .ones([6, 1])
      ).features.slice(5..<6)
    }
    let before = last(inputs)
    for step in 0..<6 {
      var elements = inputs.elements
      elements[2 * step] += 1
      let change = (last(Tensor([6, 2], elements)) - before).norm
      #expect(step < 3 ? change == 0 : change > 1e-4)
    }
  }

  @Test("it matters when something was, not only what it was")
  func distances() {
    let (transformer, layout) = transformer(window: 3, layers: 1)
    let weights = drawnWeights(layout)
    func last(_ elements: [Float]) -> Tensor {
      transformer(
        weights, Tensor([3, 2], elements), memory: .zeros([1, transformer.stateCount]),
        keep: .ones([3, 1])
      ).features.slice(2..<3)
    }
    #expect((last([1, -1, 0, 2, 1, 1]) - last([0, 2, 1, -1, 1, 1])).norm > 1e-3)
  }

  @Test("at first little changes on the way through the layers")
  func firstWeights() {
    let (transformer, layout) = transformer(layers: 1)
    var random = RandomStream(seed: 1)
    let weights = Weights(initializing: layout, using: &random)
    let inputs = draws([40, 2], 2)
    let features = transformer(
      weights, inputs, memory: .zeros([4, transformer.stateCount]), keep: .ones([10, 4])
    ).features
    let embedded = transformer.input(weights, inputs)
    #expect((features - embedded).norm < 0.5 * embedded.norm)
    #expect(weights["m.0.changeGate.bias"] == Tensor([0, 0, 0, 0, 2, 2, 2, 2, 0, 0, 0, 0]))
  }

  @Test(
    "the gradient over a sequence with wipes, from a state that holds something",
    arguments: [(1, 1, 1), (3, 1, 2), (3, 2, 2), (9, 2, 4)])
  func gradient(window: Int, layers: Int, heads: Int) {
    let (transformer, layout) = transformer(window: window, layers: layers, heads: heads)
    let weights = smoothWeights(layout)
    let (inputs, memory) = (draws([18, 2], 2), seen(transformer, weights))
    expectGradient(at: weights) {
      transformer($0, inputs, memory: memory, keep: keep).features
    }
  }

  @Test("a state whose count makes no sense is taken for the nearest one that does")
  func unsoundStates() {
    let (transformer, layout) = transformer()
    let weights = drawnWeights(layout)
    let inputs = draws([1, 2], 2)
    func features(_ count: Float) -> Tensor {
      var elements = seen(transformer, weights).slice(0..<1).elements
      elements[elements.count - 1] = count
      return transformer(
        weights, inputs, memory: Tensor([1, elements.count], elements), keep: .ones([1, 1])
      ).features
    }
    #expect(features(-3) == features(0) && features(1e30) == features(2))
    #expect(features(0) != features(2))
  }
}
