package import Tensors

/// Planes of symbols on a grid, looked at in the light of a context.
///
/// What stands in a cell is embedded as the sum of its symbols' embeddings, e. The context asks for
/// some kinds of things, each by a query, and a cell answers each with how well it fits:
///
///     features = relu(W·e + b) and relu(Q(c)·e),   Q(c) = U·c + u
///
/// So what is said can pick out red balls among what is red and what is a ball.
///
/// Like attention without its softmax; where Perez et al. (2018, FiLM, arXiv:1709.07871) let the
/// context scale each feature of a cell, here it makes the features.
package struct GridEncoder: Sendable, Hashable {
  private let start: Int
  private let cells: Int
  private let kinds: [Int]
  private let table: Parameter
  private let plain: Linear
  private let queries: Linear
  private let queryCount: Int

  /// - Parameter width: the width of embeddings and of a cell's features, half of them answers.
  package init(
    start: Int, cells: Int, kinds: [Int], width: Int, contextWidth: Int, named name: String,
    in layout: inout WeightLayout
  ) {
    (self.start, self.cells, self.kinds) = (start, cells, kinds)
    queryCount = max(width / 2, 1)
    table = layout.add(name + ".table", [kinds.reduce(0, +), width], .orthogonal(gain: 1))
    plain = Linear(
      width, max(width - queryCount, 1), activation: .relu, named: name + ".plain", in: &layout)
    queries = Linear(contextWidth, queryCount * width, named: name + ".queries", in: &layout)
  }

  /// The number of features of all cells.
  package var featureCount: Int { cells * (plain.weight.shape[1] + queryCount) }

  var multiplications: Int {
    queries.multiplications + cells * (plain.multiplications + queryCount * table.shape[1])
  }

  /// - Parameters:
  ///   - observations: `[N, elements]`.
  ///   - context: `[N, contextWidth]`.
  /// - Returns: the plain features and the answers, each `[N, cells · features]`.
  package func callAsFunction(
    _ weights: Weights, _ observations: Tensor, context: Tensor
  ) -> [Tensor] {
    let (rows, width) = (observations.shape[0], table.shape[1])
    let embedded = weights[table].embeddingSum(
      codes(of: observations), codesPerRow: kinds.count)
    let seen = plain(weights, embedded)
    let asked = queries(weights, context).reshaped(to: Shape(rows, queryCount, width))
    let answers = matrixProduct(
      embedded.reshaped(to: Shape(rows, cells, width)), asked, transposingSecond: true
    ).relu()
    return [
      seen.reshaped(to: Shape(rows, cells * seen.shape[1])),
      answers.reshaped(to: Shape(rows, cells * queryCount)),
    ]
  }

  /// The rows of the table for each cell: one of each plane's, `[N · cells · planes]`.
  private func codes(of observations: Tensor) -> [Int32] {
    let (planes, columns) = (kinds.count, observations.shape[1])
    let first = kinds.indices.map { kinds[..<$0].reduce(0, +) }
    let rows = observations.shape[0]
    let elements = observations.span
    var codes = [Int32](repeating: 0, count: rows * cells * planes)
    for row in 0..<rows {
      for plane in 0..<planes {
        let from = row * columns + start + plane * cells
        for index in 0..<cells {
          codes[(row * cells + index) * planes + plane] =
            Int32(first[plane]) + Code(elements[from + index], below: kinds[plane]).value
        }
      }
    }
    return codes
  }
}
