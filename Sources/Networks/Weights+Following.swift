internal import Tensors

extension Weights {
  /// Moves the weights a share of the way to others of the same layout: w ← (1 − τ)·w + τ·w′.
  ///
  /// - Parameter share: τ in 0...1; 1 makes a copy.
  public mutating func follow(_ others: Weights, by share: Float) {
    values = share < 1 ? (1 - share) * values + share * others.values : 1 * others.values
  }
}
