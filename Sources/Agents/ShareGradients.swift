internal import Networks
internal import Tensors

/// The gradient of a loss over a minibatch, taken of equal shares of its rows on several threads.
///
/// The shares' gradients are added up in their order, so the result depends on the number of shares
/// and not on that of threads.
struct ShareGradients: Sendable {
  /// A share of the rows and what came of it.
  struct Share: Sendable {
    let rows: Range<Int>
    var loss: Float = 0
    var gradient = Tensor(0)
    /// What else the loss gave.
    var rest = Tensor(0)
  }

  private(set) var shares: [Share]

  /// Divides a number of rows, a multiple of the number of shares.
  init(rows: Int, shares: Int) {
    precondition(rows % shares == 0, "\(rows) rows do not make \(shares) equal shares")
    let size = rows / shares
    self.shares = (0..<shares).map { Share(rows: $0 * size..<($0 + 1) * size) }
  }

  /// Returns the mean of a loss over the shares and its gradient.
  ///
  /// - Parameter loss: the mean loss of a range of rows, and anything else.
  mutating func callAsFunction(
    at weights: Weights, workers: Int,
    _ loss: @Sendable (Weights, Range<Int>) -> (loss: Tensor, rest: Tensor)
  ) -> (loss: Float, gradient: Tensor) {
    concurrentForEach(&shares, workers: workers) { share, _ in
      let result = valueAndGradient(at: weights) { loss($0, share.rows) }
      share.loss = result.value.item
      share.gradient = result.gradient
      share.rest = result.auxiliary
    }
    var (total, gradient) = (shares[0].loss, shares[0].gradient)
    for share in shares.dropFirst() {
      total += share.loss
      gradient = gradient + share.gradient
    }
    guard shares.count > 1 else { return (total, gradient) }
    let scale = 1 / Float(shares.count)
    return (scale * total, scale * gradient)
  }
}
