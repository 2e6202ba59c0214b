internal import Environments
internal import Tensors

/// The map between the bounds of a box and -1...1.
struct BoxScale: Sendable, Hashable {
  let low: [Float]
  let high: [Float]

  /// Nil for a discrete space.
  init?(_ space: ActionSpace) {
    guard case .box(let low, let high) = space else { return nil }
    (self.low, self.high) = (low, high)
  }

  /// The map of a box whose bounds are finite.
  init(bounded space: ActionSpace) throws(ConfigurationError) {
    guard let scale = BoxScale(space), (scale.low + scale.high).allSatisfy(\.isFinite) else {
      throw ConfigurationError("actions", space, allowed: "a box with finite bounds")
    }
    self = scale
  }

  /// The number of components.
  var count: Int { low.count }

  /// The place of a value between the bounds of its component, -1...1.
  func unit(_ value: Float, _ index: Int) -> Float {
    let (low, high) = (low[index % count], high[index % count])
    return high > low ? 2 * (value - low) / (high - low) - 1 : 0
  }

  /// Writes vectors in -1...1, `[slots, components]`, as actions of the box; what lies outside is
  /// moved in.
  func write(_ units: Tensor, to actions: inout ActionBatch) {
    let units = units.span
    for index in units.indices {
      let (low, high) = (low[index % count], high[index % count])
      let value = low + (high - low) * (units[index] + 1) / 2
      actions.components[index] = min(max(value, low), high)
    }
  }

  /// Draws a slot's action uniformly.
  func drawUniformly(
    _ slot: Int, of actions: inout ActionBatch, using random: inout RandomStream
  ) {
    for component in 0..<count {
      actions.components[slot * count + component] = random.uniform(
        low[component]...high[component])
    }
  }
}

extension Tensor {
  /// What the slots of a batch see, `[slots, elements]`.
  init(observationsOf buffers: borrowing StepBuffers) {
    let slots = buffers.rewards.count
    self.init(Shape(slots, buffers.observations.count / slots), buffers.observations)
  }
}
