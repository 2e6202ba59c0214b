internal import RealModule
public import Tensors

/// A memory that looks back: each layer attends to its last inputs.
///
/// A layer takes in xₗ at each step, `width` numbers. With n(x) for x at mean 0 and variance 1:
///
///     y  = gate(x, relu(attention(n(x) now, n(x) of the last `window` steps)))
///     x′ = gate(y, relu(V·relu(U·n(y) + c) + d))
///
/// where a gate lets through what is new as a gated recurrent unit does, and hardly does so at first,
/// so that the memory begins as a network without one and learns what to look back at:
///
///     gate(x, y) = (1 − z)·ĥ + z·x    z = σ(Wᶻy + Uᶻx + 2)  r = σ(Wʳy + Uʳx)  ĥ = tanh(Wy + r·Ux)
///
/// Attention scores an input by what it is and by how long ago it was:
///
///     sⱼ = (qᵀ·K·n(xⱼ) + (q + v)ᵀ·R·e(t − j)) / √(width of a head)        q = Q·n(xₜ) + u
///
/// with sines and cosines e of the distance. Over a sequence no step sees past a wipe of the memory.
/// What lies before the sequence is held as numbers through which no gradient flows: the state of a
/// slot is n(x) of the last `window` steps for each layer, and how many of these count.
///
/// Sources: Parisotto et al. (2019), arXiv:1910.06764, for gates, their bias and the place of the
/// normalisation; Dai et al. (2019), arXiv:1901.02860, for distances and the state. Deviations: every
/// step sees a window of one length, so that acting and learning are the same function; scales and
/// shifts of a normalisation are left to the linear maps behind it; the reset gate acts on Ux, as in
/// ``GRU``.
public struct GatedTransformer: Sendable, Hashable {
  /// The width of layers.
  public let width: Int
  /// The number of inputs that each step attends to, its own included.
  public let window: Int
  public let input: Linear
  private let layers: [Layer]
  /// e of the distances W − 1, ..., 0: `[width, window]`.
  private let distances: [Float]

  /// Adds the memory's parameters, "`name`.input" and "`name`.0.query" to "`name`.0.changeGate.bias"
  /// for each layer, to a layout. `heads` divides `width`.
  public init(
    _ inputs: Int, width: Int, window: Int, layers: Int, heads: Int, named name: String,
    in layout: inout WeightLayout
  ) {
    precondition(
      window > 0 && layers > 0 && heads > 0 && width % heads == 0,
      "a transformer needs a window and layers, and \(heads) heads that divide \(width)")
    (self.width, self.window) = (width, window)
    input = Linear(inputs, width, named: name + ".input", in: &layout)
    self.layers = (0..<layers).map {
      Layer(width: width, heads: heads, named: "\(name).\($0)", in: &layout)
    }
    distances = GatedTransformer.waves(width: width, window: window)
  }

  /// Sines and cosines of distances, with wavelengths from 2π to 2π · 10,000 steps.
  private static func waves(width: Int, window: Int) -> [Float] {
    (0..<width).flatMap { row in
      let frequency = Double.pow(10_000, -Double(row / 2 * 2) / Double(width))
      return (0..<window).map { column in
        let angle = Double(window - 1 - column) * frequency
        return Float(row % 2 == 0 ? Double.sin(angle) : .cos(angle))
      }
    }
  }

  /// The number of elements of a slot's state.
  public var stateCount: Int { layers.count * window * width + 1 }

  /// The multiplications in products of matrices that a step needs at least.
  var multiplications: Int {
    layers.reduce(input.multiplications) { $0 + $1.multiplications(window: window) }
  }

  /// Runs over a sequence.
  ///
  /// - Parameters:
  ///   - inputs: `[T · B, inputs]`, step by step.
  ///   - memory: the state before the first step, `[B, stateCount]`; zeros if nothing was seen.
  ///   - keep: 1 where a step starts from the memory, 0 where it is wiped first, `[T, B]`.
  /// - Returns: what the last layer gives at each step, `[T · B, width]`, and the state after the
  ///   last step, a constant.
  public func callAsFunction(
    _ weights: Weights, _ inputs: Tensor, memory: Tensor, keep: Tensor
  ) -> (features: Tensor, memory: Tensor) {
    let (steps, slots) = (keep.shape[0], keep.shape[1])
    precondition(
      memory.shape == Shape(slots, stateCount),
      "a transformer's memory is \(Shape(slots, stateCount)), got \(memory.shape)")
    let recent = RecentInputs(
      memory, keep: keep, layers: layers.count, window: window, width: width)
    let distances = Tensor(Shape(width, window), distances)
    var stream = input(weights, inputs).reshaped(to: Shape(steps, slots, width))
      .exchangingFirstAxes().reshaped(to: Shape(slots * steps, width))
    for (index, layer) in layers.enumerated() {
      stream = layer(weights, stream, recent, index, distances)
    }
    let features = stream.reshaped(to: Shape(slots, steps, width)).exchangingFirstAxes()
    return (features.reshaped(to: Shape(steps * slots, width)), recent.memory)
  }
}

/// Attention and a network for each step by itself, each behind a gate.
private struct Layer: Sendable, Hashable {
  private let heads: Int
  private let query: Linear
  private let key: Parameter
  private let distance: Parameter
  private let distanceBias: Parameter
  private let value: Parameter
  private let output: Linear
  private let attentionGate: GRU
  private let hidden: Linear
  private let change: Linear
  private let changeGate: GRU

  init(width: Int, heads: Int, named name: String, in layout: inout WeightLayout) {
    self.heads = heads
    let part = width / heads
    query = Linear(width, width, named: name + ".query", in: &layout)
    key = layout.add(name + ".key", [heads, part, width], .orthogonal(gain: 1))
    distance = layout.add(name + ".distance", [width, width], .orthogonal(gain: 1))
    distanceBias = layout.add(name + ".distanceBias", [width], .constant(0))
    // A head's columns are parts of longer ones of length 1.
    value = layout.add(
      name + ".value", [heads, width, part], .orthogonal(gain: Float(heads).squareRoot()))
    output = Linear(width, width, activation: .relu, named: name + ".output", in: &layout)
    func gate(_ gateName: String) -> GRU {
      GRU(width, width: width, keeping: 2...2, named: "\(name).\(gateName)", in: &layout)
    }
    attentionGate = gate("attentionGate")
    hidden = Linear(width, width, activation: .relu, named: name + ".hidden", in: &layout)
    change = Linear(width, width, activation: .relu, named: name + ".change", in: &layout)
    changeGate = gate("changeGate")
  }

  func multiplications(window: Int) -> Int {
    let maps = [query, output, hidden, change].reduce(0) { $0 + $1.multiplications }
    let width = query.weight.shape[0]
    return maps + key.shape.count + value.shape.count + attentionGate.multiplications
      + changeGate.multiplications + window * width * (1 + 2 * heads)
  }

  /// `[B · T, width]` gives the same.
  func callAsFunction(
    _ weights: Weights, _ stream: Tensor, _ recent: RecentInputs, _ index: Int,
    _ distances: Tensor
  ) -> Tensor {
    let attended = output(weights, attention(weights, stream.normalized, recent, index, distances))
    let between = gate(attentionGate, weights, stream, attended)
    return gate(
      changeGate, weights, between, change(weights, hidden(weights, between.normalized)))
  }

  /// The heads' values side by side, `[B · T, width]`.
  private func attention(
    _ weights: Weights, _ now: Tensor, _ recent: RecentInputs, _ index: Int, _ distances: Tensor
  ) -> Tensor {
    let (slots, steps) = (recent.visible.shape[0], recent.visible.shape[1])
    let (width, part) = (now.shape[1], now.shape[1] / heads)
    recent.write(now, layer: index)
    let scale = 1 / Float(part).squareRoot()
    let query = scale * query(weights, now)
    let relative = matrixProduct(weights[distance], distances)
      .reshaped(to: Shape(heads, part, distances.shape[1]))
    let mixed = windowedAttention(
      queries: groupedProduct(query, weights[key])
        .reshaped(to: Shape(slots, steps, heads, width)),
      positions: groupedProduct(query + scale * weights[distanceBias], relative)
        .reshaped(to: Shape(slots, steps, heads, distances.shape[1])),
      inputs: now.reshaped(to: Shape(slots, steps, width)), context: recent.context,
      at: recent.start(of: index), visible: recent.visible)
    return groupedProduct(mixed.reshaped(to: Shape(slots * steps, heads * width)), weights[value])
  }

  private func gate(
    _ unit: GRU, _ weights: Weights, _ stream: Tensor, _ change: Tensor
  ) -> Tensor {
    unit(weights, change, memory: stream, keep: .ones(Shape(1, stream.shape[0])))
      .reshaped(to: stream.shape)
  }
}

extension Tensor {
  /// Each row at mean 0 and variance 1.
  fileprivate var normalized: Tensor {
    layerNorm(gain: .ones(Shape(shape[1])), bias: .zeros(Shape(shape[1])))
  }
}

/// The last inputs of each layer, with room for those of a sequence of steps behind them.
///
/// In the state, a row of W inputs for each layer and one element more, which says how many of them
/// the next step can see. In the context, a row of W − 1 + T inputs for each layer and that element:
/// with one step the context is the next state.
private struct RecentInputs {
  /// `[B, layers · (W − 1 + T) · width + 1]`.
  let context: Tensor
  /// How many inputs each step sees, its own included, `[B, T]`.
  let visible: Tensor
  private let layers: Int
  private let window: Int
  private let width: Int

  init(_ state: Tensor, keep: Tensor, layers: Int, window: Int, width: Int) {
    (self.layers, self.window, self.width) = (layers, window, width)
    let (steps, slots) = (keep.shape[0], keep.shape[1])
    let held = layers * window * width
    visible = Tensor(Shape(slots, steps)) { visible in
      let (state, keep) = (state.span, keep.span)
      for slot in 0..<slots {
        var seen = min(max(state[slot * (held + 1) + held], 0), Float(window - 1))
          .rounded(.down)
        for step in 0..<steps {
          visible[slot * steps + step] = keep[step * slots + slot] == 0 ? 1 : seen + 1
          seen = min(visible[slot * steps + step], Float(window - 1))
        }
      }
    }
    let block = (window - 1 + steps) * width
    context = Tensor(uninitialized: Shape(slots, layers * block + 1))
    for layer in 0..<layers {
      Kernel.copyRows(
        slots, columns: (window - 1) * width, state, at: (layer * window + 1) * width,
        stride: held + 1, to: context, at: layer * block, stride: layers * block + 1)
    }
  }

  /// Where a layer's inputs begin in a row of the context.
  func start(of layer: Int) -> Int { layer * (window - 1 + visible.shape[1]) * width }

  /// Writes a layer's inputs, `[B · T, width]`, into their place.
  func write(_ inputs: Tensor, layer: Int) {
    let (slots, steps) = (visible.shape[0], visible.shape[1])
    Kernel.copyRows(
      slots, columns: steps * width, inputs, at: 0, stride: steps * width, to: context,
      at: start(of: layer) + (window - 1) * width, stride: context.shape[1])
  }

  /// The state after the last step, once all layers have written.
  var memory: Tensor {
    let (slots, steps) = (visible.shape[0], visible.shape[1])
    let held = layers * window * width
    let state = steps == 1 ? context : Tensor(uninitialized: Shape(slots, held + 1))
    if steps > 1 {
      for layer in 0..<layers {
        Kernel.copyRows(
          slots, columns: window * width, context, at: start(of: layer) + (steps - 1) * width,
          stride: context.shape[1], to: state, at: layer * window * width, stride: held + 1)
      }
    }
    let seen = visible.slice(steps - 1..<steps, along: 1)
      .clamped(to: 0...Float(window - 1))
    Kernel.copyRows(
      slots, columns: 1, seen, at: 0, stride: 1, to: state, at: held, stride: held + 1)
    return state
  }
}
