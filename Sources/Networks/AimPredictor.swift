package import Tensors

/// Predicts what an expert is after, in a few symbols: once from what is told and held now, once from
/// the memory, by a linear head each.
///
/// What an expert does tells little of why it does so. What it is after tells at each step which of
/// the things that are said and seen matter now, so that what words mean is found much sooner.
package struct AimPredictor: Sendable, Hashable {
  /// The number of codes that each symbol of an aim can be.
  package let kinds: [Int]
  private let meaning: Linear?
  private let memory: Linear

  /// Adds a predictor's parameters to a layout.
  ///
  /// - Parameters:
  ///   - kinds: the number of codes that each symbol can be.
  ///   - meaningWidth: the width of what is told, held and remembered; nil if nothing is.
  ///   - memory: the number of memory cells.
  package init(
    _ kinds: [Int], meaningWidth: Int?, memory features: Int, named name: String,
    in layout: inout WeightLayout
  ) {
    self.kinds = kinds
    func head(_ inputs: Int, _ part: String) -> Linear {
      Linear(
        inputs, kinds.reduce(0, +), initializer: .orthogonal(gain: 0.01), named: name + part,
        in: &layout)
    }
    meaning = meaningWidth.map { head($0, ".meaning") }
    memory = head(features, ".memory")
  }

  /// How far off the predictions from meaning and memory are: the mean of both, if there is a meaning.
  ///
  /// - Parameters:
  ///   - meaning: `[N, meaningWidth]`.
  ///   - features: `[N, memory]`.
  ///   - aims: codes, -1 in rows where nothing is known, `[N · symbols]`.
  package func error(
    _ weights: Weights, meaning: Tensor?, features: Tensor, aims: [Int32]
  ) -> Tensor {
    let error = error(of: memory(weights, features), aims)
    guard let meaning else { return error }
    return 0.5 * (error + meaningError(weights, meaning, aims: aims))
  }

  /// How far off the predictions from the meaning are.
  package func meaningError(_ weights: Weights, _ meaning: Tensor, aims: [Int32]) -> Tensor {
    guard let head = self.meaning else { preconditionFailure("nothing is told") }
    return error(of: head(weights, meaning), aims)
  }

  /// The cross-entropy in nats, summed over symbols; the mean over the rows where the aim is known.
  private func error(of logits: Tensor, _ aims: [Int32]) -> Tensor {
    let rows = logits.shape[0]
    let known = Tensor(Shape(rows), (0..<rows).map { aims[$0 * kinds.count] < 0 ? 0 : 1 })
    var (total, column) = (Tensor.zeros(Shape(rows)), 0)
    for (symbol, count) in kinds.enumerated() {
      let codes = (0..<rows).map { max(aims[$0 * kinds.count + symbol], 0) }
      total =
        total - logits.slice(column..<column + count, along: 1).logSoftmax().picking(codes)
      column += count
    }
    return (known * total).sum() / max(known.sum().item, 1)
  }
}
