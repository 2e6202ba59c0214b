public import Tensors

/// Turns observations of several kinds of parts into features.
///
/// Numbers, symbols and what sentences say together make a *context*: what is wanted, what is held,
/// what has just happened. A grid's cells are looked at in the light of the context. See
/// `GridEncoder` and `TextEncoder`.
public struct ObservationEncoder: Sendable, Hashable {
  /// The number of features of an observation.
  public let featureCount: Int
  private let grids: [GridEncoder]
  private let lists: [ListEncoder]
  private let texts: [TextEncoder]
  private let numbers: [Range<Int>]
  private let context: Linear

  /// Adds an encoder's parameters to a layout.
  ///
  /// - Parameters:
  ///   - parts: what an observation holds, in its order.
  ///   - symbolWidth: the width of embeddings and of a cell's features, 2 or more.
  ///   - contextWidth: the width of the context and of what a sentence says.
  public init(
    _ parts: [ObservationPart], symbolWidth: Int, contextWidth: Int, named name: String,
    in layout: inout WeightLayout
  ) {
    var (grids, lists, texts, numbers) =
      ([GridEncoder](), [ListEncoder](), [TextEncoder](), [Range<Int>]())
    var (start, inputs) = (0, 0)
    for (index, part) in parts.enumerated() {
      let partName = "\(name).\(index)"
      switch part {
      case .numbers(let count):
        numbers.append(start..<start + count)
        inputs += count
      case .symbols(let count, let kinds):
        lists.append(
          ListEncoder(
            start: start, count: count, kinds: kinds, width: contextWidth, named: partName,
            in: &layout))
        inputs += contextWidth
      case .words(let count, let length, let vocabulary):
        texts.append(
          TextEncoder(
            start: start, sentences: count, length: length, vocabulary: vocabulary,
            wordWidth: max(contextWidth / 4, 1), width: contextWidth, named: partName, in: &layout))
        inputs += contextWidth
      case .grid(let height, let width, let kinds):
        grids.append(
          GridEncoder(
            start: start, cells: height * width, kinds: kinds, width: symbolWidth,
            contextWidth: contextWidth, named: partName, in: &layout))
      }
      start += part.count
    }
    context = Linear(
      max(inputs, 1), contextWidth, activation: .relu, named: name + ".context", in: &layout)
    featureCount = contextWidth + grids.reduce(0) { $0 + $1.featureCount }
    (self.grids, self.lists, self.texts, self.numbers) = (grids, lists, texts, numbers)
  }

  /// The multiplications in products of matrices that an observation needs. Sentences are left out:
  /// they stay the same over a try and need not be read at each step.
  var multiplications: Int {
    grids.reduce(context.multiplications) { $0 + $1.multiplications }
  }

  /// Encodes observations.
  ///
  /// - Parameters:
  ///   - observations: `[N, elements]`, constants.
  ///   - rowsPerStep: the number of rows after which the same environments come again; sentences
  ///     that are the same as one step before are read only once, and so are all that are empty.
  /// - Returns: `[N, featureCount]`.
  public func callAsFunction(
    _ weights: Weights, _ observations: Tensor, rowsPerStep: Int
  ) -> Tensor {
    let context = self.context(weights, observations, rowsPerStep: rowsPerStep)
    return Tensor.concatenated(
      grids.flatMap { $0(weights, observations, context: context) } + [context], along: 1)
  }

  /// The context among features, `[N, contextWidth]`.
  func context(in features: Tensor) -> Tensor {
    let width = context.weight.shape[1]
    return features.slice(featureCount - width..<featureCount, along: 1)
  }

  /// What numbers, symbols and sentences say together, `[N, contextWidth]`.
  package func context(
    _ weights: Weights, _ observations: Tensor, rowsPerStep: Int
  ) -> Tensor {
    let rows = observations.shape[0]
    var pieces = numbers.map { observations.slice($0, along: 1) }
    pieces += lists.map { $0(weights, observations) }
    pieces += texts.map { $0(weights, observations, rowsPerStep: rowsPerStep) }
    if pieces.isEmpty { pieces = [.zeros(Shape(rows, 1))] }
    return context(weights, Tensor.concatenated(pieces, along: 1))
  }
}

/// Symbols with a meaning by their place: a row of one table for each place and code, less that of 0,
/// which stands for nothing.
private struct ListEncoder: Sendable, Hashable {
  let start: Int
  let count: Int
  let kinds: Int
  let table: Parameter

  init(
    start: Int, count: Int, kinds: Int, width: Int, named name: String,
    in layout: inout WeightLayout
  ) {
    (self.start, self.count, self.kinds) = (start, count, kinds)
    table = layout.add(name + ".table", [count * kinds, width], .orthogonal(gain: 1))
  }

  func callAsFunction(_ weights: Weights, _ observations: Tensor) -> Tensor {
    let codes = observations.codes(
      at: start, count: count, kinds: kinds, offset: kinds)
    let empty = (0..<count).map { Int32($0 * kinds) }
    let table = weights[table]
    return table.embeddingSum(codes, codesPerRow: count)
      - table.embeddingSum(empty, codesPerRow: count)
  }
}

/// A symbol's code as it stands in an observation, moved into its range.
struct Code {
  let value: Int32

  init(_ element: Float, below kinds: Int) {
    value = element > 0 ? Int32(min(element, Float(kinds - 1))) : 0
  }
}

extension Tensor {
  /// The codes of `count` elements of each row, `offset` times its place added to each.
  func codes(at start: Int, count: Int, kinds: Int, offset: Int) -> [Int32] {
    let (rows, columns) = (shape[0], shape[1])
    let elements = span
    var codes = [Int32](repeating: 0, count: rows * count)
    for row in 0..<rows {
      for place in 0..<count {
        let element = elements[row * columns + start + place]
        codes[row * count + place] =
          Int32(offset * place) + Code(element, below: kinds).value
      }
    }
    return codes
  }
}
