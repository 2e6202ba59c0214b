package import Tensors

/// Planes of symbols on a grid, looked at in the light of a context.
///
/// What stands in a cell is embedded as the sum of its symbols' embeddings, e. The context asks for
/// some kinds of things, each by a query, and a cell answers each with how well it fits:
///
///     features = relu(W·e + b) and relu(Q(c)·e),   Q(c) = U·c + u
///
/// So what is said can pick out red balls among what is red and what is a ball. Things t that are
/// remembered are looked for in the same way, and as they are: by queries t + T·t with a small T at
/// first.
///
/// Like attention without its softmax; where Perez et al. (2018, FiLM, arXiv:1709.07871) let the
/// context scale each feature of a cell, here it makes the features.
package struct GridEncoder: Sendable, Hashable {
  private let start: Int
  let cells: Int
  private let kinds: [Int]
  private let table: Parameter
  private let plain: Linear
  private let queries: Linear
  private let queryCount: Int
  /// How many things are remembered, and T; nil if none are.
  private let thingCount: Int
  private let likeness: Linear?

  /// - Parameters:
  ///   - width: the width of embeddings and of a cell's features, half of them answers.
  ///   - things: how many things are remembered; each adds an answer.
  package init(
    start: Int, cells: Int, kinds: [Int], width: Int, contextWidth: Int, things: Int = 0,
    named name: String, in layout: inout WeightLayout
  ) {
    thingCount = things
    (self.start, self.cells, self.kinds) = (start, cells, kinds)
    queryCount = max(width / 2, 1)
    table = layout.add(name + ".table", [kinds.reduce(0, +), width], .orthogonal(gain: 1))
    plain = Linear(
      width, max(width - queryCount, 1), activation: .relu, named: name + ".plain", in: &layout)
    queries = Linear(contextWidth, queryCount * width, named: name + ".queries", in: &layout)
    likeness =
      things == 0
      ? nil
      : Linear(
        width, width, initializer: .orthogonal(gain: 0.01), named: name + ".likeness", in: &layout)
  }

  /// The number of features of all cells.
  package var featureCount: Int { cells * (plain.weight.shape[1] + queryCount + thingCount) }
  /// The width of embeddings.
  var width: Int { table.shape[1] }

  var multiplications: Int {
    queries.multiplications
      + cells * (plain.multiplications + (queryCount + thingCount) * table.shape[1])
  }

  /// - Parameters:
  ///   - observations: `[N, elements]`.
  ///   - context: `[N, contextWidth]`.
  ///   - things: what is remembered, `[N, things · width]`; nil if nothing ever is.
  /// - Returns: the plain features and the answers, each `[N, cells · features]`.
  package func callAsFunction(
    _ weights: Weights, _ observations: Tensor, context: Tensor, things: Tensor? = nil
  ) -> [Tensor] {
    let rows = observations.shape[0]
    let embedded = embed(weights, observations, from: start)
    let seen = plain(weights, embedded)
    var asked = queries(weights, context).reshaped(to: Shape(rows, queryCount, width))
    if let things, let likeness {
      let each = things.reshaped(to: Shape(rows * thingCount, width))
      let wanted = (each + likeness(weights, each)).reshaped(to: Shape(rows, thingCount, width))
      asked = asked.concatenated(with: wanted, along: 1)
    }
    let answers = matrixProduct(
      embedded.reshaped(to: Shape(rows, cells, width)), asked, transposingSecond: true
    ).relu()
    return [
      seen.reshaped(to: Shape(rows, cells * seen.shape[1])),
      answers.reshaped(to: Shape(rows, cells * asked.shape[1])),
    ]
  }

  /// What is in each cell, `[N · cells, width]`.
  ///
  /// - Parameters:
  ///   - start: where the grid begins in an observation.
  ///   - planes: how many planes there are; the grid's first if they are fewer.
  func embed(
    _ weights: Weights, _ observations: Tensor, from start: Int, planes: Int? = nil
  ) -> Tensor {
    let planes = planes ?? kinds.count
    return weights[table].embeddingSum(
      codes(of: observations, from: start, planes), codesPerRow: planes)
  }

  /// The rows of the table for each cell: one of each plane's, `[N · cells · planes]`.
  private func codes(of observations: Tensor, from start: Int, _ planes: Int) -> [Int32] {
    let columns = observations.shape[1]
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
