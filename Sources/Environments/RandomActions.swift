public import Tensors

extension ActionBatch {
  /// Draws every slot's action uniformly: from the actions that are allowed, or from the box.
  ///
  /// Unbounded components of a box are drawn from -1...1.
  ///
  /// - Parameters:
  ///   - space: the action space that the batch was made for.
  ///   - masks: 1 for each allowed action, `[slots, actions]`; may be empty if `space` is not
  ///     masked.
  ///   - random: the stream to draw from.
  public mutating func drawUniformly(
    from space: ActionSpace, masks: [Float] = [], using random: inout RandomStream
  ) {
    switch space {
    case .discrete(let count, let masked):
      guard masked else {
        random.fill(&indices, below: count)
        return
      }
      for slot in indices.indices {
        let allowed = (0..<count).filter { masks[slot * count + $0] != 0 }
        precondition(!allowed.isEmpty, "the mask of slot \(slot) allows no action")
        indices[slot] = Int32(allowed[random.integer(below: allowed.count)])
      }
    case .box(let low, let high):
      for element in components.indices {
        let component = element % low.count
        let (least, most) = (low[component], high[component])
        let isBounded = least.isFinite && most.isFinite
        let drawn = random.uniform(isBounded ? least...most : max(least, -1)...min(most, 1))
        components[element] = min(max(drawn, least), most)
      }
    }
  }
}
