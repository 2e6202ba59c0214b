internal import RealModule
internal import Tensors

/// What a policy remembers with, behind one seam: a flat state a slot goes in and comes out, and a
/// mark at each step says whether it is wiped first.
enum SequenceMemory: Sendable, Hashable {
  case gru(GRU)
  case transformer(GatedTransformer)

  /// Adds the parameters of the kind that a configuration asks for to a layout.
  init(
    _ inputs: Int, _ configuration: ActorCritic.Configuration, in layout: inout WeightLayout
  ) {
    switch configuration.memoryKind {
    case .gru:
      // A gate of 1 − 1/τ keeps a cell for some τ steps.
      let longest = Float.log(Float(configuration.memoryHorizon) - 1)
      self = .gru(
        GRU(
          inputs, width: configuration.memory, keeping: 0...longest, named: "memory", in: &layout))
    case .transformer:
      self = .transformer(
        GatedTransformer(
          inputs, width: configuration.memory, window: configuration.memoryWindow,
          layers: configuration.memoryLayers, heads: configuration.memoryHeads, named: "memory",
          in: &layout))
    }
  }

  /// The number of elements of a slot's state.
  var stateCount: Int {
    switch self {
    case .gru(let unit): unit.width
    case .transformer(let transformer): transformer.stateCount
    }
  }

  /// The multiplications in products of matrices that a step needs at least.
  var multiplications: Int {
    switch self {
    case .gru(let unit): unit.multiplications
    case .transformer(let transformer): transformer.multiplications
    }
  }

  /// Runs over a sequence, `[T · B, inputs]`.
  ///
  /// - Returns: what is remembered at each step, `[T · B, width]`, and the state after the last one.
  func callAsFunction(
    _ weights: Weights, _ inputs: Tensor, memory state: Tensor, keep: Tensor
  ) -> (features: Tensor, memory: Tensor) {
    switch self {
    case .gru(let unit):
      let sequence = unit(weights, inputs, memory: state, keep: keep)
      let (steps, rows) = (keep.shape[0], keep.shape[1])
      return (
        sequence.reshaped(to: Shape(steps * rows, unit.width)),
        sequence.slice(steps - 1..<steps).reshaped(to: Shape(rows, unit.width))
      )
    case .transformer(let transformer):
      return transformer(weights, inputs, memory: state, keep: keep)
    }
  }
}
